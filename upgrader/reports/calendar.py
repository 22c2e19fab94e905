"""The timetable as an iCalendar file that traders and operators subscribe to.

Nothing in it depends on a clock: identifiers come from the plan's digest and stamps from the observed block, so the
same plan gives the same bytes, and the file of a scheduled upgrade replaces the tentative one in people's calendars.

Source: https://www.rfc-editor.org/rfc/rfc5545
"""

from dataclasses import dataclass
from typing import Final

from upgrader.reports.dossier import Dossier
from upgrader.reports.moments import span, utc
from upgrader.reports.summary import schedule_words
from upgrader.reports.text import visible
from upgrader.units import Seconds, Timestamp, hexed

PRODUCT: Final = "-//upgrader//upgrade timetable//EN"

_SHORT: Final = Seconds(900)
"""How long an instant is drawn, so that calendars show it."""
_HOUR: Final = Seconds(3_600)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One entry: a kind that never changes, words, and a range."""

    kind: str
    title: str
    begin: Timestamp
    end: Timestamp
    words: str


def appointments(dossier: Dossier) -> tuple[Appointment, ...]:
    """Return the entries of an upgrade in their order."""
    times = dossier.times
    name = visible(dossier.plan.name, 80)
    closes = times.closes if times.closes is not None and times.closes > times.opens else times.opens + _HOUR
    found = [
        Appointment(
            "schedule",
            f"{name}: scheduled" if times.certain else f"{name}: schedule by",
            times.scheduled,
            Timestamp(times.scheduled + _SHORT),
            "The operation enters the timelock." if times.delay else "The transaction is signed.",
        ),
        Appointment(
            "execute",
            f"{name}: execution window{' (missed)' if times.missed else ''}",
            times.opens,
            Timestamp(closes),
            schedule_words(dossier),
        ),
        Appointment(
            "verify",
            f"{name}: verify",
            times.verify,
            Timestamp(times.verify + _SHORT),
            f"upgrader verify {visible(dossier.argument, 80)}",
        ),
        Appointment(
            "review", f"{name}: review", times.review, Timestamp(times.review + _HOUR), "Look back at the upgrade."
        ),
    ]
    if times.delay:
        words = f"{span(times.delay)} to close or withdraw on the present terms; earliest execution at its end."
        found.insert(1, Appointment("exit", f"{name}: exit window", times.scheduled, times.earliest, words))
    return tuple(found)


def render_calendar(dossier: Dossier) -> bytes:
    """Return the timetable as iCalendar (UTF-8, CRLF).

    Entries are ``TENTATIVE`` until the operation is scheduled on chain, then ``CONFIRMED``.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", visible(f"{dossier.project} upgrades".strip(), 80))
    plan, digest, certain = dossier.plan, hexed(dossier.plan.digest), dossier.times.certain
    for appointment in appointments(dossier):
        event = Event()
        event.add("uid", f"{appointment.kind}-{digest[2:34]}@upgrader")
        event.add("dtstamp", utc(plan.state.timestamp))
        event.add("dtstart", utc(appointment.begin))
        event.add("dtend", utc(appointment.end))
        event.add("summary", appointment.title)
        event.add("description", f"{appointment.words}\n{visible(plan.summary)}\nPlan digest {digest}")
        event.add("status", "CONFIRMED" if certain else "TENTATIVE")
        event.add("sequence", int(certain))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
