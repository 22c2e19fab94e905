"""Times and durations in words, always UTC."""

from datetime import UTC, datetime
from typing import Final

from upgrader.units import Timestamp

_UNITS: Final = ((604_800, "week"), (86_400, "day"), (3_600, "h"), (60, "min"), (1, "s"))
_IN_HOURS: Final = 259_200
"""Up to three days, whole hours are written as hours."""

_LAST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z: the last second that a calendar can write."""


def moment(timestamp: int) -> str:
    """Return ``2026-12-01 14:00 UTC``, with seconds where they are not zero."""
    if not 0 <= timestamp <= _LAST:
        return f"second {timestamp} (outside the calendar)"
    when = datetime.fromtimestamp(timestamp, UTC)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC" if when.second else "%Y-%m-%d %H:%M UTC")


def weekday(timestamp: int) -> str:
    """Return ``Tue``; nothing outside the calendar."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%a") if 0 <= timestamp <= _LAST else ""


def utc(timestamp: Timestamp | int) -> datetime:
    """Return the instant as an aware ``datetime``, held within the calendar."""
    return datetime.fromtimestamp(min(max(timestamp, 0), _LAST), UTC)


def span(seconds: int) -> str:
    """Return a duration in at most two units: ``48 h``, ``7 days``, ``1 h 30 min``.

    Two days are written ``48 h``, as governance speaks of its delays.
    """
    if seconds < 0:
        return f"-{span(-seconds)}"
    if 0 < seconds <= _IN_HOURS and seconds % 3_600 == 0:
        return f"{seconds // 3_600} h"
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            plural = "s" if count > 1 and unit in {"week", "day"} else ""
            parts.append(f"{count} {unit}{plural}")
    return " ".join(parts[:2]) or "0 s"
