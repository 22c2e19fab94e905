"""EthereumJS: ``EthereumJS/0.10.5/linux/node20.20.2``; it has no ``eth_config``."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="ethereumjs",
        layer=Layer.EXECUTION,
        prefixes=("ethereumjs",),
        code="EJ",
        defects=(
            Defect(
                what="halts at Prague with the date in its configuration: no engine_newPayloadV4 in 0.9.0, "
                "rules from before Prague was final in 0.10.2",
                source="measured: three nodes of one genesis, only 0.10.5 passes the fork",
                until="0.10.2",
                halts_at=("prague",),
            ),
        ),
        source="https://github.com/ethereumjs/ethereumjs-monorepo/tree/master/packages/client",
    ),
)
