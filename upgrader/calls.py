"""A message to a contract, and the ABI that gives its bytes a meaning.

Encoding is eth-abi's; this module adds the human-readable signature (``upgradeToAndCall(address,bytes)``) and the
lookup from bytes back to names that a signer needs.

Source: https://docs.soliditylang.org/en/latest/abi-spec.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from upgrader.codec import decode, encode
from upgrader.errors import InputError
from upgrader.units import Address, Wei, hexed, keccak

SELECTOR_BYTES: Final = 4
_SIGNATURE = re.compile(r"([A-Za-z_$][\w$]*)\((.*)\)")


@dataclass(frozen=True, slots=True)
class Call:
    """One message call.

    Attributes:
        to: The callee.
        data: Calldata.
        value: Wei sent along.
        sender: ``msg.sender`` where the plan fixes it; None where whoever sends it does not matter.
        label: What it does, in words, for people; never parsed.
    """

    to: Address
    data: bytes
    value: Wei = Wei(0)
    sender: Address | None = None
    label: str = ""

    @property
    def selector(self) -> bytes:
        """The first four bytes of the calldata; shorter for a plain transfer."""
        return self.data[:SELECTOR_BYTES]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Calldata, an error or an event with names.

    Attributes:
        name: ``upgradeToAndCall``.
        signature: ``upgradeToAndCall(address,bytes)``.
        arguments: ``(name, type, value)`` in order; bytes stay bytes, addresses are lower-case hex strings.
    """

    name: str
    signature: str
    arguments: tuple[tuple[str, str, Any], ...]


@lru_cache(maxsize=8192)
def selector(signature: str) -> bytes:
    """Return the four-byte selector of ``name(type,...)``."""
    return keccak(signature.encode())[:SELECTOR_BYTES]


@lru_cache(maxsize=8192)
def topic(signature: str) -> bytes:
    """Return the first topic of a non-anonymous event ``Name(type,...)``."""
    return keccak(signature.encode())


@lru_cache(maxsize=4096)
def types_of(signature: str) -> tuple[str, ...]:
    """Return the argument types of ``name(type,...)``; tuples stay whole.

    Raises:
        InputError: The text is not a signature.
    """
    match = _SIGNATURE.fullmatch(signature.replace(" ", ""))
    if match is None:
        raise InputError(f"{signature!r} is not a function signature", remedy="write name(type,type), e.g. pause()")
    types: list[str] = []
    depth, begin = 0, 0
    text = match[2]
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            types.append(text[begin:index])
            begin = index + 1
    if text:
        types.append(text[begin:])
    return tuple(types)


def encode_call(signature: str, *arguments: Any) -> bytes:
    """Return calldata for ``name(type,...)``.

    Raises:
        InputError: The arguments do not fit the types.
    """
    signature = signature.replace(" ", "")
    try:
        return selector(signature) + encode(types_of(signature), arguments)
    except ValueError as error:
        raise InputError(f"arguments of {signature} do not fit: {error}", remedy="compare them with the ABI") from error


def decode_result(types: Iterable[str], data: bytes) -> tuple[Any, ...]:
    """Return the values in ``data``.

    Raises:
        InputError: The data has another shape, as when another contract answered.
    """
    wanted = tuple(types)
    try:
        return tuple(decode(wanted, data))
    except ValueError as error:
        raise InputError(
            f"{hexed(data)[:80]} does not decode as ({','.join(wanted)})",
            remedy="check that the address holds the contract you expect",
        ) from error


def canonical_type(parameter: Mapping[str, Any]) -> str:
    """Return the type of one ABI parameter as signatures spell it (structs as tuples)."""
    kind = str(parameter.get("type", ""))
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(canonical_type(c) for c in parameter.get("components", ())) + ")" + kind[len("tuple") :]


def abi_signature(entry: Mapping[str, Any]) -> str:
    """Return ``name(type,...)`` of an ABI function, error or event."""
    return f"{entry.get('name', '')}(" + ",".join(canonical_type(p) for p in entry.get("inputs", ())) + ")"


def decode_call(abi: Iterable[Mapping[str, Any]], data: bytes, *, kind: str = "function") -> Decoded | None:
    """Find the function (or ``kind="error"``) that ``data`` calls; None when the ABI has none or it does not fit."""
    for entry in abi:
        if entry.get("type") != kind:
            continue
        signature = abi_signature(entry)
        if selector(signature) != data[:SELECTOR_BYTES]:
            continue
        inputs = entry.get("inputs", ())
        types = [canonical_type(p) for p in inputs]
        try:
            values = decode(types, data[SELECTOR_BYTES:])
        except ValueError:
            return None
        named = tuple((str(p.get("name", "")), t, v) for p, t, v in zip(inputs, types, values, strict=True))
        return Decoded(str(entry.get("name", "")), signature, named)
    return None
