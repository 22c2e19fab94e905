"""Arbitrum Nitro: ``nitro/v3.11.3-rc.4-4bed0c5/linux-amd64/go1.25.12``.

Its forks are ArbOS versions that are set on the chain; there is no local schedule to be ready for.
"""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="nitro",
        layer=Layer.EXECUTION,
        prefixes=("nitro",),
        source="https://github.com/OffchainLabs/nitro",
    ),
)
