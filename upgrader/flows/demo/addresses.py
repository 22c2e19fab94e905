"""A deployed reference protocol as names and addresses, and back: how its scenario files find it.

The two contracts under management have their names in ``upgrader.toml`` (``market``, ``clearing``); all else has those
of :class:`ReferenceProtocol` and :class:`Parties`, several of a kind with numbers: ``writer_1``, ``series_1``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import count, takewhile
from typing import Any, Final, TypeAlias

from upgrader.flows.demo.deployed import ListedSeries, Parties, ReferenceProtocol
from upgrader.flows.demo.trading import ETHER
from upgrader.units import Address, Timestamp

MANAGED: Final = {"market": "market", "house": "clearing"}
"""Field -> name under management."""

SEVERAL: Final = {"writers": "writer", "traders": "trader"}


Terms: TypeAlias = tuple[int, int, int, bool]
"""Number, strike, expiry and whether it is a call, of one listed series on ether."""


def addresses_of(protocol: ReferenceProtocol) -> dict[str, Address]:
    """Return name -> address of everything that is not under management."""
    found = {
        field.name: getattr(protocol, field.name)
        for field in fields(protocol)
        if field.name not in {*MANAGED, "parties", "series"}
    }
    for field in fields(protocol.parties):
        value = getattr(protocol.parties, field.name)
        if field.name in SEVERAL:
            found |= {f"{SEVERAL[field.name]}_{index}": each for index, each in enumerate(value, 1)}
        else:
            found[field.name] = value
    return found | {f"series_{each.number}": each.token for each in protocol.series}


def protocol_at(addresses: Mapping[str, Address], series: Sequence[Terms]) -> ReferenceProtocol:
    """Return the protocol that stands at these addresses.

    Args:
        addresses: As ``stage.addresses`` has them.
        series: What is listed.
    """
    parties: dict[str, Any] = {}
    for field in fields(Parties):
        name = SEVERAL.get(field.name)
        names = takewhile(addresses.__contains__, (f"{name}_{index}" for index in count(1)))
        parties[field.name] = tuple(addresses[each] for each in names) if name else addresses[field.name]
    places: dict[str, Any] = {
        field.name: addresses[MANAGED.get(field.name, field.name)]
        for field in fields(ReferenceProtocol)
        if field.name not in {"parties", "series"}
    }
    listed = tuple(
        ListedSeries(number, addresses[f"series_{number}"], ETHER, strike, Timestamp(expiry), is_call)
        for number, strike, expiry, is_call in series
    )
    return ReferenceProtocol(parties=Parties(**parties), series=listed, **places)
