"""One block of a drawing: two rows of byte ranges as lines, every byte of a word at its own columns.

A word is drawn high end first, as a hex dump shows it: a variable at offset 0 stands on the right.  Slots in which
neither side begins or ends anything share a line; runs of lines in which nothing changed, or in which everything
merely moved, are folded.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from upgrader.layout.drawing.marks import Mark
from upgrader.layout.drawing.page import INDENT, MARGIN, Page
from upgrader.layout.drawing.spans import BETWEEN, SIGNS, Span, plain
from upgrader.layout.leaves import Leaf
from upgrader.units import WORD

CONTEXT: Final = 1
"""Unchanged lines that stay around changed ones."""

RUN: Final = 8
"""Lines in a row in which everything moved that are shown in full; of more, the first and the last few."""

KEPT: Final = 3

LEAST: Final = 7
"""Characters of a name that are worth more than where it went."""

UNNAMED: Final = "(value)"
"""What a mapping or an array holds when that is no struct."""

Marker: TypeAlias = Callable[[Leaf], Mark | None]
"""From a byte range to its mark."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a block.

    Attributes:
        row: In ascending order.
        mark: What is said about each range.
    """

    row: Sequence[Leaf]
    mark: Marker


@dataclass(frozen=True, slots=True)
class Line:
    """Some slots of both sides.

    Attributes:
        first: Slot from the start of the block.
        count: Slots.
        cut: Marked ranges whose names, or where they went, have no room: kind, name, and where it went.
        short: Texts that have no room, of ranges without a mark too.
    """

    first: int
    count: int
    old: tuple[Span, ...]
    new: tuple[Span, ...]
    cut: tuple[tuple[str, str, str], ...]
    short: int

    @property
    def changed(self) -> bool:
        """Whether the sides differ."""
        return self.old != self.new or any(span.kind in SIGNS for span in self.old)

    @property
    def moved(self) -> bool:
        """Whether everything in it moved, and nothing else is to be said."""
        kinds = {span.kind for span in (*self.old, *self.new)} - {"gap"}
        return kinds == {"moved"}


def lines_of(old: Side, new: Side, page: Page) -> list[Line]:
    """Return a block as lines, every one of them."""
    stretches = _stretches((*old.row, *new.row))
    found = []
    for (first, count), ours, theirs in zip(stretches, _within(old, stretches), _within(new, stretches), strict=True):
        left, right = (_cells(here, side.mark, (first, count), page) for here, side in ((ours, old), (theirs, new)))
        cut = tuple(dict.fromkeys((*left.cut, *right.cut)))
        found.append(Line(first, count, left.spans, right.spans, cut, left.short + right.short))
    return found


def folded(lines: Sequence[Line], label: Callable[[int, int], str], page: Page) -> list[tuple[Span, ...]]:
    """Return lines as they are drawn, with what needs no look folded away.

    Args:
        lines: Of one block.
        label: From a first slot and a count to what stands in the margin.
        page: Where the sides stand.
    """
    drawn: list[tuple[Span, ...]] = []
    for why, members in _runs(lines):
        if why:
            count = sum(line.count for line in members)
            drawn.append((Span(f"{INDENT}… {number(count)} slot{'' if count == 1 else 's'} {why}", "head"),))
            continue
        for line in members:
            drawn += _drawn(line, f"{label(line.first, line.count):>{MARGIN}}", page)
    return drawn


def missing(lines: Sequence[Line]) -> int:
    """Return how many texts have no room in the lines that are not folded away."""
    return sum(line.short for why, members in _runs(lines) if not why for line in members)


def number(count: int) -> str:
    """Return a count as people read it: beyond a billion as a power of two, near enough."""
    if count < 10**9:
        return f"{count:,}" if count >= 10**5 else str(count)
    power = round(math.log2(count))
    return f"{'' if count == 2**power else '~'}2^{power}"


def slots_text(first: int, count: int) -> str:
    """Return ``7`` or ``7-9``, within the margin."""
    text = str(first) if count == 1 else f"{first}-{first + count - 1}"
    return text if len(text) <= MARGIN else f"{first}-…" if len(str(first)) < MARGIN - 1 else f"…{first % 10**8}"


def _drawn(line: Line, margin: str, page: Page) -> Iterator[tuple[Span, ...]]:
    """Yield one line: both sides beside one another, or below one another where there is no room."""
    edge = Span("│", "head")
    if not page.stacked:
        yield (Span(f"{margin} │", "head"), *line.old, Span(BETWEEN[0], "head"), *line.new, edge)
    elif not line.changed:
        yield (Span(f"{margin} │", "head"), *line.old, edge)
    else:
        yield (Span(f"{margin} │", "head"), *line.old, edge, Span(" before", "head"))
        yield (Span(f"{'':>{MARGIN}} │", "head"), *line.new, edge, Span(" after", "head"))


def _runs(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Yield runs of lines, each with why it is folded away; without a reason, and one alone, it is shown."""
    for why, group in itertools.groupby(zip(lines, _folds(lines), strict=True), key=lambda pair: pair[1]):
        members = [line for line, _ in group]
        yield (why if len(members) > 1 else ""), members


