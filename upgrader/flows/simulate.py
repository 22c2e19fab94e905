"""``simulate``: run the plan through its real governance on a local copy of the chain, and look at what it did.

The same views are asked on two branches at the same block and clock, one with the upgrade and one without; a
stranger tries what strangers must not be able to do; the emergency stop is pressed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from upgrader.calls import Call, encode_call, topic
from upgrader.flows.path import Cast, GovernancePath, one
from upgrader.inquiry import Inquiry, Log, ReadCall, ReadCode, ReadFailed, ReadLogs, gather
from upgrader.layout.locate import describe_change
from upgrader.layout.model import StorageLayout
from upgrader.plan.governing import Governing
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY
from upgrader.plan.project import PauseProbe
from upgrader.ports import Block, Progress, Receipt, Sandbox
from upgrader.simulation.naming import Abi, Names
from upgrader.simulation.probes import STRANGER, ask_attempts, attempts, judge_attempts
from upgrader.simulation.result import CallNode, Probe, Simulation, SlotChange, VariableChange, ViewDifference
from upgrader.simulation.trace import WordChange, call_tree, word_changes
from upgrader.simulation.views import ViewCall, ask_views, differences, fresh_zeroes, keys_of, view_calls
from upgrader.units import WORD, Address, BlockNumber, Timestamp, address_from_word, hexed, keccak, word

ROLE_GRANTED: Final = topic("RoleGranted(bytes32,address,address)")
LOOK_BACK: Final = 5_000
"""Blocks before the head whose logs offer arguments for views."""

SLOT_TIME: Final = 12
"""Seconds between blocks of mainnet.  Source: https://ethereum.org/developers/docs/blocks/#block-time"""

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
        again: In a rollback, what the undone upgrade ran on the proxy; empty for nothing.
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
    again: bytes = b""
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
    end = _end(sandbox, base)
    new = sandbox.ask(ask_views(calls), end)
    probes = (
        [*_attempts(subjects, sandbox, names), *_pauses(subjects, sandbox), *_again(rehearsal, sandbox)]
        if executed
        else []
    )
    sandbox.revert(start)
    later = _Branches(calls, _without(calls, sandbox, base, end), new)
    found: tuple[ViewDifference, ...] = ()
    if executed:
        # Two days of delay stale every price feed, and a view that reverts on both branches hides what changed.
        both = (_as_of_now(calls, rehearsal, sandbox, base), later)
        declared = {(item.contract, item.observable): item.why for item in plan.differences}
        found = _distinct(item for each in both for item in differences(calls, each.old, each.new, names, declared))
        probes += [*_roles(found), *_fresh(both)]
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


@dataclass(frozen=True, slots=True)
class _Branches:
    """The same views without (``old``) and with (``new``) the upgrade, at one block and clock."""

    calls: Sequence[ViewCall]
    old: Sequence[bytes | ReadFailed]
    new: Sequence[bytes | ReadFailed]


def _as_of_now(calls: Sequence[ViewCall], rehearsal: Rehearsal, sandbox: Sandbox, base: Block) -> _Branches:
    """Compare at once: the authority itself makes the plan's calls, without the delay that the path has proved."""
    plan, handle = rehearsal.governing.plan, sandbox.snapshot()
    for subject in rehearsal.subjects:
        (code,) = sandbox.ask(one(ReadCode(subject.implementation)))
        if not code:
            sandbox.impersonate(STRANGER).send(Call(FACTORY, DEPLOYMENT_SALT + subject.creation_code))
    authority = sandbox.impersonate(plan.state.authority())
    for call in plan.calls:
        authority.send(call)
    end = _end(sandbox, base)
    new = sandbox.ask(ask_views(calls), end)
    sandbox.revert(handle)
    return _Branches(calls, _without(calls, sandbox, base, end), new)


def _end(sandbox: Sandbox, base: Block) -> Block:
    """Mine a last block at a time that the other branch can reach: the sandbox's own blocks may share a second."""
    now = sandbox.block()
    sandbox.set_time(Timestamp(max(now.timestamp, base.timestamp + SLOT_TIME * (now.number - base.number)) + SLOT_TIME))
    return sandbox.block()


def _without(calls: Sequence[ViewCall], sandbox: Sandbox, base: Block, end: Block) -> tuple[bytes | ReadFailed, ...]:
    """Ask the same at the height and clock of ``end`` on the branch that omits the upgrade."""
    handle = sandbox.snapshot()
    if end.number - base.number > 1:
        sandbox.mine(end.number - base.number - 1)
    sandbox.set_time(end.timestamp)
    answers = sandbox.ask(ask_views(calls), sandbox.block())
    sandbox.revert(handle)
    return answers


def _distinct(found: Iterable[ViewDifference]) -> tuple[ViewDifference, ...]:
    return tuple({(item.contract, item.view, item.arguments): item for item in reversed(list(found))}.values())[::-1]


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


def _again(rehearsal: Rehearsal, sandbox: Sandbox) -> Iterator[Probe]:
    """After a rollback, try to upgrade once more: with what the upgrade ran, and without."""
    authority = rehearsal.governing.plan.state.authority()
    undone = {subject.name: subject.again for subject in rehearsal.subjects if subject.again}
    for upgrade in rehearsal.governing.plan.upgrades:
        for data in (undone[upgrade.contract], b"") if upgrade.contract in undone else ():
            forward = replace(upgrade, before=upgrade.after, after=upgrade.before, call=data)
            handle = sandbox.snapshot()
            sent = [sandbox.impersonate(authority).send(call).status for call in forward.calls()]
            sandbox.revert(handle)
            name = "upgrade again" if data else "upgrade again without its call"
            answer: Literal["held", "failed"] = "held" if all(sent) else "failed"
            yield Probe(name, upgrade.contract, hexed(data[:4]) if data else "", answer, "")


def _roles(found: Sequence[ViewDifference]) -> Iterator[Probe]:
    for item in found:
        if item.view in _ROLE_VIEWS:
            subject = f"{item.view} {item.arguments}".strip()
            yield Probe("roles", item.contract, subject, "failed", f"{item.old} -> {item.new}")


def _fresh(both: Iterable[_Branches]) -> Iterator[Probe]:
    zero = {
        (call.contract, call.signature): None for each in both for call in fresh_zeroes(each.calls, each.old, each.new)
    }
    for contract, signature in zero:
        yield Probe("new state", contract, signature, "failed", "answers zero: nothing has set it")


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
