"""``storage-region-overlap``: two regions share bytes.

**Why.** Each overwrites the other.  Two namespaces get one constant by copy and paste; an array in the root grows into
a slot that assembly uses; a new facet takes a position that an old one had.  Two views of one place that were there
before only warn.

**Fix.** Give each region a slot of its own: the ERC-7201 formula over an id of its own.

**Example.** ``struct Fees`` and ``struct Limits``, both reached through ``assembly { s.slot := POSITION }``.

Source: https://eips.ethereum.org/EIPS/eip-7201
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-region-overlap",)


@FAMILY.register
def storage_region_overlap(case: Case) -> Iterator[Finding]:
    """Yield one finding for each two regions that share live bytes."""
    for change in case.of(ChangeKind.REGION_OVERLAP):
        first, second, known = change.old, change.new, change.acknowledged
        if first is None or second is None:
            continue
        yield case.finding(
            "storage-region-overlap",
            Severity.WARNING if known else Severity.BLOCKER,
            f"{shown(case.new.contract)}.{shown(second.region)}",
            f"{shown(change.reason)} share bytes: {shown(first.path)} and {shown(second.path)} at {where(second)}"
            + (", as they did before" if known else ""),
            "give each region a slot of its own",
            evidence(first, second),
        )
