"""A Safe needs too few of its owners.

Why:
    A threshold of one is a single key with more places to steal it from. A threshold of at most half of the owners
    lets two groups act against each other, and means that losing a minority of the keys loses the Safe.

Fix:
    `Safe.changeThreshold(n)`: more than half of the owners, and at least two.

Example:
    A 1-of-3 Safe that was set up for convenience.

Source:
    https://help.safe.global/en/articles/40834-what-safe-setup-should-i-use
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority

CODE: Final = "safe-low-threshold"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge the threshold of every Safe in the graph."""
    for safe in authority.safes:
        if safe.threshold > 1 and 2 * safe.threshold > len(safe.owners):
            continue
        alone = safe.threshold == 1
        yield Finding(
            CODE,
            Severity.WARNING if alone else Severity.NOTE,
            authority.subject,
            f"Safe {safe.address} acts with {safe.threshold} of {len(safe.owners)} owners"
            + ("" if alone else ", which is no majority"),
            "raise the threshold above half of the owners, and to two at least",
            {"safe": safe.address, "threshold": str(safe.threshold), "owners": str(len(safe.owners))},
        )
