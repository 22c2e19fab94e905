"""Engines whose results are kept as they come: a sweep that was stopped goes on where it stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from upgrader.edges.kept_runs import KeptRuns
from upgrader.ports import Copy, Engine
from upgrader.simulation.coverage import Written
from upgrader.simulation.ground import Ground
from upgrader.simulation.mined import Mined
from upgrader.simulation.record import key_of, line_of, written_line
from upgrader.simulation.request import Base, Run, request_of
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.units import Hash32


class ResumedEngine:
    """Makes only the runs that are not kept yet, and keeps them.

    Args:
        engine: Who makes them.
        base: Where runs start.
        state: Digest of the chain and the block.
        name: Name, version and rules of the engine.
        kept: Where runs are kept; several engines may share it.
    """

    def __init__(self, engine: Engine, base: Base, state: Hash32, name: str, kept: KeptRuns) -> None:
        self._engine = engine
        self._base = base
        self._state = state
        self._name = name
        self._kept = kept

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given; exceptions as of the engine behind."""
        keys = [self._key(self._name, prelude, scenario, watch) for scenario in scenarios]
        fresh = {key: each for key, each in zip(keys, scenarios, strict=True) if key not in self._kept}
        made = self._engine.run(prelude, tuple(fresh.values()), watch)
        for scenario, key in zip(scenarios, keys, strict=True):
            if key in self._kept:
                answers = self._kept.read(key)
                assert isinstance(answers, Answers)  # noqa: S101 - the key says what was kept
            else:
                answers = next(made)
                self._kept.add(key, line_of(key, answers))
            yield replace(answers, scenario=scenario.name)

    def _key(self, name: str, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch) -> Hash32:
        return key_of(self._state, name, request_of(Run(self._base, prelude, scenario, watch)))


class ResumedCopy(ResumedEngine):
    """The same of a copy of a chain: what a run writes is kept, too; what is mined is mined again.

    Args:
        engine: The copy.
        base: Where runs start.
        state: Digest of the chain and the block.
        name: Name, version and rules of the engine.
        kept: Where runs are kept.
    """

    def __init__(self, engine: Copy, base: Base, state: Hash32, name: str, kept: KeptRuns) -> None:
        super().__init__(engine, base, state, name, kept)
        self._copy = engine
        self.base = base

    def written(self, prelude: tuple[Moment, ...], scenario: Scenario) -> Written:
        """Return every word that the run's transactions change; exceptions as of the copy."""
        key = self._key(f"{self._name}, words written", prelude, scenario, {})
        if key in self._kept:
            written = self._kept.read(key)
            assert not isinstance(written, Answers)  # noqa: S101 - the key says what was kept
            return written
        made = self._copy.written(prelude, scenario)
        self._kept.add(key, written_line(key, made))
        return made

    def replay(self, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch, *, within: bool = False) -> Mined:
        """Return the run mined; exceptions as of the copy."""
        return self._copy.replay(prelude, scenario, watch, within=within)

    @property
    def name(self) -> str:
        """What runs the scenarios, with the version."""
        return self._copy.name

    @property
    def hardfork(self) -> str:
        """The rules that it runs."""
        return self._copy.hardfork

    @property
    def ground(self) -> Ground:
        """The chain that its runs stand on."""
        return self._copy.ground
