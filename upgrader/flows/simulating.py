"""``simulate`` from end to end: fresh state, a fork, the run, the markets, the rules, the evidence."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from upgrader.findings import Finding
from upgrader.flows.evidence import record_simulation
from upgrader.flows.foreseen import foreseen
from upgrader.flows.markets import LEFT_OUT, NOT_EXECUTED, Candidate, Markets, regress_markets, unseen
from upgrader.flows.opened import Opened, require_fresh
from upgrader.flows.path import Cast
from upgrader.flows.plan import Pair, build_pairs
from upgrader.flows.regression import Regressed
from upgrader.flows.rehearse import Rehearsal, outcome_of, rehearsal_of
from upgrader.flows.simulate import simulate
from upgrader.plan.manifest import Manifest
from upgrader.plan.project import Project
from upgrader.plan.reading import written
from upgrader.plan.scenarios import require_planned
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Block, Chain, Progress, Sandbox, Sources
from upgrader.simulation.naming import Abi
from upgrader.simulation.result import Simulation
from upgrader.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """How sandboxes are had.

    Attributes:
        fork: Opens a copy of the chain at a block, told what will be done there as near as can be: only how often the
            chain is asked rests on it.
        engine: Name and version.
        abis: ABIs of the governance contracts that a run meets.
    """

    fork: Callable[[Block, Sequence[Scenario]], AbstractContextManager[Sandbox]]
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
        regression: The old and the new code in the markets, and the smallest scripts.
        findings: Everything that is left to answer for, after waivers.
    """

    simulation: Simulation
    regression: Regressed
    findings: tuple[Finding, ...]

    @property
    def document(self) -> Mapping[str, Any]:
        """The simulation as JSON."""
        return written(Simulation, self.simulation)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a simulation needs from outside.

    Attributes:
        chain: The chain to copy.
        sources: Where builds come from.
        sandboxes: How copies are had.
        markets: How the market regression is run.
        at: The block to copy, where an earlier sweep began; None for the latest.
    """

    chain: Chain
    sources: Sources
    sandboxes: Sandboxes
    markets: Markets
    at: Block | None = None


def simulate_upgrade(opened: Opened, manifest: Manifest, project: Project, tools: Tools, say: Progress) -> Simulated:
    """Run a planned upgrade on a fork of the chain, put it through the markets, and record what happened.

    Args:
        opened: The verified bundle.
        manifest: Its upgrade.toml.
        project: The project.
        tools: What it needs from outside.
        say: Progress.

    Raises:
        InputError: A condition has no such name, or a scenario file failed.
        MismatchError: The plan is stale, its scenarios were changed, or the sources give other code than was planned.
    """
    plan, markets = opened.plan, tools.markets
    markets.cases()  # a mistyped condition is said before anything is run
    say("simulate: comparing plan and chain")
    now = require_fresh(plan, tools.chain)
    require_planned(plan.scenarios, markets.scenarios.files(), project.regression.addresses, upgrade=opened.bundle.name)
    block = tools.at or tools.chain.block(now.block)
    rehearsal, pairs = prepared(opened, manifest, project, tools, nonce=now.safe.nonce if now.safe else 0)
    say(f"simulate: forking at block {block.number}")
    with tools.sandboxes.fork(block, foreseen(rehearsal, tools.chain, block)) as sandbox:
        simulation = simulate(rehearsal, sandbox, say)
    if not markets.wanted:
        regressed = unseen(LEFT_OUT)
    elif not simulation.executed:
        regressed = unseen(NOT_EXECUTED)
    else:
        candidate = Candidate(rehearsal, pairs, project, simulation.changes)
        regressed = regress_markets(candidate, tools.chain, block, (tools.sources, markets), say)
    outcome = outcome_of(plan, pairs, simulation)
    findings = record_simulation(opened.bundle, plan, simulation, outcome, regressed)
    return Simulated(simulation, regressed, findings)


def prepared(
    opened: Opened, manifest: Manifest, project: Project, tools: Tools, *, nonce: int
) -> tuple[Rehearsal, Mapping[str, Pair]]:
    """Return what to simulate, and both sides of each change.

    Raises:
        MismatchError: The sources give other code than was planned.
    """
    pairs = build_pairs(project, manifest, tools.sources)
    rehearsal = rehearsal_of(opened.plan, pairs, manifest, project, nonce=nonce)
    sandboxes = tools.sandboxes
    return replace(rehearsal, engine=sandboxes.engine, abis=sandboxes.abis, cast=_cast(opened.plan)), pairs
