"""The markets in ``simulate``: the project's own scenarios on the old and the new code, as of now and after the delay.

Twice, because neither replaces the other: as of now nothing is staled by the delay, and after it the whole governance
path stands before every scenario, with keepers and oracles at work meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from upgrader.checks.code import touched
from upgrader.errors import InputError, UnavailableError
from upgrader.flows.assurance import UNNAMED, assure
from upgrader.flows.dissect import Known, dissect, explained
from upgrader.flows.foreseen import undeployed
from upgrader.flows.fuzz import SEQUENCES, fuzz
from upgrader.flows.joined import join
from upgrader.flows.pace import PacedEngine
from upgrader.flows.plan import Pair
from upgrader.flows.regression import Kind, Regressed, Trial, regress
from upgrader.flows.rehearse import Rehearsal
from upgrader.flows.replay import MOST, Past, replay
from upgrader.flows.simulate import names_of
from upgrader.layout.read import layout_of
from upgrader.market.condition import Case
from upgrader.market.conditions import conditions
from upgrader.plan.project import Project
from upgrader.ports import (
    Block,
    Chain,
    Clock,
    Copy,
    Engine,
    Engines,
    IndependentEvm,
    Progress,
    Scenarios,
    Sources,
    TracingEngine,
)
from upgrader.simulation.assurance import Assurance
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.coverage import Written, together
from upgrader.simulation.naming import Abi, Names
from upgrader.simulation.prelude import at_once, governed
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.regression import Regression
from upgrader.simulation.result import SlotChange
from upgrader.simulation.scenario import Act, Answers, Moment, Scenario, Watch
from upgrader.simulation.script import Script
from upgrader.simulation.sequences.surface import Interface
from upgrader.simulation.unseen import Unseen
from upgrader.units import Address, Slot, address

BRANCHES: Final = 2
"""The old and the new code."""

QUICK_SHRUNK: Final = 2
"""Smallest scripts of a quick run: the first differences, which most others follow from."""

NO_SCENARIOS: Final = Unseen("The project has no market scenarios.", chosen=False)
LEFT_OUT: Final = Unseen("The market regression was left out.", chosen=True)
NOT_EXECUTED: Final = Unseen("The upgrade did not go through, so there is no new code to compare.", chosen=False)

UNPROVED: Final = Unseen(
    "Nothing was mined or made on another EVM to prove the simulated answers, and no word of storage was compared.",
    chosen=True,
)


@dataclass(frozen=True, slots=True)
class Running:
    """An opened engine.

    Attributes:
        engine: Runs the scenarios, perhaps on a cluster.
        copy: The copy of the chain, on this machine.  It runs generated calls, too: a few at a time are not worth the
            way to a cluster.
        past: Opens engines on the blocks before.  All three keep what they ran.
    """

    engine: Engine
    copy: Copy
    past: Engines


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is put through the markets.

    Attributes:
        rehearsal: The upgrade.
        pairs: Both sides of each change.
        project: Whose it is.
        changes: The words that it writes by itself; they differ by intent.
    """

    rehearsal: Rehearsal
    pairs: Mapping[str, Pair]
    project: Project
    changes: tuple[SlotChange, ...] = ()

    @property
    def managed(self) -> frozenset[Address]:
        """The proxies of the network's contracts under management."""
        network = self.rehearsal.governing.plan.network
        return frozenset(each.proxy for each in self.project.contracts.values() if each.network == network)

    @property
    def written(self) -> Written:
        """The same words, by contract."""
        return together({address(each.address): frozenset({Slot(int(each.slot, 16))})} for each in self.changes)

    def known(self, names: Names) -> Known:
        """What explains the inside of a run: both layouts of each changed contract, and names."""
        proxies = {each.name: each.proxy for each in self.rehearsal.subjects}
        old = {proxies[name]: layout_of(pair.old) for name, pair in self.pairs.items()}
        new = {proxies[name]: layout_of(pair.new.artifact) for name, pair in self.pairs.items()}
        return Known(old, new, names)

    @property
    def interfaces(self) -> dict[Address, Interface]:
        """What can be called of each changed contract, and how much of the change it reaches."""
        reached = touched({name: (pair.old, pair.new.artifact) for name, pair in self.pairs.items()})
        return {
            each.proxy: Interface(each.name, each.old_abi, each.new_abi, reached.get(each.name))
            for each in self.rehearsal.subjects
        }


