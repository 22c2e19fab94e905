"""The whole drawing: what is drawn, region by region, and what is only named.

A person should see within five seconds whether data stays where it is: regions without a change are one line
together, what changed is marked by a colour and by a sign, a moved variable says where it went (``→51``) and where it
came from (``←50``), and values behind a hash that changed have a block of their own.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange
from upgrader.layout.drawing.behind import values_behind
from upgrader.layout.drawing.cells import Marker, Side, folded, lines_of, slots_text
from upgrader.layout.drawing.marks import SMALL, Mark, Marks, Spot, marks_of
from upgrader.layout.drawing.spans import Drawing, Span, plain
from upgrader.layout.drawing.words import INDENT, counts, cut_names, head, sentences, unchanged
from upgrader.layout.leaves import Leaf, leaves
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.pairing import paired_regions
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

MAX_LINES: Final = 400
"""Lines of one drawing; the rest is counted."""

MAX_BLOCKS: Final = 12
"""Mappings and arrays of one region whose values are drawn."""


def draw(old: StorageLayout, new: StorageLayout, changes: Iterable[LayoutChange]) -> Drawing:
    """Return two layouts side by side.

    Args:
        old: Drawn on the left.
        new: Drawn on the right.
        changes: What :func:`~upgrader.layout.compare.compare` said about them.

    Returns:
        Lines of printable characters; empty names, control characters and megabytes in the layouts do no harm.
    """
    facts = list(changes)
    marks = marks_of(facts, {r.name: r.base for r in (*old.regions, *new.regions) if r.base and r.base >= SMALL})
    body: list[tuple[Span, ...]] = []
    quiet: list[str] = []
    for before, after in _pairs(old, new):
        block = list(_region(old, before, new, after, marks, _fate(facts, before, after)))
        body += block
        if not block and (shown := after or before) and (shown.variables or (before and before.variables)):
            quiet.append(f"{_title(shown)} ({_slots(before, after)})")
    lines = [*head(old, new, ruler=bool(body)), *body, *unchanged(quiet, alone=not body)]
    more = len(lines) - MAX_LINES
    return tuple(lines[:MAX_LINES]) + (((Span(f"{INDENT}… {more} more lines", "head"),),) if more > 0 else ())


def _pairs(old: StorageLayout, new: StorageLayout) -> Iterator[tuple[Region | None, Region | None]]:
    pairs = paired_regions(old, new)
    yield from (*pairs.same, *pairs.moved)
    yield from ((region, None) for region in pairs.vanished)
    yield from ((None, region) for region in pairs.added)


def _fate(facts: Sequence[LayoutChange], before: Region | None, after: Region | None) -> tuple[str, str]:
    """Return the kind of everything in a region that changed as a whole, and its words; empty for the others."""
    if before is not None and after is not None:
        if _location(before) == _location(after) or not before.variables or not after.variables:
            return "", ""
        return "moved", f"moves to {_location(after)}"
    region = after or before
    for fact in facts:
        place = fact.new if after is not None else fact.old
        if place is None or region is None or place.region != region.name or place.path:
            continue
        if fact.kind is ChangeKind.REGION_UNSEEN:
            return "alike", "not described on the other side"
        if fact.kind is ChangeKind.REGION_VANISHED:
            return "gone", "no longer declared"
        if fact.kind is ChangeKind.REGION_ADDED:
            return "new", "new"
    return ("", "") if region is None or region.base in PROXY_SLOTS else ("gone" if after is None else "new", "")


def _region(
    old: StorageLayout,
    before: Region | None,
    new: StorageLayout,
    after: Region | None,
    marks: Marks,
    fate: tuple[str, str],
) -> Iterator[tuple[Span, ...]]:
    """Yield a region's lines; nothing where nothing changed."""
    shown = before if before is not None and fate[0] == "moved" else after or before
    if shown is None:
        return
    name = (after or shown).name
    rows = [
        leaves(layout.types, region.variables) if region else () for layout, region in ((old, before), (new, after))
    ]
    sides = [
        Side(row, _marker(table, marks.through, region, (name, ""), _whole(fate[0], arrow, other)))
        for row, table, region, arrow, other in (
            (rows[0], marks.old, before, "→", after),
            (rows[1], marks.new, after, "←", before),
        )
    ]
    lines = lines_of(sides[0], sides[1])
    said = list(marks.sentences.get((name, ""), ()))
    if not said and name not in marks.insides and not any(line.changed for line in lines):
        return
    small = 0 <= (shown.base if shown.base is not None else SMALL) < SMALL
    start = shown.base or 0

    def label(first: int, count: int) -> str:
        return slots_text(start + first, count) if small else f"+{slots_text(first, count)}"

    yield (Span(INDENT), Span(f"{_title(shown)}{_at(shown)}", "title"), *counts(marks.counted(name, ""), fate))
    yield from folded(lines, label)
    yield from sentences([*said, *cut_names(lines, said)])
    for inside in itertools.islice(marks.insides.get(name, ()), MAX_BLOCKS):
        yield from _inside(old, rows[0], new, rows[1], marks, (name, inside))
    left = len(marks.insides.get(name, ())) - MAX_BLOCKS
    if left > 0:
        yield (Span(f"{INDENT}… values of {left} more mappings and arrays changed", "head"),)


