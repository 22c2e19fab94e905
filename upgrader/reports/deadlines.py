"""Dates that other people's rules ask for, as data with a source; never legal advice.

A project replaces or extends :data:`DEADLINES`; a notice prints each with its source and says that a lawyer decides.
"""

from dataclasses import dataclass
from typing import Final, Literal

from upgrader.reports.moments import moment, span
from upgrader.reports.timetable import Timetable
from upgrader.units import Seconds, Timestamp

DAY: Final = 86_400
_THURSDAY: Final = 3
"""The weekday of 1970-01-01, Monday being 0."""
_SATURDAY: Final = 5

Basis = Literal["scheduling", "execution", "incident"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date relative to the upgrade.

    Attributes:
        what: What is due.
        source: The text that asks for it, or ``house`` for our own clock.
        distance: Seconds from the basis; negative for before.
        business_days: Whether ``distance`` counts whole days without Saturdays and Sundays (holidays are not known).
        basis: What it is counted from.
        condition: When it applies, in words; empty for always.
        audience: The notice it belongs to; empty for all.
    """

    what: str
    source: str
    distance: Seconds
    business_days: bool = False
    basis: Basis = "execution"
    condition: str = ""
    audience: str = ""


DEADLINES: Final = (
    Deadline("announcement and test fork", "house", Seconds(-14 * DAY)),
    Deadline("final notes; readiness confirmed", "house", Seconds(-7 * DAY), audience="institutions"),
    Deadline("confirmation with hashes", "house", Seconds(3_600)),
    Deadline("review after implementation", "house", Seconds(7 * DAY)),
    Deadline(
        "certification of the changed rules received",
        "17 CFR 40.6(a)(3)",
        Seconds(-10 * DAY),
        business_days=True,
        condition="a registered entity's rules or contract terms change",
        audience="regulators",
    ),
    Deadline(
        "initial report of a major incident, from awareness",
        "Commission Delegated Regulation (EU) 2025/301",
        Seconds(DAY),
        basis="incident",
        condition="an incident is classified as major; four hours from that classification",
        audience="regulators",
    ),
)


def due(deadline: Deadline, times: Timetable) -> Timestamp | None:
    """Return the date; None for one that counts from an incident."""
    match deadline.basis:
        case "incident":
            return None
        case "scheduling":
            origin = times.scheduled
        case "execution":
            origin = times.opens
    if not deadline.business_days:
        return Timestamp(origin + deadline.distance)
    return _business(origin, deadline.distance // DAY)


def deadline_words(deadline: Deadline, times: Timetable) -> str:
    """Return one deadline in a sentence with its condition."""
    when = due(deadline, times)
    after = span(abs(deadline.distance))
    said = f"within {after} of an incident" if when is None else moment(when)
    return f"{said}: {deadline.what}{f' (if {deadline.condition})' if deadline.condition else ''}"


def _business(origin: int, days: int) -> Timestamp:
    step = 1 if days > 0 else -1
    at, left = origin, abs(days)
    while left:
        at += step * DAY
        left -= (at // DAY + _THURSDAY) % 7 < _SATURDAY
    return Timestamp(at)