Open = Callable[[Block, tuple[Act, ...]], AbstractContextManager[Running]]
"""Opens an engine on a copy of the chain at a block; the acts reach the upgraded state without its delay."""


@dataclass(frozen=True, slots=True)
class Markets:
    """How the market regression is run.

    Attributes:
        scenarios: The project's own.
        engine: Opens an engine.
        clock: For the estimate of what is left.
        past: How the chain's past is had, where nothing is kept.
        other: An EVM that shares no code with the engine's; None for none.
        conditions: Names of the conditions to run; empty for all.
        traffic: Past transactions to re-execute; 0 for none.
        sequences: Call sequences to generate; 0 for none.
        seed: Decides what is generated.
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
    sequences: int = SEQUENCES
    seed: int = 0
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
    candidate: Candidate, chain: Chain, block: Block, tools: tuple[Sources, Markets], say: Progress
) -> Regressed:
    """Put an upgrade through the markets, generated calls and the past, and return what differs.

    Args:
        candidate: The upgrade.
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
    rehearsal = candidate.rehearsal
    trial = trial_of(rehearsal, candidate.project, chain, block, sources)
    trial = replace(trial, lens=replace(trial.lens, written=candidate.written))
    shown: list[tuple[str, str, Regressed]] = []
    skipped: list[_Leg] = []
    legs = list(_legs(rehearsal, candidate.project, chain, trial, markets, say)) if markets.scenarios.files() else []
    (moment,) = trial.upgrade
    if legs or markets.sequences or markets.traffic:
        with markets.engine(block, moment.acts) as running:
            swept = [*_swept(running, candidate, legs, markets, say)]
            skipped = legs[len(swept) :]
            if markets.sequences:
                swept.append(("generated calls", "", _generated(running, candidate, trial, markets, say)))
            known = candidate.known(trial.lens.names)
            shown += [(way, within, _inside(running, found, known, markets, say)) for way, within, found in swept]
            again = replace(markets, past=replace(markets.past, engines=running.past))
            shown += _again(candidate, trial, chain, again, say)
    found = join(shown)
    return replace(found, regression=replace(found.regression, unseen=_omitted(markets, legs, skipped)))


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
    running: Running, candidate: Candidate, legs: Sequence[_Leg], markets: Markets, say: Progress
) -> Iterator[tuple[str, str, Regressed]]:
    """Prove and run each leg, a quick run until one differs; what one has learnt to watch the next begins with."""
    total = BRANCHES * sum(len(leg.scripts) for leg in legs)
    paced = PacedEngine(running.engine, total, markets.clock, say)
    watch: Watch = {}
    settled: frozenset[Kind] = frozenset()
    for leg in legs:
        trial, proof = replace(leg.trial, watch=watch), tuple[Assurance, ...]()
        if markets.proved:
            # The other EVM runs a minute for what the engine does in a second: once is proof of its rules.
            other = (markets.other or UNNAMED) if leg is legs[0] else ""
            assured = assure(running.copy, trial, leg.scripts, candidate.managed, say, other)
            trial, proof = assured.trial, (assured.assurance,)
            watch = trial.watch
            trial = replace(trial, lens=candidate.known(trial.lens.names).lens(trial.lens, watch))
        most = None if markets.proved else QUICK_SHRUNK
        found = regress(paced, trial, leg.scripts, say, settled, most)
        settled |= found.settled
        yield leg.title, leg.within, replace(found, regression=replace(found.regression, assurance=proof))
        if not markets.proved and not all(shown.declared for shown in found.regression.differences):
            return  # a quick run has its answer