def _folds(lines: Sequence[Line]) -> list[str]:
    """Return why each line is folded away; empty for those that are shown."""
    why = [
        "" if any(line.changed for line in lines[max(0, index - CONTEXT) : index + CONTEXT + 1]) else "unchanged"
        for index in range(len(lines))
    ]
    for moved, group in itertools.groupby(range(len(lines)), key=lambda index: lines[index].moved):
        run = list(group)
        for index in run[KEPT:-KEPT] if moved and len(run) > RUN else ():
            why[index] = "in which everything moved"
    return why


def _stretches(every: Iterable[Leaf]) -> list[tuple[int, int]]:
    """Return stretches of slots in which neither side begins or ends anything, as first slot and count."""
    cuts: set[int] = set()
    for leaf in every:
        cuts |= {leaf.start // WORD, -(-max(leaf.end, leaf.start + 1) // WORD)}
    return [(low, high - low) for low, high in itertools.pairwise(sorted(cuts))]


def _within(side: Side, stretches: Sequence[tuple[int, int]]) -> Iterator[list[Leaf]]:
    """Yield the ranges that lie in each stretch, in ascending order: one walk, however long the row is."""
    pending = sorted(side.row, key=lambda leaf: leaf.start)
    here: list[Leaf] = []
    at = 0
    for first, count in stretches:
        here = [leaf for leaf in here if max(leaf.end, leaf.start + 1) > first * WORD]
        while at < len(pending) and pending[at].start < (first + count) * WORD:
            # A word has room for as many values as it has bytes; a file that claims more is not believed.
            here += [pending[at]] if len(here) < WORD else []
            at += 1
        yield here


@dataclass(slots=True)
class _Cells:
    """One side of a line, as it is put together; attributes as in :class:`Line`."""

    spans: tuple[Span, ...] = ()
    cut: tuple[tuple[str, str, str], ...] = ()
    short: int = 0

    def gap(self, columns: int) -> None:
        """Add bytes that nobody declared."""
        if columns > 0:
            self.spans += (Span("·" * columns, "gap"),)


def _cells(here: Sequence[Leaf], marker: Marker, place: tuple[int, int], page: Page) -> _Cells:
    """Return one side of a line, high end first.

    Args:
        here: The ranges that lie in it, in ascending order.
        marker: What is said about each.
        place: First slot, and slots.
        page: Columns of a word.
    """
    first, count = place
    low = first * WORD
    found = _Cells()
    at, bare = WORD, False
    for leaf in reversed(here):
        begin = max(leaf.start - low, 0) % WORD if count == 1 else 0
        end = min(max(leaf.end - low, begin + 1), WORD, at) if count == 1 else at
        if begin >= end:
            continue
        found.gap(page.column(at) - page.column(end))
        mark = _here(leaf, marker(leaf), low, count)
        kind = mark.kind if mark is not None else "same" if leaf.live else "gap"
        width = page.column(end) - page.column(begin)
        text, lost = _label(leaf, mark, (width, count), (bare and at == end, begin > 0))
        found.spans += (Span(text, kind),)
        found.short += lost
        if mark is not None and lost:
            found.cut = ((kind, leaf.name or UNNAMED, mark.note), *found.cut)
        at, bare = begin, width == 1
    found.gap(page.column(at))
    return found


def _here(leaf: Leaf, mark: Mark | None, low: int, count: int) -> Mark | None:
    """Return the mark of a range for a line of some slots from a byte on.

    One of which a part is as it was has its mark at the others; of one that began above, where it went is said there.
    """
    if mark is None or min(leaf.end, low + count * WORD) <= leaf.start + mark.kept:
        return None
    return Mark(mark.kind) if leaf.start < low else mark


def _label(leaf: Leaf, mark: Mark | None, size: tuple[int, int], edges: tuple[bool, bool]) -> tuple[str, int]:
    """Return a name in exactly as many characters as its bytes have columns.

    Args:
        leaf: The range.
        mark: What is said about it.
        size: Columns, and slots.
        edges: Whether it needs a beginning, because the range before it had no room for an end; and an end, because
            another range stands behind it.

    Returns:
        The text, and how many of its parts had no room: the name, where it went.
    """
    width, count = size
    lead, edge = edges[0] and width > 1, edges[1]
    name = leaf.name or UNNAMED
    sign = SIGNS[mark.kind] if mark is not None else ""
    note = f" {mark.note}" if mark is not None and mark.note else ""
    times = f" x{number(count)}" if count > 1 else ""
    room = width - lead - edge - len(sign) - len(times)
    if room < 1:
        edge = edge and width - lead > 1
        inner = width - lead - edge
        return "▏" * lead + (sign or plain(name, 1)).ljust(inner)[:inner] + "▕" * edge, 1 + bool(note)
    lost = 0
    if room - len(note) < min(len(name), LEAST):
        note, lost = "", bool(note)
    room -= len(note)
    text = f"{sign}{plain(name, room)}{note}{times}"
    return "▏" * lead + text.ljust(width - lead - edge) + "▕" * edge, lost + (len(name) > room)
