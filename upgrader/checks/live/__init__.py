"""Opinions about the storage of a live proxy: whether what is new is fresh, and what could not be seen."""

from upgrader.checks.live._base import FAMILY, Case, Unknown
from upgrader.findings import Finding, ranked


def examine(case: Case) -> tuple[Finding, ...]:
    """Return what every rule has to say of a live proxy, worst first."""
    return ranked(finding for rule in FAMILY.members() for finding in rule(case))


__all__ = ["FAMILY", "Case", "Unknown", "examine"]
