"""eth-abi's codec, in a registry of our own.

Decoding must be strict: two bytes are no ``uint256``.  But eth-abi keeps one global registry, and ``import ape`` puts
a decoder into it that pads short numbers with zeroes; under ``ape upgrader …``, or once an Ape account was unlocked, a
truncated answer would then read as a number.  This registry is a copy with eth-abi's own decoder put back, so that it
does not matter who was imported first.

Source: ``ape/utils/abi.py`` of eth-ape 0.8.51; https://eth-abi.readthedocs.io/en/stable/registry.html
"""

from typing import Final

from eth_abi.codec import ABICodec
from eth_abi.decoding import UnsignedIntegerDecoder
from eth_abi.encoding import UnsignedIntegerEncoder
from eth_abi.registry import ABIRegistry, BaseEquals, registry


def _strict() -> ABIRegistry:
    own: ABIRegistry = registry.copy()  # type: ignore[no-untyped-call]  # eth-abi leaves it untyped
    own.unregister("uint")
    uint = BaseEquals("uint")  # type: ignore[no-untyped-call]  # likewise
    own.register(uint, UnsignedIntegerEncoder, UnsignedIntegerDecoder, label="uint")
    return own


_CODEC: Final = ABICodec(_strict())

encode = _CODEC.encode
"""Encode ``types, values``."""

decode = _CODEC.decode
"""Decode ``types, data``; raises eth-abi's DecodingError on data of another shape."""
