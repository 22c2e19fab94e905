"""What a proxy ran before, from its own events.

EIP-1967 proxies and OpenZeppelin's beacons emit ``Upgraded(address)`` at every change, and since OpenZeppelin 4 at
construction too; beacon proxies emit ``BeaconUpgraded(address)``.  An old proxy that was never upgraded has no event
at all.  Events that do not end in what the proxy runs now are incomplete, and that is said.

Source: https://eips.ethereum.org/EIPS/eip-1967
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from upgrader.calls import topic
from upgrader.inquiry import Inquiry, Log, ReadFailed, ReadLogs
from upgrader.units import WORD, Address, address_from_word

UPGRADED: Final = topic("Upgraded(address)")
BEACON_UPGRADED: Final = topic("BeaconUpgraded(address)")

MAX_EARLIER: Final = 256
"""Implementations of one proxy that are looked at; anybody can write a contract that emits more."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The implementations of a proxy before the present one.

    Attributes:
        earlier: Oldest first, each once, without the present one.
        doubt: Why there may have been others, in words; empty where the events are complete.
    """

    earlier: tuple[Address, ...]
    doubt: str = ""


def lineage(proxy: Address, implementation: Address, *, beacon: Address | None = None) -> Inquiry[Lineage]:
    """Ask which implementations a proxy ran before.

    Args:
        proxy: The proxy, or a beacon that is itself under management.
        implementation: What it runs now.
        beacon: What it asks for its implementation, or None.
    """
    emitters: tuple[Address, ...] = (proxy,)
    if beacon is not None:
        (answer,) = yield (ReadLogs(proxy, (BEACON_UPGRADED,)),)
        if isinstance(answer, ReadFailed):
            return Lineage((), f"its events could not be read: {answer.reason}")
        emitters = tuple(dict.fromkeys([*_named(answer), beacon]))
    answers = yield tuple(ReadLogs(emitter, (UPGRADED,)) for emitter in emitters)
    logs: list[Log] = []
    for found in answers:
        if isinstance(found, ReadFailed):
            return Lineage((), f"its events could not be read: {found.reason}")
        logs += found
    named = _named(sorted(logs, key=lambda log: (log.block, log.index)))
    doubt = "its events do not end in what it runs now" if named and named[-1] != implementation else ""
    earlier = tuple(address for address in dict.fromkeys(named) if address != implementation)
    if len(earlier) > MAX_EARLIER:
        doubt = f"it ran {len(earlier)} implementations, of which the last {MAX_EARLIER} were looked at"
    return Lineage(earlier[-MAX_EARLIER:], doubt)


def _named(logs: Iterable[Log]) -> list[Address]:
    """Return the address that each event names; the oldest proxies did not index it."""
    words = (log.topics[1] if len(log.topics) > 1 else log.data for log in logs)
    return [address_from_word(word) for word in words if len(word) == WORD]
