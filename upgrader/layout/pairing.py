"""Which region of one layout is which region of the other.

A region is where it is: two regions are the same when they start at the same slot, whatever they are called.  Only
what is left over is joined by name, then by the names of its variables: such a pair has moved.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from upgrader.layout.leaves import leaves
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


def paired_regions(old: StorageLayout, new: StorageLayout) -> RegionPairs:
    """Join the persistent regions of two layouts."""
    pairs = RegionPairs(vanished=list(old.persistent), added=list(new.persistent))
    _take(pairs, pairs.same, lambda a, b: _located(a) == _located(b) and a.name == b.name)
    if not pairs.vanished and not pairs.added:
        _part_exchanged(pairs)
        return pairs
    _take(pairs, pairs.same, lambda a, b: _located(a) == _located(b) and _label(a) == _label(b) and _at_run_time(a))
    _take(pairs, pairs.same, lambda a, b: _located(a) == _located(b) and _alike(old, a, new, b) and _at_run_time(a))
    _take(pairs, pairs.same, lambda a, b: _together(a, b) and not _bare(a) and not _bare(b))
    _take(pairs, pairs.same, _together)
    _part_exchanged(pairs)
    _take(pairs, pairs.moved, lambda a, b: a.name == b.name)
    _take(pairs, pairs.moved, lambda a, b: _bare(a) and _bare(b) and _constant(a) == _constant(b) != "")
    _take(pairs, pairs.moved, lambda a, b: not _bare(a) and not _bare(b) and _alike(old, a, new, b))
    lonely = _lone_structs(pairs.vanished), _lone_structs(pairs.added)
    _take(pairs, pairs.moved, lambda a, b: a.name in lonely[0] and _struct(a) == _struct(b) and b.name in lonely[1])
    # A root without variables cannot have moved, whatever its base.
    for before, after in list(pairs.moved):
        if not before.variables or not after.variables:
            pairs.moved.remove((before, after))
            pairs.same.append((before, after))
    return pairs


def _part_exchanged(pairs: RegionPairs) -> None:
    """Take apart what is at one place under two names where one of them is found at another place in the other layout.

    Two structs of one shape that took one another's slots read alike everywhere, and each reads the other's data; so
    does one that took the slot of another that is gone.
    """
    renamed = [(a, b) for a, b in pairs.same if None not in {_title(a), _title(b)} and _title(a) != _title(b)]
    if not renamed:
        return
    olds = _titled([*(a for a, _ in renamed), *pairs.vanished])
    news = _titled([*(b for _, b in renamed), *pairs.added])
    parted = {id(region) for pair in renamed for region in pair}
    moved = [
        (before, news[title])
        for title, before in olds.items()
        if title in news and not parted.isdisjoint({id(before), id(news[title])})
    ]
    taken = {id(region) for pair in moved for region in pair}
    for before, after in renamed:
        if not taken.isdisjoint({id(before), id(after)}):
            pairs.same.remove((before, after))
            pairs.vanished.append(before)
            pairs.added.append(after)
    pairs.vanished = [region for region in pairs.vanished if id(region) not in taken]
    pairs.added = [region for region in pairs.added if id(region) not in taken]
    pairs.moved += moved


def _titled(regions: list[Region]) -> dict[tuple[str, str], Region]:
    """Return regions by what they hold; those that hold the same as another are left out."""
    titles = [_title(region) for region in regions]
    return {
        title: region
        for title, region in zip(titles, regions, strict=True)
        if title is not None and titles.count(title) == 1
    }


def _title(region: Region) -> tuple[str, str] | None:
    """Return what a region holds and by which constant, without their contracts; None where that is no name.

    What is alone behind a constant (a word, ``StorageSlot``'s structs) has the constant's name, a struct its own.
    """
    if region.kind not in {RegionKind.CONSTANT, RegionKind.NAMESPACE} or _at_run_time(region) or not region.variables:
        return None
    nameless = region.variables[0].name in {"word", "value"}
    return ("", _constant(region)) if nameless else (region.variables[0].contract, "")


def _take(pairs: RegionPairs, into: list[tuple[Region, Region]], matches: Callable[[Region, Region], bool]) -> None:
    """Move every pair that ``matches`` out of the leftovers, first come first served."""
    for before in list(pairs.vanished):
        after = next((region for region in pairs.added if matches(before, region)), None)
        if after is not None:
            pairs.vanished.remove(before)
            pairs.added.remove(after)
            into.append((before, after))


def _located(region: Region) -> object:
    """Where a region is: the root at slot 0 is no namespace at slot 0; elsewhere ``layout at`` may replace one."""
    root = region.kind is RegionKind.ROOT and not region.base
    if region.base is not None:
        return root, region.base
    return root, RUNTIME if _at_run_time(region) else region.formula


def _at_run_time(region: Region) -> bool:
    """Whether only a variable knows where a struct is: then that says which struct of which is no help."""
    return region.formula.startswith(RUNTIME)


def _together(before: Region, after: Region) -> bool:
    return _located(before) == _located(after) and not _at_run_time(before)


def _label(region: Region) -> str:
    """Return what a region behind a slot constant holds, without the constant's name."""
    return region.name.partition(" at ")[0]


def _bare(region: Region) -> bool:
    """Whether a region is one value behind a slot constant; their members say nothing about which is which."""
    return region.kind is RegionKind.CONSTANT and len(region.variables) == 1


def _lone_structs(regions: list[Region]) -> set[str]:
    """Return regions that hold a struct of one member which no other of them holds, by name.

    ``StorageSlot``'s structs are not meant: they say nothing but a type.
    """
    structs = [_struct(region) for region in regions]
    return {
        region.name
        for region, struct in zip(regions, structs, strict=True)
        if struct and structs.count(struct) == 1 and region.variables[0].name != "value"
    }


def _struct(region: Region) -> tuple[str, str] | None:
    """Return the struct and the member that a bare region holds; None for every other region."""
    if not _bare(region) or region.variables[0].name == "word":
        return None
    return region.name.partition(" at ")[0].rpartition(".")[2], region.variables[0].name


def _constant(region: Region) -> str:
    return region.name.rpartition(" at ")[2].rpartition(".")[2]


def _alike(old: StorageLayout, before: Region, new: StorageLayout, after: Region) -> bool:
    if RegionKind.ROOT in {before.kind, after.kind}:
        return False
    ours = {leaf.path for leaf in leaves(old.types, before.variables) if leaf.live}
    theirs = {leaf.path for leaf in leaves(new.types, after.variables) if leaf.live}
    return bool(ours) and 2 * len(ours & theirs) >= len(ours)
