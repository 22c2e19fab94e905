"""What an upgrade does to the people who hold positions, computed from its simulation.

Nothing here is a promise: each sentence says what was observed on a copy of the chain, or that it was not.
"""

import re
from typing import Final

from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.plan.manifest import Expiry
from upgrader.reports.dossier import Dossier
from upgrader.reports.moments import moment, span
from upgrader.reports.names import names_of
from upgrader.simulation.result import SlotChange
from upgrader.units import Seconds

_PAUSE_EVENT: Final = re.compile(r"(Paused|Unpaused)\b")

_MECHANISM: Final = frozenset(
    {"implementation", "admin", "beacon", "_initialized", "_initializing", "_implementation", *PROXY_SLOTS.values()}
)
"""Variables of the proxy machinery: they say that an upgrade happened, not what it does to anybody."""

NEAR: Final = Seconds(86_400)
"""An expiry within a day of the execution is named."""


def halt_words(dossier: Dossier) -> tuple[str, ...]:
    """Return what the upgrade halts and for how long, from the events of the simulated execution."""
    simulation = dossier.simulation
    if simulation is None:
        return ("Not known yet: the upgrade was not simulated.",)
    names = {**names_of(dossier.plan), **dossier.names}
    begun: dict[str, int] = {}
    ended: dict[str, int] = {}
    for step in simulation.steps:
        for event in step.events:
            if found := _PAUSE_EVENT.match(event.text):
                (begun if found[1] == "Paused" else ended)[event.address] = step.timestamp
    if not begun:
        return ("Nothing is halted: the change is one transaction, and no contract was paused when it was simulated.",)
    return tuple(
        f"{names.get(address.lower(), address)} is paused by the upgrade "
        + (f"for {span(ended[address] - at)}." if address in ended else "and not resumed by it.")
        for address, at in sorted(begun.items())
    )


def market_changes(dossier: Dossier) -> tuple[SlotChange, ...]:
    """Return the written words of managed contracts that are more than the proxy's own machinery."""
    changes = dossier.simulation.changes if dossier.simulation else ()
    return tuple(
        change
        for change in changes
        if change.contract in dossier.plan.state.contracts
        and not (change.variables and all(variable.name in _MECHANISM for variable in change.variables))
    )


def expiry_words(dossier: Dossier, expiries: tuple[Expiry, ...] | None) -> tuple[str, ...]:
    """Return which series expire near the execution; None when the series are not known."""
    if expiries is None:
        return ("Whether a series expires near the execution is not known: the upgrade names none.",)
    times = dossier.times
    begin, end = times.opens, max(times.closes or times.opens, times.opens)
    near = [one for one in sorted(expiries, key=lambda one: one.at) if begin - NEAR <= one.at <= end + NEAR]
    if not near:
        return (f"No series expires within {span(NEAR)} of the execution.",)
    return tuple(f"{one.name} expires {moment(one.at)}, {_relation(one.at, begin, end)}." for one in near)


def _relation(at: int, begin: int, end: int) -> str:
    if at < begin:
        return f"{span(begin - at)} before the earliest execution: it settles on the present code"
    if at > end:
        return f"{span(at - end)} after the window: it settles on the new code"
    return "WITHIN the execution window: which code settles it depends on the minute of execution"
