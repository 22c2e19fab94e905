"""A chain that went two ways: nodes of one chain and one height whose blocks differ.

No node can see this of itself.  It is how a missed or a wrong fork shows after it has come, while every node by itself
says that it is synced.
"""

from collections.abc import Iterator, Mapping

from upgrader.findings import Finding, Severity
from upgrader.fleet.expectation import majority
from upgrader.units import BlockNumber, Hash32


def findings(hashes: Mapping[str, Hash32 | None], height: BlockNumber) -> Iterator[Finding]:
    """Yield a finding for every node whose block at a common height is not most nodes'.

    Args:
        hashes: Node -> hash of its block at ``height``; None when it did not say.
        height: A height that all of them have passed.
    """
    agreed = majority(digest for digest in hashes.values() if digest is not None)
    for name, digest in hashes.items():
        if digest is None:
            yield Finding(
                "node-block-unknown",
                Severity.BLOCKER,
                name,
                f"it does not show its block {height}, so it cannot be compared with the others",
                "run the check again, or look at the node's log",
                judged=False,
            )
        elif digest != agreed:
            others = f"most nodes have 0x{agreed.hex()}" if agreed else "no hash has a majority"
            yield Finding(
                "node-different-block",
                Severity.BLOCKER,
                name,
                f"its block {height} is 0x{digest.hex()}, and {others}",
                "take it out of service and resynchronise it: it follows another chain",
                judged=agreed is not None,
            )
