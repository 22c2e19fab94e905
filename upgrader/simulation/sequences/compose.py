"""The next sequence: where it begins, how time and prices move, who then calls what.

A sequence begins with nothing, with a stretch of recent traffic, or with what an earlier sequence built up.  Then time
moves to a moment that matters (an expiry, the end of a span, a second beside either), the keepers of other contracts
repeat their latest calls so that feeds stay alive, perhaps with other numbers, and a burst of calls follows in the same
second: a refused call changes nothing, so a sequence affords many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.scenario import Act
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.corpus import Corpus, Step
from upgrader.simulation.sequences.learning import decoded
from upgrader.simulation.sequences.pool import SENDER, Pool, family, leaves
from upgrader.simulation.sequences.surface import Function, Surface
from upgrader.simulation.sequences.values import Values
from upgrader.simulation.traffic import Transaction
from upgrader.units import Address, Timestamp, Wei, address_from_word, keccak

INTRUDER: Final = address_from_word(keccak(b"an account that nobody heard of"))
"""Who calls what only the new code has: it holds no role and owns nothing, in every sequence."""

BURST: Final = 10
"""Calls of a burst."""

MOST_ROUNDS: Final = 4
"""Bursts of a sequence, each behind a move of time and prices."""

FRESH: Final = 16
"""Of a hundred sequences those that call what only the new code has, where it has something."""

VARIANTS: Final = 6
"""Calls of a burst that are made of one that was refused in a new way."""

MOST_ABOUT: Final = 6
"""Latest acts that tell what a sequence is about."""

MOST_KEEPERS: Final = 4
LONGEST_REPLAY: Final = 8
"""Transactions of recent traffic that a sequence begins with."""

SPANS: Final = (60, 3_600, 86_400, 604_800)
"""Seconds that time moves by where nothing better is known: a minute, an hour, a day, a week."""

ETHER: Final = Wei(10**18)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sequence that was not run yet.

    Attributes:
        steps: Its blocks.
        fresh: Whether it calls functions that only the new code has.
        shortened: The kept sequence that it begins with a part of, and how many steps that part has.
    """

    steps: tuple[Step, ...]
    fresh: bool = False
    shortened: tuple[int, int] | None = None


