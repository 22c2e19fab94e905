"""One key can upgrade.

Why:
    A route to the upgrade ends at a single account. Whoever steals, coerces or bribes that one key replaces the
    contract (Ronin 2022 needed five keys of nine; bZx 2021 needed one, and lost 55 M USD). A timelock on the way
    gives everybody else time to leave, but the key still decides alone.

Fix:
    Give the role to a Safe with a threshold of two or more, behind a timelock, and revoke the account.

Example:
    `ProxyAdmin.owner()` is the deployer.

Source:
    https://docs.openzeppelin.com/contracts/5.x/governance#timelock
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.checks.authority._words import path_of
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority, HolderKind

CODE: Final = "authority-eoa"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge whether any route ends at one account."""
    for route in authority.routes:
        if route.keys == 1 and route.kinds[-1] is HolderKind.ACCOUNT:
            wait = f"after waiting {route.delay} s" if route.delay else "at once"
            yield Finding(
                CODE,
                Severity.WARNING,
                authority.subject,
                f"the single key of {route.begins} can upgrade it {wait}",
                "give this authority to a Safe with a threshold of two or more, and revoke the account",
                {"path": path_of(route)},
            )
