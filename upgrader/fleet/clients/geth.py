"""Geth: ``Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24``.

With ``--identity`` a name stands before the version: ``Geth/rpc-1/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24``.
op-geth answers under the same name and folds its upstream's version into the minor number; see :mod:`.op_geth`.
"""

from typing import Final

from upgrader.fleet.clients._base import FAMILY, Client, Defect
from upgrader.fleet.evidence import Kind, Layer, Standing
from upgrader.fleet.version import Version

FOLDED_MINOR: Final = 100
"""From this minor number on a version is op-geth's; geth's own is at 17."""


def is_geth(version: Version | None) -> bool:
    """Return whether a version under the name Geth is go-ethereum's own."""
    return version is None or version.numbers[1] < FOLDED_MINOR


FAMILY.add(
    __name__,
    Client(
        name="geth",
        layer=Layer.EXECUTION,
        prefixes=("geth",),
        code="GE",
        identity=True,
        claims=is_geth,
        defects=(
            Defect(
                what="eth_config gives neither next nor last once the head is past the last configured "
                "blob-parameter fork and a later fork is set",
                source="https://github.com/ethereum/go-ethereum/pull/35553",
                since="1.16.3",
                until="1.17.5",
                distrusts=((Kind.ETH_CONFIG, Standing.LACKS),),
            ),
        ),
        source="https://github.com/ethereum/go-ethereum/blob/master/node/config.go",
    ),
)
