"""Names like the one that was given: what somebody who mistyped it meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

COMPARED: Final = 2_000
"""Names that are looked at."""

LENGTH: Final = 100
"""Characters of each."""


def nearest(wanted: str, known: Iterable[str], limit: int, *, least: float = 0.0) -> list[str]:
    """Return the names that are most like one, the nearest first, then by the alphabet.

    Args:
        wanted: As it was given.
        known: What there is.
        limit: Names that are returned.
        least: How like one has to be: 0 for not at all, 1 for the same in other case.
    """
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted[:LENGTH].lower())
    likeness = {}
    for name, _ in zip(known, range(COMPARED), strict=False):
        matcher.set_seq1(name[:LENGTH].lower())
        likeness[name] = matcher.ratio()
    close = [name for name, ratio in likeness.items() if ratio >= least]
    return sorted(close, key=lambda name: (-likeness[name], name))[:limit]


def listed(wanted: str, known: Iterable[str], limit: int = 12) -> str:
    """Return known names in words, those first that are most like the wanted one; how many are left out is said."""
    every = list(dict.fromkeys(known))
    shown = nearest(wanted, every, limit)
    more = f" and {len(every) - len(shown)} more" if len(every) > len(shown) else ""
    return ", ".join(shown) + more
