"""What is drawn: regions that changed, and what changed behind their mappings and arrays, a block each.

A block knows its two rows of byte ranges and what is said of them, and nothing of columns.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange
from upgrader.layout.drawing.behind import values_behind
from upgrader.layout.drawing.cells import Line, Marker, Side, lines_of, slots_text
from upgrader.layout.drawing.marks import SMALL, Mark, Marks, Spot, marks_of
from upgrader.layout.drawing.page import Page
from upgrader.layout.drawing.spans import Span, plain
from upgrader.layout.drawing.words import counts
from upgrader.layout.leaves import Leaf, leaves
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.pairing import paired_regions
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

MAX_BLOCKS: Final = 12
"""Mappings and arrays of one region whose values are drawn."""


@dataclass(frozen=True, slots=True)
class Block:
    """Two rows of byte ranges, one above which a title stands and below which sentences do.

    Attributes:
        title: Spans.
        sides: Before and after; None where there is nothing to draw.
        label: From a first slot and a count to what stands in the margin.
        said: Kinds and sentences.
        left: Mappings and arrays of the region whose values changed too, and are not drawn.
    """

    title: tuple[Span, ...]
    sides: tuple[Side, Side] | None
    label: Callable[[int, int], str]
    said: Sequence[tuple[str, str]]
    left: int = 0
    _lines: dict[int, list[Line]] = field(default_factory=dict)

    def lines(self, page: Page) -> list[Line]:
        """Return its lines on a page, those that will be folded away too."""
        if self.sides is None:
            return []
        if page.side not in self._lines:
            self._lines[page.side] = lines_of(*self.sides, page)
        return self._lines[page.side]


def blocks_of(old: StorageLayout, new: StorageLayout, facts: Sequence[LayoutChange]) -> tuple[list[Block], list[str]]:
    """Return what is drawn of two layouts, and the names of the regions in which nothing changed."""
    marks = marks_of(facts, {r.name: r.base for r in (*old.regions, *new.regions) if r.base and r.base >= SMALL})
    found: list[Block] = []
    quiet: list[str] = []
    for before, after in _pairs(old, new):
        blocks = list(_region(old, before, new, after, marks, _fate(facts, before, after)))
        found += blocks
        if not blocks and (shown := after or before) and (shown.variables or (before and before.variables)):
            quiet.append(f"{_title(shown)} ({_slots(before, after)})")
    return found, quiet


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
) -> Iterator[Block]:
    """Yield a region's blocks; none where nothing changed."""
    shown = before if before is not None and fate[0] == "moved" else after or before
    if shown is None:
        return
    name = (after or shown).name
    rows = [
        leaves(layout.types, region.variables) if region else () for layout, region in ((old, before), (new, after))
    ]
    ours, theirs = (
        Side(row, _marker(table, marks.through, region, (name, ""), _whole(fate[0], arrow, other)))
        for row, table, region, arrow, other in (
            (rows[0], marks.old, before, "→", after),
            (rows[1], marks.new, after, "←", before),
        )
    )
    small = 0 <= (shown.base if shown.base is not None else SMALL) < SMALL
    start = shown.base or 0

    def label(first: int, count: int) -> str:
        return slots_text(start + first, count) if small else f"+{slots_text(first, count)}"

    title = Span(f"{_title(shown)}{_at(shown)}", "title"), *counts(marks.counted(name, ""), fate)
    insides = list(marks.insides.get(name, ()))
    said = list(marks.sentences.get((name, ""), ()))
    own = Block(title, (ours, theirs), label, said)
    if said or insides or any(line.changed for line in own.lines(Page())):
        yield own
        for count, inside in enumerate(insides[:MAX_BLOCKS], 1):
            block = _inside(old, rows[0], new, rows[1], marks, (name, inside))
            yield replace(block, left=len(insides) - MAX_BLOCKS) if count == MAX_BLOCKS else block


def _inside(
    old: StorageLayout,
    ours: Sequence[Leaf],
    new: StorageLayout,
    theirs: Sequence[Leaf],
    marks: Marks,
    where: tuple[str, str],
) -> Block:
    """Return what changed in the values of one mapping or array."""
    values = values_behind(old.types, ours, new.types, theirs, where[1])
    title = Span(f"each {plain(where[1], WORD + 8)}", "title"), *counts(marks.counted(*where), ("", ""))
    sides = None
    if values is not None:
        left, right = (
            Side(row, _marker(table, marks.through, None, where, None))
            for row, table in zip(values, (marks.old, marks.new), strict=True)
        )
        sides = left, right
    said = list(marks.sentences.get(where, ()))
    return Block(title, sides, lambda first, count: f"+{slots_text(first, count)}", said)


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
