"""Teku: ``teku/v25.4.1/linux-x86_64/-eclipseadoptium-...``; a build outside a release says ``vUNKNOWN+g40561a9``."""

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing

FAMILY.add(
    __name__,
    Client(
        name="teku",
        layer=Layer.CONSENSUS,
        prefixes=("teku",),
        code="TK",
        unversioned=("UNKNOWN",),
        defects=(
            Defect(
                what="the fork schedule leaves out forks that share an epoch",
                source="https://github.com/Consensys-Incorporated/teku/issues/6829",
                until="23.1.0",
                distrusts=((Kind.FORK_SCHEDULE, Standing.LACKS),),
            ),
        ),
        source="https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md",
    ),
)
