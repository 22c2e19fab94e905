"""Sequences that reached something new, for later ones to begin with.

As fuzzers that are guided by coverage do it, what counts as new is behaviour: a function that went through with events
not seen of it before or after another function than before, or that was refused for a reason not seen of it before.
Of a sequence only what changed state is kept, so that what begins with it is short.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from upgrader.calls import SELECTOR_BYTES
from upgrader.simulation.scenario import Act, ActResult, Moment, Scenario
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.surface import Surface
from upgrader.units import Address, Seconds, Timestamp

MOST_ACTS: Final = 40
"""Acts of a kept sequence; longer ones are not begun with."""

UNTRIED: Final = 8
RARE: Final = 4
COMMON: Final = 3
HOPELESS: Final = 1
"""How urgent a function is."""

OFTEN: Final = 8
"""How many times a function must have gone through to be common."""

FIRST_TRIES: Final = 12
NEWCOMER: Final = 8
"""How often, and how much rather than others, a sequence is begun with that reached a function for the first time."""

PATIENCE: Final = 60
LITTLE_PATIENCE: Final = 12
"""Refusals after which a function that never went through seems to be for others; the few where all gave one reason."""

REFUSALS: Final = 3
"""New refusals of one sequence that are kept."""

_REASON_BYTES: Final = 100
"""Of revert data that tell one reason in words from another."""

Behaviour: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One block: when it comes, and what is done in it."""

    time: Timestamp
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A sequence to begin with.

    Attributes:
        steps: What went through.
        refused: The act behind them that was refused in a new way; None where the last one went through in a new way.
        place: Of the function that did something new.
    """

    steps: tuple[Step, ...]
    refused: Act | None
    place: tuple[Address, bytes]


@dataclass
class Corpus:
    """Everything kept, and how often it was begun with.

    Attributes:
        surface: What may be called.
        passed: How often each function went through.
    """

    surface: Surface
    passed: Counter[tuple[Address, bytes]] = field(default_factory=Counter)
    _kept: list[Kept] = field(default_factory=list)
    _picked: list[int] = field(default_factory=list)
    _by_place: dict[tuple[Address, bytes], list[int]] = field(default_factory=dict)
    _seen: set[Behaviour] = field(default_factory=set)
    _refused: Counter[tuple[Address, bytes]] = field(default_factory=Counter)
    _reasons: dict[tuple[Address, bytes], set[bytes]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Kept:
        return self._kept[index]

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._kept)

    def urgency(self, place: tuple[Address, bytes]) -> int:
        """Return how much more than others a function should be called.

        Most of all one that never went through, until it seems that it never will; then one that rarely did.
        """
        if not self.passed[place]:
            patience = PATIENCE if len(self._reasons.get(place, ())) > 1 else LITTLE_PATIENCE
            return UNTRIED if self._refused[place] < patience else HOPELESS
        return RARE if self.passed[place] < OFTEN else COMMON

    def pick(self, chance: Chance) -> int:
        """Return the index of one of at least one kept sequences.

        First a function is chosen, by what changed and by how rarely it went through; then what reached it.
        """
        places = tuple(self._by_place)
        place = chance.weighted(places, [self._weight(each) for each in places])
        indices = self._by_place[place]
        index = chance.weighted(indices, [max(1, 64 // (1 + self._picked[each])) for each in indices])
        self._picked[index] += 1
        return index

    def trimmed(self, index: int, steps: Sequence[Step], results: Sequence[Sequence[ActResult]]) -> None:
        """Take in that a shorter beginning was tried: it replaces the longer one where its last act still passed."""
        ran = [result for step, outcomes in zip(steps, results, strict=False) for result in outcomes[: len(step.acts)]]
        if ran and ran[-1].status:
            self._kept[index] = replace(self._kept[index], steps=tuple(steps))

    def _weight(self, place: tuple[Address, bytes]) -> int:
        function = self.surface.at(*place)
        weight = function.weight if function and function.managed else 1
        tried = sum(self._picked[index] for index in self._by_place[place])
        if self.passed[place] and tried < FIRST_TRIES:
            # What just went through for the first time opens what nothing reached before.
            weight *= NEWCOMER
        return max(1, 64 * weight // (1 + tried + self.passed[place] // 2))

    def add(self, steps: Sequence[Step], results: Sequence[Sequence[ActResult]]) -> bool:
        """Take in what a sequence did; tell whether anything of it was new."""
        begun: list[Step] = []
        newest: Kept | None = None
        refusals: list[Kept] = []
        before: tuple[Address, bytes] | None = None
        for step, outcomes in zip(steps, results, strict=True):
            begun.append(Step(step.time))
            for act, result in zip(step.acts, outcomes, strict=True):
                place = (act.to, act.data[:SELECTOR_BYTES])
                new = not self._seen.issuperset(behaviours(act, result, before))
                self._seen |= behaviours(act, result, before)
                if result.status:
                    if not self.passed[place]:
                        # It may have opened what was in vain before.
                        for other in [each for each, reasons in self._reasons.items() if len(reasons) > 1]:
                            self._refused[other] = 0
                    self.passed[place] += 1
                    begun[-1] = replace(begun[-1], acts=(*begun[-1].acts, act))
                    before = place
                    newest = Kept(tuple(begun), None, place) if new else newest
                    continue
                self._refused[place] += 1
                self._reasons.setdefault(place, set()).add(_reason(result))
                if new:
                    refusals.append(Kept(tuple(begun), act, place))
        found = [*refusals[:REFUSALS], *([newest] if newest else [])]
        kept = [each for each in found if sum(len(step.acts) for step in each.steps) <= MOST_ACTS]
        for each in kept:
            self._by_place.setdefault(each.place, []).append(len(self._kept))
            self._kept.append(each)
            self._picked.append(0)
        return bool(found)


def behaviours(act: Act, result: ActResult, before: tuple[Address, bytes] | None) -> set[Behaviour]:
    """Return what an act showed: with its events, and after which other one; or why it was refused."""
    place = (act.to, act.data[:SELECTOR_BYTES])
    if result.status:
        events = tuple(sorted({(log.address, *log.topics[:1]) for log in result.logs}))
        return {("went through", place, events), ("after", place, before)}
    return {("refused", place, _reason(result))}


def scenario_of(name: str, steps: Sequence[Step], start: Timestamp) -> Scenario:
    """Return the sequence as a scenario that begins right after ``start``; its times rise by at least a second."""
    moments: list[Moment] = []
    now = int(start)
    for step in steps:
        after = max(1, int(step.time) - now)
        moments.append(Moment(Seconds(after), step.acts))
        now += after
    return Scenario(name, tuple(moments))


def _reason(result: ActResult) -> bytes:
    return result.data[: SELECTOR_BYTES if _custom(result.data) else _REASON_BYTES]


def _custom(data: bytes) -> bool:
    """Tell errors with a selector of their own from ``Error(string)`` and ``Panic(uint256)``."""
    return data[:SELECTOR_BYTES] not in {bytes.fromhex("08c379a0"), bytes.fromhex("4e487b71")}
