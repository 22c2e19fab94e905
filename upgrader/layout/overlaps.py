"""Regions that share bytes: with one another, or with what was live before in a region they are not."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import Leaf, leaves, place_of
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.pairing import RegionPairs
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD


def overlaps(old: StorageLayout, new: StorageLayout, pairs: RegionPairs) -> Iterator[LayoutChange]:
    """Yield one fact for each two regions of the new layout, or of new and old, that share live bytes.

    A pair of regions that shared bytes in the old layout too is said to have done so (``acknowledged``): two views
    of one place, kept.
    """
    told: set[frozenset[int]] = set()
    together = list(_shared(new, new))
    before = {(_key(a), _key(b)) for a, b, _, _ in _shared(old, old)} if together else set()
    for first, second, ours, theirs in together:
        told.add(frozenset((id(first), id(second))))
        known = (_key(first), _key(second)) in before
        yield LayoutChange(
            ChangeKind.REGION_OVERLAP, ours, theirs, f"{first.name} and {second.name}", acknowledged=known
        )
    partners = {id(b): id(a) for a, b in (*pairs.same, *pairs.moved)}
    arrived = [*pairs.added, *(b for _, b in pairs.moved)]
    names = {id(region) for region in arrived}
    successors = {before: after for after, before in partners.items()}
    for first, second, ours, theirs in _shared(old, new) if arrived else ():
        if frozenset((successors.get(id(first), 0), id(second))) in told:
            continue
        if id(second) in names and partners.get(id(second)) != id(first):
            reason = f"{second.name}, which is new there, and {first.name}"
            yield LayoutChange(ChangeKind.REGION_OVERLAP, ours, theirs, reason)


def _shared(old: StorageLayout, new: StorageLayout) -> Iterator[tuple[Region, Region, Place, Place]]:
    """Yield pairs of regions with the first live ranges that they share; a layout with itself, each pair once."""
    if old is new and len(old.regions) < 2:  # noqa: PLR2004 - one region shares bytes with no other
        return
    ours, theirs = _spans(old), _spans(new)
    reach = list(accumulate((end for _, end, _ in theirs), max))
    for index, (start, end, first) in enumerate(ours):
        # What lies before the first whose end, or that of one before it, is behind our start shares nothing.
        others = range(index + 1 if old is new else bisect_right(reach, start), len(theirs))
        for other_start, other_end, second in map(theirs.__getitem__, others):
            if other_start >= end:
                break
            if other_end <= start:
                continue
            found = _first_shared(old, first, new, second)
            if found:
                yield first, second, *found


def _spans(layout: StorageLayout) -> list[tuple[int, int, Region]]:
    """Return the regions of known base with their first and last byte, ascending.

    A word of the proxy's is left out: what lies there is the proxy's, however many views of it the code has.
    """
    sized = [
        (region, max(variable.end for variable in region.variables))
        for region in layout.persistent
        if region.base is not None and region.variables
    ]
    spans = [
        ((region.base or 0) * WORD, (region.base or 0) * WORD + size, region)
        for region, size in sized
        if size > WORD or region.base not in PROXY_SLOTS
    ]
    return sorted(spans, key=lambda span: (span[0], span[1], span[2].name))


def _first_shared(old: StorageLayout, first: Region, new: StorageLayout, second: Region) -> tuple[Place, Place] | None:
    ours, theirs = (
        [leaf for leaf in leaves(layout.types, region.variables) if leaf.live]
        for layout, region in ((old, first), (new, second))
    )
    shift, base = (first.base or 0) * WORD, (second.base or 0) * WORD
    i = j = 0
    while i < len(ours) and j < len(theirs):
        a, b = ours[i], theirs[j]
        if a.end + shift <= b.start + base:
            i += 1
        elif b.end + base <= a.start + shift:
            j += 1
        else:
            return _placed(old, first, a), _placed(new, second, b)
    return None


def _placed(layout: StorageLayout, region: Region, leaf: Leaf) -> Place:
    return place_of(leaf, layout.types, region.name, region.base or 0, "")


def _key(region: Region) -> tuple[RegionKind, object]:
    return region.kind, region.base
