"""``storage-reinterpreted``: the same bytes now stand for another value.

**Why.** The variable keeps its place and its name, but what lies there means something else: a negative number
becomes a huge one, an enum's ordinal another member, a stored function is called with another signature, the keys of
a mapping hash elsewhere.  Nothing reverts.

**Fix.** Keep the type.  Append enum members at the end.  Where the new type is wanted, add a new variable and copy
the value in a reinitializer.

**Example.** ``enum Side { Long, Short }`` becomes ``enum Side { None, Long, Short }``: every stored ``Long`` reads as
``None``.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, by_type, listed, names_of, shown
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-reinterpreted",)


@FAMILY.register
def storage_reinterpreted(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable whose bytes mean something else."""
    for old, new, group in by_type(case.of(ChangeKind.REINTERPRETED)):
        reason = group[0].reason
        yield case.finding(
            "storage-reinterpreted",
            Severity.BLOCKER,
            case.subject(new),
            f"{listed(names_of(group))} was {shown(old.type)} and is read as {shown(new.type)}: {reason}",
            "keep the type; for another one add a new variable and copy the value in a reinitializer",
            {**case.evidence(*group), "why": reason},
        )
