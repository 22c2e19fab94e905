"""The family of rules on authority: each is given the graph of everybody who can upgrade, and says what is wrong."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from upgrader.findings import Finding
from upgrader.governance.authority import Authority
from upgrader.registry import Family

Judge: TypeAlias = Callable[[Authority], Iterable[Finding]]

FAMILY: Family[Judge] = Family(__package__ or "upgrader.checks.authority")
