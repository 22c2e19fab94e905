"""What a drawing says about each byte range: a kind, a short note, and a sentence below where the types tell it.

Facts come in by place; a place that several facts are about gets the gravest.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.drawing.spans import SIGNS, plain

LABEL: Final = 400
"""Characters of a type that are looked at."""

NAME: Final = 60
"""Characters of a name or a type in a sentence."""

_KINDS: Final = {
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
    ChangeKind.RENAMED: "alike",
    ChangeKind.RECAST: "alike",
    ChangeKind.WIDENED: "alike",
    ChangeKind.UNLISTED: "alike",
    ChangeKind.POINTER: "alike",
}
SMALL: Final = 2**64
"""Slots below are people's numbers; those above are hashes."""

_QUALIFIER: Final = re.compile(r"\b\w+\.(?=\w)")
_GRAVITY: Final = tuple(SIGNS)
_LOOSE: Final = ("new", "alike")
"""Kinds that do not spread from a value to the mapping that holds it: its old values read as before."""

_OVER: Final = {
    ChangeKind.REGION_OVERLAP: "shares bytes with another region",
    ChangeKind.REGION_MISLABELLED: "does not lie where its annotation says",
}

Spot: TypeAlias = tuple[str, str, int, int]
"""Region, mapping or array around it, slot, offset."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said about one byte range.

    Attributes:
        kind: A key of :data:`~upgrader.layout.drawing.spans.SIGNS`.
        note: Where it went, ``→51``, or came from, ``←50``; empty for what did not move.
        kept: Bytes at its start that are as they were, of an array that grew or shrank; 0 where all of it is meant.
    """

    kind: str
    note: str = ""
    kept: int = 0


@dataclass(slots=True)
class Marks:
    """Every mark of a comparison.

    Attributes:
        old: By spot on the left side.
        new: By spot on the right side.
        through: Of mappings and arrays, by region and name, whose values changed.
        insides: Region -> mappings and arrays whose values changed, in order.
        sentences: ``(region, inside)`` -> kind and sentence of what cells have no room for.
    """

    old: dict[Spot, Mark] = field(default_factory=dict)
    new: dict[Spot, Mark] = field(default_factory=dict)
    through: dict[tuple[str, str], Mark] = field(default_factory=dict)
    insides: dict[str, dict[str, None]] = field(default_factory=dict)
    sentences: dict[tuple[str, str], dict[tuple[str, str], None]] = field(default_factory=dict)

    def counted(self, region: str, inside: str) -> dict[str, int]:
        """Return how many ranges of a block have each kind, the gravest first."""
        sides = [
            Counter(mark.kind for spot, mark in side.items() if spot[:2] == (region, inside))
            for side in (self.old, self.new)
        ]
        both = {kind: max(side[kind] for side in sides) for kind in SIGNS}
        return {kind: count for kind, count in both.items() if count}


def marks_of(changes: Iterable[LayoutChange], bases: Mapping[str, int]) -> Marks:
    """Return facts as marks.

    Args:
        changes: Facts about two layouts.
        bases: First slots of the regions whose slots are counted from there, because they are at hashes.
    """
    marks = Marks()
    causes: dict[Spot, None] = {}
    for change in changes:
        if change.kind in _OVER:
            _about_region(marks, change)
        elif (kind := _KINDS.get(change.kind)) is not None:
            _about_range(marks, change, kind, bases)
            causes |= dict.fromkeys(map(_spot, change.cause))
    for spot in causes:  # of one that was there before, and widened, that is said already
        marks.new.setdefault(spot, Mark("new"))
    return marks


def _about_region(marks: Marks, change: LayoutChange) -> None:
    for place in {p.region: p for p in (change.old, change.new) if p is not None}.values():
        reason = f" ({plain(change.reason, 2 * NAME)})" if change.reason else ""
        _say(marks, (place.region, ""), "clash", f"{plain(place.region, NAME)} {_OVER[change.kind]}{reason}")


def _about_range(marks: Marks, change: LayoutChange, kind: str, bases: Mapping[str, int]) -> None:
    old, new = change.old, change.new
    for place, other, side, arrow in ((old, new, marks.old, "→"), (new, old, marks.new, "←")):
        if place is not None and (mark := _mark(change.kind, kind, place, other, arrow, bases)) is not None:
            _keep(side, _spot(place), mark)
    place = new or old
    if place is None:
        return
    block = place.region, place.inside
    if place.inside:
        marks.insides.setdefault(place.region, {})[place.inside] = None
        if kind not in _LOOSE:
            _keep(marks.through, (place.region, place.inside.partition("[")[0]), Mark("clash"))
    sentence = _sentence(change)
    if sentence:
        _say(marks, block, kind, sentence)


def _mark(
    fact: ChangeKind, kind: str, place: Place, other: Place | None, arrow: str, bases: Mapping[str, int]
) -> Mark | None:
    """Return the mark of one side of a fact; None for an array that grew or shrank where it is as long as ever."""
    if other is not None and (kind == "moved" or (kind == "clash" and _went(place, other))):
        return Mark(kind, arrow + _way(place, other, bases))
    if fact in {ChangeKind.GROWN, ChangeKind.SHRUNK} and other is not None and place.size != other.size:
        return Mark(kind, kept=other.size) if place.size > other.size else None
    return Mark(kind)


def _went(place: Place, other: Place) -> bool:
    """Whether one variable lies at two places."""
    return place.path == other.path and _spot(place) != _spot(other)


def _spot(place: Place) -> Spot:
    return place.region, place.inside, place.slot, place.offset


def _sentence(change: LayoutChange) -> str:
    """Return what a cell cannot show: the types before and after, or the two names."""
    old, new = change.old, change.new
    if old is None or new is None:
        return ""
    names = [plain(place.path, NAME) for place in (old, new)]
    reason = f" ({plain(change.reason, 2 * NAME)})" if change.reason else ""
    match change.kind:
        case ChangeKind.REUSED:
            return f"{names[1]} reads the bytes of {names[0]}{reason}"
        case ChangeKind.RENAMED:
            return f"{names[0]} is now called {names[1]}"
        case ChangeKind.MOVED | ChangeKind.SWAPPED | ChangeKind.GROWN | ChangeKind.RESTORED:
            return ""
    types = [plain(_QUALIFIER.sub("", place.type[:LABEL]), NAME) for place in (old, new)]
    was = f"{types[0]} → {types[1]}" if types[0] != types[1] else types[0]
    return f"{names[1]}: {was}{reason}"


def _way(place: Place, other: Place, bases: Mapping[str, int]) -> str:
    """Return where the other end of a move is, in as few characters as tell it."""
    if other.region != place.region:
        return plain(other.region.removeprefix("erc7201:"), NAME)
    base = bases.get(other.region, 0) if not other.inside else 0
    shown = f"+{other.slot - base}" if base or other.inside else str(other.slot)
    slot = shown if other.slot != place.slot else ""
    byte = f"byte {other.offset}" if other.offset != place.offset else ""
    return f"{slot} {byte}".strip() or "here"


def _keep(marks: dict[tuple[str, str], Mark] | dict[Spot, Mark], key: object, mark: Mark) -> None:
    known = marks.get(key)  # type: ignore[call-overload]  # one function for both tables
    if known is None or _GRAVITY.index(mark.kind) < _GRAVITY.index(known.kind):
        marks[key] = mark  # type: ignore[index]  # as above


def _say(marks: Marks, block: tuple[str, str], kind: str, sentence: str) -> None:
    marks.sentences.setdefault(block, {})[kind, sentence] = None
