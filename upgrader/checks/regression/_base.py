"""The family of rules on a market regression: what a rule is given, and how it answers."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from upgrader.findings import Finding
from upgrader.registry import Family
from upgrader.simulation.regression import Regression

Judge: TypeAlias = Callable[[Regression], Iterable[Finding]]

FAMILY: Family[Judge] = Family(__package__ or "upgrader.checks.regression")
