"""From what people write in TOML to what the ABI encodes.

People write amounts as strings, because TOML's integers end at 2**63; addresses and bytes as hex; arrays and
structs as lists.
"""

import re
from collections.abc import Iterable
from typing import Any

from upgrader.calls import encode_call, types_of
from upgrader.errors import InputError
from upgrader.plan.manifest import WantedCall
from upgrader.units import address, hex_bytes

_ARRAY = re.compile(r"(.+)\[(\d*)\]")
_INTEGER = re.compile(r"(u?)int(\d*)")


def encode_wanted(call: WantedCall) -> bytes:
    """Return the calldata of a call as the manifest writes it.

    Raises:
        InputError: The arguments do not fit the signature.
    """
    types = types_of(call.function)
    if len(types) != len(call.args):
        raise InputError(
            f"{call.function} takes {len(types)} arguments, {len(call.args)} are given",
            remedy="give one entry for each argument",
        )
    return encode_call(call.function, *values(types, call.args))


def values(types: Iterable[str], written: Iterable[Any]) -> tuple[Any, ...]:
    """Convert written arguments to values that eth-abi encodes."""
    return tuple(value(kind, text) for kind, text in zip(types, written, strict=True))


def value(kind: str, written: Any) -> Any:  # noqa: PLR0911 - one return a type
    """Convert one written argument.

    Args:
        kind: Canonical ABI type; structs as ``(type,type)``.
        written: A string, integer, boolean or list.

    Raises:
        InputError: The text is no value of that type, or an integer is out of its range.
    """
    if array := _ARRAY.fullmatch(kind):
        items = _list(kind, written)
        if array[2] and len(items) != int(array[2]):
            raise _misfit(kind, written)
        return [value(array[1], item) for item in items]
    if kind.startswith("("):
        members = types_of(f"f{kind}")
        items = _list(kind, written)
        if len(items) != len(members):
            raise _misfit(kind, written)
        return values(members, items)
    if integer := _INTEGER.fullmatch(kind):
        return _integer(kind, written, signed=not integer[1], bits=int(integer[2] or 256))
    match kind:
        case "address":
            return address(str(written))
        case "bool" if isinstance(written, bool):
            return written
        case "string" if isinstance(written, str):
            return written
        case _ if kind.startswith("bytes") and isinstance(written, str):
            return hex_bytes(written, what=kind)
        case _:
            raise _misfit(kind, written)


def _integer(kind: str, written: Any, *, signed: bool, bits: int) -> int:
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise _misfit(kind, written)
    try:
        number = int(written, 0) if isinstance(written, str) else written
    except ValueError:
        raise _misfit(kind, written) from None
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not low <= number <= high:
        raise InputError(f"{number} does not fit in {kind}", remedy=f"give {low} to {high}")
    return number


def _list(kind: str, written: Any) -> list[Any]:
    if not isinstance(written, list | tuple):
        raise _misfit(kind, written)
    return list(written)


def _misfit(kind: str, written: Any) -> InputError:
    return InputError(
        f"{str(written)[:80]!r} is no {kind}",
        remedy="write integers as digits, addresses and bytes as hex, arrays as lists",
    )
