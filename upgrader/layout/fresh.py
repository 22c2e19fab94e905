"""Bytes that a new layout makes live and the old one did not: what must be zero on a live proxy.

Appended variables, the elements that a gap gave up, the members of a new namespace, padding that a wider type takes:
whatever the edit was, it is one set of bytes less another.  Of a mapping or a dynamic array it is the word of its own;
what lies at hashes is fresh when that was never used.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import leaves, place_of
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

MAX_ARRAY: Final = 256
"""Words of one variable that are read."""

_FIRST: Final = re.compile(r"[.\[]")
"""Where a path leaves its first name."""

_TOLD: Final = frozenset(
    {
        ChangeKind.MOVED,
        ChangeKind.SWAPPED,
        ChangeKind.REUSED,
        ChangeKind.RESTORED,
        ChangeKind.NARROWED,
        ChangeKind.REINTERPRETED,
        ChangeKind.RESTRIDED,
        ChangeKind.UNJUDGED,
    }
)
"""Facts that speak of a new variable's bytes already; their findings show the value."""

_WHOLE: Final = frozenset({ChangeKind.REGION_MOVED, ChangeKind.REGION_UNSEEN, ChangeKind.REGION_OVERLAP})
"""The same for a whole region."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Bytes that the new layout makes live and the old one did not.

    Attributes:
        place: The variable they belong to.
        pieces: ``(slot, offset, size)`` within one word each; the first :data:`MAX_ARRAY` words.
        cut: Whether it has more.
    """

    place: Place
    pieces: tuple[tuple[int, int, int], ...]
    cut: bool = False


def fresh_bytes(old: StorageLayout, new: StorageLayout, changes: Iterable[LayoutChange]) -> tuple[Fresh, ...]:
    """Return what only the new layout has live, except what other facts speak of already."""
    told, regions = set(), set()
    for change in changes:
        if change.kind in _TOLD and change.new is not None and not change.new.inside:
            told.add((change.new.slot, change.new.offset))
        elif change.kind in _WHOLE and change.new is not None:
            regions.add(change.new.region)
    taken = _merged(
        (base + leaf.start, base + leaf.end)
        for region, base in located(old)
        for leaf in leaves(old.types, region.variables)
        if leaf.live
    )
    found = []
    for region, base in located(new):
        if region.name in regions or region.base in PROXY_SLOTS:
            continue
        if not old.complete and region.kind is not RegionKind.ROOT:
            continue  # the old layout would not know of it, had it been there
        for leaf in leaves(new.types, region.variables):
            if not leaf.live or ((base + leaf.start) // WORD, leaf.start % WORD) in told:
                continue
            ranges = _without(taken, base + leaf.start, base + leaf.end)
            words = [piece for start, end in ranges for piece in pieces(start, end, MAX_ARRAY)]
            if words:
                place = place_of(leaf, new.types, region.name, region.base or 0, "")
                whole = sum(-(-end // WORD) - start // WORD for start, end in ranges)
                found.append(Fresh(place, tuple(words[:MAX_ARRAY]), whole > MAX_ARRAY))
    return tuple(found)


def new_names(new: StorageLayout, changes: Iterable[LayoutChange]) -> frozenset[str]:
    """Return what variables, and members of placed structs, are called whose bytes the old layout had not for them.

    A name that is missing here has its old value, whatever struct it stands in now and however that is called.
    """
    places: list[Place | None] = []
    regions = set()
    for change in changes:
        if change.kind in {ChangeKind.ADDED, ChangeKind.REUSED}:
            places.append(change.new)
        elif change.kind is ChangeKind.REGION_ADDED and change.new is not None:
            regions.add(change.new.region)
        places += change.cause
    found = {_FIRST.split(place.path, 1)[0] for place in places if place is not None and not place.inside}
    return frozenset(found | {v.name for region in new.regions if region.name in regions for v in region.variables})


def located(layout: StorageLayout) -> Iterator[tuple[Region, int]]:
    """Yield the persistent regions whose place is known, with their first byte."""
    return ((region, region.base * WORD) for region in layout.persistent if region.base is not None)


def pieces(start: int, end: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """Yield ``(slot, offset, size)`` of the first ``limit`` words of a range."""
    while start < end and limit > 0:
        slot, offset = divmod(start, WORD)
        size = min(WORD - offset, end - start)
        yield slot, offset, size
        start, limit = start + size, limit - 1


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _without(taken: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return ``[start, end)`` without the ranges in ``taken`` (ascending, disjoint)."""
    left = []
    index = max(0, bisect_right(taken, (start, start)) - 1)
    while start < end and index < len(taken) and taken[index][0] < end:
        low, high = taken[index]
        if low > start:
            left.append((start, low))
        start, index = max(start, high), index + 1
    return [*left, (start, end)] if start < end else left
