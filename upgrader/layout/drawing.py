"""Both layouts side by side: slots as rows, bytes as columns, what changed marked.

A drawing is lines of spans, each with a word for what it means; the terminal and the HTML report colour the same
value.  Words of a slot are drawn high end first, as a hex dump shows them: a variable at offset 0 stands on the right.
What did not change is folded away, so that five seconds are enough.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import Leaf, leaves
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.pairing import paired_regions
from upgrader.units import WORD

CONTEXT: Final = 1
"""Unchanged rows that stay around changed ones."""

MAX_ROWS: Final = 400
"""Rows of one drawing; the rest is counted."""

_SMALL: Final = 2**64
_WORDS: Final = {
    ChangeKind.ADDED: "new",
    ChangeKind.GROWN: "new",
    ChangeKind.RESTORED: "new",
    ChangeKind.MOVED: "moved",
    ChangeKind.SWAPPED: "moved",
    ChangeKind.RESTRIDED: "clash",
    ChangeKind.REUSED: "clash",
    ChangeKind.NARROWED: "clash",
    ChangeKind.REINTERPRETED: "clash",
    ChangeKind.UNJUDGED: "clash",
    ChangeKind.DELETED: "gone",
    ChangeKind.SHRUNK: "gone",
}
_MARKS: Final = {"new": "+", "moved": ">", "clash": "!", "gone": "-"}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line.

    Attributes:
        text: Untrusted names in it are not escaped.
        kind: ``same``, ``moved``, ``new``, ``gone``, ``clash``, ``gap`` or ``head``.
    """

    text: str
    kind: str = "same"


@dataclass(frozen=True, slots=True)
class _Row:
    first: int
    count: int
    old: tuple[Span, ...]
    new: tuple[Span, ...]

    @property
    def changed(self) -> bool:
        return any(span.kind not in {"same", "gap"} for span in (*self.old, *self.new)) or self.old != self.new


def draw(old: StorageLayout, new: StorageLayout, changes: Iterable[LayoutChange]) -> tuple[tuple[Span, ...], ...]:
    """Return two layouts as lines, region by region; regions without a change in one line.

    Args:
        old: Drawn on the left.
        new: Drawn on the right.
        changes: What :func:`~upgrader.layout.compare.compare` said about them.
    """
    facts = list(changes)
    marks = {side: _marks(facts, side) for side in ("old", "new")}
    lines: list[tuple[Span, ...]] = [
        (Span(f"{'slot':>10}  {_fit(old.contract, WORD)}    {_fit(new.contract, WORD)}", "head"),)
    ]
    pairs = paired_regions(old, new)
    both: list[tuple[Region | None, Region | None]] = [*pairs.same]
    both += [(before, after) for before, after in pairs.moved]
    both += [(region, None) for region in pairs.vanished] + [(None, region) for region in pairs.added]
    for before, after in both:
        lines += _region(old, before, new, after, marks)
    return tuple(lines[:MAX_ROWS]) + (
        ((Span(f"{'':>10}  … {len(lines) - MAX_ROWS} more lines", "head"),),) if len(lines) > MAX_ROWS else ()
    )


def _region(
    old: StorageLayout,
    before: Region | None,
    new: StorageLayout,
    after: Region | None,
    marks: dict[str, dict[object, str]],
) -> list[tuple[Span, ...]]:
    shown = after or before
    if shown is None or not (shown.variables or (before and before.variables)):
        return []
    ours = leaves(old.types, before.variables) if before else ()
    theirs = leaves(new.types, after.variables) if after else ()
    rows = [
        _Row(
            first,
            count,
            _cells(ours, first, count, marks["old"], before, "gone" if after is None else ""),
            _cells(theirs, first, count, marks["new"], after, "new" if before is None else ""),
        )
        for first, count in _intervals((*ours, *theirs))
    ]
    title = shown.name if before is None or after is None or before.base == after.base else f"{shown.name}, moved"
    head = (Span(f"{'':>10}  {title[:200]}{_base(shown)}", "head"),)
    if not any(row.changed for row in rows):
        total = sum(row.count for row in rows)
        return [(Span(f"{'':>10}  {title[:200]}{_base(shown)}: {total} slots, unchanged", "head"),)]
    return [head, *_folded(rows)]