class Composer:
    """Makes sequences.

    Args:
        surface: What may be called.
        pool: What values are made of.
        corpus: What sequences begin with.
        traffic: What recently happened, oldest first.
        start: Time of the block before a sequence's first.
        seed: Decides everything else.
    """

    def __init__(
        self,
        surface: Surface,
        pool: Pool,
        corpus: Corpus,
        traffic: Sequence[Transaction],
        start: Timestamp,
        seed: int,
    ) -> None:
        self._surface = surface
        self._pool = pool
        self._corpus = corpus
        self._traffic = [each for each in traffic if each.status and surface.at(each.to, each.data)]
        self._users = tuple(each.sender for each in self._traffic if each.to in surface.managed)
        self._keepers = _keepers(self._traffic, surface)
        self._start = start
        self._seed = seed

    def draft(self, number: int) -> Draft:
        """Return sequence ``number``: 0 only asks views, in 1 a stranger calls everything."""
        chance = Chance(self._seed, number)
        burst = _Burst(self._surface, self._pool, self._corpus, chance, self._users)
        if number <= 1:
            acts = burst.everything() if number else ()
            return Draft((Step(Timestamp(self._start + 1), acts),))
        if number == 2 and self._surface.fresh:  # noqa: PLR2004 - the third
            acts = burst.fresh(INTRUDER)
            return Draft((Step(Timestamp(self._start + 1), acts),), fresh=True)
        steps, refused, shortened = self._beginning(chance)
        burst.go_on(steps)
        clock = steps[-1].time if steps else self._start
        if self._surface.fresh and chance.percent(FRESH):
            acts = burst.fresh(INTRUDER if chance.percent(40) else None)
            return Draft((*steps, Step(Timestamp(clock + 1), acts)), fresh=True)
        variants = burst.variants(refused) if refused else ()
        if variants and chance.percent(50):
            # Whether time stands still matters to what was refused: it goes first.
            steps = (*steps, Step(Timestamp(clock + 1), variants))
            clock, variants = Timestamp(clock + 1), ()
        for _ in range(1 + chance.below(MOST_ROUNDS)):
            clock = self._moved(clock, chance)
            steps = (*steps, Step(clock, (*self._kept_alive(chance, burst), *variants, *burst.calls(BURST))))
            variants = ()
        return Draft(steps, shortened=shortened)

    def _beginning(self, chance: Chance) -> tuple[tuple[Step, ...], Act | None, tuple[int, int] | None]:
        draw = chance.below(100)
        if draw < 75 and len(self._corpus):  # noqa: PLR2004 - shares of a hundred
            index = self._corpus.pick(chance)
            kept = self._corpus[index]
            if kept.refused is None and chance.percent(50):
                steps = _shorter(kept.steps, chance)
                return steps, None, (index, len(steps))
            return kept.steps, kept.refused, None
        if draw < 85 and self._traffic:  # noqa: PLR2004 - likewise
            first = chance.below(len(self._traffic))
            return self._replayed(self._traffic[first : first + 1 + chance.below(LONGEST_REPLAY)]), None, None
        return (), None, None

    def _replayed(self, chosen: Sequence[Transaction]) -> tuple[Step, ...]:
        """Return transactions again, as far apart as they were."""
        begun = chosen[0].timestamp
        return tuple(Step(Timestamp(self._start + 1 + each.timestamp - begun), (_again(each),)) for each in chosen)

    def _moved(self, now: Timestamp, chance: Chance) -> Timestamp:
        """Return the time of the next block."""
        draw = chance.below(100)
        if draw < 35:  # noqa: PLR2004 - shares of a hundred
            return Timestamp(now + 1)
        beside = chance.below(3) - 1 if chance.percent(60) else 0
        coming = [time for time in self._pool.times if time > now]
        spans = self._pool.durations or SPANS
        if draw < 65 and coming:  # noqa: PLR2004 - likewise
            before = chance.one_of(spans) if chance.percent(25) else 0
            return Timestamp(max(now + 1, chance.one_of(coming) + beside - before))
        span = chance.one_of(spans if chance.percent(75) else SPANS)
        return Timestamp(now + max(1, span + beside))

    def _kept_alive(self, chance: Chance, burst: "_Burst") -> tuple[Act, ...]:
        """Return what the keepers do in a block: what they did last, or with other numbers."""
        if not self._keepers or not chance.percent(80):
            return ()
        choices, weights = tuple(self._keepers), tuple(self._keepers.values())
        acts = [chance.weighted(choices, weights) for _ in range(min(MOST_KEEPERS, len(choices)))]
        moving = chance.percent(50)
        return tuple(burst.scaled(_again(each)) if moving else _again(each) for each in dict.fromkeys(acts))


