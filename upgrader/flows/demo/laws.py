"""What must always be true of the reference protocol: ``contracts/README.md``, as functions on answers.

A law looks at one block's answers by name and yields what is wrong; what was not asked or did not answer says nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, TypeAlias

from upgrader.calls import SELECTOR_BYTES, selector
from upgrader.flows.demo.observables import GREEKS, MODEL_SPOT, MODEL_STRIKES, MODEL_TIME, MODEL_VOLATILITIES
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.market.black_scholes import ERROR, YEAR, Option
from upgrader.market.ticks import FEED_DECIMALS
from upgrader.simulation.questionnaire import Questionnaire
from upgrader.simulation.scenario import Answers, Moment
from upgrader.simulation.script import Breach, Law
from upgrader.simulation.timeline import Placed
from upgrader.units import Address, Timestamp

MODEL_ERROR: Final = 1e-15
"""Error of the pricing model, as a share of the larger of spot and strike.  Source: contracts/README.md"""

DELTA_ERROR: Final = 1e-12
"""Error of a delta: its argument carries the model's logarithm and square root."""

GREEK_ERROR: Final = 1e-11
"""Error of gamma, vega and theta, as a share of the figure: the density multiplies the error of its argument by it."""

SCALE: Final = ONE * ONE

BLOCK_GAS: Final = 30_000_000
"""Gas of a block: what mainnet had until 2025, and the least of what venues run on.
Source: https://ethereum.org/en/developers/docs/gas/#block-size"""

BLOCK_SHARE: Final = 0.05
"""Of a block that one liquidation may take."""

Facts: TypeAlias = Mapping[str, Any]
"""Answers of one block by name; None where a view failed."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A live series of ether and its price; ``lower`` is a spread's lower strike, zero for calls and puts."""

    strike: int
    lower: int
    expiry: int
    is_call: bool
    price: int

    def worth(self, spot: int, time: int, volatility: float) -> float:
        """Return what Black and Scholes say, 18 decimals."""
        years = max(self.expiry - time, 0) / YEAR
        upper = Option(self.is_call, spot / ONE, self.strike / ONE, years, volatility).price
        lower = Option(self.is_call, spot / ONE, self.lower / ONE, years, volatility).price if self.lower else 0.0
        return (upper - lower) * ONE


def market_laws(
    asked: Questionnaire, placed: Placed, series: Sequence[int], *, shift: float = 0.0, staked: bytes = b""
) -> tuple[Law, ...]:
    """Return the laws on the answers of :func:`~upgrader.flows.demo.observables.observables`.

    Args:
        asked: The questions.
        placed: The script, and when each of its blocks comes.
        series: Numbers of the series.
        shift: Farthest that a strike's own volatility may be from the flat one, as a share of it; zero where one
            volatility prices every strike, so that marks can be held against the reference.
        staked: Symbol of the staked token whose ratio and volatility were asked; empty for none.
    """
    moments = placed.script.scenario.moments

    def each(check: Callable[[Facts, int, Timestamp], Iterator[Breach]]) -> Law:
        def law(answers: Answers) -> Iterator[Breach]:
            for moment, facts in asked.each(moments, answers):
                yield from check(facts, moment, placed.times[moment])

        return law

    def bad_debt(answers: Answers) -> Iterator[Breach]:
        known = [each for each in asked.each(moments, answers) if each[1].get("badDebt()") is not None]
        for (_, before), (moment, now) in pairwise(known):
            if now["badDebt()"] > before["badDebt()"] and now["insuranceFund()"]:
                detail = f"{now['badDebt()'] - before['badDebt()']} more while the fund holds {now['insuranceFund()']}"
                yield Breach("bad debt only beyond the fund", "invariant", "house", "badDebt()", moment, detail)

    return (
        each(_conservation),
        each(lambda facts, moment, _: _payouts(facts, moment, series)),
        each(lambda facts, moment, _: _parity(facts, moment, series)),
        each(lambda facts, moment, _: _monotone_in_strike(facts, moment, series)),
        each(lambda facts, moment, time: _priced(_of_ether(facts, series), moment, time, shift)),
        each(lambda facts, moment, time: _priced(_of_staked(facts, series, staked), moment, time, shift)),
        bad_debt,
    )


