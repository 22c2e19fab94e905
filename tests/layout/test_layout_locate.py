"""From slots back to names: packed members, mapping keys, array elements, and slots that every proxy uses."""

from functools import cache

import pytest
from conftest import ROOT

from upgrader.edges.solc import Outputs, Solc
from upgrader.layout.locate import describe_change, locate
from upgrader.layout.model import erc7201
from upgrader.layout.read import layout_of
from upgrader.layout.wellknown import IMPLEMENTATION, PROXY_SLOTS
from upgrader.units import keccak, word

SOURCE = """
pragma solidity ^0.8.29;
contract Book {
    enum Side { None, Long, Short }
    struct Position {
        uint128 size; int64 entry; Side side; bool open; uint256[3] fees; mapping(uint256 => address) heirs;
    }
    address owner; uint64 nonce; bool paused;
    mapping(uint256 => Position) positions;
    mapping(address => mapping(address => uint256)) allowance;
    mapping(string => bytes4) names;
    Position[] queue;
    uint64[] ticks;
    string title;
    mapping(bytes32 => uint256[]) ladders;
    /// @custom:storage-location erc7201:book.extra
    struct Extra { uint256 total; mapping(address => int256) pnl; }
}
"""
OWNER = "0x00000000219ab540356cBB839Cbe05303d7705Fa"


@cache
def book():
    """Return the layout of the book."""
    (artifact,) = Solc(Outputs.SOURCE).compile_texts({"Book.sol": SOURCE}, root=ROOT).values()
    return layout_of(artifact)


def hashed(*images):
    """Return the preimages of a derivation, and the last hash as a number."""
    return {keccak(image): image for image in images}, int.from_bytes(keccak(images[-1]), "big")


def mapped(key, slot):
    """Return what is hashed for a mapping's value."""
    return word(key) + word(slot)


def test_packed_variables_share_a_slot():
    """Slot 0 holds three variables, from the low end upward."""
    found = locate(book(), 0, {})

    assert [("owner", 0, 20), ("nonce", 20, 8), ("paused", 28, 1)] == [(p.name, p.offset, p.size) for p in found.parts]


def test_struct_in_a_mapping():
    """The first word of a mapped struct holds its packed members, by key."""
    preimages, slot = hashed(mapped(7, 1))

    found = locate(book(), slot, preimages)

    expected = ["positions[7].size", "positions[7].entry", "positions[7].side", "positions[7].open"]
    assert expected == [part.name for part in found.parts]


@pytest.mark.parametrize(
    ("image", "distance", "name"),
    [
        ((mapped(7, 1),), 2, "positions[7].fees[1]"),
        ((word(4),), 0, "queue[0].size, queue[0].entry, queue[0].side, queue[0].open"),
        ((word(4),), 8, "queue[1].fees[2]"),
        ((word(5),), 3, "ticks[12], ticks[13], ticks[14], ticks[15]"),
        ((word(6),), 1, "title (bytes 32 on)"),
        ((mapped(int(OWNER, 16), 2), mapped(1, int.from_bytes(keccak(mapped(int(OWNER, 16), 2)), "big"))), 0,
         f"allowance[{OWNER}][0x0000000000000000000000000000000000000001]"),
        ((b"maker" + word(3),), 0, "names['maker']"),
        ((mapped(9, 7), keccak(mapped(9, 7))), 70, f"ladders[0x{'00' * 31}09][70]"),
    ],
)  # fmt: skip
def test_derived_slots(image, distance, name):
    """Keys and indices come from the preimages, however deep the derivation."""
    preimages, slot = hashed(*image)

    found = locate(book(), slot + distance, preimages)

    assert name == ", ".join(part.name for part in found.parts)


def test_mapping_inside_a_struct_inside_a_mapping():
    """A derivation through a member's own slot is followed."""
    outer = mapped(7, 1)
    inner = word(3) + word(int.from_bytes(keccak(outer), "big") + 4)
    preimages, slot = hashed(outer, inner)

    assert "positions[7].heirs[3]" == locate(book(), slot, preimages).name


