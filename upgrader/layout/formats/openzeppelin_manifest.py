"""OpenZeppelin's ``.openzeppelin/<network>.json``: every implementation that its plugins deployed, with its layout.

Two ages: manifests of version 3.1 and older give variables in order, without slots and sizes (they follow from the
packing rules, except behind a struct whose members are not given); later ones give both, and later still the
ERC-7201 namespaces of each implementation.

Source: https://github.com/OpenZeppelin/openzeppelin-upgrades/blob/master/packages/core/src/manifest.ts
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from upgrader.layout.formats._base import FORMATS, Described
from upgrader.layout.model import Region, RegionKind, StorageLayout, erc7201
from upgrader.layout.read import root_regions
from upgrader.layout.typetable import TypeTable
from upgrader.layout.untrusted import MAX_ENTRIES, record, text


@FORMATS.register
class OpenZeppelinManifest:
    """``{"manifestVersion": ..., "impls": {hash: {address, layout}}}``."""

    name: ClassVar[str] = "OpenZeppelin manifest"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether there are implementations by hash."""
        return isinstance(document.get("impls"), Mapping)

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return the implementations' addresses, the first of each implementation before its others."""
        return [address for entry in _entries(document) for address in _addresses(entry)][:MAX_ENTRIES]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return the layout of the implementation at an address."""
        entry = next(entry for entry in _entries(document) if key in _addresses(entry))
        where = origin if origin.lower().endswith(key.lower()) else f"{origin}#{key}"
        layout = record(entry.get("layout"), where)
        table = TypeTable(record(layout.get("types") or {}, where), where)
        regions = list(root_regions(table, layout.get("storage"), where))
        namespaces = layout.get("namespaces")
        for name, storage in record(namespaces or {}, where).items():
            variables = table.variables(storage, f"{where} {text(name, where)[:120]}")
            base = erc7201(name.removeprefix("erc7201:"))
            regions.append(Region(RegionKind.NAMESPACE, name, base, variables, declared=base))
        contract = regions[0].variables[-1].contract if regions[0].variables else ""
        return StorageLayout(contract or key, tuple(regions), table.types(), where, complete=namespaces is not None)


def _entries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for entry in document["impls"].values() if isinstance(entry, Mapping)]


def _addresses(entry: Mapping[str, Any]) -> list[str]:
    every = (
        [entry.get("address"), *(entry.get("allAddresses") or ())]
        if isinstance(entry.get("allAddresses") or [], list)
        else []
    )
    return list(dict.fromkeys(address for address in every if isinstance(address, str)))
