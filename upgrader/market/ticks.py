"""What a market says from one look at it to the next: where the price is, and what the oracle makes of it."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from upgrader.market.bridge import LEGS, bridge
from upgrader.market.condition import Case, Condition, Defect, Fault
from upgrader.market.fixed import DECIMALS, ONE, WHOLE, Price, Rate
from upgrader.units import Seconds

STEPS: Final = 2
"""Points of each leg of a day: seven looks at a day, one every four hours."""

FLAT: Final = 6
"""Looks at a market whose price stands still."""

FEED_DECIMALS: Final = 8
"""Of Chainlink's dollar feeds.  Source: https://docs.chain.link/data-feeds/api-reference"""


@dataclass(frozen=True, slots=True)
class Round:
    """What a price feed answers.

    Attributes:
        answer: With ``decimals``.
        decimals: Of the answer, as the feed says.
        age: Time since the answer was given.
    """

    answer: int
    decimals: int = FEED_DECIMALS
    age: Seconds = Seconds(0)


@dataclass(frozen=True, slots=True)
class Tick:
    """The market at one time.

    Attributes:
        after: Time since the tick before, or since the start; at least one second but for the first.
        price: What the underlying is worth.
        round: What its feed answers.
        volatility: Annual.
        staked: What a staked token is worth in the underlying, as a share of what it was at the start.
        sequencer_up: False where the tick is the sequencer's return: the feed has not answered since it went down.
    """

    after: Seconds
    price: Price
    round: Round
    volatility: Rate
    staked: Rate = WHOLE
    sequencer_up: bool = True


def ticks(case: Case, spot: Price, seed: int, steps: int = STEPS) -> tuple[Tick, ...]:
    """Return the market of ``case``, beginning at ``spot``.

    Args:
        case: The market.
        spot: Price of the underlying at the start; the path is scaled to it.
        seed: Chooses the path.
        steps: Points of each leg of a day.
    """
    condition = case.condition
    prices = _prices(condition, spot, seed, steps)
    pace = Seconds(condition.day // (LEGS * steps))
    looks = [
        Tick(
            after=Seconds(0) if not index else pace,
            price=price,
            round=said(price),
            volatility=_between(condition.volatility, index, len(prices)),
            staked=_between((WHOLE, condition.staked), index, len(prices)),
        )
        for index, price in enumerate(prices)
    ]
    if condition.lag:
        looks = list(_behind(looks, condition.lag))
    if case.fault:
        looks = list(_faulty(looks, case.fault))
    if condition.down:
        looks = list(_interrupted(looks, condition))
    return tuple(looks)


def said(price: Price, decimals: int = FEED_DECIMALS) -> Round:
    """Return the round of a feed that tells the price as it is, now."""
    return Round(price // 10 ** (DECIMALS - decimals), decimals)


def _prices(condition: Condition, spot: Price, seed: int, steps: int) -> tuple[Price, ...]:
    if not condition.bars:
        return (spot,) * (FLAT + 1)
    first = condition.bars[0].open
    days = [bridge(bar, seed + index, steps) for index, bar in enumerate(condition.bars)]
    # A day opens where the one before it closed, but for a few cents: its first point would be the same look twice.
    path = [*days[0], *(price for day in days[1:] for price in day[1:])]
    return tuple(Price(price * spot // first) for price in path)


def _between(ends: tuple[Rate, Rate], index: int, count: int) -> Rate:
    """Return a figure of the path that goes straight from one end to the other."""
    start, end = ends
    return Rate(start + (end - start) * index // max(count - 1, 1))


def _behind(looks: list[Tick], lag: Seconds) -> Iterator[Tick]:
    """Begin well; from the second look on the oracle tells an older price, on the straight line between two looks."""
    times = tuple(accumulate(look.after for look in looks))
    for look, now in zip(looks, times, strict=True):
        then = max(now - lag, 0)
        last = bisect_right(times, then) - 1
        price = looks[last].price
        if then > times[last]:
            price = Price(price + (looks[last + 1].price - price) * (then - times[last]) // looks[last + 1].after)
        yield replace(look, round=replace(said(price), age=Seconds(now - then)))


def _faulty(looks: list[Tick], fault: Fault) -> Iterator[Tick]:
    """Begin well; from the second look on the oracle is wrong."""
    yield looks[0]
    kept = looks[0].round
    passed = 0
    for look in looks[1:]:
        passed += look.after
        price = look.price
        match fault.defect:
            case Defect.STALE:
                told = replace(look.round, age=fault.age)
            case Defect.ZERO:
                told = replace(look.round, answer=0)
            case Defect.NEGATIVE:
                told = replace(look.round, answer=-look.round.answer)
            case Defect.CLAMPED:
                # The market goes on falling; the feed repeats its floor, freshly dated.
                told, price = kept, Price(look.price * fault.share // ONE)
            case Defect.DECIMALS:
                told = said(look.price, DECIMALS)
            case Defect.FACTOR:
                told = said(Price(look.price * fault.share // ONE))
            case Defect.CARRIED:
                told = replace(kept, age=Seconds(passed))
        yield replace(look, round=told, price=price)


def _interrupted(looks: list[Tick], condition: Condition) -> Iterator[Tick]:
    """Take the sequencer down after the first look; go on at its return and when its grace has passed."""
    yield looks[0]
    last = looks[0].round
    returned, *rest = looks[1:]
    yield replace(returned, after=condition.down, round=replace(last, age=condition.down), sequencer_up=False)
    yield replace(returned, after=Seconds(condition.grace // 2))
    yield replace(returned, after=Seconds(condition.grace - condition.grace // 2 + 1))
    yield from rest