def test_namespace():
    """A namespace's struct is found at its ERC-7201 slot."""
    base = erc7201("book.extra")
    preimages, slot = hashed(mapped(int(OWNER, 16), base + 1))

    assert "total" == locate(book(), base, {}).name
    assert f"pnl[{OWNER}]" == locate(book(), slot, preimages).name


def test_change_names_only_what_changed():
    """Of a packed word only the members whose bytes differ are told, with their values in words."""
    preimages, slot = hashed(mapped(7, 1))
    before = (5).to_bytes(16, "big")
    after = bytes([1, 2]) + (2**64 - 3).to_bytes(8, "big") + (5).to_bytes(16, "big")

    changes = describe_change(book(), slot, before.rjust(32, b"\0"), after.rjust(32, b"\0"), preimages)

    expected = [
        ("positions[7].entry", "int64", "0", "-3"),
        ("positions[7].side", "enum Book.Side", "None", "Short"),
        ("positions[7].open", "bool", "false", "true"),
    ]
    assert expected == [(change.name, change.type, change.before, change.after) for change in changes]


def test_short_and_long_strings():
    """A short string shows its text, a long one its length."""
    short = b"perp".ljust(31, b"\0") + bytes([8])

    (change,) = describe_change(book(), 6, bytes(32), short, {})
    (longer,) = describe_change(book(), 6, short, word(2 * 40 + 1), {})

    assert ("title", "''", "'perp'") == (change.name, change.before, change.after)
    assert "40 bytes" == longer.after


@pytest.mark.parametrize("slot", [slot for slot in PROXY_SLOTS if "rollback" not in PROXY_SLOTS[slot]])
def test_proxy_slots_are_known_without_a_layout(slot):
    """EIP-1967, EIP-1822 and zeppelinos slots are named, whatever the implementation declares."""
    assert PROXY_SLOTS[slot] == locate(book(), slot, {}).name


def test_implementation_slot_is_eip_1967s():
    """The computed slot is the one that the standard prints. Source: https://eips.ethereum.org/EIPS/eip-1967."""
    assert 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC == IMPLEMENTATION


def test_initialised_version_is_known_without_a_layout():
    """OpenZeppelin's Initializable is named at its ERC-7201 slot, with the version as a number."""
    slot = 0xF0C57E16840DF040F15088DC2F81FE391C3923BEC73E23A9662EFC9C229C6A00

    (change,) = describe_change(book(), slot, word(1), word(2), {})

    assert ("_initialized", "uint64", "1", "2") == (change.name, change.type, change.before, change.after)


def test_roles_are_known_without_a_layout():
    """AccessControl's members are named down to role and account."""
    base = erc7201("openzeppelin.storage.AccessControl")
    role = mapped(0, base)
    member = word(int(OWNER, 16)) + keccak(role)
    preimages, slot = hashed(role, member)

    assert f"_roles[0x{'00' * 32}].hasRole[{OWNER}]" == locate(book(), slot, preimages).name


@pytest.mark.parametrize("preimages", [{}, {keccak(b"x"): b"x"}, {keccak(mapped(1, 99)): mapped(1, 99)}])
def test_unexplained_slots_stay_unexplained(preimages):
    """Nothing is guessed: an unknown slot has no name, and its change no variables."""
    slot = int.from_bytes(next(iter(preimages), keccak(b"?")), "big")

    assert locate(book(), slot, preimages) is None
    assert () == describe_change(book(), slot, bytes(32), word(1), preimages)


def test_circular_preimages_end():
    """A hash that claims to be its own preimage's slot does not loop."""
    digest = keccak(b"loop")
    preimages = {digest: word(1) + digest}

    assert locate(book(), int.from_bytes(digest, "big"), preimages) is None
