"""What a proxy ran before, from events in a dict."""

import pytest

from upgrader.inquiry import Log, ReadFailed, ReadLogs, answer
from upgrader.proxies.lineage import BEACON_UPGRADED, MAX_EARLIER, UPGRADED, Lineage, lineage
from upgrader.units import BlockNumber, address

PROXY, BEACON, OTHER = (address("0x" + digit * 40) for digit in "567")
FIRST, SECOND, THIRD = (address("0x" + digit * 40) for digit in "123")


def log(emitter, topic, named, block, *, indexed=True):
    """Return one event that names an address."""
    padded = bytes.fromhex(named[2:]).rjust(32, b"\0")
    topics = (topic, padded) if indexed else (topic,)
    return Log(emitter, topics, b"" if indexed else padded, BlockNumber(block), 0)


def upgraded(emitter, *named, first=1, indexed=True):
    """Return the answer about an emitter's upgrades, one a block."""
    logs = (log(emitter, UPGRADED, each, block, indexed=indexed) for block, each in enumerate(named, first))
    return {ReadLogs(emitter, (UPGRADED,)): tuple(logs)}


@pytest.mark.parametrize("indexed", [True, False], ids=["EIP-1967", "the oldest proxies"])
def test_earlier_implementations_come_oldest_first_and_once(indexed):
    """One that was returned to is not told twice, the present one not at all."""
    facts = upgraded(PROXY, FIRST, SECOND, FIRST, THIRD, indexed=indexed)

    assert Lineage((FIRST, SECOND)) == answer(lineage(PROXY, THIRD), facts)


def test_a_proxy_without_events_was_never_upgraded():
    """Before OpenZeppelin 4 the constructor emitted none."""
    assert Lineage(()) == answer(lineage(PROXY, FIRST), upgraded(PROXY))


def test_events_that_end_elsewhere_are_incomplete():
    """The proxy runs what no event names."""
    assert answer(lineage(PROXY, THIRD), upgraded(PROXY, FIRST, SECOND)).doubt


def test_events_that_cannot_be_read_are_no_events():
    """A node without logs leaves the history in doubt, in its own words."""
    found = answer(lineage(PROXY, FIRST), {ReadLogs(PROXY, (UPGRADED,)): ReadFailed("no logs here")})

    assert "no logs here" in found.doubt


def test_every_beacon_that_a_proxy_had_counts():
    """Upgrades of the former beacon and of the present one, in the order of their blocks."""
    facts = {
        ReadLogs(PROXY, (BEACON_UPGRADED,)): (log(PROXY, BEACON_UPGRADED, OTHER, 1),),
        **upgraded(OTHER, FIRST),
        **upgraded(BEACON, SECOND, THIRD, first=2),
    }

    assert Lineage((FIRST, SECOND)) == answer(lineage(PROXY, THIRD, beacon=BEACON), facts)


def test_a_proxy_with_endless_events_is_looked_at_in_part():
    """The newest count, and that there were more is said."""
    named = [address(f"0x{number:040x}") for number in range(1, MAX_EARLIER + 3)]

    found = answer(lineage(PROXY, THIRD), upgraded(PROXY, *named, THIRD))

    assert (named[2:], True) == (list(found.earlier), str(len(named)) in found.doubt)
