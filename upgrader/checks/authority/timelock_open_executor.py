"""Anybody may execute what the timelock holds.

Why:
    An open executor is a choice, not a fault: nobody can hold a ready upgrade back. It also means that nobody can
    hold it back when it should be: a ready operation is a button for everybody, at the moment that suits them, and a
    rollback that was scheduled ahead is one too.

Fix:
    Cancel what must not run any more; schedule a rollback only when it is meant to run. Or grant `EXECUTOR_ROLE` to
    accounts and revoke it from the zero address.

Example:
    `hasRole(EXECUTOR_ROLE, address(0))`.

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/governance#timelock-executor
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority

CODE: Final = "timelock-open-executor"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge who may execute in every timelock of the graph."""
    for timelock in authority.timelocks:
        if timelock.open_executor:
            yield Finding(
                CODE,
                Severity.NOTE,
                authority.subject,
                f"anybody may execute a ready operation of timelock {timelock.address}",
                "cancel operations that must not run any more; do not schedule a rollback ahead",
                {"timelock": timelock.address},
            )
