"""Replay of real traffic: the last transactions that touched the managed contracts, on the old and on the new code.

Nothing has to be written for this, and it works for any protocol.  Each block is run again from the state before it:
on the old code every transaction must end as its receipt says, or nothing can be told from it; on the new code the
same transactions follow the upgrade in the same block, and what differs is a difference like any other.  After that
all of them run once more one after the other, so that what the new code leaves behind has its effect on what follows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from upgrader.errors import InputError, SimulationError, UnavailableError
from upgrader.flows.dissect import Known, dissect, explained
from upgrader.flows.pace import Pace
from upgrader.flows.regression import ACTED, Kind, Regressed, Trial, kind_of, reproduce, slug, smallest, told_of
from upgrader.inquiry import Inquiry, ReadCode
from upgrader.plan.operations import FACTORY
from upgrader.ports import Block, Chain, Clock, Copy, Engines, History, Progress
from upgrader.simulation.compare import Aspect, Lens, MarketDifference, compare
from upgrader.simulation.coverage import Written, together
from upgrader.simulation.dissected import Dissected
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.regression import Replay, Unproved
from upgrader.simulation.replaying import (
    called,
    deviation,
    only,
    reached,
    roomier,
    scenario_of,
    sequence_of,
    since_upgrade,
    upgraded,
    without_upgrade,
)
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Answers, Moment, Override, Scenario, Watch
from upgrader.simulation.script import Script
from upgrader.simulation.told import Told
from upgrader.simulation.traffic import PastBlock, Transaction
from upgrader.units import Address, BlockNumber, Seconds, hexed

MOST: Final = 50
"""Transactions that are re-executed where nobody says how many."""

EACH: Final = "traffic/block by block"
ALL: Final = "traffic/one after the other"
"""The two cases; ``traffic`` is the condition that declarations name."""

BOTH: Final = 2
"""Times that each block is run: alone, and after the ones before it."""

MOST_SHRUNK: Final = 8
"""Differences that get a script of their own, first come."""

_ARCHIVE: Final = "name an endpoint that keeps the state of old blocks with --rpc, or replay fewer transactions"
_AS_THEN: Final = (
    "compare receipt and state with another endpoint (--rpc); if they are right, look at it by hand and waive"
)


@dataclass(frozen=True, slots=True)
class Past:
    """How a chain's past is had.

    Attributes:
        chain: The chain: asked whether it still answers, and for new code.
        history: Finds transactions.
        engines: Opens engines on the state of old blocks.
        clock: For the estimate of what is left; None gives none.
    """

    chain: Chain
    history: History
    engines: Engines
    clock: Clock | None = None


@dataclass
class _Notes:
    """What is noted while blocks are run.

    Attributes:
        proved: Block of each transaction that ended as it did then.
        names: What differs -> the script that shows it.
        dissected: Those scripts from within.
        omitted: What was not done, in sentences.
        known: What explains their inside; None where nobody asks for it.
        say: Progress.
    """

    gathering: Gathering
    known: Known | None
    say: Progress
    proved: list[int] = field(default_factory=list)
    unproved: list[Unproved] = field(default_factory=list)
    scripts: dict[str, Reproduction] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    names: dict[Kind, str] = field(default_factory=dict)
    dissected: list[Dissected] = field(default_factory=list)
    omitted: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Branches:
    """One scenario on both branches, from one state.

    Attributes:
        written: Words that the upgrade itself wrote.
        watch: Words that were compared.
        blocks: What the scenario was made of.
    """

    scenario: Scenario
    old: Answers
    new: Answers
    written: Written
    watch: Watch
    blocks: Sequence[PastBlock]


class _UpgradeRevertedError(Exception):
    """On this state the upgrade cannot be made; the message says which act reverted."""


def replay(  # noqa: PLR0913 - ports, and what is put to the test
    trial: Trial,
    managed: Collection[Address],
    past: Past,
    say: Progress,
    *,
    most: int = MOST,
    implementations: Collection[Address] = (),
    known: Known | None = None,
) -> Regressed:
    """Re-execute the newest transactions that touched the managed contracts on the old and the new code.

    Args:
        trial: What is put to the test.  Its upgrade is made at once, as :func:`~upgrader.simulation.prelude.at_once`
            says; its block is the last one that is looked at.  The words to compare are found out here.
        managed: Proxies (and beacons) under management.
        past: How the chain's past is had.
        say: Progress.
        most: Transactions at most.
        implementations: New code that is on the chain already; blocks before it came there are given it.
        known: What explains the inside of the smallest scripts; None leaves them undissected.

    Returns:
        What differs, with ``regression.replay`` saying how much was re-executed and what could not be.

    Raises:
        MismatchError: The chain was reorganised meanwhile.
        UnavailableError: The node does not answer, or its answers contradict each other.
    """
    say(f"replay: looking for the last {most} transactions of {len(managed)} contracts")
    traffic, upgraded_in = since_upgrade(past.history.recent(managed, trial.block, most), managed)
    trial = replace(trial, upgrade=(_upgrade(trial, past.chain, implementations),))
    notes = _Notes(Gathering(trial.declared), known, say)
    runnable: list[PastBlock] = []
    pace = Pace(BOTH * len(traffic.blocks), past.clock)
    for number, block in enumerate(reversed(traffic.blocks), 1):
        where = f"block {block.number}, {number} of {len(traffic.blocks)}"
        say(f"replay: {where}, on the old and the new code{pace.ahead(number - 1)}")
        try:
            with past.engines(_parent(block)) as engine:
                _Rerun(engine, block, trial, managed, notes).each()
            runnable.append(block)
        except UnavailableError as error:
            past.chain.block()  # an endpoint that is gone altogether is an error, not a judgement
            # Where the state of one block is gone, that of all before it is.
            for older in traffic.blocks[: len(traffic.blocks) - number + 1]:
                notes.unproved += [_unproved(each, trial.lens, str(error), _ARCHIVE) for each in _touching(older)]
            break
    runnable.reverse()
    if len(runnable) > 1:
        say(f"replay: all {len(runnable)} blocks one after the other{pace.ahead(len(traffic.blocks))}")
        try:
            with past.engines(_parent(runnable[0])) as engine:
                _Rerun(engine, runnable[0], trial, managed, notes).all(runnable)
        except (SimulationError, UnavailableError, _UpgradeRevertedError) as error:
            past.chain.block()
            notes.omitted.append(f"The blocks were not run one after the other: {error}.")
    regression = notes.gathering.result()
    named = tuple(
        shown
        if shown.declared
        else replace(shown, script=notes.names.get((Aspect(shown.aspect), shown.contract, shown.observable), ""))
        for shown in regression.differences
    )
    if upgraded_in:
        notes.omitted.append(f"Nothing up to block {upgraded_in} was re-executed: its code was another one.")
    facts = Replay(
        transactions=len(notes.proved),
        first=min(notes.proved, default=0),
        last=max(notes.proved, default=0),
        looked_from=int(traffic.logs_from),
        looked_to=int(traffic.last),
        unproved=tuple(notes.unproved),
        omitted=(*traffic.omitted, *notes.omitted),
    )
    whole = replace(regression, differences=named, told=tuple(notes.told), replay=facts)
    return Regressed(explained(whole, tuple(notes.dissected)), notes.scripts)


@dataclass(frozen=True, slots=True)
class _Rerun:
    """An engine on the state before a block, and what is run there.

    Attributes:
        block: The first block that is run.
        trial: Its upgrade is one block, made at once.
    """

    engine: Copy
    block: PastBlock
    trial: Trial
    managed: Collection[Address]
    notes: _Notes

    def each(self) -> None:
        """Run the block on both branches; compare what ended as it did then."""
        acts, lens, notes = called(self.block), self.trial.lens, self.notes
        for each in _touching(self.block):
            if each.to is None:
                reason = "it creates a contract, and only calls are re-executed"
                notes.unproved.append(_unproved(each, lens, reason, "nothing, if the contract is none of yours"))
        touched = reached(acts, self.block.touched)
        try:
            branches = self._branches(scenario_of(self.block), [self.block])
        except (SimulationError, _UpgradeRevertedError) as error:
            remedy = error.remedy if isinstance(error, SimulationError) else "re-execute fewer transactions, newer ones"
            notes.unproved += [_unproved(acts[place], lens, str(error), remedy) for place in touched]
            return
        (results,) = branches.old.acts
        astray = {place: why for place, each in enumerate(acts) if (why := deviation(each, results[place]))}
        notes.unproved += [
            _unproved(acts[place], lens, f"{astray[place]}, on the same code", _AS_THEN)
            for place in touched
            if place in astray
        ]
        proved = [place for place in touched if place not in astray]
        notes.proved += [int(self.block.number)] * len(proved)
        if not proved:
            return
        if len(proved) < len(touched):  # what they left behind cannot be told either
            branches = replace(branches, old=replace(branches.old, slots={}), new=replace(branches.new, slots={}))
        self._compare(EACH, branches, [[place for place in range(len(acts)) if place not in astray]], [proved])

    def all(self, blocks: Sequence[PastBlock]) -> None:
        """Run all blocks in a row on both branches; compare the transactions in question.  Raises as _branches."""
        branches = self._branches(sequence_of(blocks), blocks)
        kept = [reached(called(block), block.touched) for block in blocks]
        self._compare(ALL, branches, kept, kept)

    def _branches(self, scenario: Scenario, blocks: Sequence[PastBlock]) -> _Branches:
        """Run blocks without and with the upgrade in the first of them, and read every word that either wrote.

        Raises:
            _UpgradeRevertedError: The upgrade cannot be made on this state.
            SimulationError: The engine refused the scenario.
            UnavailableError: The state could not be had.
        """
        (upgrade,) = self.trial.upgrade
        engine = self.engine
        with_upgrade = upgraded(scenario, upgrade, blocks)
        old, new = engine.run((), [scenario, with_upgrade], {})
        for act, result in zip(upgrade.acts, new.acts[0], strict=False):
            # An implementation that is there already cannot be created again, and need not be.
            if not result.status and act.to != FACTORY:
                raise _UpgradeRevertedError(f"the upgrade cannot be made before this block: {act.label or act.to}")
        alone = replace(scenario.moments[0], acts=upgrade.acts, overrides=upgrade.overrides)
        written = engine.written((), Scenario("the upgrade alone", (alone,)))
        everything = together((written, engine.written((), scenario), engine.written((), with_upgrade)))
        watch = {owner: tuple(sorted(slots)) for owner, slots in sorted(everything.items()) if owner in self.managed}
        if watch:
            old, new = engine.run((), [scenario, with_upgrade], watch)
        new = without_upgrade(new, scenario.name, len(upgrade.acts))
        return _Branches(scenario, old, new, written, watch, blocks)

    def _compare(
        self, case: str, branches: _Branches, kept: Sequence[Collection[int]], counted: Sequence[Collection[int]]
    ) -> None:
        """Gather what differs in the acts that are ``kept``; say that those ``counted`` were compared."""
        notes, lens = self.notes, replace(self.trial.lens, written=branches.written)
        scenario, old = only(branches.scenario, branches.old, kept)
        _, new = only(branches.scenario, branches.new, kept)
        theirs, _ = only(branches.scenario, branches.old, counted)
        observed = {(lens.names.of(act.to), lens.observable(act.data)) for each in theirs.moments for act in each.acts}
        words = sum(map(len, new.slots.values()))
        notes.gathering.compared(case, (sum(map(len, counted)), 0), observed, words=words)
        cause: Kind | None = None
        for found in compare(scenario, old, new, lens):
            if notes.gathering.difference(case, scenario.name, found).declared:
                continue
            kind = kind_of(found)
            if found.aspect in ACTED:
                cause = cause or kind
            elif cause:
                notes.names.setdefault(kind, notes.names.get(cause, ""))
                continue
            if kind not in notes.names and len(notes.scripts) < MOST_SHRUNK:
                notes.names[kind] = self._saved(case, branches, found)

    def _saved(self, case: str, branches: _Branches, found: MarketDifference) -> str:
        """Save the smallest script that shows a difference and return its name; empty where none shows it alone.

        The upgrade comes first in the script's first block, as it was run: not one number or second is another one.
        """
        scenario = roomier(branches.scenario, branches.blocks)
        first, *rest = scenario.moments
        script = Script(case, replace(scenario, moments=(replace(first, after=Seconds(0)), *rest)))
        (upgrade,) = self.trial.upgrade
        trial = replace(
            self.trial,
            upgrade=(replace(upgrade, after=first.after),),
            same_block=True,
            block=_parent(self.block),
            lens=(lens := replace(self.trial.lens, written=branches.written)),
            watch=branches.watch,
        )
        reproduction = smallest(self.engine, trial, script, found)
        if kind_of(found) not in map(kind_of, reproduce(self.engine, reproduction, lens)):
            return ""
        name = f"traffic-{len(self.notes.scripts) + 1:02d}-{slug(found)}.json"
        self.notes.scripts[name] = reproduction
        self.notes.told.append(told_of(self.engine, name, reproduction, lens, script))
        if self.notes.known is not None:
            self.notes.dissected += dissect(self.engine, {name: reproduction}, self.notes.known, self.notes.say)
        return name


def _upgrade(trial: Trial, chain: Chain, implementations: Collection[Address]) -> Moment:
    """Return the upgrade as one block, with the code that it needs.

    Raises:
        InputError: An implementation has no code at the trial's block.
    """
    ordered = tuple(implementations)
    codes = chain.ask(_codes(ordered), trial.block) if ordered else ()
    given = {owner: Override(code=code) for owner, code in zip(ordered, codes, strict=True)}
    return Moment(
        Seconds(1),
        tuple(act for moment in trial.upgrade for act in moment.acts),
        overrides={**given, **{owner: each for moment in trial.upgrade for owner, each in moment.overrides.items()}},
    )


def _codes(owners: Sequence[Address]) -> Inquiry[tuple[bytes, ...]]:
    answers = yield tuple(map(ReadCode, owners))
    for owner, code in zip(owners, answers, strict=True):
        if not isinstance(code, bytes) or not code:
            raise InputError(f"{owner} has no code", remedy="deploy the implementation, or let the upgrade create it")
    return answers


def _parent(block: PastBlock) -> Block:
    return Block(BlockNumber(block.number - 1), block.parent, block.parent_timestamp)


def _touching(block: PastBlock) -> tuple[Transaction, ...]:
    return tuple(block.transactions[place] for place in block.touched)


def _unproved(transaction: Transaction, lens: Lens, reason: str, remedy: str) -> Unproved:
    return Unproved(
        transaction=hexed(transaction.hash),
        block=int(transaction.block),
        contract=lens.names.of(transaction.to) if transaction.to else "(creation)",
        observable=lens.observable(transaction.data) if transaction.to else "(creation)",
        reason=reason,
        remedy=remedy,
    )
