"""From parsed TOML or JSON to frozen values, with errors that name the field.

The models of this package are plain frozen dataclasses; pydantic validates them at the border and exports their
published schemas.  A model forbids unknown keys, since a mistyped ``waver`` must not pass for no waiver.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter, ValidationError

from upgrader.errors import InputError
from upgrader.units import Address, Hash32, Seconds, Timestamp, address, hex_bytes, hexed, seconds

T = TypeVar("T")

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""``__pydantic_config__`` of every model: unknown keys are errors."""


def _address(text: object) -> Address:
    try:
        return address(str(text))
    except InputError as error:
        raise ValueError(f"{error.message}; {error.remedy}") from error


def _seconds(text: object) -> Seconds:
    try:
        return seconds(str(text))
    except InputError as error:
        raise ValueError(f"{error.message}; {error.remedy}") from error


def _timestamp(moment: object) -> Timestamp:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a time without a zone; end it with Z for UTC")
        return Timestamp(int(moment.timestamp()))
    if isinstance(moment, int) and not isinstance(moment, bool):
        return Timestamp(moment)
    raise ValueError("not a time; write for example 2026-12-01T14:00:00Z")


AddressField = Annotated[Address, BeforeValidator(_address)]
SecondsField = Annotated[Seconds, BeforeValidator(_seconds)]
TimestampField = Annotated[Timestamp, BeforeValidator(_timestamp)]


def _bytes(text: object) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return hex_bytes(str(text))
    except InputError as error:
        raise ValueError(error.message) from error


BytesField = Annotated[bytes, BeforeValidator(_bytes), PlainSerializer(hexed, return_type=str)]
"""Bytes, written as hex."""

HashField = Annotated[Hash32, BeforeValidator(_bytes), PlainSerializer(hexed, return_type=str)]
"""Thirty-two bytes, written as hex."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
"""A text with at least one visible character."""


def _adapter(model: type[T]) -> TypeAdapter[T]:
    """Return what reads and writes a model."""
    key: Any = model  # a type can be hashed, which mypy does not see of one that stands for any
    adapter: TypeAdapter[T] = _made(key)
    return adapter


@cache
def _made(model: Any) -> Any:
    """Make it once: that costs a hundred times its use."""
    return TypeAdapter(model)


def written(model: type[T], value: T) -> dict[str, Any]:
    """Return ``value`` as JSON types; :func:`read_as` gives it back."""
    tree: dict[str, Any] = _adapter(model).dump_python(value, mode="json")
    return tree


def read_as(model: type[T], tree: Mapping[str, Any], *, where: str) -> T:
    """Validate a parsed document.

    Args:
        model: A frozen dataclass of this package.
        tree: Parsed TOML or JSON.
        where: The file, for messages.

    Raises:
        InputError: The document does not fit; the message names the first field that does not.
    """
    try:
        return _adapter(model).validate_python(tree)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "the document"
        more = "" if error.error_count() == 1 else f" (and {error.error_count() - 1} more)"
        raise InputError(
            f"{path}: {first['msg']}{more}",
            remedy="correct the field; `upgrader schema` prints what each file may hold",
            where=where,
        ) from error
