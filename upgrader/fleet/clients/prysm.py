"""Prysm: ``Prysm/v6.0.2 (linux amd64)`` or ``Prysm/v7.2.0/03f3712a...``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="prysm",
        layer=Layer.CONSENSUS,
        prefixes=("prysm",),
        code="PM",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