def _inside(
    old: StorageLayout,
    ours: Sequence[Leaf],
    new: StorageLayout,
    theirs: Sequence[Leaf],
    marks: Marks,
    where: tuple[str, str],
) -> Iterator[tuple[Span, ...]]:
    """Yield what changed in the values of one mapping or array."""
    inside = where[1]
    values = values_behind(old.types, ours, new.types, theirs, inside)
    title = (Span(INDENT), Span(f"each {plain(inside, WORD + 8)}", "title"), *counts(marks.counted(*where), ("", "")))
    if values is None:
        yield title
        yield from sentences(list(marks.sentences.get(where, ())))
        return
    sides = [
        Side(row, _marker(table, marks.through, None, where, None))
        for row, table in zip(values, (marks.old, marks.new), strict=True)
    ]
    lines = lines_of(sides[0], sides[1])
    yield title
    yield from folded(lines, lambda first, count: f"+{slots_text(first, count)}")
    said = list(marks.sentences.get(where, ()))
    yield from sentences([*said, *cut_names(lines, said)])


def _marker(
    table: Mapping[Spot, Mark],
    through: Mapping[tuple[str, str], Mark],
    region: Region | None,
    where: tuple[str, str],
    whole: Mark | None,
) -> Marker:
    name, inside = where
    base = region.base or 0 if region is not None else 0

    def mark(leaf: Leaf) -> Mark | None:
        if not leaf.live:
            return None
        own = table.get((name, inside, base + leaf.start // WORD, leaf.start % WORD))
        return own or (None if inside else through.get((name, leaf.name))) or whole

    return mark


def _whole(kind: str, arrow: str, other: Region | None) -> Mark | None:
    """Return the mark of everything in a region that changed as a whole."""
    if not kind:
        return None
    return Mark(kind, f"{arrow}{_location(other)}" if kind == "moved" and other is not None else "")


def _slots(before: Region | None, after: Region | None) -> str:
    sizes = [max((variable.end for variable in region.variables), default=0) for region in (before, after) if region]
    count = -(-max(sizes) // WORD)
    return f"{count} slot{'' if count == 1 else 's'}" if count < SMALL else "many slots"


def _title(region: Region) -> str:
    return PROXY_SLOTS.get(region.base if region.base is not None else -1) or plain(region.name, 2 * WORD)


def _at(region: Region) -> str:
    location = _location(region)
    return f" at {location}" if location != "0" else ""


def _location(region: Region) -> str:
    if region.base is None:
        return plain(region.formula, WORD)
    if region.base < SMALL:
        return str(region.base)
    digits = f"{region.base:x}"
    return f"0x{digits[:8]}…{digits[-6:]}"
