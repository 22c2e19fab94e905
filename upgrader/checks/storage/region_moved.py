"""``storage-region-moved``: a namespace, a diamond's storage or the root starts at another slot.

**Why.** A region is found by one number: ``layout at``, the constant in assembly, the id of the namespace.  When the
number changes, every variable of the region reads what lies at the new place, zero as a rule, and the old values stay
where nothing looks for them.  The annotation ``@custom:storage-location`` is only a comment: what counts is the
constant that the code uses.

**Fix.** Restore the constant, the ``layout at`` base or the namespace's id.

**Example.** ``bytes32 constant LOC = 0x…1100`` becomes ``0x…2200`` under an unchanged
``@custom:storage-location erc7201:perp.main``.

Sources: https://eips.ethereum.org/EIPS/eip-7201, https://eips.ethereum.org/EIPS/eip-2535,
https://github.com/OpenZeppelin/openzeppelin-upgrades/issues/1132
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, region_named, shown, slot_text
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, Place
from upgrader.layout.model import StorageLayout

CODES: Final = ("storage-region-moved",)


@FAMILY.register
def storage_region_moved(case: Case) -> Iterator[Finding]:
    """Yield one finding for each region that starts elsewhere."""
    for change in case.of(ChangeKind.REGION_MOVED):
        old, new = change.old, change.new
        if old is None or new is None:
            continue
        yield case.finding(
            "storage-region-moved",
            Severity.BLOCKER,
            f"{shown(case.new.contract)}.{shown(new.region)}",
            f"the region {shown(old.region)} moves from {_start(case.old, old)} to {_start(case.new, new)}: "
            "every variable in it reads what lies there",
            "restore the slot constant, the `layout at` base or the namespace's id",
            case.evidence(change),
        )


def _start(layout: StorageLayout, place: Place) -> str:
    """Return where a region starts: its slot, or how that is found at run time."""
    region = region_named(layout, place.region)
    if region is not None and region.base is None and region.formula:
        return shown(region.formula)
    return f"slot {slot_text(place.slot)}"
