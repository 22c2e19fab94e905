"""op-geth, the execution node of the OP stack: ``Geth/v1.101609.0-stable/linux-amd64/go1.24``.

The minor number holds its upstream's three: ``1`` ``016`` ``09`` is built on go-ethereum 1.16.9.
"""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.clients.geth import is_geth
from upgrader.fleet.evidence import Layer
from upgrader.fleet.version import Version


def is_op_geth(version: Version | None) -> bool:
    """Return whether a version under the name Geth is op-geth's."""
    return version is not None and not is_geth(version)


FAMILY.add(
    __name__,
    Client(
        name="op-geth",
        layer=Layer.EXECUTION,
        prefixes=("geth",),
        identity=True,
        claims=is_op_geth,
        source="https://github.com/ethereum-optimism/op-geth#versioning",
    ),
)