def _generated(running: Running, candidate: Candidate, trial: Trial, markets: Markets, say: Progress) -> Regressed:
    """Run generated call sequences; recent transactions, where the node has them, say what users call and with what."""
    try:
        recent = markets.past.history.recent(candidate.managed, trial.block, MOST).transactions
    except UnavailableError as error:
        say(f"fuzz: without recent transactions: {error}")
        recent = ()
    paced = PacedEngine(running.copy, BRANCHES * markets.sequences, markets.clock, say, "fuzz")
    engine = _Traced(paced, running.copy)
    return fuzz(engine, trial, candidate.interfaces, recent, say, seed=markets.seed, sequences=markets.sequences)


@dataclass(frozen=True, slots=True)
class _Traced:
    """An engine that traces by another one."""

    engine: Engine
    tracer: TracingEngine

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed; exceptions as of the engine."""
        yield from self.engine.run(prelude, scenarios, watch)

    def written(self, prelude: tuple[Moment, ...], scenario: Scenario) -> Written:
        """Return what a run writes; exceptions as of the tracer."""
        return self.tracer.written(prelude, scenario)


def _again(
    candidate: Candidate, trial: Trial, chain: Chain, markets: Markets, say: Progress
) -> Iterator[tuple[str, str, Regressed]]:
    """Re-execute the past, where that is wanted."""
    if not markets.traffic:
        return
    rehearsal = candidate.rehearsal
    absent = undeployed(rehearsal, chain, trial.block)
    there = tuple(each.implementation for each in rehearsal.subjects if each.name not in absent)
    known = candidate.known(trial.lens.names) if markets.proved else None
    found = replay(
        trial, candidate.managed, markets.past, say, most=markets.traffic, implementations=there, known=known
    )
    yield "real traffic again", "", found


def _inside(running: Running, found: Regressed, known: Known, markets: Markets, say: Progress) -> Regressed:
    """Mine and trace the smallest scripts, so that what differs is shown with its calls and its variables."""
    if not markets.proved:
        return found
    return replace(found, regression=explained(found.regression, dissect(running.copy, found.scripts, known, say)))


def trial_of(rehearsal: Rehearsal, project: Project, chain: Chain, block: Block, sources: Sources) -> Trial:
    """Return the upgrade as of now, with all that is known of the contracts in its markets."""
    plan = rehearsal.governing.plan
    addresses = project.addresses(plan.network)
    known = names_of(rehearsal)
    abis = (*known.abis, *_others(rehearsal, project, sources))
    names = Names({**{at: name for name, at in addresses.items()}, **known.addresses}, abis)
    upgrade = at_once(rehearsal.governing, undeployed(rehearsal, chain, block))
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
    creations, cast = undeployed(rehearsal, chain, block), rehearsal.cast
    yield "markets as of now", "", at_once(rehearsal.governing, creations)
    path = governed(rehearsal.governing, creations, proposer=cast.proposer or STRANGER, executor=cast.executor)
    if len(path) > 1:
        yield "markets after the delay", "after the delay", path


def _omitted(markets: Markets, legs: Sequence[_Leg], skipped: Sequence[_Leg]) -> tuple[Unseen, ...]:
    found = [
        Unseen(f"The {leg.title} were not run: those before show an undeclared difference.", chosen=True)
        for leg in skipped
    ]
    if not markets.scenarios.files():
        found.append(NO_SCENARIOS)
    elif not any(leg.scripts for leg in legs):
        found.append(Unseen("The project's scenarios gave no script for these markets.", chosen=False))
    elif left := [each.name for each in conditions() if markets.conditions and each.name not in markets.conditions]:
        found.append(Unseen(f"These market conditions were left out: {', '.join(left)}.", chosen=True))
    if legs and not markets.proved:
        found.append(UNPROVED)
    if not markets.sequences:
        found.append(Unseen("No call sequence was generated.", chosen=True))
    if not markets.traffic:
        found.append(Unseen("No past transaction was re-executed.", chosen=True))
    return tuple(found)
