"""Lodestar: ``Lodestar/v1.30.0/1a34f98``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="lodestar",
        layer=Layer.CONSENSUS,
        prefixes=("lodestar",),
        code="LS",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
