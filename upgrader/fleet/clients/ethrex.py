"""ethrex: ``ethrex/v22.0.0-glamsterdam-devnet-8-092813de/x86_64-unknown-linux-gnu/rustc-v1.91``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="ethrex",
        layer=Layer.EXECUTION,
        prefixes=("ethrex",),
        code="EX",
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
