"""Nimbus, the beacon node: ``Nimbus/v25.4.1-77cfa7-stateofus``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="nimbus",
        layer=Layer.CONSENSUS,
        prefixes=("nimbus",),
        code="NB",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
