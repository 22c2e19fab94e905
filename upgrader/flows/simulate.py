"""``simulate``: run the plan through its real governance on a local copy of the chain, and look at what it did.

The same views are asked on two branches at the same block and clock, one with the upgrade and one without; a
stranger tries what strangers must not be able to do; the emergency stop is pressed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from upgrader.calls import Call, encode_call, topic
from upgrader.flows.path import Cast, GovernancePath, one
from upgrader.inquiry import Inquiry, Log, ReadCall, ReadFailed, ReadLogs, gather
from upgrader.layout.locate import describe_change
from upgrader.layout.model import StorageLayout
from upgrader.plan.governing import Governing
from upgrader.plan.project import PauseProbe
from upgrader.ports import Progress, Receipt, Sandbox
from upgrader.simulation.naming import Abi, Names
from upgrader.simulation.probes import ask_attempts, attempts, judge_attempts
from upgrader.simulation.result import CallNode, Probe, Simulation, SlotChange, VariableChange, ViewDifference
from upgrader.simulation.trace import WordChange, call_tree, word_changes
from upgrader.simulation.views import ViewCall, ask_views, differences, fresh_zeroes, keys_of, view_calls
from upgrader.units import WORD, Address, BlockNumber, Timestamp, address_from_word, hexed, keccak, word

ROLE_GRANTED: Final = topic("RoleGranted(bytes32,address,address)")
LOOK_BACK: Final = 5_000
"""Blocks before the head whose logs offer arguments for views."""

LOW_SLOTS: Final = 64
"""Slots whose mappings' keys are guessed from the words that a run mentions."""

TIMESTAMPS_SLOT: Final = 1
"""Mapping from operation to time in OpenZeppelin's TimelockController (behind AccessControl's one slot)."""

