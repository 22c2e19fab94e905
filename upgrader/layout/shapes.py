"""What a storage type holds, as one value: types of one shape are read alike, whatever the two layouts call them.

Nearly every variable of nearly every upgrade keeps its type.  A shape is worked out once for each type of a layout,
and two are compared as fast as two tuples, so that only types that differ are looked into
(:mod:`upgrader.layout.rows`).  The law: where two types have one shape, looking into them finds no fact.  So what is
never certain has no shape: internal function values, enums and structs whose members are not known, types that nobody
knows, and types that contain themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from upgrader.layout.types import (
    Alias,
    BoundedArray,
    ByteString,
    Contract,
    DynamicArray,
    Elementary,
    Enum,
    FixedArray,
    Flag,
    Function,
    MappingType,
    Struct,
    Type,
    TypeId,
    WordValue,
    unlisted,
)

Shape: TypeAlias = object
"""Compared with ``==`` and nothing else."""

MAX_PARTS: Final = 300
"""Types within one shape; what is larger has none, for a type may name another twice, and that one a third."""

_KEYS: Final = (Elementary, Enum, Flag, Contract, ByteString, WordValue, Alias)
"""What the key of a mapping may be."""


_Known: TypeAlias = tuple[Shape, int]
"""A shape, and how many types are in it."""


class Shapes:
    """The shapes of one layout's types, as far as they were asked for."""

    def __init__(self) -> None:
        self._known: dict[TypeId, _Known | None] = {}
        self._unlisted: bool | None = None

    def unlisted(self, types: Mapping[TypeId, Type]) -> bool:
        """Return whether there are structs whose members are not known, or types that may be such."""
        if self._unlisted is None:
            self._unlisted = any(map(unlisted, types.values()))
        return self._unlisted

    def of(self, types: Mapping[TypeId, Type], name: TypeId) -> Shape | None:
        """Return the shape of a type; None where it has none.

        Args:
            types: Of the layout that these shapes belong to, always the same.
            name: One of them.
        """
        kind = types[name]
        if type(kind) is Elementary:
            return kind
        known = self._of(types, name)
        return None if known is None else known[0]

    def _of(self, types: Mapping[TypeId, Type], name: TypeId) -> _Known | None:
        kind = types[name]
        if type(kind) is Elementary:  # as a rule one object in every layout
            return kind, 1
        if name not in self._known:
            self._known[name] = None  # met again while it is looked into, it contains itself
            self._known[name] = self._composed(types, kind)
        return self._known[name]

    def _composed(self, types: Mapping[TypeId, Type], kind: Type) -> _Known | None:  # noqa: PLR0911 - one case a sort
        if not kind.size:
            return None
        match kind:
            case MappingType():
                key = self._of(types, kind.key) if isinstance(types[kind.key], _KEYS) else None
                return _joined(("mapping", kind.size), (key, self._of(types, kind.value)))
            case Struct(members=members) if members is not None:
                parts, places = [], []
                for name, inner, slot, offset, size, _, touched, _, renamed_from, retyped_from in members:
                    places.append((name, slot, offset, size, touched, renamed_from, retyped_from))
                    parts.append(self._of(types, inner))
                return _joined(("struct", kind.size, *places), parts)
            case DynamicArray():
                return _joined(("array", kind.size), (self._of(types, kind.element),))
            case FixedArray():
                return _joined(("array", kind.size, kind.length), (self._of(types, kind.element),))
            case BoundedArray(element=str(element)):
                return _joined(("bounded array", kind.size, kind.length), (self._of(types, element),))
            case Alias(underlying=str(underlying)):
                return _joined(("alias", kind.size), (self._of(types, underlying),))
        value = _value(kind)
        return None if value is None else (value, 1)


def _value(kind: Type) -> Shape | None:  # noqa: PLR0911 - one case a sort
    """Return the shape of a type that names no other."""
    match kind:
        case Contract():
            return "contract", kind.size, kind.label, kind.selectors
        case Enum(members=members) if members is not None:
            return "enum", kind.size, members
        case Flag(members=members) if members is not None:
            return "flag", kind.size, members
        case ByteString():
            return "bytes", kind.size
        case Function(external=True):
            return "function", kind.size, kind.signature
        case WordValue():
            return "word", kind.size, kind.kind, kind.width
        case BoundedArray(element=None):
            return "bounded bytes", kind.size, kind.length
    return None


def _joined(head: tuple[object, ...], parts: Sequence[_Known | None]) -> _Known | None:
    shapes, count = list(head), 1
    for part in parts:
        if part is None:
            return None
        shapes.append(part[0])
        count += part[1]
    return (tuple(shapes), count) if count <= MAX_PARTS else None
