"""Single differences and breaches as they come, gathered into what they amount to.

One :class:`~upgrader.simulation.regression.Shown` for each case, contract, observable and aspect, with the first one
and the largest change; what a declaration covers and what exceeds it are two facts about one observable.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import STORAGE, MarketDifference
from upgrader.simulation.declared import covering, exceeded
from upgrader.simulation.regression import Broken, Compared, Meant, Read, Regression, Shown
from upgrader.simulation.script import Breach
from upgrader.units import Address

_DIGITS: Final = Context(prec=6)
"""Digits of a relative change that are shown."""


@dataclass
class Gathering:
    """Takes single differences and breaches as they come; :meth:`result` is what they amount to.

    Attributes:
        declared: What the upgrade means to change.
    """

    declared: Sequence[Difference] = ()
    scenarios: int = 0
    _compared: dict[str, Compared] = field(default_factory=dict)
    _shown: dict[tuple[str, ...], tuple[Shown, Fraction | None]] = field(default_factory=dict)
    _broken: dict[tuple[str, ...], Broken] = field(default_factory=dict)
    _meant: dict[Difference, Meant] = field(default_factory=dict)
    _largest: dict[Difference, Fraction | None] = field(default_factory=dict)
    _scales: dict[Read, None] = field(default_factory=dict)
    _people: dict[Address, str] = field(default_factory=dict)

    def compared(
        self,
        case: str,
        counts: tuple[int, int],
        observables: Iterable[tuple[str, str]],
        laws: int = 0,
        *,
        words: int = 0,
    ) -> None:
        """Note one scenario's acts and answers, what they were about, and how much else was looked at.

        Args:
            case: The market.
            counts: Transactions and views.
            observables: What they were about.
            laws: How many laws looked at it.
            words: How many words of storage were read at its end.
        """
        self.scenarios += 1
        row = Compared(case, *counts, tuple(observables), laws, words)
        self._compared[case] = row if case not in self._compared else merged(self._compared[case], row)

    def difference(self, case: str, scenario: str, found: MarketDifference) -> Shown:
        """Note one difference and return what it belongs to."""
        condition = case.partition("/")[0]
        declaration = covering(found, condition, self.declared)
        over = None if declaration else exceeded(found, condition, self.declared)
        if about := declaration or over:
            self._note(about, found, exceeds=declaration is None)
        # What keeps a bound and what exceeds it are two facts about one observable.
        why = declaration.why if declaration else ""
        key = (case, found.aspect.value, found.contract, found.observable, why)
        old, largest = self._shown.get(key, (None, Fraction(0)))
        largest = None if largest is None or found.relative is None else max(largest, found.relative)
        shown = Shown(
            case=case,
            aspect=found.aspect.value,
            contract=found.contract,
            observable=found.observable,
            scenario=old.scenario if old else scenario,
            moment=old.moment if old else found.moment,
            label=old.label if old else found.label,
            old=old.old if old else found.old,
            new=old.new if old else found.new,
            count=old.count + 1 if old else 1,
            relative="" if largest is None else share(largest),
            declared=why,
            bound=over.limit if over else "",
        )
        self._shown[key] = (shown, largest)
        return shown

    def breach(self, case: str, scenario: str, found: Breach, *, old_too: bool) -> None:
        """Note one broken law."""
        key = (case, found.law, found.contract, found.observable)
        seen = self._broken.get(key)
        self._broken[key] = Broken(
            case=case,
            law=found.law,
            kind=found.kind,
            contract=found.contract,
            observable=found.observable,
            scenario=seen.scenario if seen else scenario,
            moment=seen.moment if seen else found.moment,
            detail=seen.detail if seen else found.detail,
            count=seen.count + 1 if seen else 1,
            old_too=old_too and (seen.old_too if seen else True),
        )

    def read(self, scales: Iterable[Read], people: Mapping[Address, str]) -> None:
        """Note how figures and accounts are read."""
        self._scales |= dict.fromkeys(scales)
        self._people |= people

    def result(self) -> Regression:
        """Return everything that was noted."""
        declared = tuple(self._meant.get(item, _meant(item)) for item in self.declared)
        return Regression(
            scenarios=self.scenarios,
            compared=tuple(replace(row, observables=tuple(sorted(row.observables))) for row in self._compared.values()),
            differences=tuple(shown for shown, _ in self._shown.values()),
            broken=tuple(self._broken.values()),
            absent=unmet(declared, self._compared.values()),
            declared=declared,
            scales=tuple(self._scales),
            people=tuple(self._people.items()),
        )

    def _note(self, declaration: Difference, found: MarketDifference, *, exceeds: bool) -> None:
        known = self._meant.get(declaration, _meant(declaration))
        largest = self._largest.get(declaration, Fraction(0))
        largest = None if largest is None or found.relative is None else max(largest, found.relative)
        self._largest[declaration] = largest
        self._meant[declaration] = replace(
            known,
            kept=known.kept + (not exceeds),
            exceeded=known.exceeded + exceeds,
            relative="" if largest is None else share(largest),
        )


def largest_of(shares: Iterable[str]) -> str:
    """Return the largest of relative changes; empty where there is none, or one that could not be measured."""
    known = list(shares)
    return max(known, key=Decimal) if known and all(known) else ""


def unmet(declared: Iterable[Meant], compared: Iterable[Compared]) -> tuple[tuple[str, str, str], ...]:
    """Return the declarations that nothing matched, as (contract, observable, condition).

    Where no word of storage was read, nothing is said of one about storage; a later step brings its own about.
    """
    read = any(row.words for row in compared)
    return tuple(
        (item.contract, item.observable, item.condition)
        for item in declared
        if not (item.kept or item.exceeded or item.activation) and (read or item.observable != STORAGE)
    )


def _meant(item: Difference) -> Meant:
    return Meant(
        item.contract, item.observable, item.condition, item.bound, item.why, item.activation, amount=item.amount
    )


def merged(one: Compared, other: Compared) -> Compared:
    """Return two scenarios of one case as one row."""
    return Compared(
        one.case,
        one.acts + other.acts,
        one.answers + other.answers,
        tuple(sorted({*one.observables, *other.observables})),
        max(one.laws, other.laws),
        one.words + other.words,
    )


def share(relative: Fraction) -> str:
    """Return a relative change as a decimal number of six digits, without an exponent."""
    value = _DIGITS.divide(Decimal(relative.numerator), Decimal(relative.denominator))
    return format(value.normalize(_DIGITS), "f")
