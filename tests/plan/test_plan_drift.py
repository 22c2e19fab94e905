"""What makes a plan stale, and where an upgrade stands."""

from dataclasses import replace

import pytest
from plan_world import STATE

from upgrader.governance.timelock import OperationState, OperationStatus
from upgrader.plan.drift import drift
from upgrader.plan.standing import Stage, standing
from upgrader.units import BlockNumber, ChainId, Seconds, Timestamp, address, keccak

ELSEWHERE = address("0x" + "ee" * 20)


def _market(**changes):
    return replace(STATE, contracts={**STATE.contracts, "market": replace(STATE.contracts["market"], **changes)})


def test_blocks_and_nonces_move_on_their_own():
    """A later block and a used nonce are no drift; neither is another order of the same owners."""
    later = replace(
        STATE,
        block=BlockNumber(200),
        block_hash=keccak(b"200"),
        timestamp=Timestamp(STATE.timestamp + 1),
        safe=replace(STATE.safe, nonce=9, owners=tuple(reversed(STATE.safe.owners))),
    )

    assert drift(STATE, later) == ()


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (replace(STATE, chain_id=ChainId(1)), "chain id"),
        (_market(implementation=ELSEWHERE), "runs"),
        (_market(code_hash=keccak(b"x")), "code of market"),
        (_market(admin=ELSEWHERE), "admin"),
        (_market(initialized=2), "initialised"),
        (replace(STATE, contracts={}), "no proxy any more"),
        (replace(STATE, timelock=replace(STATE.timelock, min_delay=Seconds(1))), "min delay"),
        (replace(STATE, timelock=replace(STATE.timelock, proposers=(ELSEWHERE,))), "proposers"),
        (replace(STATE, safe=replace(STATE.safe, threshold=1)), "threshold"),
        (replace(STATE, safe=replace(STATE.safe, owners=(ELSEWHERE,))), "owners"),
        (replace(STATE, safe=replace(STATE.safe, modules=(ELSEWHERE,))), "modules"),
        (replace(STATE, safe=replace(STATE.safe, guard=ELSEWHERE)), "guard"),
    ],
)
def test_whatever_a_plan_relies_on_is_drift_when_it_changes(now, word):
    """The sentence names what changed."""
    assert word in " ".join(drift(STATE, now))


def _operation(state, ready_at=None):
    return OperationStatus(keccak(b"id"), state, ready_at)


@pytest.mark.parametrize(
    ("operation", "undeployed", "signatures", "drifted", "expected"),
    [
        (_operation(OperationState.UNSET), ("market",), 0, (), Stage.PLANNED),
        (_operation(OperationState.UNSET), (), 1, (), Stage.DEPLOYED),
        (_operation(OperationState.UNSET), (), 2, (), Stage.SIGNED),
        (_operation(OperationState.WAITING, Timestamp(9)), (), 2, (), Stage.WAITING),
        (_operation(OperationState.READY, Timestamp(9)), (), 2, (), Stage.READY),
        (_operation(OperationState.READY, Timestamp(9)), (), 2, ("x",), Stage.STALE),
        (_operation(OperationState.DONE), (), 2, (), Stage.STALE),
    ],
)
def test_the_stage_follows_from_the_chain(plan, operation, undeployed, signatures, drifted, expected):
    """Nothing is remembered: state, timelock and signatures decide."""
    where = standing(plan, plan.state, operation, drifted=drifted, undeployed=undeployed, signatures=signatures)

    assert expected is where.stage


def test_what_nobody_proposed_is_proposed_before_it_is_signed(plan):
    """Signing would answer that there is nothing to sign yet."""
    unset = _operation(OperationState.UNSET)
    where = standing(plan, plan.state, unset, drifted=(), undeployed=(), signatures=0)

    assert "upgrader propose x" == replace(where, proposed=False).next_step("x")
    assert "upgrader sign x --account ALIAS" == where.next_step("x")


def test_what_went_stale_while_it_waits_is_cancelled_before_it_is_planned_anew(plan):
    """Proposing prepares the cancellation; a plan comes after it."""
    waiting = _operation(OperationState.WAITING, Timestamp(9))
    stale = standing(plan, plan.state, waiting, drifted=("x",), undeployed=(), signatures=2)
    free = standing(plan, plan.state, _operation(OperationState.UNSET), drifted=("x",), undeployed=(), signatures=2)

    assert ("upgrader propose x", "upgrader plan x") == (stale.next_step("x"), free.next_step("x"))


def test_a_reached_goal_is_executed_whatever_else_changed(plan):
    """After the upgrade the state differs from the planned one, as it should."""
    where = standing(plan, plan.goal, _operation(OperationState.DONE), drifted=("x",), undeployed=(), signatures=2)

    assert (Stage.EXECUTED, ()) == (where.stage, where.drift)
