"""Lighthouse: ``Lighthouse/v7.0.1-e42406d/x86_64-linux``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="lighthouse",
        layer=Layer.CONSENSUS,
        prefixes=("lighthouse",),
        code="LH",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
