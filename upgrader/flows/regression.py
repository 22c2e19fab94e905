"""The market regression: every script on the old and on the new code, compared, judged by its laws, shrunk.

Both branches run the same blocks at the same times; the old one only omits what the upgrade does.  What differs and
is not declared is shrunk to the smallest script that shows it, as a file that reproduces it alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import Final, TypeAlias

from upgrader.calls import SELECTOR_BYTES
from upgrader.errors import SimulationError
from upgrader.plan.manifest import Difference
from upgrader.ports import Block, Engine, Progress
from upgrader.simulation.compare import Aspect, Lens, MarketDifference, compare, word_of
from upgrader.simulation.declared import covering
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.plot import Plotting
from upgrader.simulation.regression import Read, Regression, Shown
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch, without
from upgrader.simulation.script import Breach, Script, Stage
from upgrader.simulation.shrink import shrink
from upgrader.simulation.told import Told, tell
from upgrader.units import Address, ChainId, Seconds

CHUNK: Final = 32
"""Scenarios whose answers are held at a time, on both branches."""

MOST_SHRUNK: Final = 24
"""Differences that get a script of their own, first come; a broken upgrade shows hundreds of one cause."""

TRIES: Final = 250
"""Runs on both branches that shrinking one difference may take."""

ACTED: Final = frozenset({Aspect.STATUS, Aspect.RESULT, Aspect.EVENTS, Aspect.GAS})
"""Differences of transactions; those of views and storage that come after one in a script are taken for its doing."""

_UNFIT: Final = re.compile(r"[^A-Za-z0-9]+")


Kind: TypeAlias = tuple[Aspect, str, str]
"""What makes two differences one: aspect, contract and observable."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is put to the test.

    Attributes:
        upgrade: The blocks of the upgrade, at once or through its governance; at least one.
        chain_id: Of the copied chain.
        block: The copied block.
        lens: What is known of the contracts.
        watch: Storage that is compared at the end of each scenario.
        declared: What the upgrade means to change.
        same_block: Whether the upgrade's only block is a script's first one, too.
    """

    upgrade: tuple[Moment, ...]
    chain_id: ChainId
    block: Block
    lens: Lens = field(default_factory=Lens)
    watch: Watch = field(default_factory=dict)
    declared: tuple[Difference, ...] = ()
    same_block: bool = False

    @property
    def stage(self) -> Stage:
        """What a playbook is given."""
        length = Seconds(sum(moment.after for moment in self.upgrade))
        delay = self.upgrade[-1].after if len(self.upgrade) > 1 else Seconds(0)
        return Stage(self.block.number, self.block.timestamp, length, delay)

    def preludes(self, script: Script) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
        """Return what comes before a script's scenario on the old and on the new branch."""
        new = self.prelude(script)
        return without(new, self.steps(script)), new

    def prelude(self, script: Script) -> tuple[Moment, ...]:
        """Return what comes before a script's scenario on the new branch."""
        first, *rest = self.upgrade
        upgrade = [replace(first, after=Seconds(first.after + script.wait)), *rest]
        passed = sum(moment.after for moment in script.during)
        upgrade[-1] = replace(upgrade[-1], after=Seconds(upgrade[-1].after - passed))
        return (*script.before, *upgrade[:-1], *script.during, upgrade[-1])

    def steps(self, script: Script) -> tuple[int, ...]:
        """Return the indices of the upgrade's own blocks in that prelude."""
        ahead, last = len(script.before), len(self.upgrade) - 1
        return (*range(ahead, ahead + last), ahead + last + len(script.during))


