"""When things happen: from a plan's delay and window to dates.

Before the operation is scheduled nothing is certain but the order: the timetable then assumes the latest scheduling
that still meets the opening of the window or, without a window, scheduling at the observed block, and says that it
is an assumption.
"""

from dataclasses import dataclass
from typing import Final

from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.units import Seconds, Timestamp

VERIFY_AFTER: Final = Seconds(3_600)
"""One hour after execution: confirmation with hashes."""

REVIEW_AFTER: Final = Seconds(604_800)
"""Seven days after execution: review."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The dates of an upgrade.

    Attributes:
        observed: Time of the block that the plan starts from.
        scheduled: When the operation enters the timelock.
        certain: Whether it was scheduled already; False for an assumption.
        earliest: When the delay ends; also the end of the exit window of holders.
        opens: When execution begins: the later of ``earliest`` and the opening of the window.
        closes: End of the window, or None.
        waivers_end: When the first waiver ends, or None.
    """

    observed: Timestamp
    scheduled: Timestamp
    certain: bool
    earliest: Timestamp
    opens: Timestamp
    closes: Timestamp | None
    waivers_end: Timestamp | None

    @property
    def delay(self) -> Seconds:
        """Seconds between scheduling and the earliest execution."""
        return Seconds(self.earliest - self.scheduled)

    @property
    def missed(self) -> bool:
        """Whether the delay ends after the window has closed."""
        return self.closes is not None and self.earliest > self.closes

    @property
    def verify(self) -> Timestamp:
        """When the result is confirmed."""
        return Timestamp(self.opens + VERIFY_AFTER)

    @property
    def review(self) -> Timestamp:
        """When the upgrade is looked back at."""
        return Timestamp(self.opens + REVIEW_AFTER)


@dataclass(frozen=True, slots=True)
class Stop:
    """One labelled instant of a timetable."""

    label: str
    at: Timestamp
    note: str = ""


def timetable(plan: UpgradePlan, scheduled_at: Timestamp | None = None) -> Timetable:
    """Return the dates of ``plan``.

    Args:
        plan: The plan.
        scheduled_at: Block time of the scheduling transaction; None before there was one.
    """
    window = plan.window
    observed = plan.state.timestamp
    assumed = max(observed, window.opens - plan.delay) if window else observed
    scheduled = Timestamp(assumed if scheduled_at is None else scheduled_at)
    earliest = Timestamp(scheduled + plan.delay)
    return Timetable(
        observed=observed,
        scheduled=scheduled,
        certain=scheduled_at is not None,
        earliest=earliest,
        opens=max(earliest, window.opens) if window else earliest,
        closes=window.closes if window else None,
        waivers_end=min((waiver.until for waiver in plan.waivers), default=None),
    )


def stops(times: Timetable) -> tuple[Stop, ...]:
    """Return the timetable as labelled instants in their order."""
    how = "" if times.certain else "assumed"
    found = [Stop("observed", times.observed), Stop("scheduled", times.scheduled, how)]
    if times.delay:
        found.append(Stop("earliest execution", times.earliest, "exit window ends"))
    if times.opens > times.earliest:
        found.append(Stop("window opens", times.opens))
    if times.closes is not None:
        found.append(Stop("window closes", times.closes, "missed" if times.missed else "plan expires"))
    if times.waivers_end is not None:
        found.append(Stop("first waiver ends", times.waivers_end))
    return tuple(sorted(found, key=lambda stop: stop.at))
