"""From the ``types`` object of a storage layout to types.

solc writes each type under an id that spells its structure, ``t_mapping(t_address,t_struct(Position)12_storage)``,
with an entry that repeats part of it.  Tools that store layouts drop fields (OpenZeppelin's manifests keep neither
``base`` nor ``key`` nor ``value``, those of the first age neither sizes nor slots), so the id is what is read, and
the entry adds what no id can say: members, sizes, the type under a user-defined value type.

Sources: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output,
https://github.com/OpenZeppelin/openzeppelin-upgrades/blob/master/packages/core/src/storage/layout.ts
"""

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

from upgrader.layout.packing import place
from upgrader.layout.types import (
    ELEMENTARY,
    Alias,
    ByteString,
    Contract,
    DynamicArray,
    Enum,
    FixedArray,
    Function,
    MappingType,
    Opaque,
    Struct,
    Type,
    TypeId,
    Variable,
    array_size,
)
from upgrader.layout.untrusted import MAX_NAME, MAX_SIZE, MAX_SLOT, entries, malformed, number, record, text
from upgrader.units import WORD

MAX_DEPTH: Final = 64
"""Structs and arrays inside one another; deeper ones are refused rather than followed."""

_ARRAY_TAIL: Final = re.compile(r"\)(dyn|[0-9]{1,78})(?:_storage)?(?:_ptr)?")
_NAMED: Final = re.compile(
    r"t_(struct|enum|userDefinedValueType|contract|super)\((.*)\)(-?[0-9]+)?(?:_storage)?(?:_ptr)?", re.DOTALL
)
_FUNCTION: Final = re.compile(r"t_function_(\w+?)_(\w+?)(\(.*\)returns\(.*\))", re.DOTALL)
_LINE: Final = re.compile(r".{1,4085}:[0-9]{1,9}")
_BYTE_STRING: Final = re.compile(r"t_(string|bytes)(?:_(?:storage|memory|calldata))?(?:_ptr)?")
_DECLARED_IN_IDS: Final = re.compile(r"(t_(?:struct|enum|userDefinedValueType|contract)\([^()]*\))[0-9]+")
_LOCATION_IN_IDS: Final = re.compile(r"_(?:storage|memory|calldata)(?:_ptr)?(?![a-zA-Z0-9_$])")
_CONTRACT_SIZE: Final = 20
_SAFE_DIGITS: Final = 77
"""Of a decimal number that is below 2**256 whatever they are."""

_SIZED_BY_OTHERS: Final = (Struct, FixedArray, Alias)
_FUNCTION_SIZES: Final = {True: 24, False: 8}
_ENUM_BYTE: Final = 256


class _Entry(NamedTuple):
    """A variable or a member as it was read: without its size, and, in old manifests, without its place."""

    name: str
    type: TypeId
    slot: int
    offset: int
    placed: bool
    contract: str
    at: str
    renamed_from: str
    retyped_from: str

    def variable(self, size: int) -> Variable:
        """Return it with its size."""
        name, kind, slot, offset, _, contract, at, renamed_from, retyped_from = self
        return Variable(name, kind, slot, offset, size, contract, None, at, renamed_from, retyped_from)