@dataclass(frozen=True, slots=True)
class Regressed:
    """The result, and the smallest scripts by file name."""

    regression: Regression
    scripts: Mapping[str, Reproduction]

    @property
    def settled(self) -> frozenset[Kind]:
        """The kinds of difference that one of the scripts shows."""
        return frozenset(
            (Aspect(shown.aspect), shown.contract, shown.observable)
            for shown in self.regression.differences
            if shown.script
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """One script with what it showed on both branches."""

    script: Script
    old: Answers
    new: Answers


def regress(
    engine: Engine,
    trial: Trial,
    scripts: Iterable[Script],
    say: Progress,
    settled: Collection[Kind] = (),
    most: int | None = None,
) -> Regressed:
    """Run every script on both branches and return what differs.

    Args:
        engine: Runs scenarios on the state of ``trial.block``.
        trial: What is put to the test.
        scripts: With unique names.
        say: Progress.
        settled: Differences that have a smallest script already, of another way to the same code; shrinking one costs
            more than many scenarios.
        most: Differences that get a script of their own, first come; None for :data:`MOST_SHRUNK`.

    Raises:
        SimulationError: The upgrade itself reverted, two scripts have one name, or a scenario is not one that nodes
            accept.
        UnavailableError: The state could not be had.
    """
    gathering, plotting = Gathering(trial.declared), Plotting()
    causes: dict[Kind, tuple[Script, MarketDifference]] = {}
    caused: dict[Kind, Kind] = {}
    for pair in _pairs(engine, trial, list(scripts)):
        script = pair.script
        observed = _observed(script.scenario, trial.lens)
        words = sum(map(len, pair.new.slots.values()))
        gathering.compared(script.case, _counted(script.scenario), observed, len(script.laws), words=words)
        cause: Kind | None = None
        differences = compare(script.scenario, pair.old, pair.new, trial.lens)
        if differences:
            gathering.read(_scales(script, trial.lens), script.legend.people)
            plotting.script(script, pair.old, pair.new, trial.lens)
        for found in differences:
            if gathering.difference(script.case, script.scenario.name, found).declared:
                continue
            kind = kind_of(found)
            if found.aspect in ACTED:
                cause = cause or kind
            elif cause:
                caused.setdefault(kind, cause)
                continue
            causes.setdefault(kind, (script, found))
        # A law that the old code broke as well is not the upgrade's doing, and still a finding.
        before = {_breach_kind(breach) for law in script.laws for breach in law(pair.old)}
        for breach in (each for law in script.laws for each in law(pair.new)):
            known = replace(breach, contract=trial.lens.names.of(Address(breach.contract)))
            gathering.breach(script.case, script.scenario.name, known, old_too=_breach_kind(breach) in before)
    names: dict[Kind, str] = {}
    reproductions: dict[str, Reproduction] = {}
    told: list[Told] = []
    fresh = ((kind, cause) for kind, cause in causes.items() if kind not in settled)
    for kind, (script, found) in islice(fresh, MOST_SHRUNK if most is None else most):
        say(f"regression: the smallest script for {found.contract}.{found.observable}")
        name = f"{len(names) + 1:02d}-{slug(found)}.json"
        names[kind] = name
        reproductions[name] = smallest(engine, trial, script, found)
        told.append(told_of(engine, name, reproductions[name], trial.lens, script))
    for kind, cause in caused.items():
        names.setdefault(kind, names.get(cause, ""))
    regression = gathering.result()
    named = tuple(replace(shown, script=_script_of(shown, names)) for shown in regression.differences)
    plots, paths = plotting.result(causes.keys() | caused.keys())
    told_all = replace(regression, differences=named, plots=plots, paths=paths, told=tuple(told))
    return Regressed(told_all, reproductions)


def reproduce(engine: Engine, reproduction: Reproduction, lens: Lens) -> tuple[MarketDifference, ...]:
    """Run a saved script on both branches and return what differs.

    Raises:
        SimulationError: The prelude or the script is not one that nodes accept.
        UnavailableError: The state could not be had.
    """
    return compare(reproduction.scenario, *_both(engine, reproduction), lens)


def _pairs(engine: Engine, trial: Trial, scripts: list[Script]) -> Iterator[_Pair]:
    names = [script.scenario.name for script in scripts]
    if len(set(names)) != len(names):
        raise SimulationError("two scenarios have one name", remedy="name each scenario once")
    for _, same in groupby(scripts, key=lambda script: (script.before, script.wait, script.during)):
        while chunk := list(islice(same, CHUNK)):
            old_prelude, new_prelude = trial.preludes(chunk[0])
            scenarios = [script.scenario for script in chunk]
            # One branch after the other: an engine learns what state a sweep reads, and learns it once.
            new = list(engine.run(new_prelude, scenarios, trial.watch))
            old = list(engine.run(old_prelude, scenarios, trial.watch))
            for script, said, says in zip(chunk, old, new, strict=True):
                _require_upgraded(script, says, trial)
                yield _Pair(script, said, says)


def _require_upgraded(script: Script, answers: Answers, trial: Trial) -> None:
    """Refuse to compare the old code with itself."""
    for moment, step in zip(trial.upgrade, trial.steps(script), strict=True):
        for act, result in zip(moment.acts, answers.prelude[step], strict=True):
            if not result.status:
                raise SimulationError(
                    f"the upgrade reverted before the scenario {script.scenario.name!r}: {act.label or act.to}",
                    remedy="run upgrader simulate without the regression and mend what refused",
                )


def smallest(engine: Engine, trial: Trial, script: Script, wanted: MarketDifference) -> Reproduction:
    """Return the smallest script found that shows a difference; the whole one where it does not show it."""
    condition = script.condition
    whole = Reproduction(
        scenario=script.scenario,
        prelude=trial.prelude(script),
        upgrade=trial.steps(script),
        case=script.case,
        difference=f"{wanted.contract}.{wanted.observable} ({wanted.aspect}): {wanted.old} -> {wanted.new}",
        chain_id=trial.chain_id,
        block=trial.block.number,
        block_hash=trial.block.hash,
        watch=word_of(wanted, trial.watch, trial.lens.names),
        same_block=trial.same_block,
    )

    def shows(scenario: Scenario) -> bool:
        return any(
            kind_of(found) == kind_of(wanted) and covering(found, condition, trial.declared) is None
            for found in reproduce(engine, replace(whole, scenario=scenario), trial.lens)
        )

    focused = _focused(script.scenario, wanted, trial.lens)
    return replace(whole, scenario=shrink(focused if shows(focused) else script.scenario, shows, tries=TRIES))


def _both(engine: Engine, reproduction: Reproduction) -> tuple[Answers, Answers]:
    """Return what a saved script shows on the old and on the new code."""
    said, says = (
        reproduction.answers(branch, next(engine.run(branch.prelude, [branch.scenario], reproduction.watch)))
        for branch in (reproduction.branch("old"), reproduction.branch("new"))
    )
    return said, says


def told_of(engine: Engine, name: str, reproduction: Reproduction, lens: Lens, script: Script) -> Told:
    """Return a saved script in words, with what it shows on both branches."""
    return tell(name, reproduction, _both(engine, reproduction), lens, script.legend.people)


def _scales(script: Script, lens: Lens) -> Iterator[Read]:
    for figure in script.legend.figures:
        yield Read(lens.names.of(figure.to), figure.signature, figure.word, figure.scale)


def _focused(scenario: Scenario, wanted: MarketDifference, lens: Lens) -> Scenario:
    """Leave out what comes after the difference and every question but its own: most of a script's cost."""
    until = wanted.moment + 1 or len(scenario.moments)
    moments = [replace(moment, questions=()) for moment in scenario.moments[:until]]
    if wanted.aspect is Aspect.ANSWER:
        asked = scenario.moments[wanted.moment].questions
        own = tuple(each for each in asked if lens.observable(each.data) == wanted.observable)
        moments[-1] = replace(moments[-1], questions=own)
    return replace(scenario, moments=tuple(moments))


def _counted(scenario: Scenario) -> tuple[int, int]:
    return sum(len(m.acts) for m in scenario.moments), sum(len(m.questions) for m in scenario.moments)


def _observed(scenario: Scenario, lens: Lens) -> set[tuple[str, str]]:
    acts = {(act.to, act.data[:SELECTOR_BYTES]) for moment in scenario.moments for act in moment.acts}
    views = {(view.to, view.data[:SELECTOR_BYTES]) for moment in scenario.moments for view in moment.questions}
    return {(lens.names.of(to), lens.observable(head)) for to, head in acts | views}


def kind_of(found: MarketDifference) -> Kind:
    """Return what makes a difference the same as another."""
    return found.aspect, found.contract, found.observable


def _breach_kind(breach: Breach) -> tuple[str, str, str]:
    return breach.law, breach.contract, breach.observable


def slug(found: MarketDifference) -> str:
    """Return a difference as part of a file's name."""
    return _UNFIT.sub("-", f"{found.contract} {found.observable.partition('(')[0]} {found.aspect}").strip("-").lower()


def _script_of(shown: Shown, names: Mapping[Kind, str]) -> str:
    return "" if shown.declared else names.get((Aspect(shown.aspect), shown.contract, shown.observable), "")
