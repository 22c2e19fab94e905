"""From slots to names: what every proxy has is called by its standard's name, whatever the source calls it."""

from upgrader.layout.locate import describe_change, locate
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.types import ELEMENTARY, Variable
from upgrader.layout.wellknown import ADMIN, BEACON, IMPLEMENTATION, ROLLBACK

LIBRARY = tuple(
    Region(
        RegionKind.CONSTANT,
        f"StorageSlot.AddressSlot at ERC1967Utils.{name}",
        slot,
        (Variable("value", "t_address", 0, 0, 20),),
    )
    for name, slot in (("IMPLEMENTATION_SLOT", IMPLEMENTATION), ("ADMIN_SLOT", ADMIN), ("BEACON_SLOT", BEACON))
)
"""How OpenZeppelin's ERC1967Utils reaches the proxy's slots: through a struct with one member called ``value``."""

MARKET = StorageLayout("Market", LIBRARY, ELEMENTARY)
WITHOUT = StorageLayout("Clearing", (), ELEMENTARY)


def test_a_standard_slot_has_its_standard_name_whoever_reaches_it():
    """A library's generic name gives way to the name that the standard gives."""
    found = {slot: locate(MARKET, slot, {}).name for slot in (IMPLEMENTATION, ADMIN, BEACON)}

    assert {
        IMPLEMENTATION: "EIP-1967 implementation",
        ADMIN: "EIP-1967 admin",
        BEACON: "EIP-1967 beacon",
    } == found
    assert found == {slot: locate(WITHOUT, slot, {}).name for slot in found}


def test_a_change_of_implementation_is_described_alike_for_every_contract():
    """What the report says of an upgrade's own write does not depend on how the source is written."""
    before, after = (bytes(12) + bytes([byte]) * 20 for byte in (1, 2))

    (change,) = describe_change(MARKET, IMPLEMENTATION, before, after, {})

    assert ("EIP-1967 implementation", "address") == (change.name, change.type)
    assert (change,) == describe_change(WITHOUT, IMPLEMENTATION, before, after, {})


def test_a_standard_slot_without_a_known_type_keeps_the_source_s_name():
    """The rollback flag has no one type; what the source declares there is all that is known."""
    rollback = Region(RegionKind.CONSTANT, "rollback", ROLLBACK, (Variable("tested", "t_bool", 0, 0, 1),))
    layout = StorageLayout("Old", (rollback,), ELEMENTARY)

    assert "tested" == locate(layout, ROLLBACK, {}).name
