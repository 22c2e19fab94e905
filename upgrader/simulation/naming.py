"""Names for what a trace holds: contracts, calls, events and errors, as far as known ABIs reach."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from upgrader.calls import abi_signature, canonical_type, decode_call, selector, topic
from upgrader.codec import decode
from upgrader.inquiry import Log
from upgrader.simulation.result import Event
from upgrader.units import Address, hexed

Abi = tuple[Mapping[str, Any], ...]

SHOWN: Final = 160
"""Characters of one decoded argument that are kept; facts stay readable, the raw data is in the plan."""

KEPT: Final = 1_000
"""Revert data, and topics of events, that are remembered."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of the addresses and ABIs in a run.

    Attributes:
        addresses: Address -> name under management or role (``timelock``, ``Safe``).
        abis: Every ABI that may explain calldata, logs and errors, most specific first.
    """

    addresses: Mapping[Address, str] = field(default_factory=dict)
    abis: tuple[Abi, ...] = ()
    _errors: dict[bytes, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Texts of the latest revert data: in markets the same few reverts come thousands of times."""
    _events: dict[bytes, tuple[Mapping[str, Any], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """First topic -> the events of it that the ABIs know."""
    _outputs: dict[bytes, tuple[tuple[str, ...], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Selector -> what the functions of it return, as the ABIs know it."""

    def of(self, address: Address) -> str:
        """Return the name of an address, or the address."""
        return self.addresses.get(address, address)

    def call(self, data: bytes) -> str:
        """Return calldata as ``name(argument, …)``; its selector where no ABI knows it."""
        if not data:
            return "(no data)"
        for abi in self.abis:
            if decoded := decode_call(abi, data):
                inner = ", ".join(_shown(value) for _, _, value in decoded.arguments)
                return f"{decoded.name}({inner})"
        return f"{hexed(data[:4])}… ({len(data)} bytes)"

    def answer(self, head: bytes, data: bytes) -> str:
        """Return what a function of this selector returned, each value of it; empty where no ABI explains it."""
        for outputs in self._returned(head):
            with suppress(ValueError):  # another function of that selector, or one that returned nothing
                return ", ".join(map(_shown, decode(outputs, data)))
        return ""

    def _returned(self, head: bytes) -> tuple[tuple[str, ...], ...]:
        known = self._outputs.get(head)
        if known is None:
            if len(self._outputs) >= KEPT:
                self._outputs.clear()
            functions = (entry for abi in self.abis for entry in abi if entry.get("type") == "function")
            known = self._outputs[head] = tuple(
                tuple(map(canonical_type, each.get("outputs", ())))
                for each in functions
                if selector(abi_signature(each)) == head
            )
        return known

    def error(self, data: bytes) -> str:
        """Return revert data as the custom error, reason or panic it holds; empty for none."""
        known = self._errors.get(data)
        if known is None:
            if len(self._errors) >= KEPT:
                self._errors.clear()
            known = self._errors[data] = self._error(data)
        return known

    def _error(self, data: bytes) -> str:
        for abi in self.abis:
            if decoded := decode_call(abi, data, kind="error"):
                inner = ", ".join(_shown(value) for _, _, value in decoded.arguments)
                return f"{decoded.name}({inner})"
        return ""

    def event(self, log: Log) -> Event:
        """Return a log as ``Name(argument, …)``."""
        for entry in self._known(log.topics[0]) if log.topics else ():
            if text := _event_text(entry, log):
                return Event(log.address, text)
        first = hexed(log.topics[0]) if log.topics else "anonymous"
        return Event(log.address, f"{first} ({len(log.data)} bytes)")

    def _known(self, first: bytes) -> tuple[Mapping[str, Any], ...]:
        known = self._events.get(first)
        if known is None:
            if len(self._events) >= KEPT:
                self._events.clear()
            events = (entry for abi in self.abis for entry in abi if entry.get("type") == "event")
            known = self._events[first] = tuple(each for each in events if topic(abi_signature(each)) == first)
        return known


def _event_text(entry: Mapping[str, Any], log: Log) -> str:
    """Return a log as one event of its topic; empty where it is another one of that name."""
    inputs = entry.get("inputs", ())
    indexed = [parameter for parameter in inputs if parameter.get("indexed")]
    plain = [parameter for parameter in inputs if not parameter.get("indexed")]
    if len(indexed) != len(log.topics) - 1:
        return ""
    try:
        values = iter(decode([canonical_type(p) for p in plain], log.data))
        topics = iter(log.topics[1:])
        texts = [
            f"{p.get('name', '')}={_topic_text(p, next(topics)) if p.get('indexed') else _shown(next(values))}"
            for p in inputs
        ]
    except ValueError:
        return ""
    return f"{entry.get('name', '')}({', '.join(texts)})"


def _topic_text(parameter: Mapping[str, Any], word: bytes) -> str:
    kind = canonical_type(parameter)
    if kind in {"string", "bytes"} or kind.endswith("]") or kind.startswith("("):
        return hexed(word)
    return _shown(decode([kind], word)[0])


def _shown(value: Any) -> str:
    match value:
        case bytes():
            text = hexed(value)
        case tuple() | list():
            text = "[" + ", ".join(_shown(item) for item in value[:16]) + ("…" if len(value) > 16 else "") + "]"  # noqa: PLR2004 - enough to recognise a list
        case _:
            text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
