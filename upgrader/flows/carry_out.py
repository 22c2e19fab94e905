"""``schedule``, ``execute`` and ``cancel``: the next step from what the chain shows, sent once.

What a step did is believed only by its events and a second read of the state, never by a receipt's status.
"""

from dataclasses import dataclass, replace
from typing import Any

from upgrader.calls import Call
from upgrader.errors import BlockedError, MismatchError, NotReadyError, UnavailableError
from upgrader.flows.deploy import require_deployed
from upgrader.flows.opened import Opened, observed, require_fresh, safe_of, stand
from upgrader.flows.path import one
from upgrader.flows.propose import require_judged, require_proposed
from upgrader.governance.errors import explain_revert
from upgrader.governance.signatures import assemble
from upgrader.inquiry import ReadCall, ReadCode, ReadFailed
from upgrader.plan.governing import Action, Governing
from upgrader.plan.standing import Stage, Standing
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Chain, Journal, Receipt, Sender
from upgrader.reports.moments import moment, span
from upgrader.units import hexed


@dataclass(frozen=True, slots=True)
class Intended:
    """One transaction that is ready to be sent.

    Attributes:
        step: ``schedule``, ``execute`` or ``cancel``.
        call: What is sent.
        governing: The plan at its nonce.
        before: Where the upgrade stands.
    """

    step: str
    call: Call
    governing: Governing
    before: Standing


def intend_schedule(opened: Opened, chain: Chain, sender: Sender | None = None) -> Intended:
    """Return the transaction that schedules (without a timelock: executes) the upgrade.

    Raises:
        MismatchError: The plan is stale, scheduled or executed already, or deployed code differs.
        NotReadyError: Code or signatures are missing.
        BlockedError: A finding forbids it.
    """
    require_judged(opened)
    governing = require_proposed(opened)
    where = stand(opened, chain)
    if where.stage in {Stage.WAITING, Stage.READY, Stage.EXECUTED}:
        raise MismatchError(f"{opened.plan.name} is {where.stage} already", remedy=where.next_step(opened.plan.name))
    require_fresh(opened.plan, chain)
    require_deployed(opened, chain)
    step = "schedule" if governing.operation else "execute"
    if governing.safe is None:
        call = replace(governing.proposed(Action.SCHEDULE), sender=sender.address if sender else None)
        return Intended(step, call, governing, where)
    return Intended(step, _signed(opened, governing, Action.SCHEDULE, chain), governing, where)


def intend_execute(opened: Opened, chain: Chain, sender: Sender | None = None) -> Intended:  # noqa: ARG001 - one shape
    """Return the transaction that executes a ready operation.

    Raises:
        NotReadyError: It is not scheduled, or the delay has not passed.
        MismatchError: It is executed already, or the state it was planned from has changed.
    """
    where = stand(opened, chain)
    name, governing = opened.plan.name, opened.governing()
    match where.stage:
        case Stage.READY:
            require_deployed(opened, chain)
            _require_window(opened.plan, chain)
            return Intended("execute", governing.execution(), governing, where)
        case Stage.EXECUTED:
            raise MismatchError(f"{name} is executed already", remedy=f"upgrader verify {name}")
        case Stage.STALE:
            raise MismatchError(
                f"the plan is stale: {'; '.join(where.drift) or 'its operation is done, but the state is another'}",
                remedy=f"cancel it (`upgrader cancel {name}`) and plan again",
            )
        case Stage.WAITING:
            left = (where.ready_at or 0) - chain.block().timestamp
            raise NotReadyError(
                f"{name} may be executed in {span(left)}, at {moment(where.ready_at or 0)}",
                remedy=f"wait; upgrader status {name}",
            )
        case _:
            raise NotReadyError(f"{name} is not scheduled", remedy=where.next_step(name))


def _require_window(plan: UpgradePlan, chain: Chain) -> None:
    """Go on only inside the window that traders were told of.

    Raises:
        NotReadyError: It has not opened.
        MismatchError: It has closed.
    """
    if plan.window is None:
        return
    now = chain.block().timestamp
    if now < plan.window.opens:
        raise NotReadyError(
            f"the window opens in {span(plan.window.opens - now)}, at {moment(plan.window.opens)}",
            remedy="execute inside the window",
        )
    if now > plan.window.closes:
        raise MismatchError(
            f"the window closed {span(now - plan.window.closes)} ago",
            remedy=f"cancel it (`upgrader cancel {plan.name}`), announce another window and plan again",
        )


