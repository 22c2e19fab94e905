"""The markets in ``simulate``: the project's own scenarios on the old and the new code, as of now and after the delay.

Twice, because neither replaces the other: as of now nothing is staled by the delay, and after it the whole governance
path stands before every scenario, with keepers and oracles at work meanwhile.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from upgrader.errors import InputError
from upgrader.flows.assurance import assure
from upgrader.flows.joined import join
from upgrader.flows.pace import PacedEngine
from upgrader.flows.path import one
from upgrader.flows.regression import Regressed, Trial, regress
from upgrader.flows.rehearse import Rehearsal
from upgrader.flows.replay import MOST, Past, replay
from upgrader.flows.simulate import names_of
from upgrader.inquiry import ReadCode
from upgrader.market.condition import Case
from upgrader.market.conditions import conditions
from upgrader.plan.project import Project
from upgrader.ports import Block, Chain, Clock, CopyEngine, Engine, IndependentEvm, Progress, Scenarios, Sources
from upgrader.simulation.assurance import Assurance
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Abi, Names
from upgrader.simulation.prelude import at_once, governed
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.regression import Regression, Unseen
from upgrader.simulation.scenario import Act, Moment, Watch
from upgrader.simulation.script import Script
from upgrader.units import Address

BRANCHES: Final = 2
"""The old and the new code."""

NO_SCENARIOS: Final = Unseen("The project has no market scenarios.", chosen=False)
LEFT_OUT: Final = Unseen("The market regression was left out.", chosen=True)
NOT_EXECUTED: Final = Unseen("The upgrade did not go through, so there is no new code to compare.", chosen=False)

UNPROVED: Final = Unseen(
    "Nothing was mined or made on another EVM to prove the simulated answers, and no word of storage was compared.",
    chosen=True,
)


@dataclass(frozen=True, slots=True)
class Running:
    """An opened engine: as it keeps its results, and the copy of the chain behind it, which can also mine."""

    engine: Engine
    copy: CopyEngine


Open = Callable[[Block, tuple[Act, ...]], AbstractContextManager[Running]]
"""Opens an engine on a copy of the chain at a block; the acts reach the upgraded state without its delay."""


@dataclass(frozen=True, slots=True)
class Markets:
    """How the market regression is run.

    Attributes:
        scenarios: The project's own.
        engine: Opens an engine.
        clock: For the estimate of what is left.
        past: How the chain's past is had.
        other: An EVM that shares no code with the engine's; None for none.
        conditions: Names of the conditions to run; empty for all.
        traffic: Past transactions to re-execute; 0 for none.
        proved: Whether the answers of each sweep are proved, and storage compared.
        wanted: Whether anything of this is run at all.
    """

    scenarios: Scenarios
    engine: Open
    clock: Clock
    past: Past
    other: IndependentEvm | None = None
    conditions: tuple[str, ...] = ()
    traffic: int = MOST
    proved: bool = True
    wanted: bool = True

    def cases(self) -> tuple[Case, ...]:
        """Return the cases of the chosen conditions.

        Raises:
            InputError: There is no condition of that name.
        """
        known = {condition.name: condition for condition in conditions()}
        if unknown := [name for name in self.conditions if name not in known]:
            raise InputError(
                f"no market condition {', '.join(map(repr, unknown))}", remedy=f"name some of {', '.join(known)}"
            )
        chosen = [known[name] for name in known if not self.conditions or name in self.conditions]
        return tuple(case for condition in chosen for case in condition.cases())


@dataclass(frozen=True, slots=True)
class _Leg:
    """One way to the new code, with the scripts that follow it."""

    title: str
    within: str
    trial: Trial
    scripts: tuple[Script, ...]


def unseen(reason: Unseen) -> Regressed:
    """Return a regression in which nothing was run."""
    return Regressed(Regression(0, (), unseen=(reason,)), {})


def regress_markets(
    rehearsal: Rehearsal, project: Project, chain: Chain, block: Block, tools: tuple[Sources, Markets], say: Progress
) -> Regressed:
    """Put an upgrade through the markets and return what differs.

    Args:
        rehearsal: The upgrade.
        project: Whose scenarios and addresses they are.
        chain: The chain to copy.
        block: Where.
        tools: Where ABIs come from, and how the regression is run.
        say: Progress.

    Raises:
        InputError: A scenario file failed, or gave what is no script.
        SimulationError: The upgrade reverted before a scenario, or a scenario is not one that nodes accept.
        UnavailableError: The state could not be had.
    """
    sources, markets = tools
    trial = trial_of(rehearsal, project, chain, block, sources)
    managed = _managed(rehearsal, project)
    shown: list[tuple[str, str, Regressed]] = []
    legs: list[_Leg] = []
    if markets.scenarios.files():
        legs = list(_legs(rehearsal, project, chain, trial, markets, say))
        (moment,) = trial.upgrade
        with markets.engine(block, moment.acts) as running:
            shown += _swept(running, legs, managed, markets, say)
    if markets.traffic:
        undeployed = _creations(rehearsal, chain, block)
        there = tuple(each.implementation for each in rehearsal.subjects if each.name not in undeployed)
        replayed = replay(trial, managed, markets.past, say, most=markets.traffic, implementations=there)
        shown.append(("real traffic again", "", replayed))
    found = join(shown)
    return replace(found, regression=replace(found.regression, unseen=_omitted(markets, legs)))


def _legs(
    rehearsal: Rehearsal, project: Project, chain: Chain, trial: Trial, markets: Markets, say: Progress
) -> Iterator[_Leg]:
    """Yield both ways to the new code with their scripts; all are written before any is run."""
    say("regression: writing the scripts")
    addresses = project.addresses(rehearsal.governing.plan.network)
    cases = markets.cases()
    for title, within, upgrade in _ways(rehearsal, chain, trial.block):
        there = replace(trial, upgrade=upgrade)
        scripts = markets.scenarios.scripts(cases, replace(there.stage, addresses=addresses))
        yield _Leg(title, within, there, scripts)


def _swept(
    running: Running, legs: Sequence[_Leg], managed: Collection[Address], markets: Markets, say: Progress
) -> Iterator[tuple[str, str, Regressed]]:
    """Prove and run each leg; what one has learnt to watch the next begins with."""
    total = BRANCHES * sum(len(leg.scripts) for leg in legs)
    paced = PacedEngine(running.engine, total, markets.clock, say)
    watch: Watch = {}
    for leg in legs:
        trial, proof = replace(leg.trial, watch=watch), tuple[Assurance, ...]()
        if markets.proved:
            # The other EVM runs a minute for what the engine does in a second: once is proof of its rules.
            other = markets.other if leg is legs[0] else None
            assured = assure(running.copy, trial, leg.scripts, managed, say, other)
            trial, proof = assured.trial, (assured.assurance,)
            watch = trial.watch
        found = regress(paced, trial, leg.scripts, say)
        yield leg.title, leg.within, replace(found, regression=replace(found.regression, assurance=proof))


def _managed(rehearsal: Rehearsal, project: Project) -> frozenset[Address]:
    """Return the proxies of the network's contracts under management."""
    network = rehearsal.governing.plan.network
    return frozenset(each.proxy for each in project.contracts.values() if each.network == network)


