"""Somebody besides the timelock itself administers its roles.

Why:
    An external admin can make itself proposer and take the canceller role from everybody else, around the Safe that
    is meant to propose. The delay still holds, the rest does not. It is the optional `admin` of the constructor, and
    in version 3 always the deployer, meant to be renounced after the set-up.

Fix:
    `renounceRole(TIMELOCK_ADMIN_ROLE, admin)` (`DEFAULT_ADMIN_ROLE` in version 5), sent by that admin.

Example:
    `hasRole(TIMELOCK_ADMIN_ROLE, deployer)` years after the deployment.

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/governance#timelock-admin
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority

CODE: Final = "timelock-admin"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge who administers every timelock in the graph."""
    for timelock in authority.timelocks:
        for admin in timelock.admins:
            yield Finding(
                CODE,
                Severity.WARNING,
                authority.subject,
                f"{admin} administers timelock {timelock.address} from outside and can make itself proposer",
                "let it renounce the admin role",
                {"timelock": timelock.address, "admin": admin},
            )
