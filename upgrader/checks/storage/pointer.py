"""``storage-function-pointer``: an internal function value is kept in storage.

**Why.** It is a position in the code of one build.  The new implementation's code has other functions there, or
none: the call jumps anywhere a jump may land.

**Fix.** Store an enum or a selector and dispatch on it; external function values survive an upgrade.

**Example.** ``function(uint256) internal view returns (uint256) pricer;``

Source: https://docs.openzeppelin.com/upgrades-plugins/faq#what-does-it-mean-for-an-implementation-to-be-compatible
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-function-pointer",)


@FAMILY.register
def storage_function_pointer(case: Case) -> Iterator[Finding]:
    """Yield one finding for each internal function value that would survive the upgrade."""
    for change in case.of(ChangeKind.POINTER):
        if change.old is None or change.new is None:
            continue
        yield case.finding(
            "storage-function-pointer",
            Severity.BLOCKER,
            case.subject(change.new),
            f"{shown(change.new.path)} ({where(change.new)}) holds a jump target of the old code",
            "store an enum or a selector and dispatch on it",
            case.evidence(change),
        )
