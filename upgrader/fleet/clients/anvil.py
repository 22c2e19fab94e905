"""Anvil: ``anvil/v1.7.1``; a development chain with one fixed fork."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing

FAMILY.add(
    __name__,
    Client(
        name="anvil",
        layer=Layer.EXECUTION,
        prefixes=("anvil",),
        development=True,
        defects=(
            Defect(
                what="eth_config gives forkId 0x00000000 and no next fork",
                source="measured with anvil 1.7.1",
                distrusts=tuple((Kind.ETH_CONFIG, standing) for standing in Standing),
            ),
        ),
        source="https://github.com/foundry-rs/foundry/tree/master/crates/anvil",
    ),
)
