"""From a node's tracers to facts: the call tree and the changed words of one transaction.

Sources: geth's built-in ``callTracer`` and ``prestateTracer`` (``diffMode``),
https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.errors import InputError, SimulationError
from upgrader.simulation.naming import Names
from upgrader.simulation.result import CallNode
from upgrader.units import Address, Slot, address, hex_bytes, keccak

MAX_FRAMES: Final = 2_000
"""Frames of one call tree that are kept: an upgrade has tens, and a hostile trace must end."""

ZERO_WORD: Final = bytes(32)

MOST_PREIMAGES: Final = 20_000
"""Hashes of one transaction that are kept."""

PREIMAGE_TRACER: Final = (
    "{seen: {}, step: function(log) { if (log.op.toNumber() == 0x20) {"
    " var from = log.stack.peek(0).valueOf(), size = log.stack.peek(1).valueOf();"
    " if (size >= 32 && size <= 512 && from + size <= log.memory.length())"
    " this.seen[toHex(log.memory.slice(from, from + size))] = 1; } },"
    " fault: function() {}, result: function() { return Object.keys(this.seen); }}"
)
"""Names what each KECCAK256 hashed: a word's place behind a mapping is a hash, and this leads back.  In JavaScript, as
geth and the pinned anvil run it; 512 bytes hold any key but a long string."""


@dataclass(frozen=True, slots=True)
class WordChange:
    """One storage word before and after a transaction."""

    address: Address
    slot: Slot
    before: bytes
    after: bytes


def call_tree(trace: Mapping[str, Any], names: Names) -> tuple[CallNode, ...]:
    """Return the frames of a ``callTracer`` result in depth-first order.

    Raises:
        SimulationError: The trace is malformed or longer than any upgrade.
    """
    nodes: list[CallNode] = []
    for depth, frame in _frames(trace, 0):
        if len(nodes) >= MAX_FRAMES:
            raise SimulationError(
                f"the call tree has more than {MAX_FRAMES} frames", remedy="simulate a smaller batch of upgrades"
            )
        to = str(frame.get("to") or "")
        data = hex_bytes(str(frame.get("input") or "0x"), what="trace input")
        target = names.of(address(to)) if to else "(creation)"
        nodes.append(
            CallNode(
                depth=depth,
                kind=str(frame.get("type", "CALL")),
                sender=str(frame.get("from", "")),
                to=to,
                label=f"{target}.{names.call(data)}" if to else f"{target} {len(data)} bytes",
                value=str(int(str(frame.get("value") or "0x0"), 16)),
                failed="error" in frame,
            )
        )
    return tuple(nodes)


def word_changes(diff: Mapping[str, Any]) -> tuple[WordChange, ...]:
    """Return the storage words that a ``prestateTracer`` diff shows, sorted by address and slot.

    A word that became zero is absent from ``post``; one that was zero is absent from ``pre``.
    """
    pre, post = diff.get("pre", {}), diff.get("post", {})
    changes = []
    for account in sorted(set(pre) | set(post)):
        before = (pre.get(account) or {}).get("storage") or {}
        after = (post.get(account) or {}).get("storage") or {}
        for slot in sorted(set(before) | set(after)):
            change = WordChange(
                address(account),
                Slot(int(slot, 16)),
                _word(before.get(slot)),
                _word(after.get(slot)),
            )
            if change.before != change.after:
                changes.append(change)
    return tuple(changes)


def preimages(traced: Any) -> dict[bytes, bytes]:
    """Return keccak-256 -> what was hashed, of what :data:`PREIMAGE_TRACER` returned; each hash is made here.

    Raises:
        SimulationError: It returned something else.
    """
    try:
        if len(traced) > MOST_PREIMAGES:
            raise ValueError(len(traced))  # noqa: TRY301 - one place turns all of them into words
        return {keccak(image): image for image in (hex_bytes(text, what="preimage") for text in traced)}
    except (AttributeError, InputError, TypeError, ValueError) as error:
        raise SimulationError(
            f"the node's tracer answered no preimages: {str(traced)[:80]!r}",
            remedy="use the pinned anvil (`upgrader doctor`)",
        ) from error


def _frames(frame: Mapping[str, Any], depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    stack = [(depth, frame)]
    while stack:
        depth, frame = stack.pop()
        yield depth, frame
        stack.extend((depth + 1, inner) for inner in reversed(frame.get("calls") or ()))


def _word(text: str | None) -> bytes:
    return hex_bytes(text, what="storage word").rjust(32, b"\0") if text else ZERO_WORD
