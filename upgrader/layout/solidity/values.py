"""Values of constant expressions, and what Solidity's operators and conversions do to them."""

import operator as op
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from upgrader.units import WORD

MAX_BITS: Final = 4096
"""Of a number; solc's own bound for a literal rational."""

MAX_TEXT: Final = 2**16
"""Bytes of a constant string; longer ones are not followed."""


class Text(bytes):
    """A string: encoded by length where fixed bytes are not."""


class Formula(str):
    """A value that is known up to an argument, written so that equal formulas give equal values."""

    __slots__ = ()


class Code(Formula):
    """A function as a value.

    Attributes:
        number: Id of its declaration.
    """

    number: int


ITSELF: Final = Formula("<itself>")
"""What a variable held before it is given a value that is made from that."""

Value: TypeAlias = int | bytes | Formula | None
"""Numbers as int, ``bytesN`` as bytes, strings as :class:`Text`."""

_OPERATORS: Final[dict[str, Callable[[int, int], int]]] = {
    "+": op.add,
    "-": op.sub,
    "*": op.mul,
    "/": op.floordiv,
    "%": op.mod,
    "**": op.pow,
    "<<": op.lshift,
    ">>": op.rshift,
    "&": op.and_,
    "|": op.or_,
    "^": op.xor,
}
_NUMBER: Final = re.compile(r"(u?int)(\d*)")
_BYTES: Final = re.compile(r"bytes(\d+)")
_PADDED: Final = re.compile(r"<(?:uint\d*|address|address payable|bool|bytes32|contract [^<>]*|enum [^<>]*)>")
"""Arguments that fill a word from its low end: which of these types they have does not show in the word."""


def as_slot(value: Value) -> int | None:
    """Return a number or 32 bytes as a slot; None for everything else."""
    if isinstance(value, Text | Formula) or value is None:
        return None
    return (int.from_bytes(value.ljust(WORD, b"\0"), "big") if isinstance(value, bytes) else value) % 2**256


def binary(operator: str, left: Value, right: Value) -> Value:
    """Return ``left operator right`` as Solidity and Yul compute it on constants."""
    if left is None or right is None:
        return None
    if isinstance(left, Formula) or isinstance(right, Formula):
        return Formula(f"({written(left)} {operator} {written(right)})")
    a, b = _number(left), _number(right)
    endless = operator in {"**", "<<"} and (b > MAX_BITS or abs(a).bit_length() * max(b, 1) > MAX_BITS * WORD)
    undefined = (operator in {"/", "%"} and b == 0) or (operator in {"**", "<<", ">>"} and b < 0)
    if operator not in _OPERATORS or endless or undefined:
        return None
    found = _OPERATORS[operator](a, b)
    if isinstance(left, bytes):
        return (found % (1 << 8 * len(left))).to_bytes(len(left), "big")
    return found if found.bit_length() <= MAX_BITS else None


def _number(value: int | bytes) -> int:
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


def either(values: Sequence[Value]) -> Value:
    """Return what one of several expressions gives, whichever: known where all are, a formula where they differ."""
    if not values or any(value is None for value in values):
        return None
    if all(value == values[0] for value in values):
        return values[0]
    return Formula(f"either({', '.join(sorted(written(value) for value in values))})")


def unary(operator: str, value: Value) -> Value:
    """Return ``operator value``: complement or negation; None for every other operator."""
    if value is None or isinstance(value, Formula):
        return None if value is None else Formula(f"{operator}{value}")
    if operator == "~":
        return bytes(255 - byte for byte in value) if isinstance(value, bytes) else ~value
    return -value if operator == "-" and isinstance(value, int) else None


def abi_encoded(values: Sequence[Value]) -> bytes:
    """Return ``abi.encode(...)`` of values.

    Source: https://docs.soliditylang.org/en/latest/abi-spec.html#formal-specification-of-the-encoding
    """
    head, tail, offset = b"", b"", WORD * len(values)
    for value in values:
        if isinstance(value, Text):
            head += (offset + len(tail)).to_bytes(WORD, "big")
            tail += len(value).to_bytes(WORD, "big") + value.ljust(-(-len(value) // WORD) * WORD, b"\0")
        elif isinstance(value, bytes):
            head += value.ljust(WORD, b"\0")
        elif isinstance(value, int):
            head += (value % 2**256).to_bytes(WORD, "big")
    return head + tail


def encoded(values: Sequence[Value]) -> Value:
    """Return ``abi.encode(...)`` of values; a formula, word by word, where some are known up to an argument only."""
    if not any(isinstance(value, Formula) for value in values):
        return Text(abi_encoded(values))
    return Formula(f"encode({', '.join(_word(value) for value in values)})")


def _word(value: Value) -> str:
    if isinstance(value, Formula):
        return _PADDED.sub("<word>", value)
    return written(value) if isinstance(value, Text) or value is None else "0x" + abi_encoded([value]).hex()


def packed(values: list[Value], kinds: list[str]) -> Value:
    """Return ``abi.encodePacked(...)`` of values with their types as solc writes them; None where one is unknown.

    Source: https://docs.soliditylang.org/en/latest/abi-spec.html#non-standard-packed-mode
    """
    whole = b""
    for value, kind in zip(values, kinds, strict=False):
        found = _NUMBER.fullmatch(kind)
        size = int(found[2] or 256) // 8 if found else {"address": 20, "bool": 1}.get(kind.removesuffix(" payable"))
        if isinstance(value, bytes):
            whole += value
        elif isinstance(value, int) and size:
            whole += (value % 256**size).to_bytes(size, "big")
        else:
            return None
    return Text(whole) if len(whole) <= MAX_TEXT else None


def converted(kind: str, value: Value) -> Value:
    """Return a value converted to an elementary type; unchanged where the type is another."""
    if value is None or isinstance(value, Formula):
        return value
    number = _number(value)
    if fixed := _BYTES.fullmatch(kind):
        size = int(fixed[1])
        whole = value if isinstance(value, bytes) else (number % 256**size).to_bytes(size, "big")
        return bytes(whole[:size].ljust(size, b"\0"))
    if found := _NUMBER.fullmatch(kind):
        return number % 2 ** int(found[2] or 256) if found[1] == "uint" else number
    if kind.startswith("address"):
        return number % 2**160
    return Text(value) if kind in {"string", "bytes"} and isinstance(value, bytes) else value


def written(value: Value) -> str:
    """Return a value as part of a formula."""
    if isinstance(value, Text):
        return repr(bytes(value))[1:]
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
