"""``storage-proxy-collision``, ``storage-proxy-undeclared``: the proxy's own variables lie on its implementation's.

**Why.** A proxy runs the implementation's code on its own storage. Where it declares variables of its own, the
implementation must declare the same ones first, in the same order; else each writes over the other. At Audius in 2022
the proxy's `proxyAdmin` lay on the implementation's `initialized` and `initializing`: its bytes let anybody call
`initialize` again, and 18.5 million AUDIO went. Where the implementation in use has the same collision, it only warns;
so does a variable that has nothing but another name. Variables of the proxy that the implementation does not declare
are a note, for the next one that is appended will lie on them.

**Fix.** Keep the proxy's own state at EIP-1967 slots; or let proxy and implementation inherit one contract that
declares it, before anything else.

**Example.** `upgrader check OLD NEW --proxy contracts/Proxy.sol:AdminProxy`

Source: https://blog.audius.co/article/audius-governance-takeover-post-mortem-7-23-22 ;
https://github.com/crytic/slither/wiki/Upgradeability-Checks (order-vars-proxy, extra-vars-proxy)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, listed, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import Place
from upgrader.layout.model import StorageLayout
from upgrader.layout.proxied import Shared, shared_with_proxy

CODES: Final = ("storage-proxy-collision", "storage-proxy-undeclared")


@FAMILY.register
def storage_proxy_collision(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable of the proxy that is another one to the implementation."""
    if case.proxy is None:
        return
    shared = shared_with_proxy(case.proxy, case.new)
    before = {(each.proxy, _name(each.other)) for each in shared_with_proxy(case.proxy, case.old)}
    for each in shared:
        if each.other is not None:
            yield _collision(case, case.proxy, each, each.other, known=(each.proxy, _name(each.other)) in before)
    undeclared = [each.proxy for each in shared if not each.declared]
    if undeclared and any(region.base == 0 and region.variables for region in case.new.regions):
        yield case.finding(
            "storage-proxy-undeclared",
            Severity.NOTE,
            shown(case.new.contract),
            f"the proxy {shown(case.proxy.contract)} keeps variables of its own that the implementation does not "
            f"declare: {listed(place.path for place in undeclared)}, from {where(undeclared[0])} on; "
            "a variable that is appended later may lie on them",
            "declare the proxy's variables in a contract that both inherit, before anything else",
            evidence(undeclared[0], None),
        )


def _collision(case: Case, proxy: StorageLayout, each: Shared, other: Place, *, known: bool) -> Finding:
    what = (
        f"{shown(other.path)} lies on {shown(each.proxy.path)}, a variable of the proxy's own "
        f"({shown(proxy.contract)}), at {where(each.proxy)}"
    )
    why = "nothing but the names differ" if each.renamed else "each writes over the other"
    return case.finding(
        "storage-proxy-collision",
        Severity.WARNING if known or each.renamed else Severity.BLOCKER,
        case.subject(other),
        f"{what}: {why}" + (", as they did before" if known else ""),
        "keep the proxy's own state at EIP-1967 slots, or let both inherit one contract that declares it first",
        evidence(each.proxy, other),
        judged=each.judged,
    )


def _name(place: Place | None) -> tuple[str, int, int, str] | None:
    return None if place is None else (place.path, place.slot, place.offset, place.type)
