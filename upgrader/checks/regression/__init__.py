"""Judgement of old and new code in the same markets: each rule is one module, found by itself."""

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, ranked
from upgrader.simulation.regression import Regression

__all__ = ["examine"]


def examine(regression: Regression) -> tuple[Finding, ...]:
    """Return what every rule has to say of a market regression, worst first."""
    return ranked(finding for judge in FAMILY.members() for finding in judge(regression))
