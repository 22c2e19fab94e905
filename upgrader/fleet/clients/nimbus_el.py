"""Nimbus, the execution client: ``nimbus-eth1/v0.2.0-f10349dc/linux-amd64/Nim-2.2.4``."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing

FAMILY.add(
    __name__,
    Client(
        name="nimbus-el",
        layer=Layer.EXECUTION,
        prefixes=("nimbus-eth1", "nimbus_execution_client"),
        code="NE",
        defects=(
            Defect(
                what="eth_config gives the forkId of genesis for every fork",
                source="https://github.com/status-im/nimbus-eth1/pull/3812",
                until="0.2.99",  # mended 2025-11-05, among the 0.2 releases; in which one is not confirmed
                distrusts=((Kind.ETH_CONFIG, Standing.DIFFERS), (Kind.ETH_CONFIG, Standing.LACKS)),
            ),
        ),
        source="https://github.com/status-im/nimbus-eth1",
    ),
)
