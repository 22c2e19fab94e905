"""Sequences under way: made, run on both branches, compared, and learnt from.

A campaign knows two branches and what both showed; what its differences mean, and their smallest sequences, are
:mod:`upgrader.flows.fuzz`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from upgrader.calls import SELECTOR_BYTES
from upgrader.errors import SimulationError
from upgrader.flows.regression import Trial, kind_of
from upgrader.inquiry import ReadFailed
from upgrader.ports import Engine, Progress, TracingEngine
from upgrader.simulation.compare import Aspect, Lens, MarketDifference, word_of
from upgrader.simulation.coverage import together, unwatched, widened
from upgrader.simulation.declared import covering
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Answers, Moment, Question, Scenario, Watch, idle
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.compose import Composer, Draft
from upgrader.simulation.sequences.corpus import Corpus, scenario_of
from upgrader.simulation.sequences.learning import (
    addresses_in,
    learn_call,
    learn_log,
    learn_refusal,
    learn_traffic,
)
from upgrader.simulation.sequences.parting import AtRest, control_watch, parted
from upgrader.simulation.sequences.pool import Pool
from upgrader.simulation.sequences.questions import drawn, exploring, learn_answers, learn_roles, plain, roles
from upgrader.simulation.sequences.surface import Interface, Parameter, Surface, surface_of
from upgrader.simulation.shrink import shrink
from upgrader.simulation.traffic import Transaction
from upgrader.units import Address, Seconds, Timestamp

CASE: Final = "generated calls"
"""Name of the case, for declarations and the grid."""

CHUNK: Final = 8
"""Sequences made before the ones before them are looked at."""

TRACED: Final = 24
"""Kept sequences that are traced, to learn which words are written."""

TRIES: Final = 200
"""Runs on both branches that shrinking one difference may take."""

INSTALLED: Final = Parameter("newimplementation", "address")
"""As what the addresses in the upgrade's calls are kept: nearly every upgrade function calls its parameter so."""


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, and the sequence that showed it.

    Attributes:
        number: Of the sequence, from 1.
        watch: Words that were read at its end.
    """

    number: int
    scenario: Scenario
    difference: MarketDifference
    watch: Watch


class Composes(Protocol):
    """Whoever makes sequences."""

    def draft(self, number: int) -> Draft:
        """Return sequence ``number``, counted from 0."""
        ...


@dataclass
class Campaign:
    """Sequences under way, and what was learnt from them.

    Attributes:
        engine: As for :func:`~upgrader.flows.fuzz.fuzz`, like everything up to ``seed``.
        gathering: What was found.
        surface: What may be called.
        corpus: The sequences that reached something new.
    """

    engine: Engine
    trial: Trial
    interfaces: Mapping[Address, Interface]
    traffic: Sequence[Transaction]
    seed: int = 0
    gathering: Gathering = field(init=False)
    surface: Surface = field(init=False)
    _pool: Pool = field(init=False)
    corpus: Corpus = field(init=False)
    _watch: Watch = field(init=False)
    _rest: AtRest = field(init=False)

    def __post_init__(self) -> None:
        names = self.trial.lens.names
        self.gathering = Gathering(self.trial.declared)
        self.surface = surface_of(self.interfaces, self.traffic, names.abis, names.addresses)
        self._pool = Pool(self.trial.block.timestamp)
        self.corpus = Corpus(self.surface)
        self._watch = widened(self.trial.watch, control_watch(self.surface))

    @property
    def start(self) -> Timestamp:
        """Time of the block before a sequence's first."""
        return Timestamp(self.trial.stage.start + self.trial.stage.upgrade)

    def hunt(self, sequences: int, say: Progress) -> Iterator[Found]:
        """Run sequences and yield what differs, declared or not, in their order."""
        self._learn()
        composer = self.composer()
        say(f"fuzz: {sequences} sequences on the old and the new code")
        for first in range(0, sequences, CHUNK):
            numbers = range(first, min(first + CHUNK, sequences))
            drafts = [composer.draft(number) for number in numbers]
            scenarios = [self._asked(draft, number) for draft, number in zip(drafts, numbers, strict=True)]
            for number, draft, scenario, (old, new) in zip(
                numbers, drafts, scenarios, self._both(scenarios, self._watch), strict=True
            ):
                self._compared(scenario)
                for difference in parted(scenario, old, new, self.trial.lens, self.surface, self._rest):
                    yield Found(number + 1, scenario, difference, self._watch)
                self._take_in(draft, scenario, new)

    def composer(self) -> Composes:
        """Return what makes the sequences."""
        traffic = sorted(self.traffic, key=lambda each: (each.block, each.index))
        return Composer(self.surface, self._pool, self.corpus, traffic, self.start, self.seed)

    def questions(self, number: int) -> tuple[Question, ...]:
        """Return what is asked at the end of a sequence."""
        chance = Chance(self.seed, number, "views")
        some = drawn if number else exploring
        return (*plain(self.surface), *some(self.surface, self._pool, chance))

    def look_at_storage(self, tracer: TracingEngine, say: Progress) -> Iterator[Found]:
        """Trace kept sequences, watch what they wrote, run them again and yield which words differ."""
        kept = [each.steps for each in self.corpus if each.refused is None][::-1][:TRACED]
        scenarios = [scenario_of(f"generated, kept {index}", steps, self.start) for index, steps in enumerate(kept, 1)]
        if not scenarios:
            return
        say(f"fuzz: the storage that {len(scenarios)} sequences write")
        written = together(tracer.written(prelude, each) for prelude in self._preludes for each in scenarios)
        watch = widened(self._watch, unwatched(written, self._watch, self.surface.managed))
        for scenario, (old, new) in zip(scenarios, self._both(scenarios, watch), strict=True):
            self._compared(scenario, words=sum(map(len, watch.values())))
            for difference in parted(scenario, old, new, self.trial.lens, self.surface, self._rest):
                yield Found(self.gathering.scenarios, scenario, difference, watch)

    def note(self, found: Found) -> bool:
        """Gather a difference; tell whether it was declared."""
        return bool(self.gathering.difference(CASE, found.scenario.name, found.difference).declared)

    def smallest(self, found: Found) -> Reproduction:
        """Return the smallest sequence that shows a difference."""
        wanted, watch = found.difference, found.watch

        def shows(scenario: Scenario) -> bool:
            ((old, new),) = self._both([scenario], watch)
            return any(
                kind_of(each) == kind_of(wanted) and covering(each, CASE, self.trial.declared) is None
                for each in parted(scenario, old, new, self.trial.lens, self.surface, self._rest)
            )

        focused = _focused(found.scenario, wanted, self.trial.lens)
        scenario = shrink(focused if shows(focused) else found.scenario, shows, tries=TRIES)
        return Reproduction(
            scenario=scenario,
            prelude=self.trial.upgrade,
            upgrade=tuple(range(len(self.trial.upgrade))),
            case=CASE,
            difference=f"{wanted.contract}.{wanted.observable} ({wanted.aspect}): {wanted.old} -> {wanted.new}",
            chain_id=self.trial.chain_id,
            block=self.trial.block.number,
            block_hash=self.trial.block.hash,
            watch=word_of(wanted, watch, self.trial.lens.names),
        )

    def _learn(self) -> None:
        """Learn from traffic, then ask the old code about its state, and once more with what it said."""
        learn_traffic(self._pool, self.surface, self.traffic)
        for address, name in self.trial.lens.names.addresses.items():
            if name and address not in self.surface.managed:
                self._pool.met_address(address)
        for act in (act for moment in self.trial.upgrade for act in moment.acts):
            for address in addresses_in(act.data):
                if address not in self.surface.managed:
                    self._pool.met(INSTALLED, address)
        first = plain(self.surface)
        self._ask("the state", first)
        asked = roles(self.surface, self._pool)
        if asked:
            learn_roles(self._pool, asked, self._ask("the roles", asked))
        self._ask("the state by key", exploring(self.surface, self._pool, Chance(self.seed, "state")))

    def _ask(self, name: str, questions: tuple[Question, ...]) -> tuple[bytes | ReadFailed, ...]:
        scenario = Scenario(name, (Moment(Seconds(1), (), questions),))
        ((old, new),) = self._both([scenario], self._watch)
        self._rest = AtRest(old.slots, new.slots)
        learn_answers(self._pool, self.surface, questions, old.questions[-1])
        return old.questions[-1]

    def _asked(self, draft: Draft, number: int) -> Scenario:
        """Return a draft as a scenario that asks views at its end."""
        scenario = scenario_of(f"generated {number + 1}", draft.steps, self.start)
        *head, last = scenario.moments
        return replace(scenario, moments=(*head, replace(last, questions=self.questions(number))))

    def _take_in(self, draft: Draft, scenario: Scenario, new: Answers) -> None:
        """Keep what was new, and learn from what went through."""
        if draft.shortened:
            index, steps = draft.shortened
            self.corpus.trimmed(index, draft.steps[:steps], new.acts[:steps])
        if not draft.fresh:
            self.corpus.add(draft.steps, new.acts)
        for moment, results in zip(scenario.moments, new.acts, strict=True):
            for act, result in zip(moment.acts, results, strict=True):
                function = self.surface.at(act.to, act.data)
                if function is None:
                    continue
                if not result.status:
                    learn_refusal(self._pool, function, result.data)
                    continue
                if draft.fresh:
                    continue
                learn_call(self._pool, function, act.sender, act.data)
                for log in result.logs:
                    learn_log(self._pool, self.surface, log)

    def _compared(self, scenario: Scenario, words: int = 0) -> None:
        acts = [act.data for moment in scenario.moments for act in moment.acts]
        asked = [question for moment in scenario.moments for question in moment.questions]
        seen = {(act.to, act.data[:SELECTOR_BYTES]) for moment in scenario.moments for act in moment.acts}
        seen |= {(question.to, question.data[:SELECTOR_BYTES]) for question in asked}
        lens = self.trial.lens
        observables = {(lens.names.of(to), lens.observable(head)) for to, head in seen}
        self.gathering.compared(CASE, (len(acts), len(asked)), observables, words=words)

    @property
    def _preludes(self) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
        return idle(self.trial.upgrade), self.trial.upgrade

    def _both(self, scenarios: Sequence[Scenario], watch: Watch) -> list[tuple[Answers, Answers]]:
        old, new = (list(self.engine.run(prelude, scenarios, watch)) for prelude in self._preludes)
        for answers in new:
            self._require_upgraded(answers)
        return list(zip(old, new, strict=True))

    def _require_upgraded(self, answers: Answers) -> None:
        for moment, results in zip(self.trial.upgrade, answers.prelude, strict=True):
            for act, result in zip(moment.acts, results, strict=True):
                if not result.status:
                    raise SimulationError(
                        f"the upgrade reverted before the sequence {answers.scenario!r}: {act.label or act.to}",
                        remedy="run upgrader simulate without the regression and mend what refused",
                    )


def _focused(scenario: Scenario, wanted: MarketDifference, lens: Lens) -> Scenario:
    """Leave out what comes after the difference and every question but its own."""
    until = wanted.moment + 1 or len(scenario.moments)
    moments = [replace(moment, questions=()) for moment in scenario.moments[:until]]
    if wanted.aspect is Aspect.ANSWER:
        own = tuple(
            each
            for each in scenario.moments[wanted.moment].questions
            if (lens.names.of(each.to), lens.observable(each.data)) == (wanted.contract, wanted.observable)
        )
        moments[-1] = replace(moments[-1], questions=own)
    return replace(scenario, moments=tuple(moments))
