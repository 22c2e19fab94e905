"""Choices that look random and follow from a seed alone."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

from upgrader.market.draws import draws
from upgrader.units import keccak

T = TypeVar("T")

_HUNDRED = 100


class Chance:
    """Makes choices; the same seed and path make the same ones.

    Args:
        seed: Any integer.
        path: What the choices are for, so that those of one sequence do not depend on how many another one took.
    """

    def __init__(self, seed: int, *path: int | str) -> None:
        self._draws = draws(int.from_bytes(keccak(repr((seed, *path)).encode())[:8]))

    def below(self, bound: int) -> int:
        """Return a number from 0 to ``bound`` - 1; the bias of the modulus is below 2**-32 for what is asked here."""
        return next(self._draws) % bound

    def bits(self, count: int) -> int:
        """Return a number of at most ``count`` bits, each as likely as any other."""
        number = 0
        for _ in range(0, count, 64):
            number = number << 64 | next(self._draws)
        return number >> (-count % 64)

    def percent(self, share: int) -> bool:
        """Return True in ``share`` of a hundred cases."""
        return self.below(_HUNDRED) < share

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of at least one choices, each as likely."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[T], weights: Sequence[int]) -> T:
        """Return one of the choices, as likely as its weight says; the weights are not all zero."""
        sums = list(accumulate(weights))
        drawn = self.below(sums[-1])
        return choices[next(index for index, total in enumerate(sums) if drawn < total)]
