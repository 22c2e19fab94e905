"""Where an upgrade stands, computed from the chain and never from memory.

Execution is a reconciler: the next step follows from what the chain shows, so a run that was killed goes on without
doing anything twice.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upgrader.governance.timelock import OperationState, OperationStatus
from upgrader.plan.state import State
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.units import Timestamp


class Stage(StrEnum):
    """How far an upgrade is."""

    PLANNED = "planned"
    DEPLOYED = "deployed"
    SIGNED = "signed"
    WAITING = "waiting"
    READY = "ready"
    EXECUTED = "executed"
    STALE = "stale"


NEXT: Final = {
    Stage.PLANNED: "upgrader deploy {name}",
    Stage.DEPLOYED: "upgrader sign {name} --account ALIAS",
    Stage.SIGNED: "upgrader schedule {name} --execute --account ALIAS",
    Stage.WAITING: "upgrader status {name}",
    Stage.READY: "upgrader execute {name} --execute --account ALIAS",
    Stage.EXECUTED: "upgrader verify {name}",
    Stage.STALE: "upgrader plan {name}",
}
"""What to do at each stage."""

PROPOSE: Final = "upgrader propose {name}"
"""What comes before signatures, those that cancel included."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An upgrade at one block.

    Attributes:
        stage: How far it is.
        drift: What changed since the plan was made, in words; empty for an executed upgrade.
        ready_at: When it may be executed; None when it is not scheduled.
        signatures: Verified signatures at the present nonce.
        threshold: How many are needed; 0 without a Safe.
        undeployed: Contracts whose new code is not on the chain yet.
        proposed: Whether it was fixed what owners sign.
    """

    stage: Stage
    drift: tuple[str, ...]
    ready_at: Timestamp | None
    signatures: int
    threshold: int
    undeployed: tuple[str, ...]
    proposed: bool = True

    def next_step(self, name: str) -> str:
        """Return the next command."""
        unproposed = self.stage in {Stage.DEPLOYED, Stage.SIGNED} and not self.proposed
        # Planned anew, what waits in the timelock would be nobody's any more: it is cancelled first.
        orphan = self.stage is Stage.STALE and self.ready_at is not None
        return (PROPOSE if unproposed or orphan else NEXT[self.stage]).format(name=name)


def standing(
    plan: UpgradePlan,
    now: State | None,
    operation: OperationStatus | None,
    *,
    drifted: tuple[str, ...],
    undeployed: tuple[str, ...],
    signatures: int,
) -> Standing:
    """Return where ``plan`` stands.

    Args:
        plan: The plan.
        now: The world at present; None where it no longer is one that can be read.
        operation: The timelock operation, or None without a timelock.
        drifted: What :func:`~upgrader.plan.drift.drift` found.
        undeployed: Contracts whose new code is missing.
        signatures: Verified signatures at the present nonce.
    """
    threshold = plan.state.safe.threshold if plan.state.safe else 0
    there = now.contracts if now is not None else {}
    reached = bool(there) and all(there[step.contract].implementation == step.after for step in plan.upgrades)
    state = operation.state if operation else OperationState.UNSET
    if reached:
        stage, drifted = Stage.EXECUTED, ()
    elif drifted or state is OperationState.DONE:
        stage = Stage.STALE
    elif state is OperationState.READY:
        stage = Stage.READY
    elif state is OperationState.WAITING:
        stage = Stage.WAITING
    elif undeployed:
        stage = Stage.PLANNED
    else:
        stage = Stage.SIGNED if signatures >= threshold else Stage.DEPLOYED
    return Standing(stage, drifted, operation.ready_at if operation else None, signatures, threshold, undeployed)
