"""Anybody can upgrade.

Why:
    The upgrade function lets an unrelated sender through: an open `_authorizeUpgrade`, a proxy whose owner was never
    set, a role granted to the zero address. Whoever notices first owns the contract and everything in it (Audius
    2022, 6 M USD through an initializer; many an unguarded UUPS implementation since).

Fix:
    Guard the function (`onlyRole(UPGRADER_ROLE)`, `onlyOwner`) and upgrade to the guarded implementation at once,
    through a private transaction: the fix itself is a race.

Example:
    `function _authorizeUpgrade(address) internal override {}`

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/proxy#UUPSUpgradeable
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.checks.authority._words import path_of
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority

CODE: Final = "authority-open"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge whether a stranger can begin any route."""
    for route in authority.routes:
        if route.keys == 0:
            yield Finding(
                CODE,
                Severity.BLOCKER,
                authority.subject,
                f"anybody can upgrade it{f' after {route.delay} s' if route.delay else ''}",
                "guard the upgrade function, and upgrade to the guarded code at once by a private transaction",
                {"path": path_of(route)},
            )