def model_law(asked: Questionnaire, moments: Sequence[Moment]) -> Law:
    """Return the law on the answers of :func:`~upgrader.flows.demo.observables.model`: Black-Scholes, and its shape."""

    def law(answers: Answers) -> Iterator[Breach]:
        for moment, facts in asked.each(moments, answers):
            for is_call in (True, False):
                for strike in MODEL_STRIKES:
                    yield from _modelled(facts, moment, is_call=is_call, strike=strike)

    return law


def share_law(to: Address, contract: str, signature: str, moments: Sequence[Moment]) -> Law:
    """Return the law that a call of a function takes at most :data:`BLOCK_SHARE` of a block.

    When everybody is liquidated at once, what fits into a block decides who is in time.
    """
    head, most = selector(signature), int(BLOCK_GAS * BLOCK_SHARE)

    def law(answers: Answers) -> Iterator[Breach]:
        # A run may have been stopped before the script's end.
        for index, (moment, results) in enumerate(zip(moments, answers.acts, strict=False)):
            for act, result in zip(moment.acts, results, strict=True):
                if (act.to, act.data[:SELECTOR_BYTES]) == (to, head) and result.gas_used > most:
                    detail = f"{result.gas_used} gas, {most} are {BLOCK_SHARE:.0%} of a block"
                    yield Breach(
                        "a liquidation leaves room in its block", "invariant", contract, signature, index, detail
                    )

    return law


def located(laws: Iterable[Law], places: Mapping[str, Address]) -> tuple[Law, ...]:
    """Return laws that say where a contract stands, so that a finding has the name that its project gives it."""

    def told(law: Law) -> Law:
        def placed(answers: Answers) -> Iterator[Breach]:
            for breach in law(answers):
                yield replace(breach, contract=places.get(breach.contract, breach.contract))

        return placed

    return tuple(map(told, laws))


def _conservation(facts: Facts, moment: int, _: Timestamp) -> Iterator[Breach]:
    names = ("held", "totalBalances()", "totalPools()", "insuranceFund()")
    held, *owed = (int(facts[name]) if facts.get(name) is not None else -1 for name in names)
    if held >= 0 and -1 not in owed and held != sum(owed):
        detail = f"the house holds {held} and owes {sum(owed)} units"
        yield Breach("conservation of collateral", "invariant", "house", "totalBalances()", moment, detail)


