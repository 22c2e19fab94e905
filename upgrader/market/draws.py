"""Numbers that look random and are not: SplitMix64, so that a seed is data and a path is the same for ever.

Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014;
https://prng.di.unimi.it/splitmix64.c
"""

from collections.abc import Iterator
from typing import Final

_WORD: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio, odd."""


def draws(seed: int) -> Iterator[int]:
    """Yield numbers below 2**64 without end.

    Args:
        seed: Any integer; its low 64 bits count.
    """
    state = seed & _WORD
    while True:
        state = (state + _GOLDEN) & _WORD
        mixed = state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        yield mixed ^ (mixed >> 31)
