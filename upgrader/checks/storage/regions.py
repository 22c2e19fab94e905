"""``storage-region-moved``, ``-vanished``, ``-overlap``, ``-mislabelled``: regions as wholes.

**Why.** A namespace or a diamond's storage is found by one number.  When that number changes, every variable in it
reads zero; when two regions get the same one, each overwrites the other; when a region is no longer declared, all of
its data is out of reach.  The annotation ``@custom:storage-location`` is only a comment: what counts is the constant
that the code uses, and the two should agree.

**Fix.** Restore the constant, the ``layout at`` base or the namespace's id.  Keep the struct of a namespace declared
while its data matters.  Give each region a slot of its own.

**Example.** ``bytes32 constant LOC = 0x…1100`` becomes ``0x…2200`` under an unchanged
``@custom:storage-location erc7201:perp.main``.

Sources: https://eips.ethereum.org/EIPS/eip-7201, https://eips.ethereum.org/EIPS/eip-2535,
https://github.com/OpenZeppelin/openzeppelin-upgrades/issues/1132
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, shown, slot_text, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place

CODES: Final = (
    "storage-region-moved",
    "storage-region-vanished",
    "storage-region-overlap",
    "storage-region-mislabelled",
)


@FAMILY.register
def storage_regions(case: Case) -> Iterator[Finding]:
    """Yield findings about whole regions."""
    moved: set[str] = set()
    for change in case.of(ChangeKind.REGION_MOVED):
        if change.old is not None and change.new is not None:
            moved.add(change.new.region)
            yield _moved(case, change.old, change.new)
    for change in case.of(ChangeKind.REGION_VANISHED):
        if change.old is not None:
            yield _vanished(case, change, change.old)
    for change in case.of(ChangeKind.REGION_OVERLAP):
        if change.old is not None and change.new is not None:
            yield _overlap(case, change, change.old, change.new)
    for change in case.of(ChangeKind.REGION_MISLABELLED):
        if change.new is not None and change.new.region not in moved:
            yield _mislabelled(case, change.new)


def _moved(case: Case, old: Place, new: Place) -> Finding:
    return case.finding(
        "storage-region-moved",
        Severity.BLOCKER,
        f"{shown(case.new.contract)}.{shown(new.region)}",
        f"the region {shown(old.region)} moves from slot {slot_text(old.slot)} to {slot_text(new.slot)}: "
        "every variable in it reads what lies there",
        "restore the slot constant, the `layout at` base or the namespace's id",
        evidence(old, new),
    )


def _vanished(case: Case, change: LayoutChange, old: Place) -> Finding:
    return case.finding(
        "storage-region-vanished",
        Severity.WARNING if change.reason else Severity.BLOCKER,
        f"{shown(case.new.contract)}.{shown(old.region)}",
        f"the region {shown(old.region)} at slot {slot_text(old.slot)} is neither declared nor reached any more: "
        f"its data is out of reach{f' ({change.reason})' if change.reason else ''}",
        "keep its struct declared with the same id, even if it is no longer used",
        evidence(old, None),
    )


def _overlap(case: Case, change: LayoutChange, first: Place, second: Place) -> Finding:
    known = change.acknowledged
    return case.finding(
        "storage-region-overlap",
        Severity.WARNING if known else Severity.BLOCKER,
        f"{shown(case.new.contract)}.{shown(second.region)}",
        f"{shown(change.reason)} share bytes: {shown(first.path)} and {shown(second.path)} at {where(second)}"
        + (", as they did before" if known else ""),
        "give each region a slot of its own",
        evidence(first, second),
    )


def _mislabelled(case: Case, new: Place) -> Finding:
    return case.finding(
        "storage-region-mislabelled",
        Severity.WARNING,
        f"{shown(case.new.contract)}.{shown(new.region)}",
        f"the code looks for {shown(new.region)} at slot {slot_text(new.slot)}, which is not the slot of that id",
        "make annotation and constant agree: tools and readers trust the annotation",
        evidence(None, new),
    )
