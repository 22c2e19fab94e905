"""The few phrases that rules on authority share."""

from upgrader.governance.authority import HolderKind, Route


def path_of(route: Route) -> str:
    """Return a route in words, from whoever begins to the contract: ``account 0x… is proposer of timelock 0x…``."""
    steps = []
    for link, kind in zip(reversed(route.links), reversed(route.kinds), strict=True):
        holder = "anybody" if kind is HolderKind.ANYONE else f"{kind} {link.holder}"
        through = f" of {link.via}" if link.via else ""
        detail = f" ({link.detail})" if link.detail else ""
        steps.append(f"{holder} as {link.relation}{detail}{through}")
    return ", then ".join(steps)
