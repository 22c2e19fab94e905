"""Calldata in words: decoded from bytes alone, whatever the bytes."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from reports_world import BOOK, DOSSIER, HOUSE_ADMIN, MARKET, MARKET_V2, PLAN, SAFE, TIMELOCK, TRANSACTION, named

from upgrader.calls import Call, encode_call
from upgrader.governance.multisend import multi_send_call
from upgrader.reports.commitment import commitments
from upgrader.reports.decoded import Book, call_lines, safe_call_line
from upgrader.units import Wei, hexed

UNKNOWN = Call(named("anything"), bytes.fromhex("deadbeef") + bytes(32))


def test_safe_transaction_opens_down_to_the_initializer():
    """Safe, timelock, proxy, initializer: every call is decoded with names."""
    line = safe_call_line(TRANSACTION, BOOK)

    assert (line.to, line.to_name) == (TIMELOCK, "timelock")
    assert [inner.to for inner in line.inner] == [MARKET, HOUSE_ADMIN]
    (initializer,) = line.inner[0].inner
    assert initializer.signature == "initializeV2(uint256,address)"
    assert [(a.name, a.value, a.note) for a in initializer.arguments] == [
        ("minimumSpread", "100", ""),
        ("spreadOracle", named("oracle"), "OracleAdapter proxy"),
    ]


def test_delay_and_salt_carry_their_meaning():
    """The delay is said in hours, and the salt is recognised as the plan's digest."""
    notes = {a.name: a.note for a in safe_call_line(TRANSACTION, BOOK).arguments}

    assert notes == {"predecessor": "none", "salt": "the digest of this plan", "delay": "48 h"}


def test_addresses_of_the_plan_have_names():
    """An implementation is told from its proxy."""
    (argument,) = safe_call_line(TRANSACTION, BOOK).inner[0].arguments

    assert (argument.value, argument.note) == (MARKET_V2, "OptionsMarket, new implementation")


def test_unknown_function_shows_its_bytes():
    """What no ABI knows is shown raw, and says so."""
    (line,) = call_lines([UNKNOWN], Book())

    assert (line.signature, line.data) == ("", hexed(UNKNOWN.data))
    assert line.warning == "function 0xdeadbeef is not known: read its 36 bytes"


def test_trailing_bytes_are_marked():
    """Calldata that would be encoded otherwise is no canonical calldata, and is marked."""
    call = Call(TIMELOCK, encode_call("cancel(bytes32)", bytes(32)) + b"\x01" * 32)

    (line,) = call_lines([call], Book())

    assert "not the canonical encoding" in line.warning


def test_multisend_is_opened():
    """A batch of the Safe shows its inner calls."""
    library = named("multisend")
    (line,) = call_lines([multi_send_call(library, [UNKNOWN, replace(UNKNOWN, value=Wei(5))])], Book())

    assert [inner.value for inner in line.inner] == [0, 5]


def test_delegatecall_is_told():
    """A Safe transaction that runs foreign code as the Safe is marked."""
    assert safe_call_line(replace(TRANSACTION, operation=1), BOOK).delegate is True


def test_gas_refund_is_told():
    """A Safe transaction that pays somebody for its gas is no plan's, and is marked."""
    line = safe_call_line(replace(TRANSACTION, gas_price=1, refund_receiver=SAFE), BOOK)

    assert line.warning == f"the Safe transaction sets gas price 1, refund receiver {SAFE}, which no plan does"


def test_plain_transfer_is_no_function():
    """Ether without calldata is a transfer."""
    (line,) = call_lines([Call(SAFE, b"", Wei(7))], Book())

    assert (line.signature, line.value) == ("plain transfer", 7)


def test_long_bytes_end_in_length_and_hash():
    """A megabyte of calldata is a line."""
    (line,) = call_lines([Call(SAFE, b"\xff" * 1_000_000)], Book())

    assert len(line.data) < 300
    assert "1000000 bytes, keccak-256 0x" in line.data


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["cancel(bytes32)", "multiSend(bytes)", "upgradeTo(address)", ""]))
def test_any_bytes_decode_to_something(data, signature):
    """No calldata makes the decoder fail."""
    head = (
        encode_call(signature, *([bytes(32)] if "32" in signature else [b""] if "bytes" in signature else [SAFE]))[:4]
        if signature
        else b""
    )
    (line,) = call_lines([Call(SAFE, head + data)], BOOK)

    assert line.to == SAFE


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_after_a_schedule_selector_decode_to_something(data):
    """Hostile arguments of the timelock's functions are shown, not crashed on."""
    (line,) = call_lines([Call(TIMELOCK, TRANSACTION.data[:4] + data)], BOOK)

    assert line.to == TIMELOCK


def test_signed_calls_commit_to_the_plan():
    """The salt is the plan's digest and the calls are the plan's calls."""
    assert [kept.holds for kept in commitments(PLAN, DOSSIER.calls)] == [True, True]


def test_bare_calls_are_compared_without_a_salt():
    """Where an account schedules by itself there is no signed salt, and the calls alone are compared."""
    assert [kept.holds for kept in commitments(PLAN, call_lines(PLAN.calls, BOOK))] == [True]
    assert [kept.holds for kept in commitments(PLAN, call_lines(PLAN.calls[:1], BOOK))] == [False]


def test_one_changed_byte_breaks_the_commitment():
    """An initializer argument changed after planning is seen."""
    forged = TRANSACTION.data.replace((100).to_bytes(32, "big"), (101).to_bytes(32, "big"))
    line = safe_call_line(replace(TRANSACTION, data=forged), BOOK)

    assert [kept.holds for kept in commitments(PLAN, (line,))] == [True, False]


def test_cancellation_commits_to_nothing():
    """Cancelling is no upgrade, so nothing is compared."""
    lines = call_lines([Call(TIMELOCK, encode_call("cancel(bytes32)", bytes(32)))], BOOK)

    assert commitments(PLAN, lines) == ()
