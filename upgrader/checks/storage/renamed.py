"""``storage-renamed``: a variable, a struct member or an enum member has another name.

**Why.** A new name often is a new meaning: ``feeRate`` in basis points becomes ``feeShare`` in wei, on top of the
old number.  Bytes cannot tell; a person can.

**Fix.** Confirm it: annotate the declaration with ``@custom:oz-renamed-from oldName``, or acknowledge the finding in
the upgrade file.  For another meaning, add a variable instead.

**Example.** ``address _borrower`` becomes ``address _vault`` in slot 253.

Source: https://docs.openzeppelin.com/upgrades-plugins/faq#how-can-i-rename-a-variable-or-change-its-type
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-renamed",)


@FAMILY.register
def storage_renamed(case: Case) -> Iterator[Finding]:
    """Yield one finding for each new name over old bytes."""
    for change in case.of(ChangeKind.RENAMED):
        if change.old is None or change.new is None:
            continue
        told = change.reason or f"{shown(change.old.path)} is now called {shown(change.new.path)}"
        yield case.finding(
            "storage-renamed",
            Severity.NOTE if change.acknowledged else Severity.WARNING,
            case.subject(change.new),
            f"{told} ({where(change.new)}, {shown(change.new.type)})",
            f"confirm that the meaning is the same: "
            f"{case.said(f'annotate @custom:oz-renamed-from {shown(change.old.path)}')}",
            case.evidence(change),
        )
