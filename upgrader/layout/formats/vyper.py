"""Vyper's ``vyper -f layout``: every variable with its first slot.

Vyper packs nothing: a value takes a word, an array its elements one after another, ``DynArray``, ``Bytes`` and
``String`` a word with the length and room for all they may hold.  From 0.4.1 on the slots taken are stated
(``n_slots``); before, they follow from the type, except for structs, whose members no version gives.  Versions before
0.4 wrote no sections; modules are objects inside objects.

Sources: https://docs.vyperlang.org/en/stable/compiling-a-contract.html#storage-layout,
https://docs.vyperlang.org/en/stable/scoping-and-declarations.html#storage-layout
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from upgrader.layout.formats._base import FORMATS, Described
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.types import (
    LOCK,
    BoundedArray,
    Contract,
    Enum,
    FixedArray,
    Kind,
    MappingType,
    Opaque,
    Struct,
    Type,
    TypeId,
    Variable,
    WordValue,
    words,
)
from upgrader.layout.untrusted import MAX_SIZE, MAX_SLOT, malformed, number, record, text
from upgrader.units import WORD

MAX_DEPTH: Final = 32
"""Types and modules inside one another."""

_NUMBERED: Final = re.compile(r"(u?int|bytes)(\d{1,3})")
_LISTED: Final = re.compile(r"(?:enum|flag) (\w+)(?:\(([\w, ]*)\))?")
_CONTRACT: Final = re.compile(r"interface .+|.+\.vyi")
_STRUCT: Final = re.compile(r"struct (\w+).*|(\w+) declaration object", re.DOTALL)
_BITS: Final = 8


@FORMATS.register
class VyperLayout:
    """``{"storage_layout": {name: {"type": ..., "slot": ...}}}``, or the same without sections."""

    name: ClassVar[str] = "Vyper layout"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether variables are named and have a type in words and a slot."""
        if "storage_layout" in document:
            return isinstance(document["storage_layout"], Mapping)
        entries = list(document.values())
        return bool(entries) and all(isinstance(e, Mapping) and {"type", "location"} <= e.keys() for e in entries)

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:  # noqa: ARG002 - one contract, unnamed
        """Return the one key."""
        return [""]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return the layout."""
        types: dict[TypeId, Type] = {}
        root = _variables(document.get("storage_layout", document), types, origin)
        regions = [Region(RegionKind.ROOT, RegionKind.ROOT.value, 0, root)]
        transient = _variables(document.get("transient_storage_layout", {}), types, origin)
        if transient:
            regions.append(Region(RegionKind.TRANSIENT, RegionKind.TRANSIENT.value, 0, transient))
        # Vyper has neither namespaces nor slot constants: what it states is all there is.
        return StorageLayout(key or "the contract", tuple(regions), types, origin, complete=True)


def _variables(raw: Any, types: dict[TypeId, Type], where: str) -> tuple[Variable, ...]:
    found = sorted(_listed(record(raw, where), types, where, "", 0), key=lambda variable: variable.start)
    sized = []
    for variable, behind in itertools.zip_longest(found, found[1:]):
        kind = types[variable.type]
        # A struct without stated slots reaches at most to the next variable.
        room = (behind.start if behind is not None else variable.start + WORD) - variable.start
        size = variable.size or kind.size or room
        if size > room and behind is not None:
            raise malformed(f"{variable.name[:80]} and {behind.name[:80]} share a slot", where)
        sized.append(variable._replace(size=size))
    return tuple(sized)


def _listed(
    raw: Mapping[str, Any], types: dict[TypeId, Type], where: str, module: str, depth: int
) -> Iterator[Variable]:
    if depth > MAX_DEPTH:
        raise malformed("modules too deep inside one another", where)
    for name, value in raw.items():
        item, path = record(value, f"{where} {name[:80]}"), f"{module}{name}"
        if "type" not in item:
            yield from _listed(item, types, where, f"{path}.", depth + 1)
            continue
        if item.get("location", "storage") != "storage" or "slot" not in item:
            continue
        kind = _type(text(item["type"], where), types, where, 0)
        slots = number(item["n_slots"], where, MAX_SLOT) if "n_slots" in item else 0
        slot = number(item["slot"], f"{where} {name[:80]} slot", MAX_SLOT)
        yield Variable(path, kind, slot, 0, slots * WORD or types[kind].size or 0)


def _type(spelled: str, types: dict[TypeId, Type], where: str, depth: int) -> TypeId:
    """Add a type by its spelling, and what it is made of; return its id: the spelling itself."""
    if depth > MAX_DEPTH:
        raise malformed("a type too deep inside others", where)
    name = spelled.strip()
    if name not in types:
        types[name] = _composed(name, types, where, depth) or _plain(name)
    return name


def _composed(name: str, types: dict[TypeId, Type], where: str, depth: int) -> Type | None:
    if not name.endswith("]"):
        return None
    head, parts = _split(name)
    if head == "HashMap" and len(parts) == 2:  # noqa: PLR2004 - key and value
        key, value = (_type(part, types, where, depth + 1) for part in parts)
        return MappingType(name, key, value)
    length = number(parts[-1].strip(), where, MAX_SIZE)
    if head in {"Bytes", "String"} and len(parts) == 1:
        return BoundedArray(name, WORD * (1 + words(length)), None, length)
    element = _type(parts[0] if head == "DynArray" else head, types, where, depth + 1)
    size = types[element].size
    if not size or not length or length * size > MAX_SIZE:
        return Opaque(name, None)
    if head == "DynArray":
        return BoundedArray(name, WORD + length * size, element, length)
    return FixedArray(name, length * size, element, length)


def _split(name: str) -> tuple[str, list[str]]:
    """Return ``HashMap``, ``[address, uint256]`` of a type's spelling: its last pair of brackets."""
    depth, begin = 0, 0
    for index in range(len(name) - 1, -1, -1):
        depth += (name[index] == "]") - (name[index] == "[")
        if depth == 0:
            begin = index
            break
    parts, depth, last = [], 0, begin + 1
    for index in range(begin + 1, len(name) - 1):
        depth += (name[index] == "[") - (name[index] == "]")
        if name[index] == "," and depth == 0:
            parts.append(name[last:index])
            last = index + 1
    return name[:begin], [*parts, name[last:-1]]


def _plain(name: str) -> Type:  # noqa: PLR0911 - one case a spelling
    if numbered := _NUMBERED.fullmatch(name):
        kind, digits = Kind(numbered[1]), int(numbered[2])
        width = digits if kind is Kind.BYTES else digits // _BITS
        return WordValue(name, kind, width) if 1 <= width <= WORD else Opaque(name, None)
    match name:
        case "bool":
            return WordValue(name, Kind.BOOL, 1)
        case "address":
            return WordValue(name, Kind.ADDRESS, 20)
        case "decimal":
            return WordValue(name, Kind.FIXED, 21)
    if name == LOCK:
        return WordValue(name, Kind.UINT, WORD)
    if listed := _LISTED.fullmatch(name):
        members = tuple(member.strip() for member in listed[2].split(",")) if listed[2] else None
        return Enum(name, WORD, members)
    if struct := _STRUCT.fullmatch(name):
        return Struct(f"struct {struct[1] or struct[2]}", 0, None)
    return Contract(name, WORD, None) if _CONTRACT.fullmatch(name) else Opaque(name, None)
