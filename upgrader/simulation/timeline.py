"""Blocks at absolute times, and the script that they make around an upgrade.

Expiries, heartbeats and averaging windows are times of day; a scenario knows only the time from block to block.  A
playbook writes down what happens when; :meth:`Timeline.script` puts the upgrade in its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from upgrader.errors import InputError
from upgrader.simulation.scenario import Act, Moment, Question, Scenario
from upgrader.simulation.script import Script, Stage
from upgrader.units import Seconds, Timestamp, Wei


@dataclass(frozen=True, slots=True)
class Placed:
    """A script, and when each of its blocks after the upgrade comes."""

    script: Script
    times: tuple[Timestamp, ...]


@dataclass
class Timeline:
    """Collects blocks in order.

    Attributes:
        latest: Time of the latest block, at first of the block before all.
        basefee: Price of gas in every block; None for nothing.
    """

    latest: Timestamp
    basefee: Wei | None = None
    _blocks: list[tuple[Timestamp, Moment]] = field(default_factory=list)

    def block(self, time: int, acts: Sequence[Act] = (), questions: Sequence[Question] = ()) -> Timestamp:
        """Add a block at ``time``, or one second after the latest where that is past; return its time."""
        self.latest = Timestamp(max(time, self.latest + 1))
        self._blocks.append((self.latest, Moment(Seconds(1), tuple(acts), tuple(questions), self.basefee)))
        return self.latest

    def script(self, name: str, case: str, stage: Stage, executed: Timestamp) -> Placed:
        """Return the script in which the upgrade's last block stands at ``executed``.

        Blocks that would fall between the block before the upgrade and its first come right after that one.

        Args:
            name: Of the scenario.
            case: Of the market.
            stage: Where the run begins and how long the upgrade takes.
            executed: Not before the stage's start and the upgrade's length.

        Raises:
            InputError: The upgrade cannot have been executed by then.
        """
        begins, scheduled = executed - stage.upgrade, executed - stage.delay
        before = [each for each in self._blocks if each[0] <= begins]
        if begins < stage.start or (before and before[0][0] <= stage.start):
            raise InputError(
                f"the upgrade of {name!r} would begin before the copied block", remedy="let it be executed later"
            )
        rest = self._blocks[len(before) :]
        during = _spaced((each for each in rest if each[0] < executed), scheduled) if stage.delay else []
        # A block that was moved must not reach the one that executes.
        during = [each for each in during if each[0] < executed]
        after = _spaced(rest[len(during) :], executed)
        script = Script(
            case,
            Scenario(name, tuple(moment for _, moment in after)),
            tuple(moment for _, moment in _spaced(before, stage.start)),
            Seconds(begins - (before[-1][0] if before else stage.start)),
            during=tuple(moment for _, moment in during),
        )
        return Placed(script, tuple(time for time, _ in after))


def _spaced(blocks: Iterable[tuple[Timestamp, Moment]], start: int) -> list[tuple[Timestamp, Moment]]:
    """Return blocks with the time that each comes after the one before it, the first one after ``start``."""
    placed: list[tuple[Timestamp, Moment]] = []
    now = start
    for time, moment in blocks:
        at = Timestamp(max(time, now + 1))
        placed.append((at, replace(moment, after=Seconds(at - now))))
        now = at
    return placed
