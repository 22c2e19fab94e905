"""The blocks before a scenario: the plan on its way through its governance, or as of now.

The old branch gets the same blocks without what is done in them (:func:`~upgrader.simulation.scenario.idle`).
"""

from collections.abc import Mapping
from typing import Final

from upgrader.calls import Call
from upgrader.governance.safe import approve_hash_call
from upgrader.governance.signatures import approved, assemble
from upgrader.plan.governing import Action, Governing
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.scenario import Act, Moment
from upgrader.units import Address, Seconds

SLOT_TIME: Final = Seconds(12)
"""Between blocks of mainnet.  Source: https://ethereum.org/developers/docs/blocks/#block-time"""


def governed(
    governing: Governing,
    creations: Mapping[str, bytes],
    *,
    proposer: Address = STRANGER,
    executor: Address = STRANGER,
) -> tuple[Moment, ...]:
    """Return the governance path: deployments, the owners' approvals, schedule, the delay, execute.

    The owners' approvals are the only thing supplied; threshold, roles and delay are the chain's own.

    Args:
        governing: The plan, and how its authority acts.
        creations: Contract -> creation code, for those that are not on the chain yet.
        proposer: Sends ``schedule`` where no Safe proposes.
        executor: Sends ``execute`` where a timelock takes part.
    """
    safe = governing.plan.state.safe
    first = _deployments(governing, creations)
    if safe is None:
        first.append(_act(governing.proposed(Action.SCHEDULE), proposer))
    else:
        owners = safe.owners[: safe.threshold]
        digest = governing.safe_tx_hash()
        first += [_act(approve_hash_call(safe.address, digest, owner), owner) for owner in owners]
        blob = assemble([approved(owner) for owner in owners], safe.threshold)
        first.append(_act(governing.carried_out(Action.SCHEDULE, blob), STRANGER))
    moments = [Moment(SLOT_TIME, tuple(first))]
    if governing.operation is not None:
        moments.append(Moment(governing.plan.delay, (_act(governing.execution(), executor),)))
    return tuple(moments)


def at_once(governing: Governing, creations: Mapping[str, bytes]) -> tuple[Moment, ...]:
    """Return one block in which the authority itself makes the plan's calls, without the delay.

    A delay stales price feeds and expires series: what the upgrade changes is seen as of now.  Arguments as
    :func:`governed`.
    """
    authority = governing.plan.state.authority()
    calls = [_act(call, authority) for call in governing.plan.calls]
    return (Moment(SLOT_TIME, (*_deployments(governing, creations), *calls)),)


def _deployments(governing: Governing, creations: Mapping[str, bytes]) -> list[Act]:
    return [
        Act(STRANGER, FACTORY, DEPLOYMENT_SALT + creations[step.contract], label=step.describe())
        for step in governing.plan.deployments
        if step.contract in creations
    ]


def _act(call: Call, sender: Address) -> Act:
    return Act(sender, call.to, call.data, call.value, call.label)
