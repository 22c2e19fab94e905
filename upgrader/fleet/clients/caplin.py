"""Caplin, the consensus half of Erigon: ``caplin/v3.2.1/linux-amd64`` or ``erigon/caplin/3.6.0-ecc2ad99``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="caplin",
        layer=Layer.CONSENSUS,
        prefixes=("caplin", "erigon/caplin"),
        code="CN",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
