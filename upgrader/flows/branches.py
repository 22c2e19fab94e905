"""Two branches of one chain at the same block and clock: one with the upgrade, one without.

The same views are asked on both.  Once as of now, when the authority makes the plan's calls at once; once after the
governance path with its delay.  Two days of delay stale every price feed, and a view that reverts on both branches
hides what changed; so neither comparison replaces the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.calls import Call, encode_call, topic
from upgrader.flows.path import one
from upgrader.flows.rehearse import Rehearsal, Subject
from upgrader.inquiry import Inquiry, Log, ReadCode, ReadFailed, ReadLogs, gather
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY
from upgrader.ports import Block, Chain, Sandbox
from upgrader.simulation.prelude import SLOT_TIME
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.views import ViewCall, ask_views, keys_of, view_calls
from upgrader.units import Address, BlockNumber, Timestamp, address_from_word, hexed

ROLE_GRANTED: Final = topic("RoleGranted(bytes32,address,address)")
HAS_ROLE: Final = "hasRole(bytes32,address)"

LOOK_BACK: Final = 5_000
"""Blocks before the head whose logs offer arguments for views."""


@dataclass(frozen=True, slots=True)
class Branches:
    """The same views without (``old``) and with (``new``) the upgrade, at one block and clock."""

    calls: Sequence[ViewCall]
    old: Sequence[bytes | ReadFailed]
    new: Sequence[bytes | ReadFailed]


def as_of_now(calls: Sequence[ViewCall], rehearsal: Rehearsal, sandbox: Sandbox, base: Block) -> Branches:
    """Compare at once: the authority itself makes the plan's calls, without the delay that the path has proved."""
    plan, handle = rehearsal.governing.plan, sandbox.snapshot()
    for subject in rehearsal.subjects:
        (code,) = sandbox.ask(one(ReadCode(subject.implementation)))
        if not code:
            sandbox.impersonate(STRANGER).send(Call(FACTORY, DEPLOYMENT_SALT + subject.creation_code))
    authority = sandbox.impersonate(plan.state.authority())
    for call in plan.calls:
        authority.send(call)
    end = settled(sandbox, base)
    new = sandbox.ask(ask_views(calls), end)
    sandbox.revert(handle)
    return Branches(calls, without(calls, sandbox, base, end), new)


def settled(sandbox: Sandbox, base: Block) -> Block:
    """Mine a last block at a time that the other branch can reach: the sandbox's own blocks may share a second."""
    now = sandbox.block()
    sandbox.set_time(Timestamp(max(now.timestamp, base.timestamp + SLOT_TIME * (now.number - base.number)) + SLOT_TIME))
    return sandbox.block()


def without(calls: Sequence[ViewCall], sandbox: Sandbox, base: Block, end: Block) -> tuple[bytes | ReadFailed, ...]:
    """Ask the same at the height and clock of ``end`` on the branch that omits the upgrade."""
    handle = sandbox.snapshot()
    if end.number - base.number > 1:
        sandbox.mine(end.number - base.number - 1)
    sandbox.set_time(end.timestamp)
    answers = sandbox.ask(ask_views(calls), sandbox.block())
    sandbox.revert(handle)
    return answers


def views_of(
    subjects: Sequence[Subject], chain: Chain, head: BlockNumber, at: Block | None = None
) -> tuple[ViewCall, ...]:
    """Return every view of the subjects to ask, with the keys that their recent logs offer.

    Args:
        subjects: Whose views.
        chain: Where the logs are.
        head: Block of the chain that a sandbox copies; logs from :data:`LOOK_BACK` before it are recent.
        at: The last block whose logs count; None for the latest.
    """
    first = BlockNumber(max(int(head) - LOOK_BACK, 0))
    logs = chain.ask(gather(_logs(subject.proxy, first) for subject in subjects), at)
    calls: list[ViewCall] = []
    for subject, seen in zip(subjects, logs, strict=True):
        views = view_calls(subject.name, subject.proxy, (subject.old_abi, subject.new_abi), keys_of(seen, subject.keys))
        calls += views
        if any(call.signature == HAS_ROLE for call in views):
            calls += [_has_role(subject, log) for log in seen if log.topics[:1] == (ROLE_GRANTED,) and log.topics[2:]]
    return tuple({(call.address, call.data): call for call in calls}.values())


def _has_role(subject: Subject, log: Log) -> ViewCall:
    role, account = log.topics[1], address_from_word(log.topics[2])
    data = encode_call(HAS_ROLE, role, account)
    return ViewCall(subject.name, subject.proxy, HAS_ROLE, f"{hexed(role)}, {account}", data, ("bool",))


def _logs(at: Address, first: BlockNumber) -> Inquiry[tuple[Log, ...]]:
    (logs,) = yield (ReadLogs(at, first=first),)
    return () if isinstance(logs, ReadFailed) else logs
