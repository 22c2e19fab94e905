"""What must always be true of the reference protocol: ``contracts/README.md``, as functions on answers.

A law looks at one block's answers by name and yields what is wrong; what was not asked or did not answer says nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from upgrader.flows.demo.observables import MODEL_SPOT, MODEL_STRIKES, MODEL_TIME, MODEL_VOLATILITIES
from upgrader.flows.demo.trading import DOLLAR, ONE
from upgrader.market.black_scholes import ERROR, YEAR, Option
from upgrader.simulation.questionnaire import Questionnaire
from upgrader.simulation.scenario import Answers
from upgrader.simulation.script import Breach, Law
from upgrader.units import Timestamp

MODEL_ERROR: Final = 1e-15
"""Error of the pricing model, as a share of the larger of spot and strike.  Source: contracts/README.md"""

DELTA_ERROR: Final = 1e-12
"""Error of a delta: its argument carries the model's logarithm and square root."""

SCALE: Final = ONE * ONE

_Facts = Mapping[str, Any]


def market_laws(
    asked: Questionnaire, times: Sequence[Timestamp], series: Sequence[int], *, flat: bool = True
) -> tuple[Law, ...]:
    """Return the laws on the answers of :func:`~upgrader.flows.demo.observables.observables`.

    Args:
        asked: The questions.
        times: When each block of the scenario comes.
        series: Numbers of the series.
        flat: Whether one volatility prices every strike, so that marks can be held against the reference.
    """

    def each(check: Callable[[_Facts, int, Timestamp], Iterator[Breach]]) -> Law:
        def law(answers: Answers) -> Iterator[Breach]:
            for moment, (said, time) in enumerate(zip(answers.questions, times, strict=False)):
                yield from check(asked.read(said), moment, time)

        return law

    def bad_debt(answers: Answers) -> Iterator[Breach]:
        facts = [(moment, asked.read(said)) for moment, said in enumerate(answers.questions)]
        known = [(moment, fact) for moment, fact in facts if fact.get("badDebt()") is not None]
        for (_, before), (moment, now) in pairwise(known):
            if now["badDebt()"] > before["badDebt()"] and now["insuranceFund()"]:
                detail = f"{now['badDebt()'] - before['badDebt()']} more while the fund holds {now['insuranceFund()']}"
                yield Breach("bad debt only beyond the fund", "invariant", "house", "badDebt()", moment, detail)

    return (
        each(_conservation),
        each(lambda facts, moment, _: _payouts(facts, moment, series)),
        each(lambda facts, moment, _: _parity(facts, moment, series)),
        each(lambda facts, moment, _: _monotone_in_strike(facts, moment, series)),
        *([each(lambda facts, moment, time: _priced(facts, moment, time, series))] if flat else []),
        bad_debt,
    )


def model_law(asked: Questionnaire) -> Law:
    """Return the law on the answers of :func:`~upgrader.flows.demo.observables.model`: Black-Scholes, and its shape."""

    def law(answers: Answers) -> Iterator[Breach]:
        for moment, said in enumerate(answers.questions):
            facts = asked.read(said)
            for is_call in (True, False):
                for strike in MODEL_STRIKES:
                    yield from _modelled(facts, moment, is_call=is_call, strike=strike)

    return law


def _conservation(facts: _Facts, moment: int, _: Timestamp) -> Iterator[Breach]:
    names = ("held", "totalBalances()", "totalPools()", "insuranceFund()")
    held, *owed = (int(facts[name]) if facts.get(name) is not None else -1 for name in names)
    if held >= 0 and -1 not in owed and held != sum(owed):
        detail = f"the house holds {held} and owes {sum(owed)} units"
        yield Breach("conservation of collateral", "invariant", "house", "totalBalances()", moment, detail)