def _folded(rows: Sequence[_Row]) -> list[tuple[Span, ...]]:
    near = [
        any(row.changed for row in rows[max(0, index - CONTEXT) : index + CONTEXT + 1]) for index in range(len(rows))
    ]
    lines: list[tuple[Span, ...]] = []
    hidden = 0
    for row, kept in zip((*rows, None), (*near, True), strict=True):
        if kept and hidden:
            lines.append((Span(f"{'':>10}  … {hidden} slot{'' if hidden == 1 else 's'} unchanged", "head"),))
            hidden = 0
        if row is not None and kept:
            label = str(row.first) if row.count == 1 else f"{row.first}-{row.first + row.count - 1}"
            lines.append(
                (Span(f"{label[-10:]:>10} │", "head"), *row.old, Span("│ │", "head"), *row.new, Span("│", "head"))
            )
        elif row is not None:
            hidden += row.count
    return lines


def _intervals(every: Sequence[Leaf]) -> list[tuple[int, int]]:
    """Return stretches of slots in which neither side begins or ends anything, as first slot and count."""
    cuts: set[int] = set()
    for leaf in every:
        cuts |= {leaf.start // WORD, -(-max(leaf.end, leaf.start + 1) // WORD)}
    marks = sorted(cuts)
    return [(low, high - low) for low, high in itertools.pairwise(marks)]


def _cells(
    row: Sequence[Leaf], first: int, count: int, marks: dict[object, str], region: Region | None, every: str
) -> tuple[Span, ...]:
    """Return one side of a row: 32 characters, a byte each, high end first."""
    low, high = first * WORD, (first + count) * WORD
    here = [leaf for leaf in row if leaf.start < high and max(leaf.end, leaf.start + 1) > low]
    spans: list[Span] = []
    at = WORD
    for leaf in reversed(here):
        begin = max(leaf.start - low, 0) % WORD if count == 1 else 0
        end = min(leaf.end - low, WORD) if count == 1 else WORD
        if at > end:
            spans.append(Span("·" * (at - end)))
        base = region.base or 0 if region else 0
        name = region.name if region else ""
        key = (name, leaf.name, base + leaf.start // WORD, leaf.start % WORD)
        kind = marks.get(key) or marks.get((name, leaf.name)) or (every if leaf.live else "gap") or "same"
        spans.append(Span(_label(leaf, kind, end - begin, count), kind))
        at = begin
    if at > 0:
        spans.append(Span("·" * at))
    return tuple(spans)


def _label(leaf: Leaf, kind: str, width: int, count: int) -> str:
    """Return a name in exactly ``width`` characters, ended so that neighbours do not run together."""
    mark = _MARKS.get(kind, "")
    times = f" x{count}" if count > 1 else ""
    if width <= len(times) + 1:
        return (mark or _fit(leaf.name, 1)).ljust(width)
    name = _fit(mark + leaf.name, width - 1 - len(times)).rstrip() + times
    return name.ljust(width - 1) + "▕"


def _marks(changes: Iterable[LayoutChange], side: str) -> dict[object, str]:
    found: dict[object, str] = {}
    for change in changes:
        place: Place | None = change.old if side == "old" else change.new
        word = _WORDS.get(change.kind)
        if place is not None and word and not place.inside:
            found[(place.region, place.path, place.slot, place.offset)] = word
        elif place is not None and word in {"clash", "moved"}:
            # Something behind a hash changed: the mapping or array that leads there is marked.
            found[(place.region, place.inside.partition("[")[0])] = "clash"
        for cause in change.cause if side == "new" else ():
            found.setdefault((cause.region, cause.path, cause.slot, cause.offset), "new")
    return found


def _base(region: Region) -> str:
    if region.base is None:
        return f" at {region.formula[:120]}"
    return f" at {region.base}" if 0 < region.base < _SMALL else f" at {region.base:#x}" if region.base else ""


def _fit(text: str, width: int) -> str:
    clean = "".join(char if char.isprintable() and char.isascii() else "?" for char in text[: width + 1])
    return clean.ljust(width) if len(clean) <= width else clean[: width - 1] + "…"
