"""Which declaration in ``upgrade.toml`` covers a difference that was found in a market."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import STORAGE, Aspect, MarketDifference


def covering(difference: MarketDifference, condition: str, declared: Iterable[Difference]) -> Difference | None:
    """Return the first declaration that covers ``difference``, or None.

    Args:
        difference: What was found.
        condition: Name of the market condition in which it was found.
        declared: What the upgrade means to change.
    """
    return next((item for item in _about(difference, condition, declared) if within(difference, item)), None)


def exceeded(difference: MarketDifference, condition: str, declared: Iterable[Difference]) -> Difference | None:
    """Return a declaration that is about ``difference`` and whose bound it exceeds, or None."""
    return next((item for item in _about(difference, condition, declared) if not within(difference, item)), None)


def within(difference: MarketDifference, declaration: Difference) -> bool:
    """Tell whether a difference keeps a declaration's bound; what cannot be measured exceeds every bound."""
    if not declaration.bound:
        return True
    return difference.relative is not None and difference.relative <= Fraction(declaration.bound)


def _about(difference: MarketDifference, condition: str, declared: Iterable[Difference]) -> Iterator[Difference]:
    for item in declared:
        same = item.contract == difference.contract and _observes(item.observable, difference)
        if same and item.condition in {"", condition}:
            yield item


def _observes(observable: str, difference: MarketDifference) -> bool:
    """Match a signature, or a name alone; a function's name says nothing of its gas."""
    if observable == difference.observable:
        return True
    if difference.aspect is Aspect.STORAGE:
        return observable == STORAGE
    return difference.aspect is not Aspect.GAS and observable == difference.observable.partition("(")[0]
