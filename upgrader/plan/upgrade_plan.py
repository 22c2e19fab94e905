"""The plan: one value that is checked, simulated, proposed and executed, and the digest that names it.

The timelock's salt is the digest, so that what signers sign commits to what was reviewed: the observed state, every
operation, the waivers with their reasons and the differences declared beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from upgrader.calls import Call
from upgrader.errors import MismatchError
from upgrader.plan.digest import digest
from upgrader.plan.manifest import Difference, Waiver, Window
from upgrader.plan.operations import DeployImplementation, Operation, UpgradeProxy
from upgrader.plan.reading import STRICT, SecondsField, read_as, written
from upgrader.plan.scenarios import PlannedScenarios
from upgrader.plan.state import State
from upgrader.units import Hash32, hex_bytes, hexed

SCHEMA = "upgrader.plan/1"


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """Ordered operations from an observed state to the wanted one.

    Attributes:
        name: The upgrade's slug; typed by a person before anything is sent on a live network.
        summary: One sentence for everybody.
        network: Name of the network file.
        state: What was observed.
        operations: What is done, in order.
        delay: Seconds between scheduling and executing; zero without a timelock.
        window: When it shall be executed, or None.
        waivers: Opinions that the author answers for.
        differences: Changes of behaviour declared before the run.
        commit: Git commit of the sources; empty outside a repository, with ``+dirty`` when files differ from it.
        rollback_of: Name of the upgrade that this one undoes, or empty.
        scenarios: The project's own market scenarios, by the hashes of their files.
    """

    __pydantic_config__ = STRICT
    name: str
    summary: str
    network: str
    state: State
    operations: tuple[Annotated[Operation, Field(discriminator="operation")], ...]
    delay: SecondsField
    window: Window | None = None
    waivers: tuple[Waiver, ...] = ()
    differences: tuple[Difference, ...] = ()
    commit: str = ""
    rollback_of: str = ""
    scenarios: PlannedScenarios = field(default_factory=PlannedScenarios)
    schema: Literal["upgrader.plan/1"] = "upgrader.plan/1"

    @property
    def digest(self) -> Hash32:
        """Keccak-256 of the plan's canonical JSON; the timelock's salt."""
        return digest(written(UpgradePlan, self))

    @property
    def goal(self) -> State:
        """The state after every operation."""
        state = self.state
        for operation in self.operations:
            state = operation.apply(state)
        return state

    @property
    def calls(self) -> tuple[Call, ...]:
        """What the authority must call, in order."""
        return tuple(call for operation in self.operations for call in operation.calls())

    @property
    def deployments(self) -> tuple[DeployImplementation, ...]:
        """The operations that put code on the chain."""
        return tuple(operation for operation in self.operations if isinstance(operation, DeployImplementation))

    @property
    def upgrades(self) -> tuple[UpgradeProxy, ...]:
        """The operations that change what a proxy runs."""
        return tuple(operation for operation in self.operations if isinstance(operation, UpgradeProxy))


def write_plan(plan: UpgradePlan) -> dict[str, Any]:
    """Return the content of ``plan.json``: the plan and its digest."""
    return {"digest": hexed(plan.digest), "plan": written(UpgradePlan, plan)}


def read_plan(tree: Mapping[str, Any], *, where: str = "plan.json") -> UpgradePlan:
    """Read ``plan.json`` and recompute its digest.

    Raises:
        InputError: The document has another shape.
        MismatchError: The plan is not the one the digest names: it was changed after planning.
    """
    claimed = str(tree.get("digest", ""))
    inner = tree.get("plan")
    plan = read_as(UpgradePlan, inner if isinstance(inner, Mapping) else {}, where=where)
    if plan.digest != hex_bytes(claimed, what="digest"):
        raise MismatchError(
            f"the plan's digest is {hexed(plan.digest)}, the file claims {claimed[:80]}",
            remedy="the file was changed after planning: restore it from git, or plan again",
            where=where,
        )
    return plan
