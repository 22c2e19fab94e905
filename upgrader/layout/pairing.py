"""Which region of one layout is which region of the other.

A region is where it is: two regions are the same when they start at the same slot, whatever they are called.  Only
what is left over is joined by name, then by the names of its variables: such a pair has moved.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from upgrader.layout.leaves import row_of
from upgrader.layout.model import RUNTIME, Region, RegionKind, StorageLayout


@dataclass(slots=True)
class RegionPairs:
    """The regions of two layouts, joined.

    Attributes:
        same: At the same place.
        moved: The same region at different places.
        vanished: Only in the old layout.
        added: Only in the new layout.
    """

    same: list[tuple[Region, Region]] = field(default_factory=list)
    moved: list[tuple[Region, Region]] = field(default_factory=list)
    vanished: list[Region] = field(default_factory=list)
    added: list[Region] = field(default_factory=list)

    def leave(self, taken: AbstractSet[int]) -> None:
        """Take regions out of those that are only in one layout, by their identity."""
        if taken:
            self.vanished = [region for region in self.vanished if id(region) not in taken]
            self.added = [region for region in self.added if id(region) not in taken]


def paired_regions(old: StorageLayout, new: StorageLayout) -> RegionPairs:
    """Join the persistent regions of two layouts."""
    pairs = RegionPairs(vanished=list(old.persistent), added=list(new.persistent))
    _take(pairs, pairs.same, lambda region: (_located(region), region.name))
    if pairs.vanished and pairs.added:
        _join_by_place(pairs, old, new)
    _part_exchanged(pairs)
    if pairs.vanished and pairs.added:
        _join_moved(pairs, old, new)
    # A root without variables cannot have moved, whatever its base.
    for before, after in list(pairs.moved):
        if not before.variables or not after.variables:
            pairs.moved.remove((before, after))
            pairs.same.append((before, after))
    return pairs


def _join_by_place(pairs: RegionPairs, old: StorageLayout, new: StorageLayout) -> None:
    names = _names_left(old, new, pairs)
    _take(pairs, pairs.same, lambda region: (_located(region), _label(region)) if _at_run_time(region) else None)
    _take_alike(pairs, pairs.same, names, lambda region: _located(region) if _at_run_time(region) else None)
    _take(pairs, pairs.same, lambda region: None if _bare(region) or _at_run_time(region) else _located(region))
    _take(pairs, pairs.same, lambda region: None if _at_run_time(region) else _located(region))


def _join_moved(pairs: RegionPairs, old: StorageLayout, new: StorageLayout) -> None:
    names = _names_left(old, new, pairs)
    _take(pairs, pairs.moved, lambda region: region.name)
    _take(pairs, pairs.moved, lambda region: (_constant(region) if _bare(region) else "") or None)
    _take(pairs, pairs.moved, lambda region: None if _bare(region) else names[id(region)] or None)
    _take_alike(pairs, pairs.moved, names, lambda region: None if _bare(region) else "")
    lonely = _lone_structs(pairs.vanished) | _lone_structs(pairs.added)
    _take(pairs, pairs.moved, lambda region: _struct(region) if id(region) in lonely else None)


def _part_exchanged(pairs: RegionPairs) -> None:
    """Take apart what is at one place under two names where one of them is found at another place in the other layout.

    Two structs of one shape that took one another's slots read alike everywhere, and each reads the other's data; so
    does one that took the slot of another that is gone.  One whose name is given to a fresh place stays where it is.
    """
    renamed = [(a, b) for a, b in pairs.same if None not in {_title(a), _title(b)} and _title(a) != _title(b)]
    if not renamed:
        return
    olds = _titled([*(a for a, _ in renamed), *pairs.vanished])
    news = _titled([b for _, b in renamed])
    moved = [(before, news[title]) for title, before in olds.items() if title in news]
    taken = {id(region) for pair in moved for region in pair}
    for before, after in renamed:
        if not taken.isdisjoint({id(before), id(after)}):
            pairs.same.remove((before, after))
            pairs.vanished.append(before)
            pairs.added.append(after)
    pairs.leave(taken)
    pairs.moved += moved


def _titled(regions: list[Region]) -> dict[tuple[str, str], Region]:
    """Return regions by what they hold; those that hold the same as another are left out."""
    titles = [_title(region) for region in regions]
    counts = Counter(titles)
    found = zip(titles, regions, strict=True)
    return {title: region for title, region in found if title is not None and counts[title] == 1}


def _title(region: Region) -> tuple[str, str] | None:
    """Return what a region holds and by which constant, without their contracts; None where that is no name.

    What is alone behind a constant (a word, ``StorageSlot``'s structs) has the constant's name, a struct its own.
    """
    if region.kind not in {RegionKind.CONSTANT, RegionKind.NAMESPACE} or _at_run_time(region) or not region.variables:
        return None
    nameless = region.variables[0].name in {"word", "value"}
    return ("", _constant(region)) if nameless else (region.variables[0].contract, "")


def _take(pairs: RegionPairs, into: list[tuple[Region, Region]], key: Callable[[Region], Hashable]) -> None:
    """Move every pair of one key out of the leftovers, first come first served; None is no key."""
    waiting: dict[Hashable, deque[Region]] = {}
    for after in pairs.added:
        waiting.setdefault(key(after), deque()).append(after)
    taken: set[int] = set()
    for before in pairs.vanished:
        known = key(before)
        if known is not None and waiting.get(known):
            after = waiting[known].popleft()
            into.append((before, after))
            taken |= {id(before), id(after)}
    pairs.leave(taken)


def _take_alike(
    pairs: RegionPairs,
    into: list[tuple[Region, Region]],
    names: Mapping[int, frozenset[tuple[str, ...]]],
    key: Callable[[Region], Hashable],
) -> None:
    """Do the same with those of one key of which the later has at least half of what the earlier holds, by name."""
    holding: dict[tuple[Hashable, tuple[str, ...]], list[int]] = {}
    for index, after in enumerate(pairs.added):
        if (known := key(after)) is not None:
            for name in names[id(after)]:
                holding.setdefault((known, name), []).append(index)
    taken: set[int] = set()
    for before in pairs.vanished:
        known, ours = key(before), names[id(before)]
        held = Counter(index for name in ours for index in holding.get((known, name), ()))
        fits = [i for i, n in held.items() if 2 * n >= len(ours) and id(pairs.added[i]) not in taken]
        if fits and known is not None:
            after = pairs.added[min(fits)]
            into.append((before, after))
            taken |= {id(before), id(after)}
    pairs.leave(taken)


def _located(region: Region) -> object:
    """Where a region is: the root at slot 0 is no namespace at slot 0; elsewhere ``layout at`` may replace one."""
    root = region.kind is RegionKind.ROOT and not region.base
    if region.base is not None:
        return root, region.base
    return root, RUNTIME if _at_run_time(region) else region.formula


def _at_run_time(region: Region) -> bool:
    """Whether only a variable knows where a struct is: then that says which struct of which is no help."""
    return region.formula.startswith(RUNTIME)


def _label(region: Region) -> str:
    """Return what a region behind a slot constant holds, without the constant's name."""
    return region.name.partition(" at ")[0]


def _bare(region: Region) -> bool:
    """Whether a region is one value behind a slot constant; their members say nothing about which is which."""
    return region.kind is RegionKind.CONSTANT and len(region.variables) == 1


def _lone_structs(regions: list[Region]) -> set[int]:
    """Return the ids of regions that hold a struct of one member which no other of them holds.

    ``StorageSlot``'s structs are not meant: they say nothing but a type.
    """
    structs = [_struct(region) for region in regions]
    counts = Counter(structs)
    return {
        id(region)
        for region, struct in zip(regions, structs, strict=True)
        if struct and counts[struct] == 1 and region.variables[0].name != "value"
    }


def _struct(region: Region) -> tuple[str, str] | None:
    """Return the struct and the member that a bare region holds; None for every other region."""
    if not _bare(region) or region.variables[0].name == "word":
        return None
    return region.name.partition(" at ")[0].rpartition(".")[2], region.variables[0].name


def _constant(region: Region) -> str:
    return region.name.rpartition(" at ")[2].rpartition(".")[2]


def _names_left(old: StorageLayout, new: StorageLayout, pairs: RegionPairs) -> Mapping[int, frozenset[tuple[str, ...]]]:
    """Return what each region that is only in one layout keeps, by name, by the region's identity.

    Nothing of a root, which is known by where it is.
    """
    return {
        id(region): frozenset(
            leaf.path for leaf in row_of(layout, region) if leaf.live and region.kind is not RegionKind.ROOT
        )
        for layout, regions in ((old, pairs.vanished), (new, pairs.added))
        for region in regions
    }
