"""Numbers and bytes out of what a node says, with bounds.

A node may be wrong, broken or hostile: each reader here takes any JSON value and returns what it asks for or raises
``ValueError`` with a sentence that quotes at most a few characters.  The parsers of whole answers turn that into a
:class:`Malformed` value, because an unreadable answer is a fact about the node and no failure of ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.forks.criteria import UINT64_MAX

_HEX: Final = re.compile(r"0[xX][0-9a-fA-F]+")
_QUOTED: Final = 60
"""Characters of a bad value that are quoted."""

_DIGITS: Final = 78
"""Decimal digits of the largest uint256; longer text is not converted, since converting costs quadratic time."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """An answer that is not what its standard says.

    Attributes:
        reason: What is wrong, in a sentence that may quote the node.
    """

    reason: str


def integer(value: Any, what: str, limit: int = UINT64_MAX) -> int:
    """Return a non-negative integer given as a JSON number, as decimal text or as 0x hex.

    Args:
        value: What the node sent.
        what: Name of the field, for the message.
        limit: The largest value that is accepted.
    """
    number = -1
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and len(value) <= _DIGITS:
        if _HEX.fullmatch(value):
            number = int(value, 16)
        elif value.isascii() and value.isdigit():
            number = int(value)
    if not 0 <= number <= limit:
        raise ValueError(f"{what} is {quoted(value)}, not a whole number of at most {limit.bit_length()} bits")
    return number


def fixed_bytes(value: Any, length: int, what: str) -> bytes:
    """Return exactly ``length`` bytes given as 0x hex."""
    if not isinstance(value, str) or len(value) != 2 + 2 * length or not _HEX.fullmatch(value):
        raise ValueError(f"{what} is {quoted(value)}, not {length} bytes of hex")
    return bytes.fromhex(value[2:])


def mapping(value: Any, what: str, limit: int) -> Mapping[str, Any]:
    """Return a JSON object with at most ``limit`` members."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is {quoted(value)}, not an object")  # noqa: TRY004 - the value is wrong, not our call
    if len(value) > limit:
        raise ValueError(f"{what} has {len(value)} members, more than {limit}")
    return value


def sequence(value: Any, what: str, limit: int) -> list[Any]:
    """Return a JSON array with at most ``limit`` elements."""
    if not isinstance(value, list):
        raise ValueError(f"{what} is {quoted(value)}, not an array")  # noqa: TRY004 - the value is wrong, not our call
    if len(value) > limit:
        raise ValueError(f"{what} has {len(value)} elements, more than {limit}")
    return value


def quoted(value: Any) -> str:
    """Return a short form of any JSON value for a message."""
    match value:
        case str():
            return repr(value[:_QUOTED]) + ("…" if len(value) > _QUOTED else "")
        case dict():
            return f"an object of {len(value)} members"
        case list():
            return f"an array of {len(value)} elements"
        case int() if not isinstance(value, bool) and value.bit_length() > 256:  # noqa: PLR2004 - one EVM word
            return f"a number of {value.bit_length()} bits"
        case _:
            return str(value)[:_QUOTED]
