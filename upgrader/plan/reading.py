"""From parsed TOML or JSON to frozen values, with errors that name the field.

The models of this package are plain frozen dataclasses; pydantic validates them at the border and exports their
published schemas.  A model forbids unknown keys, since a mistyped ``waver`` must not pass for no waiver.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

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


UNKNOWN_KEY: Final = "unexpected_keyword_argument"
"""pydantic's type of an error about a key that a model lacks."""


def known_keys(model: Any, place: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that a document may have at a place; none where the place is no table of fixed keys.

    Args:
        model: The document's dataclass.
        place: Keys and indices that lead to the table.
    """
    for part in place:
        model = _table(model)
        if is_dataclass(model):
            model = get_type_hints(model, include_extras=True).get(str(part))
        else:
            model = (get_args(model) or (None,))[-1 if get_origin(model) in {dict, Mapping} else 0]
    model = _table(model)
    return tuple(field.name for field in fields(model)) if is_dataclass(model) else ()


def _table(kind: Any) -> Any:
    """Return a type without its annotations, and without the None that may stand in its place."""
    while get_origin(kind) in {Annotated, Union, UnionType}:
        kind = next(each for each in get_args(kind) if each is not NoneType)
    return kind


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
        # A mistyped key is an unknown one and often a missing one too; the unknown one says where to look.
        first = min(error.errors(), key=lambda found: found["type"] != UNKNOWN_KEY)
        path = ".".join(str(part) for part in first["loc"]) or "the document"
        more = "" if error.error_count() == 1 else f" (and {error.error_count() - 1} more)"
        known = known_keys(model, first["loc"][:-1]) if first["type"] == UNKNOWN_KEY else ()
        raise InputError(
            f"{path}: {'no such key' if known else first['msg']}{more}",
            remedy=f"the keys there are: {', '.join(known)}"
            if known
            else "correct the field; `upgrader schema` prints what each file may hold",
            where=where,
        ) from error
