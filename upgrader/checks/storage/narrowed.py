"""``storage-narrowed``: values that were valid no longer fit.

**Why.** A smaller type at the same place reads part of the old value, or a member that no longer exists; what was
larger is cut without a word, or reverts whenever it is read.

**Fix.** Keep the type.  Where the smaller one is wanted, add a new variable and copy the value with a check in a
reinitializer.

**Example.** ``uint256 openInterest`` becomes ``uint128 openInterest``.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, by_type, listed, names_of, shown
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-narrowed",)


@FAMILY.register
def storage_narrowed(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable whose type holds fewer values."""
    for old, new, group in by_type(case.of(ChangeKind.NARROWED)):
        why = f": {group[0].reason}" if group[0].reason else ""
        yield case.finding(
            "storage-narrowed",
            Severity.BLOCKER,
            case.subject(new),
            f"{listed(names_of(group))} was {shown(old.type)} and is {shown(new.type)}, which holds fewer values{why}",
            "keep the type; for a smaller one add a new variable and copy the value in a reinitializer",
            case.evidence(*group),
        )