class TypeTable:
    """The types of one layout, read as they are asked for.

    Args:
        raw: The layout's ``types`` object, by id.
        where: The file or key it came from, for errors.
    """

    def __init__(self, raw: Mapping[str, Any], where: str) -> None:
        self.raw = raw
        self.where = where
        self._types: dict[TypeId, Type] = {}
        self._sized: set[TypeId] = set()
        self._unplaced: dict[TypeId, list[_Entry]] = {}

    def variables(self, raw: Any, where: str) -> tuple[Variable, ...]:
        """Read a list of variables whose places are all known, or all follow from the packing rules.

        Raises:
            InputError: The list, or a type in it, does not have its form; two variables share a byte; or a place is
                neither given nor to be computed.
        """
        chunks = self.chunks(raw, where)
        if len(chunks) > 1:
            raise malformed("variables have no slots, and the size of a type is not known", where)
        return chunks[0][1]

    def chunks(self, raw: Any, where: str) -> list[tuple[str, tuple[Variable, ...]]]:
        """Read a ``storage`` list and every type that it leads to.

        Manifests of the first age give no slots, and structs without members.  What lies behind such a struct lies at
        an unknown slot, but still in its order: it becomes a chunk of its own, placed from the chunk's first word.

        Returns:
            ``(name of the variable of unknown size in front, variables in ascending order of their bytes)``; the
            first name is empty. One chunk, except for lists without slots.

        Raises:
            InputError: The list, or a type in it, does not have its form; or two variables share a byte.
        """
        read = self._entries(raw, where)
        self._read_all(entry.type for entry in read)
        for name in self._types.keys() - self._sized:
            self._size(name, 0)
        if all(entry.placed for entry in read):
            return [("", self._arranged(read, where))]
        chunks: list[tuple[str, tuple[Variable, ...]]] = []
        behind, begin = "", 0
        for index, entry in enumerate(read):
            if not self._types[entry.type].size:
                chunks.append((behind, self._ended(read[begin:index], entry, where)))
                behind, begin = entry.name, index + 1
        return [*chunks, (behind, self._arranged(read[begin:], where))]

    def types(self) -> dict[TypeId, Type]:
        """Return every type that was asked for."""
        return dict(self._types)

    def _entries(self, raw: Any, where: str) -> list[_Entry]:
        return [_plain(item) or _entry(item, where, index) for index, item in enumerate(entries(raw, where))]

    def _arranged(self, read: list[_Entry], where: str) -> tuple[Variable, ...]:
        if not all(entry.placed for entry in read):
            found = place(self._types[entry.type] for entry in read)
            if found is None:
                raise malformed("variables have no slots, and the size of a type is not known", where)
            read = [e._replace(slot=slot, offset=offset) for e, (slot, offset) in zip(read, found[0], strict=True)]
        types, placed = self._types, []
        for name, kind, slot, offset, _, contract, at, renamed_from, retyped_from in read:
            size = types[kind].size or 0
            variable = Variable(name, kind, slot, offset, size, contract, None, at, renamed_from, retyped_from)
            placed.append((slot * WORD + offset, size, variable))
        placed.sort(key=itemgetter(0, 1))
        last, before = 0, ""
        begun = -1
        for start, size, variable in placed:
            if start < last or start == begun:
                raise malformed(f"{before[:80]} and {variable.name[:80]} share a byte", where)
            begun, last, before = start, start + size, variable.name
        if last > MAX_SIZE:
            raise malformed(f"{before[:80]} lies behind the last slot", where)
        return tuple([variable for _, _, variable in placed])

    def _ended(self, before: list[_Entry], last: _Entry, where: str) -> tuple[Variable, ...]:
        """Place variables, and one of unknown size in the first word behind them (a struct starts a word)."""
        placed = self._arranged(before, where)
        return (*placed, last._replace(slot=-(-placed[-1].end // WORD) if placed else 0).variable(0))

    def _read_all(self, wanted: Iterable[TypeId]) -> None:
        pending = list(wanted)
        while pending:
            name = pending.pop()
            if name in self._types:
                continue
            if name in ELEMENTARY:
                self._types[name] = ELEMENTARY[name]
                self._sized.add(name)
                continue
            self._types[name], needed = self._read(name)
            if not isinstance(self._types[name], _SIZED_BY_OTHERS):
                self._sized.add(name)
            pending.extend(needed)

    def _read(self, name: TypeId) -> tuple[Type, tuple[TypeId, ...]]:
        where = f"{self.where} {name[:120]}"
        if name.count("(") > MAX_DEPTH:
            raise malformed("a type too deep inside others", where)
        raw = record(self.raw.get(name, {}), where)
        label = text(raw.get("label", name), where)
        size = number(raw["numberOfBytes"], where, field="numberOfBytes") if "numberOfBytes" in raw else None
        if name.startswith(("t_string", "t_bytes")) and _BYTE_STRING.fullmatch(name):
            return ByteString(label), ()
        if name.startswith("t_mapping("):
            key, value = _mapping_parts(name, where)
            return MappingType(label, key, value), (key, value)
        if name.startswith("t_array("):
            return _array(name, label, where)
        if name.startswith("t_function_") and (function := _FUNCTION.fullmatch(name)):
            external = function[1] == "external"
            return Function(label, size or _FUNCTION_SIZES[external], external, without_ids(function[3])), ()
        if named := _NAMED.fullmatch(name):
            return self._named(named[1], name, label, size)
        return Opaque(label, size), ()

    def _named(self, sort: str, name: TypeId, label: str, size: int | None) -> tuple[Type, tuple[TypeId, ...]]:
        raw, where = self.raw.get(name, {}), f"{self.where} {name[:120]}"
        members = raw.get("members")
        if sort == "struct":
            if members is None:
                return Struct(label, size or 0, None), ()
            read = self._unplaced[name] = self._entries(members, where)
            placed = bool(read) and all(entry.placed for entry in read)
            return Struct(label, size or 0, () if placed else None), tuple(entry.type for entry in read)
        if sort == "enum":
            names = None if members is None else tuple(text(item, where) for item in entries(members, where))
            return Enum(label, size or enum_size(len(names or ())), names or None), ()
        if sort == "userDefinedValueType":
            under = text(raw["underlying"], where) if "underlying" in raw else None
            return Alias(label, size or 0, under), (under,) if under else ()
        return Contract(label, size or _CONTRACT_SIZE, None), ()

    def _size(self, name: TypeId, depth: int) -> None:
        """Place members and compute sizes, innermost first; a type that contains itself is refused."""
        if name in self._sized:
            return
        if depth > MAX_DEPTH:
            raise malformed("types lie too deep inside one another, or inside themselves", f"{self.where} {name[:120]}")
        kind = self._types[name]
        match kind:
            case Struct():
                for member in self._unplaced.get(name, ()):
                    if member.type not in self._sized:
                        self._size(member.type, depth + 1)
                self._types[name] = self._struct(name, kind)
            case FixedArray():
                self._size(kind.element, depth + 1)
                self._types[name] = self._fixed(name, kind)
            case Alias(underlying=str() as under):
                self._size(under, depth + 1)
                self._types[name] = Alias(kind.label, kind.size or self._types[under].size or 0, under)
        self._sized.add(name)

    def _struct(self, name: TypeId, kind: Struct) -> Struct:
        where = f"{self.where} {name[:120]}"
        unplaced = self._unplaced.get(name)
        placed = kind.members is not None
        if not unplaced or not (placed or all(self._types[member.type].size for member in unplaced)):
            return Struct(kind.label, kind.size, None)
        members = self._arranged(unplaced, where)
        needed = WORD * -(-members[-1].end // WORD)
        if kind.size and needed > kind.size:
            raise malformed(f"its members take {needed} bytes, more than its own {kind.size}", where)
        return Struct(kind.label, kind.size or needed, members)

    def _fixed(self, name: TypeId, kind: FixedArray) -> FixedArray:
        element = self._types[kind.element].size
        if not element:
            return kind
        size = array_size(element, kind.length)
        if size > MAX_SIZE or (kind.size and kind.size != size):
            raise malformed(
                f"{kind.length} elements of {element} bytes do not take {kind.size} bytes", f"{self.where} {name[:120]}"
            )
        return FixedArray(kind.label, size, kind.element, kind.length)


def _plain(item: Any) -> _Entry | None:
    """Read a variable that is as solc writes it; None for every other, which is read with an error at hand."""
    if type(item) is not dict or "renamedFrom" in item or "retypedFrom" in item:
        return None
    name, kind, contract = item.get("label"), item.get("type"), item.get("contract", "")
    slot, offset = item.get("slot"), item.get("offset")
    if (
        type(name) is type(kind) is type(contract) is type(slot) is str
        and type(offset) is int
        and 0 <= offset < WORD
        and len(slot) <= _SAFE_DIGITS
        and slot.isdecimal()
        and slot.isascii()
        and len(name) + len(kind) + len(contract) < MAX_NAME
    ):
        short, at = contract.rpartition(":")[2], _line(item.get("src"))
        return _Entry(name, kind, int(slot), offset, True, short, at, "", "")  # noqa: FBT003 - one a variable: fast
    return None


def _entry(raw: Any, listed: str, index: int) -> _Entry:
    where = f"{listed}[{index}]"
    item = record(raw, where)
    placed = "slot" in item
    slot, offset = item.get("slot", 0), item.get("offset", 0)
    contract = item.get("contract", "")
    return _Entry(
        text(item.get("label"), where, "label"),
        text(item.get("type"), where, "type"),
        number(slot, where, MAX_SLOT, "slot") if placed else 0,
        number(offset, where, WORD, "offset"),
        placed,
        text(contract, where, "contract").rpartition(":")[2],
        _line(item.get("src", "")),
        text(item.get("renamedFrom") or "", where),
        text(item.get("retypedFrom") or "", where),
    )


def enum_size(members: int) -> int:
    """Return the bytes of an enum: one up to 256 members."""
    return 1 if members <= _ENUM_BYTE else 2


def without_ids(signature: str) -> str:
    """Return a signature out of a type id without AST numbers (they change with every compilation) and locations."""
    return _LOCATION_IN_IDS.sub("", _DECLARED_IN_IDS.sub(r"\1", signature))


def _array(name: TypeId, label: str, where: str) -> tuple[Type, tuple[TypeId, ...]]:
    close = name.rfind(")")
    tail = _ARRAY_TAIL.fullmatch(name, close)
    if tail is None:
        raise malformed("an array type without its length", where)
    element = name[len("t_array(") : close]
    if tail[1] == "dyn":
        return DynamicArray(label, element), (element,)
    length = int(tail[1])
    if not length:
        raise malformed("an array of no elements", where)
    return FixedArray(label, 0, element, length), (element,)


def _mapping_parts(name: TypeId, where: str) -> tuple[TypeId, TypeId]:
    if not name.endswith(")"):
        raise malformed("a mapping type without its end", where)
    inside, depth = name[len("t_mapping(") : -1], 0
    key, comma, value = inside.partition(",")
    if comma and "(" not in key:
        return key, value
    for index, char in enumerate(inside):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            return inside[:index], inside[index + 1 :]
    raise malformed("a mapping type without its value", where)


def _line(src: Any) -> str:
    return src if src and isinstance(src, str) and _LINE.fullmatch(src) else ""
