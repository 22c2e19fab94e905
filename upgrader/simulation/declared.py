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
    """Tell whether a difference keeps a declaration's bound or its amount; what cannot be measured exceeds both."""
    relative, amount = difference.relative, difference.amount
    if declaration.bound and relative is not None and relative <= Fraction(declaration.bound):
        return True
    if declaration.amount and amount is not None and amount <= int(declaration.amount):
        return True
    return not declaration.limit


def _about(difference: MarketDifference, condition: str, declared: Iterable[Difference]) -> Iterator[Difference]:
    for item in declared:
        same = item.contract == difference.contract and _observes(item.observable, difference)
        if same and item.condition in {"", condition}:
            yield item


def _observes(observable: str, difference: MarketDifference) -> bool:
    """Match a signature or a name alone, either with one aspect behind it; without one they say nothing of gas."""
    if observable == difference.observable:
        return True
    if difference.aspect is Aspect.STORAGE:
        return observable == STORAGE
    named, _, aspect = observable.rpartition(" ")
    if aspect != difference.aspect if named else difference.aspect is Aspect.GAS:
        return False
    signature = difference.observable.removesuffix(f" {Aspect.GAS}")
    return (named or observable) in {signature, signature.partition("(")[0]}
