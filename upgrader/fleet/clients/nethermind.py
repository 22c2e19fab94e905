"""Nethermind: ``Nethermind/v1.32.4+1c4c7c0a/linux-x64/dotnet9.0.7``."""

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer

FAMILY.add(
    __name__,
    Client(
        name="nethermind",
        layer=Layer.EXECUTION,
        prefixes=("nethermind",),
        code="NM",
        source="https://github.com/NethermindEth/nethermind/blob/master/src/Nethermind/Nethermind.Core/ProductInfo.cs",
    ),
)
