"""Which range of one row is which range of the other.

In this order: same place and same name (a name that an annotation gives counts, and so does a struct put around a
variable); same name elsewhere, which is a move; same place and another name, if the bytes read alike.  What is left
of the old row is gone, what is left of the new one is fresh.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from upgrader.layout.leaves import Leaf

_Home: TypeAlias = tuple[tuple[str, ...], str]
"""A name, and the contract that declares it."""


@dataclass(slots=True)
class Matched:
    """The ranges of two rows, joined.

    Attributes:
        kept: Same place, same name.
        renamed: Same place, another name.
        moved: Same name, another place.
        gone: Live in the old row and not in the new one.
        fresh: Live in the new row and not in the old one.
    """

    kept: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    renamed: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    moved: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    gone: list[Leaf] = field(default_factory=list)
    fresh: list[Leaf] = field(default_factory=list)


def match_rows(olds: Sequence[Leaf], news: Sequence[Leaf], reads_alike: Callable[[Leaf, Leaf], bool]) -> Matched:
    """Join two rows.

    Args:
        olds: In ascending order.
        news: In ascending order.
        reads_alike: Whether a range of another name at the same place holds the same value.
    """
    matched, there = Matched(), {leaf.start: leaf for leaf in news}
    used: set[int] = set()
    rest = _keep(matched, olds, there, used)
    rest = _move(matched, rest, news, used)
    for leaf in rest:
        other = there.get(leaf.start)
        if other is not None and other.live and other.start not in used and reads_alike(leaf, other):
            used.add(other.start)
            matched.renamed.append((leaf, other))
        else:
            matched.gone.append(leaf)
    matched.fresh = [leaf for leaf in news if leaf.live and leaf.start not in used]
    return matched


def exchanged(moved: Sequence[tuple[Leaf, Leaf]], same_type: Callable[[Leaf, Leaf], bool]) -> set[int]:
    """Return the old places of variables that took one another's places, all of one type."""
    target = {before.start: (before, after) for before, after in moved}
    found: set[int] = set()
    for start in target:
        ring, at = [start], target[start][1].start
        while at in target and at not in ring:
            ring.append(at)
            at = target[at][1].start
        first = target[start][0]
        if at == start and len(ring) > 1 and all(same_type(first, target[place][1]) for place in ring):
            found.update(ring)
    return found


def overlapping(live: Sequence[Leaf], start: int, end: int) -> list[Leaf]:
    """Return the ranges of ``live`` (ascending, disjoint) that share a byte with ``[start, end)``."""
    low, high = 0, len(live) if start < end else 0
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if live[middle].end <= start else (low, middle)
    found = []
    while start < end and low < len(live) and live[low].start < end:
        found.append(live[low])
        low += 1
    return found


def _keep(matched: Matched, olds: Sequence[Leaf], there: dict[int, Leaf], used: set[int]) -> list[Leaf]:
    rest = []
    homes = _homes(olds, there.values())
    for leaf in olds:
        other = there.get(leaf.start)
        if other is not None and _same_name(leaf, other) and not _elsewhere(leaf, other, homes):
            (matched.kept if leaf.path[-1:] == other.path[-1:] else matched.renamed).append((leaf, other))
            used.add(other.start)
        elif leaf.live:
            rest.append(leaf)
    return rest


def _homes(olds: Sequence[Leaf], news: Iterable[Leaf]) -> tuple[set[_Home], set[_Home]] | None:
    """Return every name with the contract that declares it, of both rows; None where names suffice."""
    if len({leaf.path for leaf in olds}) == len(olds):
        return None
    return {(leaf.path, leaf.variable.contract) for leaf in olds}, {
        (leaf.path, leaf.variable.contract) for leaf in news
    }


def _elsewhere(before: Leaf, after: Leaf, homes: tuple[set[_Home], set[_Home]] | None) -> bool:
    """Whether a range of the same name is another base's, and one of the two bases has its own at another place."""
    if homes is None or before.variable.contract == after.variable.contract:
        return False
    return (before.path, before.variable.contract) in homes[1] or (after.path, after.variable.contract) in homes[0]


def _move(matched: Matched, rest: list[Leaf], news: Sequence[Leaf], used: set[int]) -> list[Leaf]:
    named: dict[tuple[str, ...], list[Leaf]] = {}
    for leaf in news if rest else ():
        if leaf.start not in used:
            for path in {leaf.path, leaf.former}:
                named.setdefault(path, []).append(leaf)
    taken: dict[int, Leaf] = {}
    # Private variables of two bases may have one name: each looks for its own base's first.
    for own in (True, False):
        for leaf in rest:
            for other in named.get(leaf.path, ()) if leaf.start not in taken else ():
                ours = other.variable.contract == leaf.variable.contract
                if other.start not in used and (ours if own else other.start != leaf.start):
                    taken[leaf.start] = other
                    used.add(other.start)
                    break
    matched.moved += [(leaf, taken[leaf.start]) for leaf in rest if leaf.start in taken]
    return [leaf for leaf in rest if leaf.start not in taken]


def _same_name(before: Leaf, after: Leaf) -> bool:
    """Whether two ranges at one place go by one name, now or by annotation; a struct around them changes no name."""
    if before.path in {after.path, after.former}:
        return True
    return len(before.path) != len(after.path) and before.path[-1:] == after.path[-1:]
