"""eth-abi's codec, in a registry of our own.

Decoding must be strict: two bytes are no ``uint256``.  But eth-abi keeps one global registry, and ``import ape`` puts
a decoder into it that pads short numbers with zeroes; under ``ape upgrader …``, or once an Ape account was unlocked, a
truncated answer would then read as a number.  This registry is a copy with eth-abi's own decoder put back, so that it
does not matter who was imported first.

eth-abi is imported at the first call: it brings pydantic and a parser of grammars along, which cost more than a whole
``upgrader check`` of what was compiled before, and a check needs none of it.

Source: ``ape/utils/abi.py`` of eth-ape 0.8.51; https://eth-abi.readthedocs.io/en/stable/registry.html
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_abi.codec import ABICodec


class MisfitError(ValueError):
    """Values do not fit their types, or data has another shape than theirs."""


def encode(types: Iterable[str], values: Iterable[Any]) -> bytes:
    """Return the ABI encoding of values.

    Raises:
        MisfitError: They do not fit the types, or a type is none.
    """
    from eth_abi.exceptions import EncodingError, ParseError

    try:
        return _codec().encode(types, values)
    except (EncodingError, ParseError, TypeError) as error:
        raise MisfitError(str(error)) from error


def decode(types: Iterable[str], data: bytes) -> tuple[Any, ...]:
    """Return the values in data.

    Raises:
        MisfitError: It has another shape.
    """
    from eth_abi.exceptions import DecodingError

    try:
        return _codec().decode(types, data)
    except (DecodingError, OverflowError) as error:
        raise MisfitError(str(error)) from error


@cache
def _codec() -> "ABICodec":
    from eth_abi.codec import ABICodec
    from eth_abi.decoding import UnsignedIntegerDecoder
    from eth_abi.encoding import UnsignedIntegerEncoder
    from eth_abi.registry import ABIRegistry, BaseEquals, registry

    own: ABIRegistry = registry.copy()  # type: ignore[no-untyped-call]  # eth-abi leaves it untyped
    own.unregister("uint")
    uint = BaseEquals("uint")  # type: ignore[no-untyped-call]  # likewise
    own.register(uint, UnsignedIntegerEncoder, UnsignedIntegerDecoder, label="uint")
    return ABICodec(own)
