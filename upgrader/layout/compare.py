"""From two layouts to facts about bytes.

Every region is a row of typed byte ranges (:mod:`~upgrader.layout.leaves`).  A range of the old row is *kept* when
the new row has, at the same first byte, a range of the same name, or one that reads the same value under another
name; what its type holds elsewhere (mapping values, array elements) is compared as a row of its own.  What is not
kept has moved (its name is found elsewhere), or is gone.  What is new must cover no byte that was live.  A type
that contains itself is compared by assuming, when it is met again, that it is equal.

No fact here is an opinion: :mod:`upgrader.checks.storage` has those.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.earlier import remembered
from upgrader.layout.faces import NOTHING_ALIKE, beginning
from upgrader.layout.leaves import Leaf, leaves, place_of, row_of
from upgrader.layout.live import Words, decided
from upgrader.layout.model import RUNTIME, STRUCT, UNTRACED, Region, RegionKind, StorageLayout
from upgrader.layout.overlaps import overlaps
from upgrader.layout.pairing import RegionPairs, paired_regions
from upgrader.layout.rows import Rows, Space, keeps_place
from upgrader.layout.types import LOCK
from upgrader.layout.views import compared_views, seen_otherwise
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

_FRESH: Final = frozenset({ChangeKind.ADDED, ChangeKind.GROWN, ChangeKind.WIDENED, ChangeKind.REGION_ADDED})
_LEFT: Final = frozenset({ChangeKind.DELETED, ChangeKind.REUSED, ChangeKind.REGION_VANISHED})

UNFOLLOWED: Final = "its slot is computed by code that changed, and that is too involved to follow"

UNPLACED: Final = "it lies behind a variable whose size is not known, so its slot is not known either"


def compare(
    old: StorageLayout, new: StorageLayout, history: Sequence[StorageLayout] = (), *, held: Words | None = None
) -> tuple[LayoutChange, ...]:
    """Compare two layouts of one proxy.

    Args:
        old: What the proxy runs on now.
        new: What it shall run on.
        history: What it ran on before, oldest first; bytes that were live then are not fresh now.
        held: Words of the live proxy, which say what an array is that no code names; None where nobody asked.

    Returns:
        Every fact, region by region; empty when nothing changed.
    """
    changes = _compared(old, new, held)
    keepers = _keepers(new) if history else frozenset()
    for earlier in history:
        changes += remembered(changes, _compared(earlier, new), keepers, partial(_compared, earlier, old))
    return tuple(dict.fromkeys(changes))


def _keepers(new: StorageLayout) -> frozenset[Place]:
    """Return the variables that only keep the place of what is gone, which may have been gone for long."""
    return frozenset(
        place_of(leaf, new.types, region.name, region.base or 0, "")
        for region in new.persistent
        for leaf in row_of(new, region)
        if keeps_place(leaf)
    )


def _compared(old: StorageLayout, new: StorageLayout, held: Words | None = None) -> list[LayoutChange]:
    pairs = paired_regions(old, new)
    rows = Rows(old, new, called := _called(old, new))
    changes: list[LayoutChange] = []
    for before, after in tuple(pairs.moved):
        aligned = _kept_by_bytes(rows, old, before, new, after)
        if aligned is not None:
            pairs.moved.remove((before, after))
            changes += aligned
    for before, after in pairs.same:
        space = Space(after.name, after.base or 0)
        if before.base in PROXY_SLOTS and _lone(before) and _lone(after):
            continue  # what lies there is the proxy's, however the implementation reads it
        root = RegionKind.ROOT in {before.kind, after.kind} and before.kind is not after.kind
        views = root or _raw(before) is not _raw(after)
        olds: Sequence[Leaf] = row_of(old, before)
        if (_raw(before) or _raw(after)) and _lone(before) and _lone(after):
            olds = [olds[0]._replace(path=leaf.path, former=leaf.path) for leaf in row_of(new, after)]
        if held is not None and before.base is not None:
            olds = decided(olds, before.base * WORD, held)
        if views:
            changes += compared_views(rows, olds, row_of(new, after), space)
        else:
            start = beginning((old, before), (new, after), called) if olds is row_of(old, before) else NOTHING_ALIKE
            changes += rows.compare(olds, row_of(new, after), space, start)
    changes = seen_otherwise(rows, old, new, pairs, changes)
    changes += _regions(pairs, old, new)
    changes = _across(changes, old, new)
    changes += overlaps(old, new, pairs)
    changes += (
        LayoutChange(ChangeKind.REGION_MISLABELLED, None, _whole(region, new))
        for region in new.persistent
        if region.declared is not None and region.base != region.declared and not region.formula.startswith(UNTRACED)
    )
    return changes


def _lone(region: Region) -> bool:
    """Whether a region is one word behind a slot constant."""
    return region.kind is RegionKind.CONSTANT and len(region.variables) == 1 and region.variables[0].size <= WORD


def _raw(region: Region) -> bool:
    """Whether all that is known of such a word is that assembly reads or writes it: it has no name of its own."""
    return _lone(region) and region.variables[0].name == "word"


def _called(old: StorageLayout, new: StorageLayout) -> dict[str, str]:
    """Return what the implementation is called in the new layout, unless its old name is that of a base there."""
    if not (old.complete and new.complete):
        return {}
    if old.contract == new.contract:
        return {old.contract: new.contract}
    declaring = {variable.contract for region in new.regions for variable in region.variables}
    return {} if old.contract in declaring else {old.contract: new.contract}


def _kept_by_bytes(
    rows: Rows, old: StorageLayout, before: Region, new: StorageLayout, after: Region
) -> list[LayoutChange] | None:
    """Compare two roots of different base byte by byte; None unless everything is where it was.

    A base contract that is added in front makes up for a ``layout at`` that begins as much earlier.
    """
    if before.base is None or after.base is None or {before.kind, after.kind} != {RegionKind.ROOT}:
        return None
    base = min(before.base, after.base)
    olds, news = (
        leaves(layout.types, [v._replace(slot=v.slot + (region.base or 0) - base) for v in region.variables])
        for layout, region in ((old, before), (new, after))
    )
    changes = list(rows.compare(olds, news, Space(after.name, base)))
    return changes if all(change.kind in _FRESH for change in changes) else None


def _regions(pairs: RegionPairs, old: StorageLayout, new: StorageLayout) -> list[LayoutChange]:
    """Say what became of regions that are not at the same place in both layouts."""
    changes = [
        LayoutChange(ChangeKind.UNJUDGED, _whole(before, old), _whole(after, new), UNFOLLOWED)
        if UNTRACED in {before.formula[: len(UNTRACED)], after.formula[: len(UNTRACED)]}
        else LayoutChange(ChangeKind.REGION_MOVED, _whole(before, old), _whole(after, new))
        for before, after in pairs.moved
    ]
    for region in pairs.vanished:
        if region.base in PROXY_SLOTS or not any(leaf.live for leaf in leaves(old.types, region.variables)):
            continue
        if region.formula.startswith(RUNTIME):  # it may have become one of the others
            continue
        if not new.complete and region.kind is not RegionKind.ROOT:
            changes.append(LayoutChange(ChangeKind.REGION_UNSEEN, _whole(region, old), None))
        elif region.kind is RegionKind.CONSTANT and len(region.variables) == 1:
            leaf = leaves(old.types, region.variables)[0]
            old_place = place_of(leaf, old.types, region.name, region.base or 0, "")
            changes.append(LayoutChange(ChangeKind.DELETED, old_place, None))
        else:
            doubt = "it may never have been in storage" if region.formula.startswith(STRUCT) else ""
            changes.append(LayoutChange(ChangeKind.REGION_VANISHED, _whole(region, old), None, doubt))
    for region in pairs.added:
        if region.base in PROXY_SLOTS or not region.variables or region.formula.startswith(RUNTIME):
            continue
        unseen = not old.complete and region.kind is not RegionKind.ROOT
        kind = ChangeKind.REGION_UNSEEN if unseen else ChangeKind.REGION_ADDED
        changes.append(LayoutChange(kind, None, _whole(region, new)))
    return changes


def _across(changes: list[LayoutChange], old: StorageLayout, new: StorageLayout) -> list[LayoutChange]:
    """Turn what is gone from one region and new in another, by name, into a move."""
    if not any(_left(change) for change in changes):
        return changes
    arrived = _arrivals(changes, old, new)
    found: list[LayoutChange] = []
    regions = {region.name: region for region in reversed(old.regions)}
    both = (*old.regions, *new.regions)
    unplaced = {region.name for region in both if region.kind is RegionKind.ROOT and region.base is None}
    for change in changes:
        if change.kind is ChangeKind.REGION_VANISHED and change.old is not None:
            moves = _members_moved(regions[change.old.region], old, arrived)
            found += moves or [change]
            continue
        place = change.old
        target = arrived.get(place.path) if place and not place.inside and _left(change) else None
        if place is None or target is None or target.region == place.region or not _moves_value(change, target):
            found.append(change)
            continue
        cause = (change.new,) if change.new is not None else ()
        if unplaced & {place.region, target.region}:
            found.append(LayoutChange(ChangeKind.UNJUDGED, place, target, UNPLACED, cause=cause))
        else:
            found.append(LayoutChange(ChangeKind.MOVED, place, target, cause=cause, dead=change.dead))
    return found


def _left(change: LayoutChange) -> bool:
    """Whether a name is no longer where it was, and nobody said that it is the same variable under another."""
    return change.kind in _LEFT or (change.kind is ChangeKind.RENAMED and not change.acknowledged)


def _moves_value(change: LayoutChange, target: Place) -> bool:
    """Whether what another region has by that name is what was here: bytes that are kept must be of its type.

    A lock is left behind, not moved, where it is transient storage now.
    """
    if change.old is not None and change.old.type == target.type == LOCK:
        return False
    return change.kind is not ChangeKind.RENAMED or (change.old is not None and change.old.type == target.type)


def _arrivals(changes: list[LayoutChange], old: StorageLayout, new: StorageLayout) -> dict[str, Place]:
    """Return variables at the top of a region that are new there, or have a new name there, by path."""
    tops = [c for c in changes if c.new is not None and not c.new.inside]
    arrived = {c.new.path: c.new for c in tops if c.kind is ChangeKind.ADDED and c.new}
    for change in tops:
        if change.kind is ChangeKind.RENAMED and not change.acknowledged and change.new:
            arrived.setdefault(change.new.path, change.new)
    added = {c.new.region for c in changes if c.kind is ChangeKind.REGION_ADDED and c.new}
    transient = {v.name for region in old.regions if region.kind is RegionKind.TRANSIENT for v in region.variables}
    for region in new.regions:
        # One value behind a slot constant is called `value` or `word` whatever it is.
        if region.kind is RegionKind.CONSTANT and len(region.variables) == 1:
            continue
        whole = region.name in added or region.kind is RegionKind.TRANSIENT
        for leaf in leaves(new.types, region.variables):
            if not leaf.live or (region.kind is RegionKind.TRANSIENT and leaf.path[0] in transient):
                continue
            if not whole and leaf.former == leaf.path:
                continue
            place = place_of(leaf, new.types, region.name, region.base or 0, "")
            if whole:
                arrived.setdefault(leaf.name, place)
            if arrived.get(leaf.name) == place:
                arrived.setdefault(".".join(leaf.former), place)
    return arrived


def _members_moved(region: Region, old: StorageLayout, arrived: dict[str, Place]) -> list[LayoutChange]:
    moves = []
    for leaf in leaves(old.types, region.variables):
        place = place_of(leaf, old.types, region.name, region.base or 0, "")
        target = arrived.get(leaf.name)
        if leaf.live and target is not None:
            unplaced = region.kind is RegionKind.ROOT and region.base is None
            fact = LayoutChange(ChangeKind.UNJUDGED, place, target, UNPLACED) if unplaced else None
            moves.append(fact or LayoutChange(ChangeKind.MOVED, place, target))
        elif leaf.live:
            moves.append(LayoutChange(ChangeKind.DELETED, place, None))
    return moves if any(move.new is not None for move in moves) else []


def _whole(region: Region, layout: StorageLayout) -> Place:
    """Return a region as a place: from its base to its last byte."""
    size = max((variable.end for variable in region.variables), default=0)
    return Place(region.name, "", layout.contract, region.base or 0, 0, size, region.kind.value, region.at)
