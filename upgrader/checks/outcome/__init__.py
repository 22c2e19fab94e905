"""Judgement of a simulated upgrade: each rule is one module, found by itself."""

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, ranked

__all__ = ["Outcome", "examine"]


def examine(outcome: Outcome) -> tuple[Finding, ...]:
    """Return what every rule has to say of a simulation, worst first."""
    return ranked(finding for judge in FAMILY.members() for finding in judge(outcome))
