"""One place, seen by the compiler in one layout and by code that chose the slot in the other.

``assembly { s.slot := 5 }`` and a variable ``S s`` that the compiler puts into slot 5 are two views of the same bytes.
So a region that is gone is looked for among what other regions make live in its bytes, and variables that are gone from
their region among the regions that are new; what is found there is compared byte by byte, like any two rows.

Source: https://docs.soliditylang.org/en/latest/assembly.html#access-to-external-variables-functions-and-libraries
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import Leaf, place_of, row_of
from upgrader.layout.matching import overlapping
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.pairing import RegionPairs
from upgrader.layout.rows import Rows, Space
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

_NAMELESS: Final = (("value",), ("word",))
"""What the only variable behind a slot constant is called, whatever it is."""


def seen_otherwise(
    rows: Rows, old: StorageLayout, new: StorageLayout, pairs: RegionPairs, changes: list[LayoutChange]
) -> list[LayoutChange]:
    """Compare what is gone with what is live in its bytes now.

    Args:
        rows: Compares.
        old: What the proxy runs on now.
        new: What it shall run on.
        pairs: Their regions; those that are explained here are taken out.
        changes: Facts about regions that are at the same place in both.

    Returns:
        The facts, without those that this explains.
    """
    if pairs.vanished:
        after = _Views(new)
        for region in tuple(pairs.vanished):
            olds = _placed(old, region)
            changes = _explained(rows, olds, after.around(olds), changes, region, pairs)
    if not pairs.added or not any(_is_gone(change) for change in changes):
        return changes
    before = _Views(old)
    gone = {_bytes(change.old) for change in changes if _is_gone(change)}
    for region in tuple(pairs.added):
        news = _placed(new, region)
        olds = [
            leaf
            for _, leaves_of_other in before.around(news)
            for leaf in leaves_of_other
            if leaf.live and (leaf.start, leaf.end) in gone and _shares(news, leaf)
        ]
        if olds:
            pairs.added.remove(region)
            told = {(leaf.start, leaf.end) for leaf in olds}
            kept = [c for c in changes if c.kind is not ChangeKind.DELETED or _bytes(c.old) not in told]
            changes = [*kept, *compared_views(rows, sorted(olds, key=_start), news, Space(region.name))]
            gone = {_bytes(change.old) for change in changes if _is_gone(change)}
    return changes


def _is_gone(change: LayoutChange) -> bool:
    return change.kind is ChangeKind.DELETED and change.old is not None and not change.old.inside


class _Views:
    """The regions of a layout by the bytes that they span.

    Args:
        layout: Whose regions of known base are meant.
    """

    def __init__(self, layout: StorageLayout) -> None:
        self._placed = [(region, _placed(layout, region)) for region in layout.persistent if region.base is not None]
        spans = ((*_span(row), index) for index, (_, row) in enumerate(self._placed) if row)
        self._spans = sorted(spans)
        self._longest = max((end - start for start, end, _ in self._spans), default=0)

    def around(self, row: Sequence[Leaf]) -> list[tuple[Region, Sequence[Leaf]]]:
        """Return the regions that may share bytes with a row, in the order of their layout."""
        if not row:
            return []
        start, end = _span(row)
        found = []
        for index in range(bisect_left(self._spans, (end,)) - 1, -1, -1):
            first, behind, which = self._spans[index]
            if first + self._longest <= start:
                break
            if behind > start:
                found.append(which)
        return [self._placed[which] for which in sorted(found)]


def _span(row: Sequence[Leaf]) -> tuple[int, int]:
    return min(leaf.start for leaf in row), max(leaf.end for leaf in row)


def _explained(
    rows: Rows,
    olds: Sequence[Leaf],
    candidates: Iterable[tuple[Region, Sequence[Leaf]]],
    changes: list[LayoutChange],
    region: Region,
    pairs: RegionPairs,
) -> list[LayoutChange]:
    """Compare a region that is gone with the one that has live bytes where it was."""
    for other, leaves_of_other in candidates:
        news = [leaf for leaf in leaves_of_other if leaf.live and _shares(olds, leaf)]
        if not news:
            continue
        pairs.vanished.remove(region)
        taken = {(leaf.start, leaf.end) for leaf in news}
        kept = [c for c in changes if c.kind is not ChangeKind.ADDED or _bytes(c.new) not in taken]
        return [*kept, *compared_views(rows, olds, news, Space(other.name))]
    return changes


def compared_views(rows: Rows, olds: Sequence[Leaf], news: Sequence[Leaf], space: Space) -> list[LayoutChange]:
    """Compare two views of one place.

    Where no name is the same in both, another name is another variable that took the place, and no rename; what has no
    name of its own behind a slot constant takes that of the other.
    """
    there = {leaf.start: leaf for leaf in news}
    known = any(leaf.path[-1:] == there[leaf.start].path[-1:] for leaf in olds if leaf.start in there)
    facts = [
        replace(fact, kind=ChangeKind.REUSED)
        if fact.kind is ChangeKind.RENAMED and not (known or fact.acknowledged or fact.reason)
        else fact
        for fact in rows.compare([_as(leaf, there.get(leaf.start)) for leaf in olds], news, space)
    ]
    told = {fact.new for fact in facts}
    for leaf in olds:
        other = there.get(leaf.start)
        if other is not None and _nameless(leaf, other):
            place = place_of(other, rows.new, space.region, space.base, space.inside)
            was = place_of(leaf, rows.old, space.region, space.base, space.inside)
            facts += [LayoutChange(ChangeKind.RENAMED, was, place)] if place not in told else []
    return facts


def _placed(layout: StorageLayout, region: Region) -> list[Leaf]:
    """Return a region's ranges, counted from the first byte of storage; none where its place is not known."""
    if region.base is None or region.base in PROXY_SLOTS or region.kind is RegionKind.TRANSIENT:
        return []
    shift = region.base * WORD
    return [leaf._replace(start=leaf.start + shift, end=leaf.end + shift) for leaf in row_of(layout, region)]


def _shares(row: Sequence[Leaf], leaf: Leaf) -> bool:
    live = [each for each in row if each.live]
    return bool(overlapping(live, leaf.start, leaf.end))


def _as(leaf: Leaf, other: Leaf | None) -> Leaf:
    """Return an old range under the name of what begins where it does, where one of the two has none."""
    if other is None or not _nameless(leaf, other):
        return leaf
    return leaf._replace(path=other.path, former=other.path)


def _nameless(leaf: Leaf, other: Leaf) -> bool:
    """Whether one of two ranges of other names is called what every variable behind a slot constant is."""
    names = leaf.path[-1:], other.path[-1:]
    return names[0] != names[1] and any(name in names for name in _NAMELESS)


def _bytes(place: Place | None) -> tuple[int, int]:
    begin = place.slot * WORD + place.offset if place is not None else -1
    return begin, begin + (place.size if place is not None else 0)


def _start(leaf: Leaf) -> int:
    return leaf.start
