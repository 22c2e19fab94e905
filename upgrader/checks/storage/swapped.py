"""``storage-swapped``: variables of one type took one another's places.

**Why.** Each now holds the other's value.  No type, size or position gives it away, only the names, which is why
tools that allow renames miss it: an exchange of ``longOpenInterest`` and ``shortOpenInterest`` looks like two.

**Fix.** Restore the order of the declarations.

**Example.** ``uint256 longs; uint256 shorts;`` becomes ``uint256 shorts; uint256 longs;``.

Source: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, by_row, listed, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-swapped",)


@FAMILY.register
def storage_swapped(case: Case) -> Iterator[Finding]:
    """Yield one finding for each row of variables in which some changed places."""
    for group in by_row(case.of(ChangeKind.SWAPPED)):
        first = group[0]
        if first.old is None or first.new is None:
            continue
        names = listed(change.old.path for change in group if change.old is not None)
        yield case.finding(
            "storage-swapped",
            Severity.BLOCKER,
            case.subject(first.new),
            f"{names} took one another's places: {shown(first.old.path)} was at {where(first.old)} and is at "
            f"{where(first.new)}",
            "restore the order of the declarations",
            case.evidence(*group),
        )
