"""Types that carry their unit, and the few conversions between text and value.

Text that comes from outside becomes one of these types here, once, or an :class:`~upgrader.errors.InputError`.
"""

import re
from functools import lru_cache
from typing import Final, NewType

# Not through eth_hash, whose first choice takes a tenth of a second to load and eight times as long to hash.
from sha3 import keccak_256

from upgrader.errors import InputError

Address = NewType("Address", str)
"""Twenty bytes as ``0x`` and EIP-55 mixed-case hex."""

ChainId = NewType("ChainId", int)
BlockNumber = NewType("BlockNumber", int)

Slot = NewType("Slot", int)
"""Index of a 32-byte word of a contract's storage, 0 <= slot < 2**256."""

Wei = NewType("Wei", int)

Seconds = NewType("Seconds", int)
"""A duration."""

Timestamp = NewType("Timestamp", int)
"""Seconds since 1970-01-01T00:00:00Z, as blocks carry them."""

Hash32 = NewType("Hash32", bytes)
"""Thirty-two bytes, usually a keccak-256."""

ZERO_ADDRESS: Final = Address("0x" + "00" * 20)
ZERO_HASH: Final = Hash32(bytes(32))
WORD: Final = 32
"""Bytes in a storage word. Source: Ethereum yellow paper, section 4.1."""

_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")
_HEX = re.compile(r"0[xX](?:[0-9a-fA-F]{2})*")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d|w)?")
_DURATION_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, None: 1}


def keccak(data: bytes) -> Hash32:
    """Return the keccak-256 of ``data``."""
    return Hash32(keccak_256(data).digest())


def address(text: str) -> Address:
    """Parse an address.

    Args:
        text: ``0x`` and forty hex digits. Mixed case must be a valid EIP-55 checksum; one case is accepted.

    Raises:
        InputError: The text is not an address, or its checksum is wrong (a mistyped digit).

    Source: https://eips.ethereum.org/EIPS/eip-55
    """
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text):
        raise InputError(f"{str(text)[:80]!r} is not an address", remedy="give 0x and forty hex digits")
    digits = text[2:]
    checksummed = _checksum(digits.lower())
    if digits not in (digits.lower(), digits.upper(), checksummed[2:]):
        raise InputError(
            f"{text} has a wrong EIP-55 checksum",
            remedy=f"compare it with its source; the checksummed form of these digits is {checksummed}",
        )
    return checksummed


def address_from_word(word: bytes) -> Address:
    """Return the address in the low twenty bytes of a 32-byte word."""
    return _checksum(word[-20:].hex())


def hex_bytes(text: str, *, what: str = "value") -> bytes:
    """Parse ``0x`` and an even number of hex digits.

    Raises:
        InputError: The text is something else.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise InputError(
            f"{what} {str(text)[:80]!r} is not hex bytes", remedy="give 0x and an even number of hex digits"
        )
    return bytes.fromhex(text[2:])


def hexed(data: bytes) -> str:
    """Return ``data`` as ``0x`` and lower-case hex."""
    return "0x" + data.hex()


def word(value: int) -> bytes:
    """Return an integer as a 32-byte big-endian word."""
    return value.to_bytes(WORD, "big")


def seconds(text: str | int) -> Seconds:
    """Parse a duration: ``48h``, ``2d``, ``30m``, ``90s``, ``1w`` or a number of seconds.

    Raises:
        InputError: The text is something else.
    """
    match = _DURATION.fullmatch(str(text).strip())
    if match is None:
        raise InputError(f"{str(text)[:40]!r} is not a duration", remedy='give for example "48h", "2d" or 172800')
    return Seconds(int(match[1]) * _DURATION_SECONDS[match[2]])


@lru_cache(maxsize=16_384)
def _checksum(lower: str) -> Address:
    digest = keccak_256(lower.encode()).hexdigest()
    return Address(
        "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(lower, digest[:40], strict=True))  # noqa: PLR2004
    )
