"""Not everybody who can upgrade is known.

Why:
    What cannot be judged is not safe. Role members are only found in logs: where a node forgot some, or they do not
    agree with the state, somebody else may hold the role. A holder that is an unknown contract may let anybody act
    through it. A Safe whose code is not published Safe code may answer anything.

Fix:
    Ask a node with all logs (an archive endpoint); read the unknown contract's code and who controls it, and accept
    it by a waiver that says what was read.

Example:
    `RoleRevoked` without the `RoleGranted` before it.

Source:
    https://eips.ethereum.org/EIPS/eip-4444 (nodes may forget old logs)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.checks.authority._words import path_of
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import ROUTES_LIMIT, Authority, HolderKind

CODE: Final = "authority-unjudged"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Say every gap of the graph, and every route that ends where nothing more is known."""
    for gap in authority.all_gaps:
        yield _finding(authority, gap, "")
    for route in authority.routes:
        if route.kinds[-1] is HolderKind.PROXY:
            gap = f"proxy {route.begins} holds authority, and what its code lets others do is not known"
            yield _finding(authority, gap, path_of(route))
    if len(authority.routes) >= ROUTES_LIMIT:
        yield _finding(authority, f"there are more than {ROUTES_LIMIT} ways to upgrade it", "")


def _finding(authority: Authority, gap: str, path: str) -> Finding:
    return Finding(
        CODE,
        Severity.BLOCKER,
        authority.subject,
        gap,
        "ask an endpoint that has every log, or read the contract's code and waive this with what was found",
        {"path": path} if path else {},
        judged=False,
    )
