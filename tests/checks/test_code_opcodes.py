"""Which instructions bare code can reach."""

from hypothesis import given
from hypothesis import strategies as st

from upgrader.checks.code._opcodes import opcodes_of

STOP_THEN_SELFDESTRUCT = bytes.fromhex("00ff")
PUSHED_SELFDESTRUCT = bytes.fromhex("60ff00")
"""PUSH1 0xff, STOP: the byte is data."""
JUMP_TO_SELFDESTRUCT = bytes.fromhex("600456fe5bff")
"""PUSH1 4, JUMP, INVALID, JUMPDEST, SELFDESTRUCT."""
LANDING_INSIDE_DATA = bytes.fromhex("600456605bff")
"""PUSH1 4, JUMP, PUSH1 0x5b, SELFDESTRUCT: byte 4 is data of a push, no place to land."""
CONDITIONAL = bytes.fromhex("6001600757ff005b00")
"""PUSH1 1, PUSH1 7, JUMPI, SELFDESTRUCT, STOP, JUMPDEST, STOP."""
SELECTOR = bytes.fromhex("634f1ef28600")
"""PUSH4 upgradeToAndCall(address,bytes), STOP."""


def test_what_stands_behind_an_end_is_not_reached():
    """Nothing falls through STOP."""
    assert opcodes_of(STOP_THEN_SELFDESTRUCT).selfdestructs == 0


def test_pushed_bytes_are_data():
    """The operand of a push is no instruction."""
    assert opcodes_of(PUSHED_SELFDESTRUCT).selfdestructs == 0


def test_a_pushed_landing_is_reached():
    """A jump destination whose offset is pushed counts as reached."""
    assert opcodes_of(JUMP_TO_SELFDESTRUCT).selfdestructs == 1


def test_a_landing_inside_data_is_none():
    """A JUMPDEST byte inside a push is no jump destination."""
    assert opcodes_of(LANDING_INSIDE_DATA).selfdestructs == 0


def test_a_conditional_jump_falls_through():
    """Both ways of a JUMPI are walked."""
    assert opcodes_of(CONDITIONAL).selfdestructs == 1


def test_selectors_are_the_pushed_words():
    """Four-byte constants are kept."""
    assert opcodes_of(SELECTOR).words == {bytes.fromhex("4f1ef286")}


@given(st.binary(max_size=600))
def test_no_more_is_reached_than_there_is(code):
    """Each byte is at most one instruction, whatever the code."""
    assert sum(opcodes_of(code).counts.values()) <= len(code)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_bytes_behind_a_stop_change_nothing_without_a_jump(data, more):
    """Code that pushes nothing reaches nothing behind its end."""
    straight = bytes(byte for byte in data if byte < 0x50) + b"\x00"

    assert opcodes_of(straight + more) == opcodes_of(straight)
