"""A market regression as a reader takes it in: one kind of difference at a time, causes before what follows from them.

Facts come as one line for each case; a reader asks which observable differs, whether that was declared, how much at
most and where, and which script shows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upgrader.simulation.gathering import largest_of
from upgrader.simulation.plot import Plot
from upgrader.simulation.regression import Regression, Shown
from upgrader.simulation.told import Told

GAS: Final = " gas"
"""What ends an observable that is the price of a call."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One observable that differs in one way, in all its cases.

    Attributes:
        contract: Name under management.
        observable: Signature, variable or slot.
        aspect: In what it differs.
        declared: The reason; empty where nothing covers it.
        shown: One for each case, in the order of the run.
        plot: The figure over time; None where it is none.
        told: The smallest script, where this kind is what it shows.
    """

    contract: str
    observable: str
    aspect: str
    declared: str
    shown: tuple[Shown, ...]
    plot: Plot | None = None
    told: Told | None = None

    @property
    def name(self) -> str:
        """``market.priceOf(uint256)``."""
        return f"{self.contract}.{self.observable}"

    @property
    def count(self) -> int:
        """How often it was seen."""
        return sum(shown.count for shown in self.shown)

    @property
    def relative(self) -> str:
        """Largest relative change; empty where one could not be measured."""
        return largest_of(shown.relative for shown in self.shown)

    @property
    def bound(self) -> str:
        """The declared bound that it exceeds; empty otherwise."""
        return next((shown.bound for shown in self.shown if shown.bound), "")

    @property
    def script(self) -> str:
        """Name of the file that shows it, or what it follows from; empty where none was made."""
        return next((shown.script for shown in self.shown if shown.script), "")

    @property
    def worst(self) -> Shown:
        """The case with the largest measured change; the first where none was measured."""
        return max(self.shown, key=lambda shown: float(shown.relative or -1))


@dataclass(frozen=True, slots=True)
class Cause:
    """What one smallest script shows: the difference itself, and those that follow from it."""

    first: Kind
    following: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class MarketOutline:
    """Everything that differs, in the order in which it is read.

    Attributes:
        causes: Undeclared differences, by the script that shows them.
        declared: Those that were meant.
        laws: How many laws are broken, on the new code only and on both.
    """

    causes: tuple[Cause, ...]
    declared: tuple[Kind, ...]
    laws: tuple[int, int]

    @property
    def undeclared(self) -> tuple[Kind, ...]:
        """All undeclared differences."""
        return tuple(kind for cause in self.causes for kind in (cause.first, *cause.following))


def outline(regression: Regression) -> MarketOutline:
    """Return what differs, kind by kind."""
    gathered: dict[tuple[str, str, str, str], list[Shown]] = {}
    for shown in regression.differences:
        gathered.setdefault((shown.contract, shown.observable, shown.aspect, shown.declared), []).append(shown)
    plots = {(plot.contract, plot.observable, plot.aspect): plot for plot in reversed(regression.plots)}
    told = {each.file: each for each in regression.told}
    undeclared: dict[str, list[Kind]] = {}
    declared: list[Kind] = []
    for (contract, observable, aspect, why), all_shown in gathered.items():
        # One drawing of an observable, where it weighs more: what keeps its bound is shown with what exceeds it.
        drawn = None if why and (contract, observable, aspect, "") in gathered else (contract, observable, aspect)
        kind = Kind(contract, observable, aspect, why, tuple(all_shown), plots.get(drawn) if drawn else None)
        if why:
            declared.append(kind)
        else:
            undeclared.setdefault(kind.script or kind.name, []).append(kind)
    causes = tuple(_cause(kinds, told) for kinds in undeclared.values())
    laws = {(broken.law, broken.contract, broken.observable): broken.old_too for broken in regression.broken}
    old_too = sum(laws.values())
    return MarketOutline(causes, tuple(declared), (len(laws) - old_too, old_too))


def people_of(regression: Regression) -> dict[str, str]:
    """Return lower-case address -> role."""
    return {address.lower(): role for address, role in regression.people}


def conditions_of(regression: Regression) -> int:
    """Return how many markets there were, each once however many cases it has."""
    return len({compared.case.partition("/")[0] for compared in regression.compared})


def _cause(kinds: Sequence[Kind], told: Mapping[str, Told]) -> Cause:
    script = told.get(kinds[0].script)
    first = next((kind for kind in kinds if script and _is_shown_by(kind, script)), kinds[0])
    rest = tuple(kind for kind in kinds if kind is not first)
    return Cause(replace(first, told=script), rest)


def _is_shown_by(kind: Kind, script: Told) -> bool:
    return script.shows.startswith(f"{kind.name} ({kind.aspect})")
