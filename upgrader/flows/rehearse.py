"""Everything a simulation needs, made from a plan and its builds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upgrader.build import Artifact
from upgrader.checks.code import opcodes_of
from upgrader.checks.outcome import Outcome
from upgrader.errors import MismatchError
from upgrader.flows.path import Cast
from upgrader.flows.plan import Pair
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of
from upgrader.plan.governing import Governing
from upgrader.plan.manifest import Manifest
from upgrader.plan.project import PauseProbe, Project
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.plan.values import encode_wanted
from upgrader.simulation.naming import Abi
from upgrader.simulation.result import Simulation
from upgrader.units import WORD, Address, hex_bytes, hexed


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


def rehearsal_of(
    plan: UpgradePlan, pairs: Mapping[str, Pair], manifest: Manifest, project: Project, *, nonce: int
) -> Rehearsal:
    """Return what to simulate.

    Args:
        plan: The plan.
        pairs: Both sides of each change, built from the present sources.
        manifest: For what an undone upgrade ran.
        project: For pauses and keys of the contracts under management.
        nonce: The Safe's present nonce on the chain that is copied.

    Raises:
        MismatchError: The sources no longer give the planned code.
    """
    require_built(plan, pairs)
    subjects = []
    undone = {change.contract: encode_wanted(change.again) for change in manifest.change if change.again}
    for upgrade in plan.upgrades:
        pair, managed = pairs[upgrade.contract], project.contract(upgrade.contract)
        subjects.append(
            Subject(
                name=upgrade.contract,
                proxy=upgrade.proxy,
                implementation=upgrade.after,
                old_abi=pair.old.abi or (),
                new_abi=pair.new.artifact.abi or (),
                layout=layout_of(pair.new.artifact),
                creation_code=pair.new.creation_code,
                pause=managed.pause,
                again=undone.get(upgrade.contract, b""),
                keys=tuple(hex_bytes(key, what="key").rjust(WORD, b"\0") for key in managed.keys),
            )
        )
    return Rehearsal(Governing(plan, nonce), tuple(subjects))


def outcome_of(plan: UpgradePlan, pairs: Mapping[str, Pair], simulation: Simulation) -> Outcome:
    """Return a simulation with the facts that weigh what it shows."""
    perilous = frozenset(name for name, pair in pairs.items() if _can_destroy_itself(pair.new.artifact))
    kinds = {upgrade.contract: upgrade.kind for upgrade in plan.upgrades}
    return Outcome(simulation, kinds, perilous, plan.differences)


def require_built(plan: UpgradePlan, pairs: Mapping[str, Pair]) -> None:
    """Compare the present builds with the planned ones.

    Raises:
        MismatchError: A source no longer gives the planned code.
    """
    for step in plan.deployments:
        found = pairs[step.contract].new.creation_hash
        if found != step.creation_hash:
            raise MismatchError(
                f"the source of {step.contract} now compiles to other code ({hexed(found)}) than was planned "
                f"({hexed(step.creation_hash)})",
                remedy="check out the planned commit, or plan again",
            )


def _can_destroy_itself(artifact: Artifact) -> bool:
    """Whether the code can delegatecall or selfdestruct; code that is not known can."""
    if artifact.runtime is None:
        return True
    found = opcodes_of(artifact.runtime.code)
    return bool(found.delegatecalls or found.selfdestructs)
