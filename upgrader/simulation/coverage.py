"""Whether the watched words are all that matter: what mined transactions wrote, against what a run reads at its end.

``eth_simulateV1`` returns no storage, so a run reads the words it was told of; a write anywhere else would go unseen.
A sample of every sweep is therefore mined and traced, and each word that it wrote in a managed contract must be among
the watched ones, or the watch is widened and the sweep is run again.
"""

from collections.abc import Collection, Iterable, Mapping

from upgrader.inquiry import ReadFailed
from upgrader.simulation.scenario import Answers, Watch
from upgrader.units import Address, Slot

Written = Mapping[Address, frozenset[Slot]]
"""Words that transactions changed, per contract."""


def unwatched(written: Written, watch: Watch, managed: Collection[Address]) -> Watch:
    """Return the words that were written in managed contracts and are not watched; empty when the watch is complete."""
    missing = {owner: tuple(sorted(slots - set(watch.get(owner, ())))) for owner, slots in written.items()}
    return {owner: slots for owner, slots in missing.items() if slots and owner in managed}


def widened(watch: Watch, further: Watch) -> Watch:
    """Return both watches as one, each contract's words in order."""
    owners = dict.fromkeys([*watch, *further])
    return {owner: tuple(sorted({*watch.get(owner, ()), *further.get(owner, ())})) for owner in owners}


def together(each: Iterable[Written]) -> Written:
    """Return everything that any of several runs wrote."""
    union: dict[Address, frozenset[Slot]] = {}
    for written in each:
        for owner, slots in written.items():
            union[owner] = union.get(owner, frozenset()) | slots
    return union


def disagreements(simulated: Answers, mined: Answers) -> tuple[str, ...]:
    """Return where a simulated run and the same run mined differ, in words; nothing when they are one."""
    found = []
    for part in ("prelude", "acts", "questions"):
        pairs = zip(getattr(simulated, part), getattr(mined, part), strict=True)
        for moment, (left, right) in enumerate(pairs):
            found += [
                f"{part}, moment {moment}, {index}: simulated {one}, mined {two}"
                for index, (one, two) in enumerate(zip(left, right, strict=True))
                if _essence(one) != _essence(two)
            ]
    for owner, slots in simulated.slots.items():
        found += [
            f"slot {slot:#x} of {owner}: simulated {value.hex()}, mined {mined.slots[owner][slot].hex()}"
            for slot, value in slots.items()
            if mined.slots[owner][slot] != value
        ]
    return tuple(found)


def _essence(result: object) -> object:
    """Return what must be alike; the words for a refusal, and whether they say revert, are each way's own."""
    return ("failed", result.data) if isinstance(result, ReadFailed) else result
