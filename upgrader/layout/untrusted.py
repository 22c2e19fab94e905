"""Values out of parsed JSON that somebody else wrote: typed, bounded, or an :class:`InputError` that says where.

A layout file may come from a repository, a mail or an explorer.  Numbers are checked before they are turned into
integers (a megabyte of digits is not a slot), and nothing is believed to be an object because it should be one.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from upgrader.errors import InputError

MAX_SLOT: Final = 2**256
MAX_SIZE: Final = 2**256 * 32
"""Bytes of the whole storage of a contract."""

MAX_ENTRIES: Final = 50_000
"""Variables, types or members of one layout; the largest real one read has under 1,000."""

MAX_NAME: Final = 2_000_000
"""Characters of one identifier; longer ones are refused, and whoever prints shortens."""

_DIGITS: Final = re.compile(r"[0-9]{1,90}")
_HEX: Final = re.compile(r"0[xX][0-9a-fA-F]{1,64}")


def malformed(what: str, where: str) -> InputError:
    """Return the error for a value that does not have its form."""
    return InputError(
        what, where=where, remedy="compile again, or give the file as the tool wrote it; see upgrader check --help"
    )


def record(value: Any, where: str) -> Mapping[str, Any]:
    """Return ``value`` as a JSON object, or raise."""
    if not isinstance(value, dict | Mapping):  # a dict is told at once, any other mapping by asking its class
        raise malformed(f"an object was expected, not {_kind(value)}", where)
    return value


def entries(value: Any, where: str) -> list[Any]:
    """Return ``value`` as a JSON list of bearable length, or raise."""
    if not isinstance(value, list):
        raise malformed(f"a list was expected, not {_kind(value)}", where)
    if len(value) > MAX_ENTRIES:
        raise malformed(f"{len(value)} entries are more than the {MAX_ENTRIES} that are read", where)
    return value


def text(value: Any, where: str, field: str = "") -> str:
    """Return ``value`` as a string of bearable length, or raise; ``field`` is its key in ``where``."""
    if not isinstance(value, str):
        raise malformed(f"a string was expected, not {_kind(value)}", _at(where, field))
    if len(value) > MAX_NAME:
        raise malformed(f"a name of {len(value)} characters", _at(where, field))
    return value


def number(value: Any, where: str, below: int = MAX_SIZE, field: str = "") -> int:
    """Return a natural number given as digits, as hex or as a JSON integer, or raise."""
    if isinstance(value, int) and not isinstance(value, bool):
        found = value
    elif isinstance(value, str) and _DIGITS.fullmatch(value):
        found = int(value)
    elif isinstance(value, str) and _HEX.fullmatch(value):
        found = int(value, 16)
    else:
        raise malformed(f"a number was expected, not {_kind(value)}", _at(where, field))
    if not 0 <= found < below:
        raise malformed(f"{found} is out of range", _at(where, field))
    return found


def _at(where: str, field: str) -> str:
    """Return a place; put together only for an error, because a layout has tens of thousands of fields."""
    return f"{where}.{field}" if field else where


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    return {dict: "an object", list: "a list", bool: "true or false", type(None): "null", float: "a fraction"}.get(
        type(value), "a number"
    )