class _Burst:
    """Calls, made of one sequence's choices."""

    def __init__(
        self, surface: Surface, pool: Pool, corpus: Corpus, chance: Chance, users: tuple[Address, ...]
    ) -> None:
        self._surface = surface
        self._pool = pool
        self._chance = chance
        self._users = users
        self._values = Values(pool, chance, self._nested)
        self._weights = [each.weight * corpus.urgency(each.place) for each in surface.calls]

    def go_on(self, steps: Sequence[Step]) -> None:
        """Take in what the sequence began with: what follows is mostly about the same."""
        about: dict[object, dict[Any, None]] = {}
        for act in [act for step in steps for act in step.acts][-MOST_ABOUT:]:
            function = self._surface.at(act.to, act.data)
            for parameter, value in zip(
                function.parameters if function else (),
                decoded(function.parameters, act.data[SELECTOR_BYTES:]) if function else (),
                strict=False,
            ):
                for leaf, inner in leaves(parameter, value):
                    if leaf.name:
                        about.setdefault((leaf.name, family(leaf.kind)), {})[inner] = None
        self._values = Values(
            self._pool, self._chance, self._nested, {key: tuple(values) for key, values in about.items()}
        )

    def everything(self) -> tuple[Act, ...]:
        """Return a call of every function under management by a stranger: it tells which role each asks for."""
        return tuple(self._call(function, STRANGER) for function in self._surface.calls if function.managed)

    def calls(self, count: int) -> tuple[Act, ...]:
        """Return calls of functions drawn by their weights."""
        if not self._surface.calls:
            return ()
        return tuple(self._call(self._chance.weighted(self._surface.calls, self._weights)) for _ in range(count))

    def fresh(self, sender: Address | None) -> tuple[Act, ...]:
        """Return calls of functions that only the new code has, by one sender, or by anyone."""
        functions = self._surface.fresh
        first = self._chance.below(len(functions))
        return tuple(self._call(functions[(first + index) % len(functions)], sender) for index in range(2 * BURST))

    def variants(self, act: Act) -> tuple[Act, ...]:
        """Return calls that differ from ``act`` in its sender or in one argument each."""
        function = self._surface.at(act.to, act.data)
        if function is None:
            return ()
        values = decoded(function.parameters, act.data[SELECTOR_BYTES:])
        made = []
        for _ in range(VARIANTS):
            changed, sender = list(values), act.sender
            index = self._chance.below(len(values) + 1)
            if index == len(values):
                sender = self._sender(function)
            else:
                parameter = function.parameters[index]
                changed[index] = self._values.value(parameter, (*function.place, index))
                if self._chance.percent(30):
                    sender = self._sender(function)
            made.append(_act(function, changed, sender, act.value))
        return tuple(made)

    def scaled(self, act: Act) -> Act:
        """Return the same call with its numbers moved."""
        function = self._surface.at(act.to, act.data)
        if function is None:
            return act
        values = decoded(function.parameters, act.data[SELECTOR_BYTES:])
        moved = [self._values.scaled(each, value) for each, value in zip(function.parameters, values, strict=False)]
        return _act(function, moved, act.sender, act.value) if values else act

    def _call(self, function: Function, sender: Address | None = None) -> Act:
        values = self._values.arguments(*function.place, function.parameters)
        value = ETHER if function.payable and self._chance.percent(25) else Wei(0)
        return _act(function, values, sender or self._sender(function), value)

    def _sender(self, function: Function) -> Address:
        """Return who calls: mostly whoever did before, else anyone who acts, else a stranger."""
        did = self._pool.placed((*function.place, SENDER))
        draw = self._chance.below(100)
        trusted = self._pool.trusted(function.place)
        if trusted and draw < 80:  # noqa: PLR2004 - shares of a hundred
            return self._chance.one_of(trusted)
        if did and draw < 50:  # noqa: PLR2004 - shares of a hundred
            return Address(self._chance.one_of(did))
        accounts = self._users if self._users and self._chance.percent(60) else tuple(self._pool.accounts)
        return self._chance.one_of(accounts) if accounts and draw < 95 else STRANGER  # noqa: PLR2004 - likewise

    def _nested(self) -> tuple[Address, bytes]:
        """Return a call for a contract to make: of a token that some contract under management holds, or any.

        No contract can move more of a token than it has: numbers are cut at that.  A transfer needs nobody's consent,
        and every view of a balance shows it.
        """
        held = [each for each in self._surface.calls if each.to in self._pool.holding]
        sent = [each for each in held if each.name == "transfer"]
        held = sent if sent and self._chance.percent(50) else held
        function = self._chance.one_of(held if held and self._chance.percent(60) else self._surface.calls)
        values = Values(self._pool, self._chance).arguments(*function.place, function.parameters)
        most = self._pool.holding.get(function.to)
        if most is not None:
            kinds = [family(parameter.kind) for parameter in function.parameters]
            values = [min(value, most) if kind == "int" else value for kind, value in zip(kinds, values, strict=True)]
        return function.to, function.calldata(values)


def _shorter(steps: tuple[Step, ...], chance: Chance) -> tuple[Step, ...]:
    """Return a beginning without some of its acts, but with its last one; its blocks stand where they stood."""
    return tuple(
        Step(step.time, tuple(a for n, a in enumerate(step.acts) if _is_last(steps, at, n) or chance.percent(60)))
        for at, step in enumerate(steps)
    )


def _is_last(steps: tuple[Step, ...], step: int, act: int) -> bool:
    return step == len(steps) - 1 and act == len(steps[step].acts) - 1


def _keepers(traffic: Sequence[Transaction], surface: Surface) -> dict[Transaction, int]:
    """Return the latest call of each kind to contracts that are neither under management nor tokens, and their number.

    Whoever keeps something alive does it again and again.
    """
    kinds: dict[tuple[Address, Address | None, bytes], list[Transaction]] = {}
    for each in traffic:
        if each.to not in surface.managed and each.to not in surface.tokens:
            kinds.setdefault((each.sender, each.to, each.data[:SELECTOR_BYTES]), []).append(each)
    return {same[-1]: len(same) for same in kinds.values()}


def _again(transaction: Transaction) -> Act:
    """Return a transaction as it was, with gas to spare: it stands where it did not stand."""
    assert transaction.to is not None  # noqa: S101 - only calls of the surface get here
    return Act(transaction.sender, transaction.to, transaction.data, transaction.value, "as in recent traffic")


def _act(function: Function, values: Sequence[Any], sender: Address, value: Wei) -> Act:
    return Act(sender, function.to, function.calldata(values), value, f"{function.contract}.{function.name}")
