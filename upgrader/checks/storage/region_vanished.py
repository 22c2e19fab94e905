"""``storage-region-vanished``: a namespace or a diamond's storage is neither declared nor reached any more.

**Why.** All of its data is out of reach at once.  Where a base contract was removed on purpose that may be meant; where
an id was mistyped or an accessor lost, it is not, and the two look alike.  (In a dump of structs, where a struct may
never have been in storage, it is only warned about.)

**Fix.** Keep the struct declared with the same id, even if it is no longer used; then a later version cannot put other
data there unnoticed.

**Example.** ``contract Market is OwnableUpgradeable`` becomes ``contract Market``: the owner's namespace is gone.

Source: https://eips.ethereum.org/EIPS/eip-7201
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, slot_text
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-region-vanished",)


@FAMILY.register
def storage_region_vanished(case: Case) -> Iterator[Finding]:
    """Yield one finding for each region that is gone."""
    for change in case.of(ChangeKind.REGION_VANISHED):
        if change.old is None:
            continue
        doubt = f" ({change.reason})" if change.reason else ""
        yield case.finding(
            "storage-region-vanished",
            Severity.WARNING if change.reason else Severity.BLOCKER,
            f"{shown(case.new.contract)}.{shown(change.old.region)}",
            f"the region {shown(change.old.region)} at slot {slot_text(change.old.slot)} is neither declared nor "
            f"reached any more: its data is out of reach{doubt}",
            "keep its struct declared with the same id, even if it is no longer used",
            case.evidence(change),
        )
