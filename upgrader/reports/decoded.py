"""Calldata in words: every call with its target, function and arguments, and the calls inside its arguments.

Only bytes are decoded here, never labels: what a signer reads is what the chain will run.  Calldata that is nobody's
known function is shown as what it is, and calldata that decodes but would be encoded otherwise is marked, since two
decoders may then disagree about it.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES, Call, Decoded, decode_call, types_of
from upgrader.codec import encode
from upgrader.errors import InputError
from upgrader.governance import multisend, timelock
from upgrader.governance.safe import DELEGATECALL, SafeTransaction
from upgrader.reports.known_abi import KNOWN_ABI
from upgrader.reports.moments import span
from upgrader.units import ZERO_ADDRESS, Address, Wei, address, hexed, keccak

DEPTH: Final = 6
"""Calls inside calls that are opened; Safe, batch, timelock, upgrade and initializer are five."""

CALLS: Final = 64
"""Calls of one batch that are shown; the rest is counted."""

SHOWN_BYTES: Final = 68
"""Bytes of an argument that are shown in full (a selector and two words); longer ones end in length and hash."""

Abi = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a decoded call.

    Attributes:
        name: As the ABI has it; may be empty.
        type: ABI type.
        value: As text, untrusted.
        note: What is known about the value: the name of an address, a duration in words.
    """

    name: str
    type: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in words, with the calls inside it.

    Attributes:
        to: The callee.
        to_name: What people call it; empty when nobody does.
        signature: ``name(type,…)``; empty when the function is not known.
        arguments: In order, without those that :attr:`inner` opens.
        value: Wei sent along.
        data: Calldata as hex, bounded.
        delegate: Whether foreign code runs as the caller.
        inner: Calls that this one makes or announces.
        warning: What is odd about the bytes; empty when nothing is.
    """

    to: str
    to_name: str
    signature: str
    arguments: tuple[Argument, ...]
    value: int
    data: str
    delegate: bool = False
    inner: tuple["CallLine", ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """What is known about the addresses that calls meet.

    Attributes:
        names: Lower-case hex of an address or 32-byte value -> what people call it.
        abis: Lower-case address -> ABI; for a proxy that of its *new* implementation, so that initializers decode.
    """

    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    abis: Mapping[str, Abi] = field(default_factory=lambda: MappingProxyType({}))

    def name(self, value: str) -> str:
        """Return what people call ``value``, or nothing."""
        return self.names.get(value.lower(), "")


def call_lines(calls: Iterable[Call], book: Book) -> tuple[CallLine, ...]:
    """Return ``calls`` in words."""
    return tuple(_line(call, book, depth=0) for call in calls)


def safe_call_line(transaction: SafeTransaction, book: Book) -> CallLine:
    """Return what a Safe transaction makes the Safe do, with a warning where it also pays for its gas."""
    line = _line(Call(transaction.to, transaction.data, transaction.value), book, depth=0)
    warning = "; ".join(text for text in (line.warning, _refund(transaction)) if text)
    return replace(line, delegate=transaction.operation == DELEGATECALL, warning=warning)


def _line(call: Call, book: Book, *, depth: int) -> CallLine:
    plain = CallLine(call.to, book.name(call.to), "", (), int(call.value), bounded_hex(call.data))
    if not call.data:
        return replace(plain, signature="plain transfer" if call.value else "empty call")
    decoded = decode_call((*KNOWN_ABI, *book.abis.get(call.to.lower(), ())), call.data)
    if decoded is None:
        unknown = f"function 0x{call.data[:SELECTOR_BYTES].hex()} is not known: read its {len(call.data)} bytes"
        return replace(plain, warning=unknown)
    inner, opened = _inside(call, decoded) if depth < DEPTH else ((), frozenset[str]())
    more = f"{len(inner) - CALLS} more calls are not shown" if len(inner) > CALLS else ""
    return replace(
        plain,
        signature=decoded.signature,
        arguments=tuple(_argument(*given, book) for given in decoded.arguments if given[0] not in opened),
        inner=tuple(_line(one, book, depth=depth + 1) for one in inner[:CALLS]),
        warning=more or _oddness(decoded, call.data),
    )


def _refund(transaction: SafeTransaction) -> str:
    """Name the gas fields that are set: a plan sets none, and a refund can drain a Safe."""
    unset = ("0", ZERO_ADDRESS)
    fields = ("safe_tx_gas", "base_gas", "gas_price", "gas_token", "refund_receiver")
    found = [(name.replace("_", " "), str(getattr(transaction, name))) for name in fields]
    named = ", ".join(f"{name} {value}" for name, value in found if value not in unset)
    return f"the Safe transaction sets {named}, which no plan does" if named else ""


def _inside(call: Call, decoded: Decoded) -> tuple[tuple[Call, ...], frozenset[str]]:
    """Return the calls that the arguments hold, and the names of the arguments that they replace.

    The built-in ABI comes first when decoding, so these signatures have its argument names.
    """
    given = {name: value for name, _, value in decoded.arguments}
    calls: tuple[Call, ...] = ()
    opened: frozenset[str] = frozenset()
    match decoded.signature:
        case timelock.SCHEDULE_BATCH | timelock.EXECUTE_BATCH:
            lists = (given["targets"], given["values"], given["payloads"])
            if len({len(entries) for entries in lists}) == 1:  # otherwise the timelock refuses it
                calls = tuple(Call(address(to), data, Wei(value)) for to, value, data in zip(*lists, strict=True))
                opened = frozenset({"targets", "values", "payloads"})
        case timelock.SCHEDULE | timelock.EXECUTE:
            calls = (Call(address(given["target"]), given["data"], Wei(given["value"])),)
            opened = frozenset({"target", "value", "data"})
        case "upgradeToAndCall(address,bytes)" if given["data"]:
            calls, opened = (Call(call.to, given["data"]),), frozenset({"data"})
        case "upgradeAndCall(address,address,bytes)" if given["data"]:
            calls, opened = (Call(address(given["proxy"]), given["data"]),), frozenset({"data"})
        case multisend.MULTI_SEND:
            with suppress(InputError):  # cut short or with inner delegatecalls: shown as bytes
                calls, opened = multisend.inner_calls(call.data), frozenset({"transactions"})
    return calls, opened


def _argument(name: str, kind: str, value: Any, book: Book) -> Argument:
    text = as_text(value)
    note = book.name(text)
    if kind == "uint256" and name in {"delay", "newDelay"}:
        note = span(value)
    if kind == "bytes32" and not any(value):
        note = "none"
    return Argument(name, kind, text, note)


def as_text(value: Any) -> str:
    """Return a decoded value as text: bytes as bounded hex, addresses with checksum, lists in brackets."""
    match value:
        case bytes():
            return bounded_hex(value)
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            shown = ", ".join(as_text(item) for item in value[:CALLS])
            return f"[{shown}{f', … {len(value) - CALLS} more' if len(value) > CALLS else ''}]"
        case str() if _is_address(value):
            return Address(address(value))
        case _:
            return str(value)


def bounded_hex(data: bytes) -> str:
    """Return hex; beyond :data:`SHOWN_BYTES` the beginning, the length and the hash."""
    if len(data) <= SHOWN_BYTES:
        return hexed(data)
    return f"{hexed(data[:SHOWN_BYTES])}… ({len(data)} bytes, keccak-256 {hexed(keccak(data))})"


def _oddness(decoded: Decoded, data: bytes) -> str:
    values = [value for _, _, value in decoded.arguments]
    if encode(types_of(decoded.signature), values) == data[SELECTOR_BYTES:]:
        return ""
    return "these bytes are not the canonical encoding of what is shown here: compare the raw calldata"


def _is_address(text: str) -> bool:
    try:
        address(text)
    except InputError:
        return False
    return True
