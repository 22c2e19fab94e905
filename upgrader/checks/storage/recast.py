"""``storage-recast``: the same bits, read as another sort of value.

**Why.** Nothing is lost and nothing moves, but ``bytes32`` is not a number, a ``uint160`` is not an address that can
be called, and a token is not an oracle.  Only a person knows whether the stored bits mean the same to the new code.

**Fix.** Confirm it: annotate the variable with ``@custom:oz-retyped-from OldType``, or acknowledge the finding in the
upgrade file.

**Example.** ``IERC20 feed`` becomes ``IOracle feed``: the stored address is still the token's.

Source: https://docs.soliditylang.org/en/latest/types.html#explicit-conversions
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-recast",)


@FAMILY.register
def storage_recast(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable whose bits are read as another sort of value."""
    for change in case.of(ChangeKind.RECAST):
        if change.old is None or change.new is None:
            continue
        why = f": {change.reason}" if change.reason else ""
        yield case.finding(
            "storage-recast",
            Severity.NOTE if change.acknowledged else Severity.WARNING,
            case.subject(change.new),
            f"{shown(change.new.path)} was {shown(change.old.type)} and is read as {shown(change.new.type)}{why}",
            f"confirm that the stored bits mean the same: {case.said('annotate @custom:oz-retyped-from')}",
            case.evidence(change),
        )
