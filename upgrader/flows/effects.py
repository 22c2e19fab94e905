"""What the executing transaction changed: every storage word with its meaning, and the call tree."""

from collections.abc import Sequence
from typing import Final

from upgrader.flows.rehearse import Rehearsal, Subject
from upgrader.layout.locate import describe_change
from upgrader.plan.governing import Governing
from upgrader.ports import Receipt, Sandbox
from upgrader.simulation.naming import Names
from upgrader.simulation.result import CallNode, SlotChange, VariableChange
from upgrader.simulation.trace import PREIMAGE_TRACER, WordChange, call_tree, preimages, word_changes
from upgrader.units import WORD, hexed, keccak, word

LOW_SLOTS: Final = 64
"""Slots whose mappings' keys are guessed from the words that a run mentions."""

TIMESTAMPS_SLOT: Final = 1
"""Mapping from operation to time in OpenZeppelin's TimelockController (behind AccessControl's one slot)."""


def effects(
    receipt: Receipt, rehearsal: Rehearsal, sandbox: Sandbox, names: Names
) -> tuple[tuple[SlotChange, ...], tuple[CallNode, ...]]:
    """Trace a mined transaction and return every word it changed, explained by the layouts, and its call tree."""
    transaction = hexed(receipt.transaction)
    tree = call_tree(sandbox.request("debug_traceTransaction", transaction, {"tracer": "callTracer"}), names)
    options = {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}
    words = word_changes(sandbox.request("debug_traceTransaction", transaction, options))
    hashed = preimages(sandbox.request("debug_traceTransaction", transaction, {"tracer": PREIMAGE_TRACER}))
    known = {**_likely(receipt, rehearsal.subjects), **hashed}
    layouts = {subject.proxy: (subject.name, subject.layout) for subject in rehearsal.subjects}
    changes = []
    for change in words:
        name, layout = layouts.get(change.address, (names.of(change.address), None))
        meaning = _operation_time(change, rehearsal.governing)
        if layout is not None:
            meaning = tuple(
                VariableChange(item.name, item.type, item.before, item.after)
                for item in describe_change(layout, change.slot, change.before, change.after, known)
            )
        before, after = hexed(change.before), hexed(change.after)
        changes.append(SlotChange(name, change.address, hexed(word(change.slot)), before, after, meaning))
    return tuple(changes), tree


def _operation_time(change: WordChange, governing: Governing) -> tuple[VariableChange, ...]:
    """Explain the one word that a timelock writes when it executes."""
    if governing.operation is None or change.address != governing.timelock:
        return ()
    if change.slot != int.from_bytes(keccak(governing.operation.id + word(TIMESTAMPS_SLOT)), "big"):
        return ()
    before, after = (str(int.from_bytes(value, "big")) for value in (change.before, change.after))
    return (VariableChange("time of the operation (1: done)", "uint256", before, after),)


def _likely(receipt: Receipt, subjects: Sequence[Subject]) -> dict[bytes, bytes]:
    """Guess what the compiler hashed: every word that the run mentions, as the key of every low slot's mapping."""
    words = {topic for log in receipt.logs for topic in log.topics}
    words |= {log.data[at : at + WORD] for log in receipt.logs for at in range(0, min(len(log.data), 1024), WORD)}
    words |= {bytes(12) + bytes.fromhex(subject.proxy[2:]) for subject in subjects}
    words |= {key for subject in subjects for key in subject.keys}
    bases = [word(slot) for slot in range(LOW_SLOTS)]
    return {keccak(key + base): key + base for key in words if len(key) == WORD for base in bases}
