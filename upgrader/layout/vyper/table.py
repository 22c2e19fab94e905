"""Vyper's types as the model has them.

Vyper packs nothing: a value takes a word, an array its elements one after another, a struct its members, ``DynArray``,
``Bytes`` and ``String`` a word with the length and room for all they may hold.

Source: https://docs.vyperlang.org/en/stable/scoping-and-declarations.html#storage-layout
"""

import re
from typing import Final

from upgrader.layout.types import (
    LOCK,
    BoundedArray,
    Contract,
    FixedArray,
    Flag,
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
from upgrader.layout.untrusted import MAX_ENTRIES, MAX_SIZE, malformed
from upgrader.layout.vyper.modules import Modules
from upgrader.layout.vyper.spelling import MAX_DEPTH, Definition, Form, Sort, Spelling
from upgrader.units import WORD

_NUMBERED: Final = re.compile(r"(u?int|bytes)(\d{1,3})")
_BITS: Final = 8


class Table:
    """The types of one layout.

    Args:
        modules: What names stand for; None where no AST is known.
        where: What is read, for messages.
    """

    def __init__(self, modules: Modules | None, where: str) -> None:
        self.types: dict[TypeId, Type] = {}
        self._modules = modules
        self._where = where

    def add(self, spelling: Spelling, depth: int = 0) -> TypeId:
        """Add a type and what it is made of; return its id.

        Raises:
            InputError: It contains itself, or too many others.
        """
        if depth > MAX_DEPTH or len(self.types) > MAX_ENTRIES:
            raise malformed("a type too deep inside others", self._where)
        if spelling.form is Form.PLAIN:
            return self._plain(spelling, depth)
        parts = [self.add(part, depth + 1) for part in spelling.parts]
        length = spelling.length
        name = _written(spelling, parts)
        if name not in self.types:
            label = _written(spelling, [self.types[part].label for part in parts])
            self.types[name] = self._composed(spelling, label, parts, length)
        return name

    def _composed(self, spelling: Spelling, label: str, parts: list[TypeId], length: int | None) -> Type:
        match spelling.form:
            case Form.MAPPING:
                return MappingType(label, parts[0], parts[1])
            case Form.TUPLE:
                return self._struct(label, [(str(index), part, "") for index, part in enumerate(parts)])
            case Form.BYTES if length is not None:
                return BoundedArray(label, WORD * (1 + words(length)), None, length)
        size = self.types[parts[0]].size if parts else None
        if not size or not length or length * size > MAX_SIZE:
            return Opaque(label, None)
        if spelling.form is Form.BOUNDED:
            return BoundedArray(label, WORD + length * size, parts[0], length)
        return FixedArray(label, length * size, parts[0], length)

    def _plain(self, spelling: Spelling, depth: int) -> TypeId:
        definition = spelling.definition
        if definition is None:
            self.types.setdefault(spelling.name, _own(spelling.name))
            return spelling.name
        name = f"{definition.sort} {definition.origin}:{definition.name}"
        if name not in self.types:
            self.types[name] = self._defined(definition, depth)
        return name

    def _defined(self, definition: Definition, depth: int) -> Type:
        label = f"{definition.sort} {definition.name}"
        match definition.sort:
            case Sort.FLAG:
                return Flag(label, WORD, definition.members)
            case Sort.INTERFACE:
                return Contract(label, WORD, None)
        if definition.node is None or self._modules is None:
            return Struct(label, 0, None)
        module = definition.origin
        fields = [
            (name, self.add(spelling, depth + 1), f"{module}:{node.get('lineno')}")
            for name, spelling, node in self._modules.fields(definition)
        ]
        return self._struct(label, fields)

    def _struct(self, label: str, fields: list[tuple[str, TypeId, str]]) -> Struct:
        """Lay members out one after another; a struct with one of unknown size is one without known members."""
        slot, members = 0, []
        for name, kind, at in fields:
            size = self.types[kind].size
            if not size or slot * WORD + size > MAX_SIZE:
                return Struct(label, 0, None)
            members.append(Variable(name, kind, slot, 0, size, label.removeprefix("struct "), at=at))
            slot += words(size)
        return Struct(label, slot * WORD, tuple(members))


def _written(spelling: Spelling, parts: list[str]) -> str:
    match spelling.form:
        case Form.MAPPING:
            return f"HashMap[{', '.join(parts)}]"
        case Form.TUPLE:
            return f"({', '.join(parts)})"
        case Form.BYTES:
            return f"{spelling.name}[{spelling.length}]"
        case Form.BOUNDED:
            return f"DynArray[{parts[0]}, {spelling.length}]"
    return f"{parts[0]}[{spelling.length}]"


def _own(name: str) -> Type:
    """Return one of Vyper's own types; opaque bytes for a name that is none."""
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
        case _ if name == LOCK:
            return WordValue(name, Kind.LOCK, WORD)
    return Opaque(f"unknown {name}", None)
