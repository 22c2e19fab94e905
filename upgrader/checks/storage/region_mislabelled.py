"""``storage-region-mislabelled``: the code looks for a namespace elsewhere than its annotation says.

**Why.** Compilers do not compare the two.  Tools and readers trust the annotation, so they will judge and decode a
place that the code does not use; and whoever "corrects" the constant later moves live data.

**Fix.** Make annotation and constant agree before anything is stored; afterwards change the annotation, not the
constant.

**Example.** ``@custom:storage-location erc7201:perp.main`` over an accessor that uses ``0x…1100``.

Source: https://eips.ethereum.org/EIPS/eip-7201#specification
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, shown, slot_text
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-region-mislabelled",)


@FAMILY.register
def storage_region_mislabelled(case: Case) -> Iterator[Finding]:
    """Yield one finding for each namespace whose constant is not its id's; one that has moved is told as that."""
    moved = {change.new.region for change in case.of(ChangeKind.REGION_MOVED) if change.new is not None}
    for change in case.of(ChangeKind.REGION_MISLABELLED):
        new = change.new
        if new is None or new.region in moved:
            continue
        yield case.finding(
            "storage-region-mislabelled",
            Severity.WARNING,
            f"{shown(case.new.contract)}.{shown(new.region)}",
            f"the code looks for {shown(new.region)} at slot {slot_text(new.slot)}, which is not the slot of that id",
            "make annotation and constant agree: tools and readers trust the annotation",
            evidence(None, new),
        )
