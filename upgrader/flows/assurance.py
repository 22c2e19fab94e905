"""Why the answers of a sweep may be believed, found out before it runs.

A sample of the scripts, drawn by the hash of their names, is mined transaction by transaction on both branches.  The
words that it wrote in managed contracts become the words that every run reads at its end; another sample must write
no others, or the list is widened and the next sample is drawn, until one adds nothing or every script was traced.
Each mined run must agree with its simulation, and one short run is made by an EVM that shares no code with the
engine's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Literal, TypeAlias

from upgrader.errors import UnavailableError
from upgrader.flows.regression import Trial
from upgrader.ports import CopyEngine, IndependentEvm, Progress
from upgrader.simulation.assurance import Assurance, Replayed
from upgrader.simulation.coverage import Written, disagreements, together, unwatched, widened
from upgrader.simulation.mined import Mined
from upgrader.simulation.request import Run
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.simulation.script import Script
from upgrader.units import Address, keccak

SAMPLE: Final = 2
"""Scripts traced at a time."""

ROUNDS: Final = 8
"""Samples drawn at most.  Scripts that write other words each time are better compared by their answers."""

SHORT: Final = 6
"""Transactions of the run that another EVM makes: it needs a second for each three."""

SHORT_ASKED: Final = 2
"""Views of that run that are kept of each block."""

UNNAMED: Final = "none was named"
"""Why there is no other EVM, where nobody says why."""

SHOWN: Final = 600
"""Characters of a disagreement that are kept."""

LISTED: Final = 64
"""Unwatched words that are kept."""

_Branch: TypeAlias = Literal["old", "new"]
_BRANCHES: Final[tuple[_Branch, ...]] = ("old", "new")


@dataclass(frozen=True, slots=True)
class Assured:
    """A trial that reads every word its scripts write, and why its answers may be believed.

    Attributes:
        trial: With the widened watch, and with the words that the upgrade itself wrote.
        assurance: The facts.
    """

    trial: Trial
    assurance: Assurance


@dataclass(frozen=True, slots=True)
class _Made:
    """One script on one branch, simulated and mined."""

    script: Script
    branch: _Branch
    simulated: Answers
    mined: Mined


@dataclass
class _Learnt:
    """What tracing has told so far."""

    watch: Watch
    upgrade: Written = field(default_factory=dict)
    traced: int = 0
    complete: bool = False
    left: Watch = field(default_factory=dict)
    replayed: list[Replayed] = field(default_factory=list)


def assure(
    engine: CopyEngine,
    trial: Trial,
    scripts: Sequence[Script],
    managed: Collection[Address],
    say: Progress,
    other: IndependentEvm | str = UNNAMED,
) -> Assured:
    """Learn what a sweep writes and replay a sample of it.

    Args:
        engine: Runs scenarios on a copy of the state of ``trial.block``.
        trial: What is put to the test.
        scripts: The sweep's, with unique names.
        managed: Contracts whose every written word must be read.
        say: Progress.
        other: An EVM that shares no code with the engine's, or why there is none; empty where that leaves nothing out.

    Raises:
        SimulationError: A scenario is not one that nodes accept.
        UnavailableError: The state could not be had.
    """
    learnt = _learn(engine, trial, scripts, managed, say)
    skipped: list[tuple[str, str]] = []
    if isinstance(other, str):
        skipped += [("another EVM", other)] if other else []
    elif scripts:
        say(f"assurance: one short run on {other.name}")
        try:
            learnt.replayed += _elsewhere(engine, trial, scripts, learnt.watch, other)
        except UnavailableError as error:
            skipped.append((other.name, f"{error.message}; {error.remedy}"))
    names = trial.lens.names
    assurance = Assurance(
        engine=engine.name,
        hardfork=engine.hardfork,
        chain_hardfork=engine.ground.hardfork,
        scripts=len(scripts),
        traced=learnt.traced,
        watched=sum(len(slots) for owner, slots in learnt.watch.items() if owner in managed),
        complete=learnt.complete,
        unwatched=tuple((names.of(owner), hex(slot)) for owner, slots in learnt.left.items() for slot in slots)[
            :LISTED
        ],
        replayed=tuple(learnt.replayed),
        skipped=tuple(skipped),
    )
    lens = replace(trial.lens, written=together([trial.lens.written, learnt.upgrade]))
    return Assured(replace(trial, watch=learnt.watch, lens=lens), assurance)


def _learn(
    engine: CopyEngine, trial: Trial, scripts: Sequence[Script], managed: Collection[Address], say: Progress
) -> _Learnt:
    learnt = _Learnt(trial.watch, complete=not scripts)
    waiting = sorted(scripts, key=lambda script: keccak(script.scenario.name.encode()))
    for _ in range(ROUNDS):
        sample, waiting = waiting[:SAMPLE], waiting[SAMPLE:]
        if not sample:
            break
        say(f"assurance: {learnt.traced + len(sample)} of {len(scripts)} scripts mined and traced on both branches")
        made = list(_made(engine, trial, sample, learnt.watch))
        learnt.traced += len(sample)
        learnt.left = unwatched(together(each.mined.written for each in made), learnt.watch, managed)
        learnt.upgrade = together(
            [learnt.upgrade, *(_by_upgrade(each, trial) for each in made if each.branch == "new")]
        )
        learnt.watch = widened(learnt.watch, learnt.left)
        if learnt.left and not waiting:  # nothing is left to prove the list on but what it was learnt from
            made, learnt.left = list(_made(engine, trial, sample, learnt.watch)), {}
        learnt.replayed += [_held(each, "mined", each.mined.answers) for each in made]
        if not learnt.left:
            learnt.complete = True
            break
    return learnt


def _made(engine: CopyEngine, trial: Trial, sample: Sequence[Script], watch: Watch) -> Iterator[_Made]:
    """Simulate and mine scripts on both branches; the simulation comes first, since it fetches state in batches."""
    ordered = sorted(sample, key=_prelude)
    for _, same in groupby(ordered, key=_prelude):
        together_run = list(same)
        scenarios = [script.scenario for script in together_run]
        for branch, prelude in zip(_BRANCHES, trial.preludes(together_run[0]), strict=True):
            simulated = list(engine.run(prelude, scenarios, watch))
            for script, answers in zip(together_run, simulated, strict=True):
                yield _Made(script, branch, answers, engine.replay(prelude, script.scenario, watch))


def _prelude(script: Script) -> str:
    return repr((script.wait, script.before, script.during))


def _by_upgrade(made: _Made, trial: Trial) -> Written:
    """Return what the upgrade's own blocks wrote: neither those around it, nor the scenario's."""
    return together(made.mined.blocks[step] for step in trial.steps(made.script))


def _elsewhere(
    engine: CopyEngine, trial: Trial, scripts: Sequence[Script], watch: Watch, other: IndependentEvm
) -> Iterator[Replayed]:
    """Make the beginning of the script with the shortest way to it on another EVM, on both branches."""
    chosen = min(
        scripts, key=lambda script: (len(script.before) + len(script.during), script.wait, script.scenario.name)
    )
    scenario = _short(chosen.scenario)
    for branch, prelude in zip(_BRANCHES, trial.preludes(chosen), strict=True):
        (simulated,) = engine.run(prelude, [scenario], watch)
        again = other.run(Run(engine.base, prelude, scenario, watch), engine.ground)
        yield _compared(scenario.name, branch, other.name, simulated, again)


def _short(scenario: Scenario) -> Scenario:
    """Return the first transactions of a scenario, with few views."""
    kept: list[Moment] = []
    room = SHORT
    for moment in scenario.moments:
        kept.append(replace(moment, acts=moment.acts[:room], questions=moment.questions[:SHORT_ASKED]))
        room -= len(moment.acts)
        if room <= 0:
            break
    return replace(scenario, moments=tuple(kept))


def _held(made: _Made, way: str, again: Answers) -> Replayed:
    return _compared(made.script.scenario.name, made.branch, way, made.simulated, again)


def _compared(name: str, branch: _Branch, way: str, simulated: Answers, again: Answers) -> Replayed:
    found = disagreements(simulated, again)
    results: Mapping[str, int] = {
        "acts": sum(map(len, (*simulated.prelude, *simulated.acts))),
        "answers": sum(map(len, simulated.questions)),
        "words": sum(map(len, simulated.slots.values())),
    }
    return Replayed(name, branch, way, sum(results.values()), len(found), found[0][:SHOWN] if found else "")
