"""Bytes of a storage word as people write the value."""

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Final

from upgrader.layout.meaning import resolved
from upgrader.layout.types import (
    ByteString,
    Contract,
    DynamicArray,
    Elementary,
    Enum,
    Flag,
    Function,
    Kind,
    MappingType,
    Type,
    TypeId,
    WordValue,
)
from upgrader.units import WORD, address_from_word, hexed

_PLACES: Final = 10
"""Of a Vyper decimal.  Source: https://docs.vyperlang.org/en/stable/types.html#decimals"""

_EXACT: Final = Context(prec=80)

_LONGEST_SHORT: Final = 31
"""Bytes that a string keeps in its own word.  Source: solc, layout of bytes and string."""


def decoded(  # noqa: C901, PLR0911, PLR0912 - one case a type
    types: Mapping[TypeId, Type], name: TypeId, data: bytes
) -> str:
    """Return the value of ``data`` as a type of ``types``.

    Args:
        types: The layout's type table.
        name: The type.
        data: Exactly its bytes, high end first.
    """
    match resolved(types, name):
        case Elementary() as kind:
            return _elementary(kind, data)
        case WordValue(kind=Kind.BYTES, width=width):
            return hexed(data[:width])
        case WordValue(kind=kind, width=width, label=label):
            return _elementary(Elementary(label, kind, width), data)
        case Flag(members=members):
            return _flag(members or (), int.from_bytes(data, "big"))
        case Enum(members=tuple() as members):
            ordinal = int.from_bytes(data, "big")
            return members[ordinal] if ordinal < len(members) else f"{ordinal} (no member)"
        case Enum():
            return str(int.from_bytes(data, "big"))
        case Contract():
            return str(address_from_word(data.rjust(WORD, b"\0")))
        case Function(external=True):
            return f"{address_from_word(data[-24:-4].rjust(WORD, bytes(1)))}.{hexed(data[-4:])}"
        case ByteString(label="string") if not data[-1] & 1:
            return repr(data[: min(data[-1] // 2, _LONGEST_SHORT)].decode("utf-8", "replace"))
        case ByteString() if not data[-1] & 1:
            return hexed(data[: min(data[-1] // 2, _LONGEST_SHORT)])
        case ByteString():
            return f"{int.from_bytes(data, 'big') // 2} bytes"
        case DynamicArray():
            return f"{int.from_bytes(data, 'big')} elements"
        case MappingType():
            return hexed(data)
    return hexed(data)


def key_text(types: Mapping[TypeId, Type], name: TypeId, data: bytes) -> str:
    """Return a mapping's key as people write it.

    Args:
        types: The layout's type table.
        name: The key's type.
        data: The key as it was hashed: a padded word, or the bytes of a string.
    """
    match resolved(types, name):
        case ByteString(label="string"):
            return repr(data.decode("utf-8", "replace"))
        case Elementary(kind=Kind.BYTES, size=size):
            return hexed(data[:size])
        case Elementary() | Enum() | Contract():
            return decoded(types, name, data[-(types[name].size or WORD) :])
    return hexed(data)


def _flag(members: tuple[str, ...], value: int) -> str:
    """Return the members whose bits are set, and what is set beyond them."""
    names = [name for place, name in enumerate(members) if value >> place & 1]
    beyond = value >> len(members) << len(members)
    return " | ".join([*names, *([f"{beyond} (no member)"] if beyond and members else [])]) or str(value)


def _elementary(kind: Elementary, data: bytes) -> str:
    match kind.kind:
        case Kind.UINT:
            return str(int.from_bytes(data, "big"))
        case Kind.INT:
            return str(int.from_bytes(data, "big", signed=True))
        case Kind.BOOL:
            value = int.from_bytes(data, "big")
            return {0: "false", 1: "true"}.get(value, f"{value} (not a bool)")
        case Kind.ADDRESS:
            return str(address_from_word(data.rjust(WORD, b"\0")))
        case Kind.FIXED:
            return f"{Decimal(int.from_bytes(data, 'big', signed=True)).scaleb(-_PLACES, _EXACT):f}"
    return hexed(data)