def _payouts(facts: Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    for number in series:
        terms, supply, pool = (facts.get(f"{name} {number}") for name in ("series", "supply", "pool"))
        if terms is None or supply is None or pool is None or not terms[4]:
            continue
        due = supply * terms[6] * DOLLAR // SCALE
        if due > pool:
            detail = f"series {number} owes {due} and has collected {pool} units"
            yield Breach("payouts within what was collected", "invariant", "house", "poolOf(uint256)", moment, detail)


def _parity(facts: Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    spot = facts.get("spot")
    live = {(mark.strike, mark.expiry, mark.is_call): mark.price for mark in _live(facts, series) if not mark.lower}
    for strike, expiry, is_call in live:
        if is_call and spot is not None and (strike, expiry, False) in live:
            less = live[strike, expiry, True] - live[strike, expiry, False]
            if less != spot - strike:
                detail = f"call less put is {less}, spot less strike {spot - strike}, at strike {strike}"
                yield Breach("put-call parity", "invariant", "market", "priceOf(uint256)", moment, detail)


def _monotone_in_strike(facts: Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    live = [mark for mark in _live(facts, series) if not mark.lower]
    for expiry in {mark.expiry for mark in live}:
        for is_call in (True, False):
            kind = (expiry, is_call)
            line = sorted((mark.strike, mark.price) for mark in live if (mark.expiry, mark.is_call) == kind)
            for (low, below), (high, above) in pairwise(line):
                rise = above - below if is_call else below - above
                if rise > max(high, facts.get("spot") or 0) * MODEL_ERROR + 1:
                    detail = f"{'calls' if is_call else 'puts'} at {low} and {high} cost {below} and {above}"
                    law = "price monotone in strike"
                    yield Breach(law, "invariant", "market", "priceOf(uint256)", moment, detail)


@dataclass(frozen=True, slots=True)
class _Priced:
    """What series of one underlying are priced with; None where it was not told."""

    spot: int | None
    volatility: int | None
    marks: Sequence[_Mark]


def _of_ether(facts: Facts, series: Sequence[int]) -> _Priced:
    return _Priced(facts.get("spot"), facts.get("volatility"), _live(facts, series))


def _of_staked(facts: Facts, series: Sequence[int], symbol: bytes) -> _Priced:
    """Return a staked token's series, priced with ether's price times what its feed says."""
    spot, told = facts.get("spot"), facts.get("ratio")
    worth = None if spot is None or told is None else spot * told[1] // 10**FEED_DECIMALS
    return _Priced(worth, facts.get("staked volatility"), _live(facts, series, symbol))


def _priced(given: _Priced, moment: int, time: Timestamp, shift: float) -> Iterator[Breach]:
    """Hold marks against the reference: its price, or its prices at the two ends of what a surface may say."""
    spot, volatility = given.spot, given.volatility
    if spot is None or volatility is None:
        return
    law = "price between those of the bounded volatilities" if shift else "Black-Scholes price"
    for mark in given.marks:
        if shift and mark.lower:
            # Its two strikes have volatilities of their own, and no one bound.
            continue
        low, high = (mark.worth(spot, time, volatility / ONE * share) for share in (1 - shift, 1 + shift))
        error = (1 + bool(mark.lower)) * ((ERROR + MODEL_ERROR) * max(spot, mark.strike) + 1)
        if not min(low, high) - error <= mark.price <= max(low, high) + error:
            detail = f"{mark.price} instead of {low:.0f}{f' to {high:.0f}' if shift else ''} at strike {mark.strike}"
            detail += f", {mark.expiry - time} s before expiry"
            yield Breach(law, "reference", "market", "priceOf(uint256)", moment, detail)


def _modelled(facts: Facts, moment: int, *, is_call: bool, strike: int) -> Iterator[Breach]:
    arguments = "(bool,uint256,uint256,uint256,uint256)"
    limit = (ERROR + MODEL_ERROR) * max(MODEL_SPOT, strike) + 1
    before = 0
    for volatility in MODEL_VOLATILITIES:
        name = f"{is_call} {strike} {volatility}"
        price = facts.get(f"price {name}")
        if price is None:
            continue
        option = Option(is_call, MODEL_SPOT / ONE, strike / ONE, MODEL_TIME / YEAR, volatility / ONE)
        if abs(price - option.price * ONE) > limit:
            detail = f"{price} instead of {option.price * ONE:.0f} for {option}"
            yield Breach("Black-Scholes price", "reference", "pricing", f"price{arguments}", moment, detail)
        yield from delta_breaches(facts, moment, option, name)
        if is_call:
            yield from greek_breaches(facts, moment, option, f"{strike} {volatility}")
        if price + MODEL_ERROR * max(MODEL_SPOT, strike) + 1 < before:
            detail = f"{price} at volatility {volatility}, {before} at the one below"
            yield Breach("price monotone in volatility", "invariant", "pricing", f"price{arguments}", moment, detail)
        before = price


def delta_breaches(facts: Facts, moment: int, option: Option, name: str) -> Iterator[Breach]:
    """Hold the delta that was asked as ``name`` against the reference's of an option."""
    found, due = facts.get(f"delta {name}"), option.delta * ONE
    if found is not None and abs(found - due) > DELTA_ERROR * ONE:
        view, detail = "delta(bool,uint256,uint256,uint256,uint256)", f"{found} instead of {due:.0f} for {option}"
        yield Breach("Black-Scholes delta", "reference", "pricing", view, moment, detail)


def greek_breaches(facts: Facts, moment: int, option: Option, name: str) -> Iterator[Breach]:
    """Hold gamma, vega and theta that were asked as ``name`` against the reference's of an option."""
    for greek in GREEKS:
        found, due = facts.get(f"{greek} {name}"), getattr(option, greek) * ONE
        if found is not None and abs(found - due) > GREEK_ERROR * abs(due) + 1:
            law, view = f"Black-Scholes {greek}", f"{greek}(uint256,uint256,uint256,uint256)"
            yield Breach(law, "reference", "pricing", view, moment, f"{found} instead of {due:.0f} for {option}")


def _live(facts: Facts, series: Sequence[int], underlying: bytes = ETHER) -> list[_Mark]:
    """Return every series of an underlying that is not settled and has a price."""
    live = []
    for number in series:
        terms, price = facts.get(f"series {number}"), facts.get(f"price {number}")
        if terms is not None and price is not None and terms[0] == underlying and not terms[4]:
            live.append(_Mark(terms[1], facts.get(f"lower {number}") or 0, terms[2], terms[3], price))
    return live
