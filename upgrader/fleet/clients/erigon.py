"""Erigon: ``erigon/3.0.14/linux-amd64/go1.23.11`` or ``erigon/v3.3.9/linux/go1.23``."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing

FAMILY.add(
    __name__,
    Client(
        name="erigon",
        layer=Layer.EXECUTION,
        prefixes=("erigon",),
        code="EG",
        defects=(
            Defect(
                what="early eth_config answers put the fork ids outside the configurations",
                source="https://github.com/erigontech/erigon/issues/16408",
                until="3.1.0",
                distrusts=((Kind.ETH_CONFIG, Standing.LACKS), (Kind.ETH_CONFIG, Standing.DIFFERS)),
            ),
        ),
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
