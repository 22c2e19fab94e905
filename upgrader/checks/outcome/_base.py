"""The family of rules on a simulated upgrade: what a rule is given, and how it answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from upgrader.findings import Finding
from upgrader.plan.manifest import Difference
from upgrader.registry import Family
from upgrader.simulation.result import Simulation


@dataclass(frozen=True, slots=True)
class Outcome:
    """A simulation, and the facts that weigh what it shows.

    Attributes:
        simulation: What happened.
        kinds: Contract -> how it delegates (``uups``, ``transparent``, ``beacon``).
        perilous: Contracts whose new code can delegatecall or selfdestruct.
        declared: Differences that the upgrade means to make.
        regressed: Those of them that the market regression showed, as (contract, observable).
    """

    simulation: Simulation
    kinds: Mapping[str, str]
    perilous: frozenset[str] = frozenset()
    declared: tuple[Difference, ...] = ()
    regressed: frozenset[tuple[str, str]] = frozenset()


Judge: TypeAlias = Callable[[Outcome], Iterable[Finding]]

FAMILY: Family[Judge] = Family(__package__ or "upgrader.checks.outcome")