_HAS_ROLE: Final = "hasRole(bytes32,address)"
_ROLE_VIEWS: Final = frozenset({_HAS_ROLE, "owner()", "getRoleAdmin(bytes32)", "pendingOwner()"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One contract under the plan, with all that explains it.

    Attributes:
        name: Under management.
        proxy: Where users call it.
        implementation: What it will run.
        old_abi: Of the code it runs.
        new_abi: Of the code it will run.
        layout: Storage layout of the new code.
        creation_code: What deploys the new code; empty when it is on the chain already.
        pause: Its emergency stop, or None.
        keys: Words to put to its views.
    """

    name: str
    proxy: Address
    implementation: Address
    old_abi: Abi
    new_abi: Abi
    layout: StorageLayout
    creation_code: bytes = b""
    pause: PauseProbe | None = None
    keys: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything a simulation needs beside the sandbox.

    Attributes:
        governing: The plan, and how its authority acts.
        subjects: Every contract that the plan upgrades.
        cast: Who acts where no Safe does.
        names: Address -> name, for addresses that are not subjects.
        abis: Further ABIs that explain calls, events and errors (Safe, timelock, proxies).
        engine: Name and version of the sandbox, for the record.
    """

    governing: Governing
    subjects: tuple[Subject, ...]
    cast: Cast = field(default_factory=Cast)
    names: Mapping[Address, str] = field(default_factory=dict)
    abis: tuple[Abi, ...] = ()
    engine: str = "anvil"


def simulate(rehearsal: Rehearsal, sandbox: Sandbox, say: Progress) -> Simulation:
    """Run the plan and return what it did.

    A revert on the path is a fact of the result, not an error.

    Args:
        rehearsal: What to run.
        sandbox: A copy of the chain at a block where the plan is not yet executed; left as it was found.
        say: Progress.
    """
    plan, subjects = rehearsal.governing.plan, rehearsal.subjects
    base, start, names = sandbox.block(), sandbox.snapshot(), _names(rehearsal)
    say("simulate: through the governance path")
    creations = {subject.name: subject.creation_code for subject in subjects}
    path = GovernancePath(rehearsal.governing, sandbox, names, rehearsal.cast, creations)
    steps = tuple(path.walk())
    executed = path.executed is not None and all(step.succeeded for step in steps)
    changes, tree = _effects(path.executed, rehearsal, sandbox, names) if path.executed else ((), ())
    say("simulate: the same views with and without the upgrade")
    calls = _views(subjects, sandbox, base.number)
    end = sandbox.block()
    new = sandbox.ask(ask_views(calls), end)
    probes = [*_attempts(subjects, sandbox, names), *_pauses(subjects, sandbox)] if executed else []
    sandbox.revert(start)
    old = _without(calls, sandbox, blocks=int(end.number) - int(base.number), timestamp=end.timestamp)
    declared = {(difference.contract, difference.observable): difference.why for difference in plan.differences}
    found = differences(calls, old, new, names, declared) if executed else ()
    if executed:
        probes += [*_roles(found), *_fresh(calls, old, new)]
    return Simulation(
        engine=rehearsal.engine,
        chain_id=int(plan.state.chain_id),
        base_block=int(base.number),
        base_timestamp=int(base.timestamp),
        plan_digest=hexed(plan.digest),
        steps=steps,
        call_tree=tree,
        changes=changes,
        probes=tuple(probes),
        views_compared=len(calls),
        differences=tuple(item for item in found if item.view not in _ROLE_VIEWS),
        executed=executed,
    )


def _without(
    calls: Sequence[ViewCall], sandbox: Sandbox, *, blocks: int, timestamp: Timestamp
) -> tuple[bytes | ReadFailed, ...]:
    """Ask the same at the same height and clock on the branch that omits the upgrade."""
    handle = sandbox.snapshot()
    if blocks > 1:
        sandbox.mine(blocks - 1)
    sandbox.set_time(timestamp)
    answers = sandbox.ask(ask_views(calls), sandbox.block())
    sandbox.revert(handle)
    return answers


def _effects(
    receipt: Receipt, rehearsal: Rehearsal, sandbox: Sandbox, names: Names
) -> tuple[tuple[SlotChange, ...], tuple[CallNode, ...]]:
    transaction = hexed(receipt.transaction)
    tree = call_tree(sandbox.request("debug_traceTransaction", transaction, {"tracer": "callTracer"}), names)
    options = {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}
    words = word_changes(sandbox.request("debug_traceTransaction", transaction, options))
    preimages = _preimages(receipt, rehearsal.subjects)
    layouts = {subject.proxy: (subject.name, subject.layout) for subject in rehearsal.subjects}
    changes = []
    for change in words:
        name, layout = layouts.get(change.address, (names.of(change.address), None))
        meaning = _operation_time(change, rehearsal.governing)
        if layout is not None:
            meaning = tuple(
                VariableChange(item.name, item.type, item.before, item.after)
                for item in describe_change(layout, change.slot, change.before, change.after, preimages)
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


def _preimages(receipt: Receipt, subjects: Sequence[Subject]) -> dict[bytes, bytes]:
    """Guess what was hashed: every word that the run mentions, as the key of every low slot's mapping."""
    words = {topic for log in receipt.logs for topic in log.topics}
    words |= {log.data[at : at + WORD] for log in receipt.logs for at in range(0, min(len(log.data), 1024), WORD)}
    words |= {bytes(12) + bytes.fromhex(subject.proxy[2:]) for subject in subjects}
    words |= {key for subject in subjects for key in subject.keys}
    bases = [word(slot) for slot in range(LOW_SLOTS)]
    return {keccak(key + base): key + base for key in words if len(key) == WORD for base in bases}


def _views(subjects: Sequence[Subject], sandbox: Sandbox, head: BlockNumber) -> tuple[ViewCall, ...]:
    first = BlockNumber(max(int(head) - LOOK_BACK, 0))
    logs = sandbox.ask(gather(_logs(subject.proxy, first) for subject in subjects))
    calls: list[ViewCall] = []
    for subject, seen in zip(subjects, logs, strict=True):
        views = view_calls(subject.name, subject.proxy, (subject.old_abi, subject.new_abi), keys_of(seen, subject.keys))
        calls += views
        if any(call.signature == _HAS_ROLE for call in views):
            calls += [_has_role(subject, log) for log in seen if log.topics[:1] == (ROLE_GRANTED,) and log.topics[2:]]
    return tuple({(call.address, call.data): call for call in calls}.values())


def _has_role(subject: Subject, log: Log) -> ViewCall:
    role, account = log.topics[1], address_from_word(log.topics[2])
    data = encode_call(_HAS_ROLE, role, account)
    return ViewCall(subject.name, subject.proxy, _HAS_ROLE, f"{hexed(role)}, {account}", data, ("bool",))


def _attempts(subjects: Sequence[Subject], sandbox: Sandbox, names: Names) -> tuple[Probe, ...]:
    tries = [
        attempt
        for subject in subjects
        for attempt in attempts(subject.name, subject.proxy, subject.implementation, subject.new_abi)
    ]
    return judge_attempts(tries, sandbox.ask(ask_attempts(tries)), names)


def _pauses(subjects: Sequence[Subject], sandbox: Sandbox) -> Iterator[Probe]:
    for subject in subjects:
        if subject.pause is None:
            continue
        view = ReadCall(subject.proxy, encode_call(subject.pause.view))
        stop = Call(subject.proxy, encode_call(subject.pause.function))
        handle = sandbox.snapshot()
        before = sandbox.ask(one(view))
        receipt = sandbox.impersonate(subject.pause.sender).send(stop)
        after = sandbox.ask(one(view))
        sandbox.revert(handle)
        held = receipt.status and before != after
        detail = f"{subject.pause.view} {'changed at once' if held else 'did not change'}"
        yield Probe("pause", subject.name, subject.pause.function, "held" if held else "failed", detail)


def _roles(found: Sequence[ViewDifference]) -> Iterator[Probe]:
    for item in found:
        if item.view in _ROLE_VIEWS:
            subject = f"{item.view} {item.arguments}".strip()
            yield Probe("roles", item.contract, subject, "failed", f"{item.old} -> {item.new}")


def _fresh(
    calls: Sequence[ViewCall], old: Sequence[bytes | ReadFailed], new: Sequence[bytes | ReadFailed]
) -> Iterator[Probe]:
    for call in fresh_zeroes(calls, old, new):
        yield Probe("new state", call.contract, call.signature, "failed", "answers zero: nothing has set it")


def _names(rehearsal: Rehearsal) -> Names:
    addresses: dict[Address, str] = {}
    for upgrade in rehearsal.governing.plan.upgrades:
        addresses[upgrade.before] = f"{upgrade.contract} (old code)"
        if upgrade.admin:
            addresses[upgrade.admin] = f"{upgrade.contract} admin"
    for subject in rehearsal.subjects:
        addresses[subject.implementation] = f"{subject.name} (new code)"
        addresses[subject.proxy] = subject.name
    state = rehearsal.governing.plan.state
    if state.safe:
        addresses[state.safe.address] = "Safe"
    if state.timelock:
        addresses[state.timelock.address] = "timelock"
    abis = (
        *(subject.new_abi for subject in rehearsal.subjects),
        *(subject.old_abi for subject in rehearsal.subjects),
        *rehearsal.abis,
    )
    return Names({**addresses, **rehearsal.names}, abis)


def _logs(at: Address, first: BlockNumber) -> Inquiry[tuple[Log, ...]]:
    (logs,) = yield (ReadLogs(at, first=first),)
    return () if isinstance(logs, ReadFailed) else logs
