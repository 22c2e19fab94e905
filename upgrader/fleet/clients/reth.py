"""Reth: ``reth/v1.8.2-9c30bf7/x86_64-unknown-linux-gnu``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="reth",
        layer=Layer.EXECUTION,
        prefixes=("reth",),
        code="RH",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