def trial_of(rehearsal: Rehearsal, project: Project, chain: Chain, block: Block, sources: Sources) -> Trial:
    """Return the upgrade as of now, with all that is known of the contracts in its markets."""
    plan = rehearsal.governing.plan
    addresses = project.addresses(plan.network)
    known = names_of(rehearsal)
    abis = (*known.abis, *_others(rehearsal, project, sources))
    names = Names({**{address: name for name, address in addresses.items()}, **known.addresses}, abis)
    upgrade = at_once(rehearsal.governing, _creations(rehearsal, chain, block))
    return Trial(upgrade, plan.state.chain_id, block, Lens(names, signatures_of(abis)), declared=plan.differences)


def _others(rehearsal: Rehearsal, project: Project, sources: Sources) -> Iterator[Abi]:
    """Yield the ABIs of what scenarios meet besides the upgraded contracts."""
    changed = {subject.name for subject in rehearsal.subjects}
    for name, managed in project.contracts.items():
        if name not in changed and managed.network == rehearsal.governing.plan.network:
            yield sources.artifact(managed.source, managed.solc or project.solc).abi or ()
    for reference in project.regression.sources.values():
        yield sources.artifact(reference, project.solc).abi or ()


def _ways(rehearsal: Rehearsal, chain: Chain, block: Block) -> Iterator[tuple[str, str, tuple[Moment, ...]]]:
    creations, cast = _creations(rehearsal, chain, block), rehearsal.cast
    yield "markets as of now", "", at_once(rehearsal.governing, creations)
    path = governed(rehearsal.governing, creations, proposer=cast.proposer or STRANGER, executor=cast.executor)
    if len(path) > 1:
        yield "markets after the delay", "after the delay", path


def _creations(rehearsal: Rehearsal, chain: Chain, block: Block) -> dict[str, bytes]:
    """Return the creation code of what is not on the chain yet."""

    def there(at: Address) -> bool:
        (code,) = chain.ask(one(ReadCode(at)), block)
        return bool(code)

    undeployed = {step.contract for step in rehearsal.governing.plan.deployments if not there(step.address)}
    return {each.name: each.creation_code for each in rehearsal.subjects if each.name in undeployed}


def _omitted(markets: Markets, legs: Sequence[_Leg]) -> tuple[Unseen, ...]:
    found = []
    if not markets.scenarios.files():
        found.append(NO_SCENARIOS)
    elif not any(leg.scripts for leg in legs):
        found.append(Unseen("The project's scenarios gave no script for these markets.", chosen=False))
    elif left := [each.name for each in conditions() if markets.conditions and each.name not in markets.conditions]:
        found.append(Unseen(f"These market conditions were left out: {', '.join(left)}.", chosen=True))
    if legs and not markets.proved:
        found.append(UNPROVED)
    if not markets.traffic:
        found.append(Unseen("No past transaction was re-executed.", chosen=True))
    return tuple(found)
