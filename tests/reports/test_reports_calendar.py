"""The timetable, in words and as iCalendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from reports_world import DOSSIER, HOSTILE, OBSERVED, PLAN

from upgrader.plan.manifest import Window
from upgrader.reports.calendar import render_calendar
from upgrader.reports.html.timeline import WIDTH, draw
from upgrader.reports.moments import moment, span
from upgrader.reports.summary import schedule_words
from upgrader.reports.timetable import stops, timetable
from upgrader.units import Seconds, Timestamp

HOUR = 3_600
SCHEDULED = Timestamp(OBSERVED + 4 * HOUR)
OPENS = datetime(2026, 12, 4, 14, tzinfo=UTC)


def entries(dossier):
    """Parse the calendar back and return its events by kind."""
    calendar = Calendar.from_ical(render_calendar(dossier))
    return {str(event["uid"]).split("-")[0]: event for event in calendar.walk("VEVENT")}


def test_calendar_holds_the_five_entries():
    """Parsed back, the dates are those of the plan."""
    found = entries(DOSSIER)

    assert list(found) == ["schedule", "exit", "execute", "verify", "review"]
    assert (found["exit"].decoded("dtstart"), found["exit"].decoded("dtend")) == (OPENS - timedelta(hours=48), OPENS)
    assert (found["execute"].decoded("dtstart"), found["execute"].decoded("dtend")) == (
        OPENS,
        OPENS + timedelta(hours=6),
    )
    assert found["verify"].decoded("dtstart") == OPENS + timedelta(hours=1)
    assert found["review"].decoded("dtstart") == OPENS + timedelta(days=7)


def test_calendar_is_tentative_until_scheduled():
    """The file of a scheduled upgrade replaces the tentative entries: same identifiers, higher sequence."""
    before, after = entries(DOSSIER), entries(replace(DOSSIER, scheduled_at=SCHEDULED))

    assert {str(event["status"]) for event in before.values()} == {"TENTATIVE"}
    assert {str(event["status"]) for event in after.values()} == {"CONFIRMED"}
    assert [event["uid"] for event in before.values()] == [event["uid"] for event in after.values()]
    assert {int(event["sequence"]) for event in after.values()} == {1}


def test_calendar_is_the_same_every_time():
    """Identifiers come from the digest and stamps from the block, so equal plans give equal bytes."""
    assert render_calendar(DOSSIER) == render_calendar(replace(DOSSIER))
    assert entries(DOSSIER)["verify"].decoded("dtstamp") == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_calendar_without_timelock_has_no_exit_window():
    """Where nothing waits there is nothing to wait for."""
    assert "exit" not in entries(replace(DOSSIER, plan=replace(PLAN, delay=Seconds(0))))


def test_hostile_calendar_parses_back():
    """Line ends and control characters in names cannot add an entry or a property."""
    plan = replace(HOSTILE.plan, summary="x\r\nEND:VEVENT\r\nATTACH:file:///etc/passwd\x00")
    source = render_calendar(replace(HOSTILE, plan=plan))

    assert len(Calendar.from_ical(source).walk("VEVENT")) == 5
    assert not any(line.startswith(b"ATTACH") for line in source.splitlines())
    assert len(source) < 20_000


def test_assumed_schedule_still_meets_the_window():
    """Before scheduling, the latest scheduling that meets the opening of the window is assumed, and said so."""
    times = timetable(PLAN)

    assert (times.certain, times.scheduled, times.opens) == (False, OBSERVED + 28 * HOUR, OBSERVED + 76 * HOUR)


def test_window_that_cannot_be_met_is_missed():
    """A delay that ends after the window is told in words."""
    late = replace(DOSSIER, scheduled_at=Timestamp(OBSERVED + 40 * HOUR))

    assert late.times.missed
    assert "The window closes before the delay ends" in schedule_words(late)


def test_executed_upgrade_says_so():
    """After execution there is one date."""
    assert schedule_words(replace(DOSSIER, executed_at=SCHEDULED)) == "Executed 2026-12-01 14:00 UTC."


@settings(deadline=None, max_examples=50)  # parsing and writing calendars takes its time on a busy machine
@given(
    scheduled=st.none() | st.integers(0, 1 << 40),
    delay=st.integers(0, 1 << 32),
    window=st.none() | st.tuples(st.integers(0, 1 << 40), st.integers(0, 1 << 30)),
)
def test_timetable_and_drawing_keep_their_order(scheduled, delay, window):
    """Whatever the dates, execution follows the delay, stops ascend, and the drawing stays within its frame."""
    plan = replace(PLAN, delay=Seconds(delay), window=window and Window(Timestamp(window[0]), Timestamp(sum(window))))
    times = timetable(plan, scheduled)
    drawn = draw(times)

    assert times.scheduled + delay == times.earliest <= times.opens
    assert [stop.at for stop in stops(times)] == sorted(stop.at for stop in stops(times))
    assert all(0 <= stop.x <= WIDTH for stop in drawn.stops)
    assert render_calendar(replace(DOSSIER, plan=plan, scheduled_at=scheduled))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (90, "1 min 30 s"),
        (5_400, "1 h 30 min"),
        (172_800, "48 h"),
        (259_201, "3 days 1 s"),
        (604_800, "1 week"),
        (-60, "-1 min"),
    ],
)
def test_durations_in_words(seconds, words):
    """Delays are spoken in hours, long ones in days and weeks."""
    assert words == span(seconds)


@pytest.mark.parametrize(
    ("timestamp", "words"),
    [
        (0, "1970-01-01 00:00 UTC"),
        (1_796_119_201, "2026-12-01 10:00:01 UTC"),
        (-1, "second -1 (outside the calendar)"),
        (1 << 70, "second 1180591620717411303424 (outside the calendar)"),
    ],
)
def test_moments_in_words(timestamp, words):
    """Seconds are written where they are not zero, and no number is too large to be said."""
    assert words == moment(timestamp)
