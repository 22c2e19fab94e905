"""The reference protocol as names and addresses, and back."""

from dataclasses import fields
from itertools import count

from upgrader.flows.demo.addresses import MANAGED, addresses_of, protocol_at
from upgrader.flows.demo.deployed import ListedSeries, Parties, ReferenceProtocol
from upgrader.flows.demo.trading import ETHER
from upgrader.units import Timestamp, address

NUMBERS = count(1)


def some():
    """Return an address that nothing else has."""
    return address(f"0x{next(NUMBERS):040x}")


def test_a_protocol_is_found_again_by_its_names():
    """Every field, every party, every series; the contracts under management have their names in the project."""
    single = {field.name: some() for field in fields(Parties) if field.name not in {"writers", "traders"}}
    parties = Parties(**single, writers=(some(), some()), traders=(some(), some(), some()))
    places = {field.name: some() for field in fields(ReferenceProtocol) if field.name not in {"parties", "series"}}
    series = tuple(ListedSeries(number, some(), ETHER, 3_000, Timestamp(9), number == 1) for number in (1, 2))
    protocol = ReferenceProtocol(parties=parties, series=series, **places)
    managed = {name: getattr(protocol, field) for field, name in MANAGED.items()}

    found = protocol_at({**addresses_of(protocol), **managed}, [(1, 3_000, 9, True), (2, 3_000, 9, False)])

    assert protocol == found
    assert not managed.keys() & addresses_of(protocol).keys()
