"""Synthetix' ``storage.dump.json``: every struct of every contract and library of a project.

The dump gives the members of structs and says nothing about the slots that libraries keep them at, nor which of them
are kept in storage at all.  So every struct becomes a region of its own at an unknown base, and two dumps are compared
struct by struct.

Source: https://github.com/Synthetixio/synthetix-v3/tree/main/utils/hardhat-storage
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from upgrader.layout.formats._base import FORMATS, Described
from upgrader.layout.model import STRUCT, Region, RegionKind, StorageLayout
from upgrader.layout.types import ELEMENTARY, Type, TypeId
from upgrader.layout.typetable import MAX_DEPTH, TypeTable
from upgrader.layout.untrusted import MAX_SIZE, entries, malformed, number, record, text


@FORMATS.register
class SynthetixDump:
    """``{"path.sol:Name": {"name", "kind", "structs": {name: [members]}}}``."""

    name: ClassVar[str] = "Synthetix storage dump"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether every entry is a contract with structs."""
        found = list(document.values())
        return bool(found) and all(isinstance(e, Mapping) and isinstance(e.get("structs"), Mapping) for e in found)

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:  # noqa: ARG002 - the dump is compared whole
        """Return the one key."""
        return [""]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return all structs as regions."""
        regions: list[Region] = [Region(RegionKind.ROOT, RegionKind.ROOT.value, 0, ())]
        types: dict[TypeId, Type] = {}
        for contract, raw in document.items():
            owner = text(raw.get("name", contract), origin)
            for name, members in raw["structs"].items():
                where = f"{origin} {owner[:80]}.{name[:80]}"
                spelling = _Spelling(where, len(types))
                storage = [spelling.member(item, 0) for item in entries(members, where)]
                table = TypeTable(spelling.types, where)
                variables = table.variables(storage, where)
                types |= table.types()
                label = f"{owner}.{name}"
                regions.append(Region(RegionKind.CONSTANT, label, None, variables, formula=f"{STRUCT}{label}"))
        return StorageLayout(key or "the dump", tuple(regions), types, origin, complete=True)


class _Spelling:
    """Spells a dump's types as solc does, so that one reader serves both.

    Args:
        where: For errors.
        count: Numbers types, which share one table, from here on.
    """

    def __init__(self, where: str, count: int) -> None:
        self.where = where
        self.types: dict[TypeId, dict[str, Any]] = {}
        self._count = count

    def member(self, raw: Any, depth: int) -> dict[str, Any]:
        """Return a member as an entry of a ``storage`` list."""
        item = record(raw, self.where)
        placed = {key: item[key] for key in ("slot", "offset") if key in item}
        return {"label": text(item.get("name", ""), self.where), "type": self._type(item, depth), **placed}

    def _type(self, item: Mapping[str, Any], depth: int) -> TypeId:
        if depth > MAX_DEPTH:
            raise malformed("types too deep inside one another", self.where)
        kind = text(item.get("type"), self.where)
        match kind:
            case "mapping":
                key = self._type(record(item.get("key"), self.where), depth + 1)
                value = self._type(record(item.get("value"), self.where), depth + 1)
                labels = f"mapping({self._label(key)} => {self._label(value)})"
                return self._add(f"t_mapping({key},{value})", label=labels)
            case "array":
                inner = self._type(record(item.get("value"), self.where), depth + 1)
                length = number(item["length"], self.where, MAX_SIZE) if "length" in item else None
                return self._add(
                    f"t_array({inner}){length or 'dyn'}_storage", label=f"{self._label(inner)}[{length or ''}]"
                )
            case "struct":
                members = [self.member(each, depth + 1) for each in entries(item.get("members"), self.where)]
                return self._named("struct", members)
            case "enum":
                return self._named("enum", entries(item.get("members"), self.where))
            case "bytes" | "string":
                return self._add(f"t_{kind}_storage", label=kind)
        if f"t_{kind}" not in ELEMENTARY:
            raise malformed(f"an unknown type {kind[:80]!r}", self.where)
        return self._add(f"t_{kind}", label=kind)

    def _named(self, sort: str, members: list[Any]) -> TypeId:
        self._count += 1
        suffix = "_storage" if sort == "struct" else ""
        # A dump names the variable, not the type.
        return self._add(f"t_{sort}({sort}){self._count}{suffix}", label=sort, members=members)

    def _add(self, name: TypeId, **entry: Any) -> TypeId:
        self.types[name] = entry
        return name

    def _label(self, name: TypeId) -> str:
        return str(self.types[name]["label"])