def _payouts(facts: _Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    for number in series:
        terms, supply, pool = (facts.get(f"{name} {number}") for name in ("series", "supply", "pool"))
        if terms is None or supply is None or pool is None or not terms[4]:
            continue
        due = supply * terms[6] * DOLLAR // SCALE
        if due > pool:
            detail = f"series {number} owes {due} and has collected {pool} units"
            yield Breach("payouts within what was collected", "invariant", "house", "poolOf(uint256)", moment, detail)


def _parity(facts: _Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    spot, live = facts.get("spot"), _live(facts, series)
    for strike, expiry, is_call in live:
        if is_call and spot is not None and (strike, expiry, False) in live:
            less = live[strike, expiry, True] - live[strike, expiry, False]
            if less != spot - strike:
                detail = f"call less put is {less}, spot less strike {spot - strike}, at strike {strike}"
                yield Breach("put-call parity", "invariant", "market", "priceOf(uint256)", moment, detail)


def _monotone_in_strike(facts: _Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
    live = _live(facts, series)
    for expiry in {expiry for _, expiry, _ in live}:
        for is_call in (True, False):
            line = sorted((s, price) for (s, e, kind), price in live.items() if (e, kind) == (expiry, is_call))
            for (low, below), (high, above) in pairwise(line):
                rise = above - below if is_call else below - above
                if rise > max(high, facts.get("spot") or 0) * MODEL_ERROR + 1:
                    detail = f"{'calls' if is_call else 'puts'} at {low} and {high} cost {below} and {above}"
                    law = "price monotone in strike"
                    yield Breach(law, "invariant", "market", "priceOf(uint256)", moment, detail)


def _priced(facts: _Facts, moment: int, time: Timestamp, series: Sequence[int]) -> Iterator[Breach]:
    spot, volatility = facts.get("spot"), facts.get("volatility")
    if spot is None or volatility is None:
        return
    for (strike, expiry, is_call), price in _live(facts, series).items():
        years = max(expiry - time, 0) / YEAR
        due = Option(is_call, spot / ONE, strike / ONE, years, volatility / ONE).price * ONE
        if abs(price - due) > (ERROR + MODEL_ERROR) * max(spot, strike) + 1:
            detail = f"{price} instead of {due:.0f} at strike {strike}, {expiry - time} s before expiry"
            yield Breach("Black-Scholes price", "reference", "market", "priceOf(uint256)", moment, detail)


def _modelled(facts: _Facts, moment: int, *, is_call: bool, strike: int) -> Iterator[Breach]:
    arguments = "(bool,uint256,uint256,uint256,uint256)"
    limit = (ERROR + MODEL_ERROR) * max(MODEL_SPOT, strike) + 1
    before = 0
    for volatility in MODEL_VOLATILITIES:
        name = f"{is_call} {strike} {volatility}"
        price, delta = facts.get(f"price {name}"), facts.get(f"delta {name}")
        if price is None or delta is None:
            continue
        option = Option(is_call, MODEL_SPOT / ONE, strike / ONE, MODEL_TIME / YEAR, volatility / ONE)
        if abs(price - option.price * ONE) > limit:
            detail = f"{price} instead of {option.price * ONE:.0f} for {option}"
            yield Breach("Black-Scholes price", "reference", "pricing", f"price{arguments}", moment, detail)
        if abs(delta - option.delta * ONE) > DELTA_ERROR * ONE:
            detail = f"{delta} instead of {option.delta * ONE:.0f} for {option}"
            yield Breach("Black-Scholes delta", "reference", "pricing", f"delta{arguments}", moment, detail)
        if price + MODEL_ERROR * max(MODEL_SPOT, strike) + 1 < before:
            detail = f"{price} at volatility {volatility}, {before} at the one below"
            yield Breach("price monotone in volatility", "invariant", "pricing", f"price{arguments}", moment, detail)
        before = price


def _live(facts: _Facts, series: Sequence[int]) -> dict[tuple[int, int, bool], int]:
    """Return (strike, expiry, is call) -> price of every series that is not settled and has a price."""
    live = {}
    for number in series:
        terms, price = facts.get(f"series {number}"), facts.get(f"price {number}")
        if terms is not None and price is not None and not terms[4]:
            live[terms[1], terms[2], terms[3]] = price
    return live
