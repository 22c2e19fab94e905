"""There is a path around the timelock or around the Safe.

Why:
    Governance is as strong as its weakest path. When one way to upgrade waits in a timelock and another does not,
    the wait protects nobody; the same holds for a Safe beside an account. Left-over deployer roles are the usual
    cause: `DEFAULT_ADMIN_ROLE` was never renounced, so its holder can grant itself the upgrader role.

Fix:
    Revoke the role, or hand the ownership to the timelock; then inspect again.

Example:
    `UPGRADER_ROLE` is held by the timelock, `DEFAULT_ADMIN_ROLE` still by the deployer.

Source:
    https://docs.openzeppelin.com/contracts/5.x/access-control#granting-and-revoking
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.checks.authority._words import path_of
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority, HolderKind, Relation, Route

CODE: Final = "authority-bypass"
CODES: Final = (CODE,)

_GUARDS: Final = (HolderKind.TIMELOCK, HolderKind.SAFE)

_SAID_ELSEWHERE: Final = frozenset({Relation.MODULE, Relation.TIMELOCK_ADMIN})
"""Ways around a Safe that ``safe-module`` and ``timelock-admin`` report."""


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge whether a route leaves out the timelock or the Safe that another one passes."""
    # Anybody is authority-open, and what nobody knows is authority-unjudged.
    routes = [route for route in authority.routes if route.keys]
    guards = [kind for kind in _GUARDS if any(_held_by(route, kind) for route in routes)]
    for route in routes:
        missing = [kind.value for kind in guards if not _held_by(route, kind)]
        if not missing or _SAID_ELSEWHERE.intersection(link.relation for link in route.links):
            continue
        yield Finding(
            CODE,
            Severity.BLOCKER,
            authority.subject,
            f"{route.begins} can upgrade it around the {' and the '.join(missing)}",
            "revoke that authority, or hand it to the one that guards the other paths",
            {"path": path_of(route), "around": ", ".join(missing)},
        )


def _held_by(route: Route, kind: HolderKind) -> bool:
    """Return whether the route waits for a holder of ``kind``; changing the holder's code does not."""
    return any(
        each is kind and not (index + 1 < len(route.links) and route.links[index + 1].relation is Relation.CODE)
        for index, each in enumerate(route.kinds)
    )
