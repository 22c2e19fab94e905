"""Upgrade safety of the code itself: what an implementation must not do, and what it must not stop doing.

One file a rule; its docstring is its page in the catalogue (``docs/catalogue.md``).
"""

from upgrader.checks.code._base import FAMILY, Case, CodePair
from upgrader.findings import Finding, ranked

__all__ = ["CodePair", "examine"]


def examine(pair: CodePair) -> tuple[Finding, ...]:
    """Return what every rule finds, worst first.

    Args:
        pair: The new implementation, the old one, and what is known of the proxy; rules that need more than
            there is stay silent and are named by ``code-unjudged``.
    """
    case = Case(pair)
    return ranked(finding for judge in FAMILY.members() for finding in judge(case))
