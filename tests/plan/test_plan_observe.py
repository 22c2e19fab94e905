"""Observing one contract: where each generation of OpenZeppelin keeps ``_initialized``."""

import pytest

from upgrader.calls import encode_call
from upgrader.inquiry import ReadCall, ReadCode, ReadFailed, ReadSlot, answer
from upgrader.layout.read import raw_layout
from upgrader.layout.wellknown import IMPLEMENTATION
from upgrader.plan.initialized import flag_of
from upgrader.plan.observe import observe_contract
from upgrader.plan.state import INITIALIZED_SLOT, FlagPlace
from upgrader.units import Slot, address, word

PROXY, CODE, ADMIN = (address("0x" + digit * 40) for digit in "123")


def layout(*fields):
    """Return the layout of ``"name type contract"`` fields."""
    storage = [dict(zip(("label", "type", "contract"), field.split(), strict=True)) for field in fields]
    return raw_layout({"storage": storage, "types": {}}, "Market", "test")


def observed(flag, *, namespace=0, slot=0):
    """Return what is observed of a transparent proxy with these words."""
    from upgrader.proxies.slots import ADMIN_SLOT

    facts = {
        ReadSlot(PROXY, Slot(IMPLEMENTATION)): bytes.fromhex(CODE[2:]).rjust(32, b"\0"),
        ReadSlot(PROXY, ADMIN_SLOT): bytes.fromhex(ADMIN[2:]).rjust(32, b"\0"),
        ReadCode(PROXY): b"\x60",
        ReadCode(CODE): b"\x60",
        ReadCode(ADMIN): b"\x60",
        ReadCall(ADMIN, encode_call("UPGRADE_INTERFACE_VERSION()")): ReadFailed("reverted", reverted=True),
        ReadSlot(PROXY, INITIALIZED_SLOT): word(namespace),
        ReadSlot(PROXY, Slot(0)): word(slot),
    }
    return answer(observe_contract("market", PROXY, flag=flag), facts)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["_initialized t_uint8 Initializable", "_initializing t_bool Initializable"], FlagPlace(0, 0, 1)),
        (["_owner t_address Ownable", "_initialized t_bool Initializable"], FlagPlace(0, 20, 1)),
        (["initialized t_bool Initializable"], FlagPlace(0, 0, 1)),
        (["lastInitializedRevision t_uint256 VersionedInitializable"], FlagPlace(0, 0, 32)),
        (["initialized t_bool Market"], None),
        (["_initialized t_mapping(t_address,t_bool) Market"], None),
        (["total t_uint256 Market"], None),
    ],
)
def test_the_flag_is_found_in_the_layout(fields, expected):
    """By its name, its type, and where the name alone is not telling by who declares it."""
    assert expected == flag_of(layout(*fields))


@pytest.mark.parametrize(
    ("namespace", "slot", "expected"),
    [(0, 1, 1), (0, 3, 3), (0, 0, None), (2, 1, 2), (0, 1 << 8, None)],
    ids=["a bool counts as version 1", "a version", "not initialised", "the namespace is first", "another byte"],
)
def test_the_old_variable_counts_where_the_namespace_is_empty(namespace, slot, expected):
    """Only its own bytes are read, and only when OpenZeppelin 5's slot is zero."""
    assert expected == observed(FlagPlace(0, 0, 1), namespace=namespace, slot=slot).initialized


def test_without_a_flag_only_the_namespace_is_believed():
    """Slot 0 of a proxy whose layout has no flag is somebody else's."""
    assert observed(None, slot=1).initialized is None
