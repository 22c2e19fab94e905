"""One block of a drawing: two rows of byte ranges as lines of thirty-two cells a side, a byte each.

A word is drawn high end first, as a hex dump shows it: a variable at offset 0 stands on the right.  Slots in which
neither side begins or ends anything share a line; runs of lines in which nothing changed, or in which everything
merely moved, are folded.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from upgrader.layout.drawing.marks import Mark
from upgrader.layout.drawing.spans import SIGNS, Span, plain
from upgrader.layout.leaves import Leaf
from upgrader.units import WORD

MARGIN: Final = 10
"""Columns of a slot's number."""

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
        cut: Marked ranges whose names have no room: kind, name.
    """

    first: int
    count: int
    old: tuple[Span, ...]
    new: tuple[Span, ...]
    cut: tuple[tuple[str, str], ...]

    @property
    def changed(self) -> bool:
        """Whether the sides differ."""
        return self.old != self.new or any(span.kind in SIGNS for span in self.old)

    @property
    def moved(self) -> bool:
        """Whether everything in it moved, and nothing else is to be said."""
        kinds = {span.kind for span in (*self.old, *self.new)} - {"gap"}
        return kinds == {"moved"}


def lines_of(old: Side, new: Side) -> list[Line]:
    """Return a block as lines, every one of them."""
    stretches = _stretches((*old.row, *new.row))
    found = []
    for (first, count), ours, theirs in zip(stretches, _within(old, stretches), _within(new, stretches), strict=True):
        (left, cut), (right, more) = (
            _cells(here, side.mark, first, count) for here, side in ((ours, old), (theirs, new))
        )
        found.append(Line(first, count, left, right, tuple(dict.fromkeys((*cut, *more)))))
    return found


def folded(lines: Sequence[Line], label: Callable[[int, int], str]) -> list[tuple[Span, ...]]:
    """Return lines as they are drawn, with what needs no look folded away.

    Args:
        lines: Of one block.
        label: From a first slot and a count to what stands in the margin.
    """
    drawn: list[tuple[Span, ...]] = []
    for why, group in itertools.groupby(zip(lines, _folds(lines), strict=True), key=lambda pair: pair[1]):
        members = [line for line, _ in group]
        if why and len(members) > 1:
            count = sum(line.count for line in members)
            drawn.append((Span(f"{'':>{MARGIN}}  … {_number(count)} slot{'' if count == 1 else 's'} {why}", "head"),))
            continue
        drawn += (
            (
                Span(f"{label(line.first, line.count):>{MARGIN}} │", "head"),
                *line.old,
                Span("│ │", "head"),
                *line.new,
                Span("│", "head"),
            )
            for line in members
        )
    return drawn


def slots_text(first: int, count: int) -> str:
    """Return ``7`` or ``7-9``, within the margin."""
    text = str(first) if count == 1 else f"{first}-{first + count - 1}"
    return text if len(text) <= MARGIN else f"{first}-…" if len(str(first)) < MARGIN - 1 else f"…{first % 10**8}"


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


def _cells(
    here: Sequence[Leaf], marker: Marker, first: int, count: int
) -> tuple[tuple[Span, ...], list[tuple[str, str]]]:
    """Return thirty-two characters, high end first, and the marked names that had no room."""
    low = first * WORD
    spans: list[Span] = []
    cut: list[tuple[str, str]] = []
    at = WORD
    for leaf in reversed(here):
        begin = max(leaf.start - low, 0) % WORD if count == 1 else 0
        end = min(max(leaf.end - low, begin + 1), WORD, at) if count == 1 else at
        if begin >= end:
            continue
        if at > end:
            spans.append(Span("·" * (at - end), "gap"))
        mark = marker(leaf)
        kind = mark.kind if mark is not None else "same" if leaf.live else "gap"
        text, whole = _label(
            leaf, mark if leaf.start >= low else _continued(mark), (end - begin, count), edge=begin > 0
        )
        spans.append(Span(text, kind))
        if mark is not None and not whole:
            cut.append((kind, leaf.name or UNNAMED))
        at = begin
    if at > 0:
        spans.append(Span("·" * at, "gap"))
    return tuple(spans), cut


def _continued(mark: Mark | None) -> Mark | None:
    """Return the mark of a range that began above: where it went is said there."""
    return Mark(mark.kind) if mark is not None else None


def _label(leaf: Leaf, mark: Mark | None, size: tuple[int, int], *, edge: bool) -> tuple[str, bool]:
    """Return a name in exactly as many characters as it has bytes.

    Args:
        leaf: The range.
        mark: What is said about it.
        size: Characters, and slots.
        edge: Whether it needs an end, because another range stands behind it.

    Returns:
        The text, and whether the name is whole.
    """
    width, count = size
    sign = SIGNS[mark.kind] if mark is not None else ""
    note = f" {mark.note}" if mark is not None and mark.note else ""
    times = f" x{_number(count)}" if count > 1 else ""
    room = width - edge - len(sign) - len(times)
    if room < 1:
        return (sign or plain(leaf.name, 1)).ljust(width)[:width], False
    if room - len(note) < min(len(leaf.name or UNNAMED), LEAST):
        note = ""
    name = leaf.name or UNNAMED
    text = f"{sign}{plain(name, room - len(note))}{note}{times}"
    return text.ljust(width - edge) + "▕" * edge, len(name) <= room - len(note)


def _number(count: int) -> str:
    return str(count) if count < 10**6 else f"2^{count.bit_length() - 1}"
