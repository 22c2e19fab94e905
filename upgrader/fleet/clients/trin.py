"""Trin Execution: ``trin-execution/v0.1.0/...``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="trin-execution",
        layer=Layer.EXECUTION,
        prefixes=("trin-execution",),
        code="TE",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
