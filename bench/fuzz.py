"""After how many generated sequences each planted defect shows: ours, and uniform random calls.

No public tool does this without a set-up written for the contracts, so the peer is what such a tool would do without
one: calls of every function under management with values drawn uniformly from their types, by three fixed senders,
with time moving by up to a week, the same number of calls in a sequence, the same views asked with uniform arguments.
Both run on the same chain and are compared by the same rules.  The figure is a number of sequences, which no busy
machine changes.
"""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from upgrader.flows.fuzz_campaign import Campaign
from upgrader.simulation.scenario import Act, Question
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.compose import BURST, MOST_ROUNDS, Draft
from upgrader.simulation.sequences.corpus import Step
from upgrader.simulation.sequences.pool import element_of, family
from upgrader.simulation.sequences.questions import ASKED
from upgrader.simulation.sequences.surface import Function, Parameter, Surface
from upgrader.simulation.sequences.values import bounds
from upgrader.units import Address, Timestamp

TESTS: Final = Path(__file__).resolve().parents[1] / "tests"
PEER: Final = "uniform random calls"
SEEDS: Final = (0, 1, 2)
CAP: Final = 128
"""Sequences after which a search that found nothing ends; it counts as if it had found at the next one."""

SENDERS: Final = tuple(Address(f"0x{number:040x}") for number in (0x10000, 0x20000, 0x30000))
"""Echidna's senders.  Source: https://secure-contracts.com/program-analysis/echidna/configuration.html"""

WEEK: Final = 604_800


class Uniform:
    """Makes sequences that know nothing but the ABI; takes the place of the composer."""

    def __init__(self, surface: Surface, start: Timestamp, seed: int) -> None:
        self._functions = [each for each in surface.calls if each.managed]
        self._start = start
        self._seed = seed

    def draft(self, number: int) -> Draft:
        """Return sequence ``number``."""
        chance = Chance(self._seed, "uniform", number)
        clock, steps = self._start, []
        for _ in range(MOST_ROUNDS):
            clock = Timestamp(clock + 1 + chance.below(WEEK))
            acts = tuple(self._act(chance.one_of(self._functions), chance) for _ in range(BURST))
            steps.append(Step(clock, acts))
        return Draft(tuple(steps))

    def _act(self, function: Function, chance: Chance) -> Act:
        return Act(chance.one_of(SENDERS), function.to, function.calldata(_uniform(function, chance)))


class Blind(Campaign):
    """A campaign whose sequences and questions are uniform."""

    def composer(self) -> Uniform:
        """Return what makes sequences."""
        return Uniform(self.surface, self.start, self.seed)

    def questions(self, number: int) -> tuple[Question, ...]:
        """Return what is asked at the end of a sequence."""
        chance = Chance(self.seed, "uniform views", number)
        views = [each for each in self.surface.views if each.managed]
        plain = [each for each in views if not each.parameters]
        keyed = [each for each in views if each.parameters]
        chosen = [*plain, *(chance.one_of(keyed) for _ in range(ASKED if keyed else 0))]
        return tuple(Question(each.to, each.calldata(_uniform(each, chance))) for each in chosen)


def _uniform(function: Function, chance: Chance) -> list[Any]:
    return [_value(parameter, chance) for parameter in function.parameters]


def _value(parameter: Parameter, chance: Chance) -> Any:
    """Return any value of a type, each as likely; of addresses one of the senders."""
    kind = parameter.kind
    if array := element_of(parameter):
        element, length = array
        return tuple(_value(element, chance) for _ in range(chance.below(4) if length is None else length))
    if kind.startswith("("):
        return tuple(_value(member, chance) for member in parameter.members)
    return _scalar(kind, chance)


def _scalar(kind: str, chance: Chance) -> Any:
    if family(kind) == "int":
        least, most = bounds(kind)
        return least + chance.bits((most - least).bit_length())
    if kind == "address":
        return chance.one_of(SENDERS)
    if kind == "bool":
        return chance.percent(50)
    size = int(kind[5:]) if kind.startswith("bytes") and kind != "bytes" else chance.below(33)
    drawn = chance.bits(8 * 32).to_bytes(32)[:size]
    return drawn.hex() if kind == "string" else drawn


def rows() -> list[dict[str, Any]]:
    """Measure every planted defect with both, and return the row."""
    sys.path[:0] = [str(TESTS / part) for part in ("", "protocol", "market")]
    import planted_world

    found: dict[str, dict[str, list[int]]] = {"ours": {}, "peer": {}}
    with planted_world.opened() as world:
        for name in planted_world.REPLACED:
            for side, kind in (("ours", Campaign), ("peer", Blind)):
                found[side][name] = [_sequences(kind, world.planted(name), seed) for seed in SEEDS]
            print(name, *(found[side][name] for side in found), flush=True)
    return [_row(found)]


def _sequences(kind: type[Campaign], planted: Any, seed: int) -> int:
    campaign = kind(planted.engine, planted.trial, planted.interfaces, planted.traffic, seed)
    shown: Iterator[int] = (each.number for each in campaign.hunt(CAP, lambda _: None) if not campaign.note(each))
    return next(shown, CAP + 1)


def _row(found: dict[str, dict[str, list[int]]]) -> dict[str, Any]:
    medians = {side: {name: statistics.median(runs) for name, runs in each.items()} for side, each in found.items()}
    ours, peer = (statistics.mean(medians[side].values()) for side in ("ours", "peer"))
    told = ", ".join(
        f"{name} {_told(medians['ours'][name])} against {_told(medians['peer'][name])}" for name in medians["ours"]
    )
    return {
        "name": "fuzz_sequences_to_defect",
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": PEER,
        "unit": "seq",
        "ratio": round(peer / ours, 2),
        "note": f"mean of the medians of seeds {SEEDS}; more than {CAP} counts as {CAP + 1}: {told}",
    }


def _told(median: float) -> str:
    return f"more than {CAP}" if median > CAP else f"{median:g}"


if __name__ == "__main__":
    print(rows())
