"""From one daily bar to a path within the day: a seeded bridge through open, low, high and close.

Between two anchors the path is the straight line plus a random walk tied down at both ends (a Brownian bridge with
uniform steps), cut at the day's low and high.  The anchors are met exactly, so a path has the bar that it was made
from.  Integers only: rounding in floating point differs between machines, and a path is evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import Final

from upgrader.errors import InputError
from upgrader.market.draws import draws
from upgrader.market.fixed import Price

LEGS: Final = 3
"""Open to low, low to high, high to close."""

_STRIDE: Final = 1_000
"""Largest step of the walk, either way."""

_CALM: Final = 6
"""The walk's largest step, as a part of the day's range."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a market.

    Attributes:
        date: ``2020-03-12``, UTC.
    """

    date: str
    open: Price
    high: Price
    low: Price
    close: Price

    def __post_init__(self) -> None:
        """Refuse a bar that no path can have.

        Raises:
            InputError: Low is not the lowest or high not the highest of the four, or a price is not positive.
        """
        if not 0 < self.low <= min(self.open, self.close) <= max(self.open, self.close) <= self.high:
            raise InputError(
                "the bar's low and high do not enclose its open and close",
                remedy="correct the four prices",
                where=self.date,
            )


def bridge(bar: Bar, seed: int, steps: int) -> tuple[Price, ...]:
    """Return the prices of one day.

    Args:
        bar: The day.
        seed: Chooses the path.
        steps: Points of each of the three legs, at least 1.

    Returns:
        3 * ``steps`` + 1 prices at equal distances; the first is the open, the last the close, and low and high are
        reached after one and two thirds.
    """
    numbers = draws(seed)
    anchors = (bar.open, bar.low, bar.high, bar.close)
    points = [bar.open]
    for start, end in pairwise(anchors):
        points += _leg(bar, (start, end), steps, numbers)
    return tuple(points)


def _leg(bar: Bar, ends: tuple[Price, Price], steps: int, numbers: Iterator[int]) -> Iterator[Price]:
    start, end = ends
    walk = tuple(accumulate(number % (2 * _STRIDE + 1) - _STRIDE for number in islice(numbers, steps)))
    for index, height in enumerate(walk, start=1):
        straight = start + (end - start) * index // steps
        # Tied down at the end: the walk less its own straight line to where it came out.
        off = (height * steps - walk[-1] * index) * (bar.high - bar.low) // (steps * _STRIDE * _CALM)
        yield Price(min(max(straight + off, bar.low), bar.high))
