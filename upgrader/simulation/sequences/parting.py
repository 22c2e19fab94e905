"""What of a sequence's two runs is compared, and how far.

A sequence is compared up to the act at which the two runs part: what comes after it happens in two different states,
and is its consequence.  An act that only costs more gas parts nothing.  Views and storage, which are looked at at the
end, count where the runs did not part.

Whoever calls what the new code has no longer is refused; that is a difference for those whom the old code did not
refuse.  What only the new code has cannot be compared, and is not left alone either.  An account without a role that
owns nothing must not, by calling it, change what an old view answers or what stands in storage; and whoever calls it
must not change who runs a proxy: its implementation, its admin, its beacon (ERC-1967).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from upgrader.simulation.compare import REVERTS, Aspect, Lens, MarketDifference, compare, place_of
from upgrader.simulation.scenario import Answers, Scenario, Watch
from upgrader.simulation.sequences.compose import INTRUDER
from upgrader.simulation.sequences.surface import Surface
from upgrader.units import Address, Slot, hexed, keccak

CONTROL: Final[Mapping[Slot, str]] = {
    Slot(int.from_bytes(keccak(f"eip1967.proxy.{name}".encode())) - 1): name
    for name in ("implementation", "admin", "beacon")
}
"""Words that decide what a proxy runs.  Source: https://eips.ethereum.org/EIPS/eip-1967"""

_ACTED: Final = frozenset({Aspect.STATUS, Aspect.RESULT, Aspect.EVENTS})

Words = Mapping[Address, Mapping[Slot, bytes]]


def control_watch(surface: Surface) -> Watch:
    """Return the words that decide what the proxies under management run."""
    return {owner: tuple(sorted(CONTROL)) for owner in surface.managed}


@dataclass(frozen=True, slots=True)
class AtRest:
    """The words of :func:`control_watch` before any sequence."""

    old: Words
    new: Words


def parted(
    scenario: Scenario, old: Answers, new: Answers, lens: Lens, surface: Surface, rest: AtRest
) -> Iterator[MarketDifference]:
    """Yield what differs, up to where the two runs part.

    Args:
        scenario: What was run.
        old: What it showed without the upgrade.
        new: What it showed with it.
        lens: What is known of the contracts.
        surface: What may be called.
        rest: Who ran the proxies before it.
    """
    fresh = {(function.contract, lens.observable(function.selector)) for function in surface.fresh}
    trusted = any(
        (function := surface.at(act.to, act.data)) in surface.fresh and function is not None and act.sender != INTRUDER
        for moment in scenario.moments
        for act in moment.acts
    )
    gone = {(function.contract, lens.observable(function.selector)) for function in surface.calls if function.gone}
    ended: tuple[str, str, int, str] | None = None
    for found in compare(scenario, _without_control(old), _without_control(new), lens):
        if (found.contract, found.observable.removesuffix(" gas")) in fresh:
            continue
        if (
            found.aspect is Aspect.RESULT
            and found.old.startswith(REVERTS)
            and (found.contract, found.observable) in gone
        ):
            continue  # refused on both, for another reason
        where = (found.contract, found.observable, found.moment, found.label)
        if ended is not None and where != ended:
            return
        if found.aspect in _ACTED:
            ended = where
        elif found.aspect is not Aspect.GAS and trusted:
            continue
        yield found
    if ended is None:
        yield from _seized(old.slots, new.slots, rest, lens)


def _seized(old: Words, new: Words, rest: AtRest, lens: Lens) -> Iterator[MarketDifference]:
    """Yield who runs a proxy now, where only the new code let that change."""
    for owner, words in rest.new.items():
        for slot in CONTROL:
            before, after = words.get(slot), new.get(owner, {}).get(slot)
            stood = old.get(owner, {}).get(slot) == rest.old.get(owner, {}).get(slot)
            if before is not None and after is not None and before != after and stood:
                name = f"proxy {CONTROL[slot]}"
                contract, place = lens.names.of(owner), place_of(slot)
                yield MarketDifference(Aspect.STORAGE, contract, name, place, -1, hexed(before), hexed(after))


def _without_control(answers: Answers) -> Answers:
    """Leave out what the upgrade is there to change."""
    slots = {
        owner: {slot: word for slot, word in words.items() if slot not in CONTROL}
        for owner, words in answers.slots.items()
    }
    return replace(answers, slots=slots)