def intend_cancel(opened: Opened, chain: Chain, sender: Sender | None = None) -> Intended:
    """Return the transaction that cancels a scheduled operation.

    Raises:
        MismatchError: Nothing is scheduled.
        NotReadyError: Signatures are missing.
    """
    where, governing = stand(opened, chain), require_proposed(opened)
    if where.ready_at is None:
        raise MismatchError(f"{opened.plan.name} is not scheduled", remedy=where.next_step(opened.plan.name))
    if governing.safe is None:
        call = replace(governing.proposed(Action.CANCEL), sender=sender.address if sender else None)
        return Intended("cancel", call, governing, where)
    return Intended("cancel", _signed(opened, governing, Action.CANCEL, chain), governing, where)


def carry_out(intended: Intended, chain: Chain, sender: Sender, journal: Journal) -> Receipt:
    """Send it, and return the receipt once its events say that it did what it is for.

    The step is written to the journal before and after, so that a killed run shows what it was about to do; nothing
    is sent that would revert now.

    Raises:
        BlockedError: The chain would refuse it.
        UnavailableError: It was sent, but did not do what it is for; the transaction is named.
    """
    call = replace(intended.call, sender=sender.address)
    (answer,) = chain.ask(one(ReadCall(call.to, call.data, sender.address)))
    if isinstance(answer, ReadFailed):
        why = explain_revert(answer.data) or answer.reason
        raise BlockedError(f"the chain would refuse to {intended.step}: {why}", remedy="see `upgrader simulate`")
    facts: dict[str, Any] = {"step": intended.step, "to": call.to, "digest": hexed(intended.governing.plan.digest)}
    journal.append("sending", facts)
    receipt = sender.send(call)
    problem = "the transaction reverted" if not receipt.status else ""
    problem = problem or intended.governing.shortfall(intended.step, receipt.logs)
    facts |= {"transaction": hexed(receipt.transaction), "block": int(receipt.block), "problem": problem}
    journal.append("sent", facts)
    if problem:
        raise UnavailableError(
            f"transaction {hexed(receipt.transaction)} did not {intended.step}: {problem}",
            remedy="see `upgrader status`; nothing was done twice",
        )
    return receipt


def verify_goal(opened: Opened, chain: Chain) -> tuple[str, ...]:
    """Return what differs between the chain and the plan's goal; empty when the upgrade is in place."""
    now = observed(opened.plan, chain)
    problems = []
    for upgrade in opened.plan.upgrades:
        there = now.contracts[upgrade.contract]
        if there.implementation != upgrade.after:
            problems.append(f"{upgrade.contract} runs {there.implementation}, not {upgrade.after}")
        if there.admin != opened.plan.state.contracts[upgrade.contract].admin:
            problems.append(f"the admin of {upgrade.contract} is {there.admin}")
        (code,) = chain.ask(one(ReadCode(upgrade.after)))
        if not code:
            problems.append(f"{upgrade.after} has no code")
    return tuple(problems)


def _signed(opened: Opened, governing: Governing, action: Action, chain: Chain) -> Call:
    safe = opened.plan.state.safe
    current = safe_of(opened.plan, chain)
    if safe is None or current is None:
        raise NotReadyError("no Safe takes part in this plan", remedy="give --account")
    if current.nonce < governing.nonce:
        raise NotReadyError(
            f"the Safe is at nonce {current.nonce}, the proposal was made for {governing.nonce}",
            remedy="have the Safe's transactions before it executed, or propose again and sign anew",
        )
    if current.nonce > governing.nonce:
        raise MismatchError(
            f"the Safe is at nonce {current.nonce}, the proposal was made for {governing.nonce}",
            remedy=f"propose again (`upgrader propose {opened.plan.name}`) and sign anew",
        )
    signatures = opened.signatures(action)
    if len(signatures) < safe.threshold:
        raise NotReadyError(
            f"{len(signatures)} of {safe.threshold} signatures are there",
            remedy=f"upgrader sign {opened.plan.name}{' --action cancel' if action is Action.CANCEL else ''}",
        )
    return governing.carried_out(action, assemble(signatures, safe.threshold))
