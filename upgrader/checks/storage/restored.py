"""``storage-restored``: a variable that an earlier layout had, and the last one had not, is back.

**Why.** It has the value that it had when it went: nothing cleared it, and nothing kept it up to date in between.
After a rollback and a second upgrade that is often what is wanted; a price or a rate from then is not.

**Fix.** Set it in a reinitializer, or confirm that the old value is the right one.

**Example.** V0 ``uint256 a; uint256 b;`` then V1 ``uint256 a;`` then V2 ``uint256 a; uint256 b;``.

Source: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-restored",)


@FAMILY.register
def storage_restored(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable that is back with an old value."""
    for change in case.of(ChangeKind.RESTORED):
        if change.new is None:
            continue
        cleared = case.live is not None and case.live.cleared(change)
        yield case.finding(
            "storage-restored",
            Severity.NOTE if cleared else Severity.WARNING,
            case.subject(change.new),
            f"{shown(change.new.path)} ({where(change.new)}) was in an earlier layout and "
            + ("is zero on chain now" if cleared else "still has the value it had then"),
            "set it in a reinitializer, or confirm that the old value is the right one",
            case.evidence(change),
        )
