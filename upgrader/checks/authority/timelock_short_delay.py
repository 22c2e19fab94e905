"""The timelock's delay is too short to be of use.

Why:
    The delay is the time in which holders can see an upgrade coming, leave, or have it cancelled. A delay of zero is
    a timelock in name only; below an hour nobody but a bot reacts; below a day it depends on the time zone.

Fix:
    `TimelockController.updateDelay(seconds)`, scheduled through the timelock itself; 48 hours are common.

Example:
    `minDelay` of 60 s, left over from the first deployment.

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/governance#TimelockController
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority
from upgrader.units import Seconds

ZERO: Final = "timelock-zero-delay"
SHORT: Final = "timelock-short-delay"
CODES: Final = (ZERO, SHORT)

HOUR: Final = Seconds(3_600)
DAY: Final = Seconds(86_400)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge the delay of every timelock in the graph."""
    for timelock in authority.timelocks:
        delay = timelock.min_delay
        if delay >= DAY:
            continue
        yield Finding(
            SHORT if delay else ZERO,
            Severity.WARNING if delay < HOUR else Severity.NOTE,
            authority.subject,
            f"timelock {timelock.address} waits {delay} s" if delay else f"timelock {timelock.address} does not wait",
            "raise its delay through the timelock itself: updateDelay(172800) is 48 hours",
            {"timelock": timelock.address, "delay": str(delay)},
        )
