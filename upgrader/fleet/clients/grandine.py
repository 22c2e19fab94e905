"""Grandine: ``Grandine/2.0.5-70a5c7ea/x86_64-linux``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="grandine",
        layer=Layer.CONSENSUS,
        prefixes=("grandine",),
        code="GR",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
