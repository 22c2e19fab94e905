"""``simulate``: run the plan through its real governance on a local copy of the chain, and look at what it did.

The same views are asked on two branches at the same block and clock, one with the upgrade and one without; a
stranger tries what strangers must not be able to do; the emergency stop is pressed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from upgrader.calls import Call, encode_call
from upgrader.flows.branches import HAS_ROLE, Branches, as_of_now, settled, views_of, without
from upgrader.flows.effects import effects
from upgrader.flows.path import GovernancePath, one
from upgrader.flows.rehearse import Rehearsal, Subject
from upgrader.inquiry import ReadCall
from upgrader.ports import Progress, Sandbox
from upgrader.simulation.naming import Names
from upgrader.simulation.probes import ask_attempts, attempts, judge_attempts
from upgrader.simulation.result import Probe, Simulation, ViewDifference
from upgrader.simulation.views import ask_views, differences, fresh_zeroes
from upgrader.units import Address, hexed

_ROLE_VIEWS = frozenset({HAS_ROLE, "owner()", "getRoleAdmin(bytes32)", "pendingOwner()"})
"""Views whose answers say who may do what; a change of them is a finding of its own."""


def simulate(rehearsal: Rehearsal, sandbox: Sandbox, say: Progress) -> Simulation:
    """Run the plan and return what it did.

    A revert on the path is a fact of the result, not an error.

    Args:
        rehearsal: What to run.
        sandbox: A copy of the chain at a block where the plan is not yet executed; left as it was found.
        say: Progress.
    """
    plan, subjects = rehearsal.governing.plan, rehearsal.subjects
    base, start, names = sandbox.block(), sandbox.snapshot(), names_of(rehearsal)
    say("simulate: through the governance path")
    creations = {subject.name: subject.creation_code for subject in subjects}
    path = GovernancePath(rehearsal.governing, sandbox, names, rehearsal.cast, creations)
    steps = tuple(path.walk())
    executed = path.executed is not None and all(step.succeeded for step in steps)
    changes, tree = effects(path.executed, rehearsal, sandbox, names) if path.executed else ((), ())
    say("simulate: the same views with and without the upgrade")
    calls = views_of(subjects, sandbox, base.number)
    end = settled(sandbox, base)
    new = sandbox.ask(ask_views(calls), end)
    probes = (
        [*_attempts(subjects, sandbox, names), *_pauses(subjects, sandbox), *_again(rehearsal, sandbox)]
        if executed
        else []
    )
    sandbox.revert(start)
    later = Branches(calls, without(calls, sandbox, base, end), new)
    found: tuple[ViewDifference, ...] = ()
    if executed:
        # Two days of delay stale every price feed, and a view that reverts on both branches hides what changed.
        both = (as_of_now(calls, rehearsal, sandbox, base), later)
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


def _distinct(found: Iterable[ViewDifference]) -> tuple[ViewDifference, ...]:
    return tuple({(item.contract, item.view, item.arguments): item for item in reversed(list(found))}.values())[::-1]


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


def _fresh(both: Iterable[Branches]) -> Iterator[Probe]:
    zero = {
        (call.contract, call.signature): None for each in both for call in fresh_zeroes(each.calls, each.old, each.new)
    }
    for contract, signature in zero:
        yield Probe("new state", contract, signature, "failed", "answers zero: nothing has set it")


def names_of(rehearsal: Rehearsal) -> Names:
    """Return what is known of the addresses and ABIs that a run meets."""
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
