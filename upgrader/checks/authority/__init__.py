"""Judgement of who can upgrade: each rule is one module, found by itself."""

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, ranked
from upgrader.governance.authority import Authority

__all__ = ["FAMILY", "examine"]


def examine(authority: Authority) -> tuple[Finding, ...]:
    """Return what every rule has to say of an authority, worst first."""
    return ranked(finding for judge in FAMILY.members() for finding in judge(authority))
