"""From a scenario that shows a difference to the smallest one that still does.

Delta debugging: acts, questions and overrides are taken away in halves, then quarters, down to single ones, as long as
the rest still shows it.  A block that holds nothing any more gives its time to the next, so that the clock of
what is left does not move; at last even that is tried.  The result is minimal in the sense of the method: no
single part of it can be left out.

Source: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28 (2002).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from upgrader.simulation.scenario import Moment, Scenario
from upgrader.units import Address, Seconds

MOST_TRIES: Final = 600
"""Runs after which the smallest scenario so far is good enough."""

Shows: TypeAlias = Callable[[Scenario], bool]
"""Tells whether a scenario still shows what it is about."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing that happens: its block, and the index of an act or a question, or an overridden account."""

    moment: int
    act: int = -1
    question: int = -1
    override: Address | None = None


class _Tries:
    """Counts runs; past the limit nothing shows anything, which ends the search where it stands."""

    def __init__(self, shows: Shows, most: int) -> None:
        self._shows = shows
        self._left = most

    def __call__(self, scenario: Scenario) -> bool:
        if self._left <= 0:
            return False
        self._left -= 1
        return self._shows(scenario)


def shrink(scenario: Scenario, shows: Shows, *, tries: int = MOST_TRIES) -> Scenario:
    """Return the smallest scenario found that still shows it, or ``scenario`` itself where it does not.

    Args:
        scenario: What is known to show it.
        shows: Runs a candidate on both branches and looks; called at most ``tries`` times.
        tries: Bounds the cost.
    """
    trial = _Tries(shows, tries)
    if not trial(scenario):
        return scenario
    smallest = _parts(scenario, trial)
    return _unhurried(smallest, trial)


def _parts(scenario: Scenario, shows: Shows) -> Scenario:
    """Take parts away in ever smaller pieces, the latest first, until no single one can go.

    Only complements are tried: a piece alone rarely shows what a history built up.  What was needed is not tried again
    at the same size, as ddmin does after each success: the last passes, part by part, make up for it.
    """
    parts = tuple(_listed(scenario))
    size = -(-len(parts) // 2)
    while True:
        before = len(parts)
        for end in range(len(parts), 0, -size):
            rest = parts[: max(end - size, 0)] + parts[end:]
            if rest and shows(_made_of(scenario, rest)):
                parts = rest
        if size == 1 and len(parts) == before:
            return _made_of(scenario, parts)
        size = max(size // 2, 1)


def _unhurried(scenario: Scenario, shows: Shows) -> Scenario:
    """Try each block one second after the one before: what is left of the time is there for a reason."""
    for index, moment in enumerate(scenario.moments):
        if moment.after <= 1:
            continue
        quick = replace(moment, after=Seconds(1))
        candidate = replace(scenario, moments=(*scenario.moments[:index], quick, *scenario.moments[index + 1 :]))
        if shows(candidate):
            scenario = candidate
    return scenario


def _listed(scenario: Scenario) -> Iterator[_Part]:
    for index, moment in enumerate(scenario.moments):
        yield from (_Part(index, act=act) for act in range(len(moment.acts)))
        yield from (_Part(index, question=question) for question in range(len(moment.questions)))
        yield from (_Part(index, override=account) for account in moment.overrides)


def _made_of(scenario: Scenario, parts: Sequence[_Part]) -> Scenario:
    kept = set(parts)
    moments: list[Moment] = []
    owed = 0
    for index, moment in enumerate(scenario.moments):
        rest = replace(
            moment,
            acts=tuple(act for n, act in enumerate(moment.acts) if _Part(index, act=n) in kept),
            questions=tuple(q for n, q in enumerate(moment.questions) if _Part(index, question=n) in kept),
            overrides={a: o for a, o in moment.overrides.items() if _Part(index, override=a) in kept},
        )
        if not (rest.acts or rest.questions or rest.overrides):
            owed += moment.after
            continue
        moments.append(replace(rest, after=Seconds(rest.after + owed)))
        owed = 0
    return replace(scenario, moments=tuple(moments))
