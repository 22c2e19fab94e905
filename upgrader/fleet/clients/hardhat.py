"""Hardhat Network: ``HardhatNetwork/3.18.0/@nomicfoundation/edr/0.3.8``; a development chain without ``eth_config``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="hardhat",
        layer=Layer.EXECUTION,
        prefixes=("hardhatnetwork",),
        development=True,
        source="https://github.com/NomicFoundation/hardhat",
    ),
)
