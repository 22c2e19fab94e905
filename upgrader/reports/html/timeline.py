"""The timeline as a drawing: even stops, true durations written between them.

Drawn to scale, a block observed today and a window in three weeks would leave the two days that matter a few pixels
wide.
"""

from dataclasses import dataclass
from typing import Final

from upgrader.reports.moments import moment, span, weekday
from upgrader.reports.timetable import Timetable, stops

WIDTH: Final = 1_200
MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class DrawnStop:
    """A stop with its place; ``edge`` is where its text begins, is centred or ends."""

    x: int
    edge: int
    anchor: str
    label: str
    note: str
    when: str


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """The line between two stops; ``kind`` is ``wait`` in the timelock, ``open`` in the window, else empty."""

    begin: int
    end: int
    middle: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of a timetable."""

    stops: tuple[DrawnStop, ...]
    parts: tuple[DrawnPart, ...]


def draw(times: Timetable) -> Timeline:
    """Place the stops of a timetable evenly from left to right."""
    found = stops(times)
    gap = (WIDTH - 2 * MARGIN) // max(1, len(found) - 1)
    places = [MARGIN + gap * index for index in range(len(found))]
    last = len(found) - 1
    drawn = tuple(
        DrawnStop(
            x=x,
            edge={0: 0, last: x + MARGIN}.get(index, x),
            anchor={0: "first", last: "last"}.get(index, ""),
            label=stop.label,
            note=stop.note,
            when=f"{weekday(stop.at)} {moment(stop.at)}".strip(),
        )
        for index, (x, stop) in enumerate(zip(places, found, strict=True))
    )
    parts = tuple(
        DrawnPart(
            begin=begin,
            end=end,
            middle=(begin + end) // 2,
            kind=_kind(times, one.at, other.at),
            words=span(other.at - one.at) if other.at > one.at else "",
        )
        for begin, end, one, other in zip(places, places[1:], found, found[1:], strict=False)
    )
    return Timeline(drawn, parts)


def _kind(times: Timetable, begin: int, end: int) -> str:
    if times.scheduled <= begin and end <= times.earliest and begin < end:
        return "wait"
    if times.closes is not None and times.opens <= begin and end <= times.closes:
        return "open"
    return ""
