"""Besu: ``besu/v25.7.0/linux-x86_64/openjdk-java-21``; an identity stands before the version."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing

FAMILY.add(
    __name__,
    Client(
        name="besu",
        layer=Layer.EXECUTION,
        prefixes=("besu",),
        code="BU",
        identity=True,
        defects=(
            Defect(
                what="early eth_config answers put the fork ids outside the configurations",
                source="https://github.com/besu-eth/besu/issues/8944",
                until="25.8.0",
                distrusts=((Kind.ETH_CONFIG, Standing.LACKS), (Kind.ETH_CONFIG, Standing.DIFFERS)),
            ),
        ),
        source="https://github.com/besu-eth/besu/blob/main/util/src/main/java/org/hyperledger/besu/util/platform/PlatformDetector.java",
    ),
)
