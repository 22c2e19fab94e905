"""How far a sweep is, and about how long it still takes."""

from collections.abc import Iterator, Sequence

from upgrader.ports import Clock, Engine, Progress
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.units import Timestamp

STEP = 2
"""Seconds between two lines of progress at least."""

MINUTE = 60


class PacedEngine:
    """An engine that says how far a sweep is.

    Args:
        engine: Who runs the scenarios.
        total: Runs of the whole sweep; those beyond it, which shrink a difference, are not announced.
        clock: For the estimate.
        say: Progress.
        what: Whose runs they are.
    """

    def __init__(self, engine: Engine, total: int, clock: Clock, say: Progress, what: str = "regression") -> None:
        self._engine = engine
        self._total = total
        self._clock = clock
        self._say = say
        self._what = what
        self._said = clock.now()
        self._spent = self._done = 0

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed; exceptions as of the engine behind."""
        # What happens between two calls (proofs, shrinking) is no measure of what runs are left.
        begun = self._clock.now()
        for answers in self._engine.run(prelude, scenarios, watch):
            self._done += 1
            now = self._clock.now()
            self._spent += now - begun
            self._tell(now)
            yield answers
            begun = self._clock.now()

    def _tell(self, now: Timestamp) -> None:
        last = self._done == self._total
        if self._done > self._total or (now - self._said < STEP and not last):
            return
        self._said = now
        left = self._spent * (self._total - self._done) / self._done
        ahead = "" if last else f", about {duration(left)} left"
        self._say(f"{self._what}: {self._done} of {self._total} runs{ahead}")


class Pace:
    """About how long the rest of some steps takes, from how long those before it took.

    Args:
        total: Steps.
        clock: None leaves it unsaid.
    """

    def __init__(self, total: int, clock: Clock | None) -> None:
        self._total = total
        self._clock = clock
        self._begun = clock.now() if clock else Timestamp(0)

    def ahead(self, done: int) -> str:
        """Return what to say after so many steps, behind a comma; empty before the first and after the last."""
        if self._clock is None or not 0 < done < self._total:
            return ""
        spent = self._clock.now() - self._begun
        return f", about {duration(spent * (self._total - done) / done)} left"


def duration(seconds: float) -> str:
    """Return a time that is still ahead as people say it: ``40 s``, ``3 min``."""
    return f"{round(seconds)} s" if seconds < 2 * MINUTE else f"{round(seconds / MINUTE)} min"
