"""``simulate --script``: one saved script alone, on the old and on the new code."""

from dataclasses import dataclass, replace

from upgrader.checks.regression import examine
from upgrader.errors import MismatchError
from upgrader.findings import Finding
from upgrader.flows.markets import trial_of
from upgrader.flows.opened import Opened
from upgrader.flows.regression import reproduce
from upgrader.flows.simulating import Tools, prepared
from upgrader.plan.manifest import Manifest
from upgrader.plan.project import Project
from upgrader.ports import Block, Progress
from upgrader.simulation.compare import MarketDifference
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import Reproduction


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What a saved script showed.

    Attributes:
        differences: Every one, in the order of the script.
        regression: The same, held against what the plan declares.
        findings: What the rules say of it.
    """

    differences: tuple[MarketDifference, ...]
    regression: Regression
    findings: tuple[Finding, ...]


def reproduce_script(
    opened: Opened, manifest: Manifest, project: Project, tools: Tools, script: Reproduction, say: Progress
) -> Reproduced:
    """Run a saved script where it was made, and return what differs; nothing is recorded.

    Args:
        opened: The verified bundle, for its declarations and for names.
        manifest: Its upgrade.toml.
        project: The project.
        tools: What it needs from outside.
        script: What to run.
        say: Progress.

    Raises:
        MismatchError: The script is of another chain, or its block is no longer on the chain.
        SimulationError: It is not one that nodes accept.
        UnavailableError: The state could not be had.
    """
    block = _base(script, tools)
    safe = opened.plan.state.safe
    rehearsal, _ = prepared(opened, manifest, project, tools, nonce=safe.nonce if safe else 0)
    trial = trial_of(rehearsal, project, tools.chain, block, tools.sources)
    say(f"script: {script.scenario.name!r} on the old and the new code at block {block.number}")
    markets = tools.markets
    if script.same_block:  # a past block, which is not held to what nodes accept of a simulation today
        with markets.past.engines(block) as engine:
            differences = reproduce(engine, script, trial.lens)
    else:
        with markets.engine(block, trial.upgrade[0].acts) as running:
            differences = reproduce(running.engine, script, trial.lens)
    gathering = Gathering(trial.declared)
    gathering.compared(script.case, (0, 0), ())
    for found in differences:
        gathering.difference(script.case, script.scenario.name, found)
    # One script does not show what a declaration is about elsewhere.
    regression = replace(gathering.result(), absent=())
    return Reproduced(differences, regression, examine(regression))


def _base(script: Reproduction, tools: Tools) -> Block:
    chain = tools.chain
    if chain.chain_id() != script.chain_id:
        raise MismatchError(
            f"the script is of chain {script.chain_id}, the network is {chain.chain_id()}",
            remedy="name an endpoint of the script's chain with --rpc",
        )
    block = chain.block(script.block)
    if block.hash != script.block_hash:
        raise MismatchError(
            f"the chain has another block {script.block} than the one that the script was made on",
            remedy="simulate the upgrade again: its scripts are written anew",
        )
    return block
