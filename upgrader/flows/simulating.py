"""``simulate`` from end to end: fresh state, a fork, the run, the rules, the evidence."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from upgrader.findings import Finding
from upgrader.flows.evidence import record_simulation
from upgrader.flows.opened import Opened, require_fresh
from upgrader.flows.path import Cast
from upgrader.flows.plan import build_pairs
from upgrader.flows.rehearse import outcome_of, rehearsal_of
from upgrader.flows.simulate import simulate
from upgrader.plan.manifest import Manifest
from upgrader.plan.project import Project
from upgrader.plan.reading import written
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Block, Chain, Progress, Sandbox, Sources
from upgrader.simulation.naming import Abi
from upgrader.simulation.result import Simulation


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """How sandboxes are had.

    Attributes:
        fork: Opens a copy of the chain at a block.
        engine: Name and version.
        abis: ABIs of the governance contracts that a run meets.
    """

    fork: Callable[[Block], AbstractContextManager[Sandbox]]
    engine: str
    abis: tuple[Abi, ...] = ()


def _cast(plan: UpgradePlan) -> Cast:
    """Return who acts where no Safe does: the timelock's first proposer, and its first executor unless anybody may."""
    timelock = plan.state.timelock
    if timelock is None:
        return Cast()
    proposer = timelock.proposers[0] if timelock.proposers else None
    return Cast(proposer, timelock.executors[0]) if timelock.executors else Cast(proposer)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation as it was recorded.

    Attributes:
        findings: Everything that is left to answer for, after waivers.
    """

    simulation: Simulation
    findings: tuple[Finding, ...]

    @property
    def document(self) -> Mapping[str, Any]:
        """The simulation as JSON."""
        return written(Simulation, self.simulation)


def simulate_upgrade(
    opened: Opened,
    manifest: Manifest,
    project: Project,
    chain: Chain,
    tools: tuple[Sources, Sandboxes],
    say: Progress,
) -> Simulated:
    """Run a planned upgrade on a fork at the chain's latest block and record what happened.

    Args:
        opened: The verified bundle.
        manifest: Its upgrade.toml.
        project: The project.
        chain: The chain to copy.
        tools: Where builds and sandboxes come from.
        say: Progress.

    Raises:
        MismatchError: The plan is stale, or the sources give other code than was planned.
    """
    sources, sandboxes = tools
    plan = opened.plan
    say("simulate: comparing plan and chain")
    now = require_fresh(plan, chain)
    pairs = build_pairs(project, manifest, sources)
    rehearsal = rehearsal_of(plan, pairs, manifest, project, nonce=now.safe.nonce if now.safe else 0)
    rehearsal = replace(rehearsal, engine=sandboxes.engine, abis=sandboxes.abis, cast=_cast(plan))
    block = chain.block(now.block)
    say(f"simulate: forking at block {block.number}")
    with sandboxes.fork(block) as sandbox:
        simulation = simulate(rehearsal, sandbox, say)
    findings = record_simulation(opened.bundle, plan, simulation, outcome_of(plan, pairs, simulation))
    return Simulated(simulation, findings)
