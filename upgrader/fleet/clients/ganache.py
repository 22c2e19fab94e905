"""Ganache: ``Ganache/v7.9.2/EthereumJS TestRPC/v7.9.2/ethereum-js``; a development chain, no longer maintained."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="ganache",
        layer=Layer.EXECUTION,
        prefixes=("ganache",),
        development=True,
        source="https://github.com/ConsenSys-archive/ganache",
    ),
)
