"""What must always be true of the reference protocol: ``contracts/README.md``, as functions on answers.

A law looks at one block's answers by name and yields what is wrong; what was not asked or did not answer says nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES, selector
from upgrader.flows.demo.observables import GREEKS, MODEL_SPOT, MODEL_STRIKES, MODEL_TIME, MODEL_VOLATILITIES, Held
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.market.black_scholes import ERROR, YEAR, Option
from upgrader.simulation.questionnaire import Questionnaire
from upgrader.simulation.scenario import Answers, Moment
from upgrader.simulation.script import Breach, Law
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

_Facts = Mapping[str, Any]


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
    asked: Questionnaire, times: Sequence[Timestamp], series: Sequence[int], *, flat: bool = True, shift: float = 0.0
) -> tuple[Law, ...]:
    """Return the laws on the answers of :func:`~upgrader.flows.demo.observables.observables`.

    Args:
        asked: The questions.
        times: When each block of the scenario comes.
        series: Numbers of the series.
        flat: Whether one volatility prices every strike, so that marks can be held against the reference.
        shift: Farthest that a strike's own volatility may be from the flat one, as a share of it, where it is not flat.
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
        each(lambda facts, moment, time: _priced(facts, moment, time, series, 0.0 if flat else shift)),
        bad_debt,
    )


def model_law(asked: Questionnaire, held: Sequence[Held] = ()) -> Law:
    """Return the law on the answers of :func:`~upgrader.flows.demo.observables.model`: Black-Scholes, and its shape."""

    def law(answers: Answers) -> Iterator[Breach]:
        for moment, said in enumerate(answers.questions):
            facts = asked.read(said)
            for is_call in (True, False):
                for strike in MODEL_STRIKES:
                    yield from _modelled(facts, moment, is_call=is_call, strike=strike)
            for each in held:
                years, volatility = each.time / YEAR, each.volatility / ONE
                option = Option(each.is_call, each.spot / ONE, each.strike / ONE, years, volatility)
                yield from _delta(facts, moment, option, f"of {each.number}")
                yield from _greeks(facts, moment, option, f"of {each.number}")

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
    spot = facts.get("spot")
    live = {(mark.strike, mark.expiry, mark.is_call): mark.price for mark in _live(facts, series) if not mark.lower}
    for strike, expiry, is_call in live:
        if is_call and spot is not None and (strike, expiry, False) in live:
            less = live[strike, expiry, True] - live[strike, expiry, False]
            if less != spot - strike:
                detail = f"call less put is {less}, spot less strike {spot - strike}, at strike {strike}"
                yield Breach("put-call parity", "invariant", "market", "priceOf(uint256)", moment, detail)


def _monotone_in_strike(facts: _Facts, moment: int, series: Sequence[int]) -> Iterator[Breach]:
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


def _priced(facts: _Facts, moment: int, time: Timestamp, series: Sequence[int], shift: float) -> Iterator[Breach]:
    """Hold marks against the reference: its price, or its prices at the two ends of what a surface may say."""
    spot, volatility = facts.get("spot"), facts.get("volatility")
    if spot is None or volatility is None:
        return
    law = "price between those of the bounded volatilities" if shift else "Black-Scholes price"
    for mark in _live(facts, series):
        if shift and mark.lower:
            # Its two strikes have volatilities of their own, and no one bound.
            continue
        low, high = (mark.worth(spot, time, volatility / ONE * share) for share in (1 - shift, 1 + shift))
        error = (1 + bool(mark.lower)) * ((ERROR + MODEL_ERROR) * max(spot, mark.strike) + 1)
        if not min(low, high) - error <= mark.price <= max(low, high) + error:
            detail = f"{mark.price} instead of {low:.0f}{f' to {high:.0f}' if shift else ''} at strike {mark.strike}"
            detail += f", {mark.expiry - time} s before expiry"
            yield Breach(law, "reference", "market", "priceOf(uint256)", moment, detail)


def _modelled(facts: _Facts, moment: int, *, is_call: bool, strike: int) -> Iterator[Breach]:
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
        yield from _delta(facts, moment, option, name)
        if is_call:
            yield from _greeks(facts, moment, option, f"{strike} {volatility}")
        if price + MODEL_ERROR * max(MODEL_SPOT, strike) + 1 < before:
            detail = f"{price} at volatility {volatility}, {before} at the one below"
            yield Breach("price monotone in volatility", "invariant", "pricing", f"price{arguments}", moment, detail)
        before = price


def _delta(facts: _Facts, moment: int, option: Option, name: str) -> Iterator[Breach]:
    found, due = facts.get(f"delta {name}"), option.delta * ONE
    if found is not None and abs(found - due) > DELTA_ERROR * ONE:
        view, detail = "delta(bool,uint256,uint256,uint256,uint256)", f"{found} instead of {due:.0f} for {option}"
        yield Breach("Black-Scholes delta", "reference", "pricing", view, moment, detail)


def _greeks(facts: _Facts, moment: int, option: Option, name: str) -> Iterator[Breach]:
    for greek in GREEKS:
        found, due = facts.get(f"{greek} {name}"), getattr(option, greek) * ONE
        if found is not None and abs(found - due) > GREEK_ERROR * abs(due) + 1:
            law, view = f"Black-Scholes {greek}", f"{greek}(uint256,uint256,uint256,uint256)"
            yield Breach(law, "reference", "pricing", view, moment, f"{found} instead of {due:.0f} for {option}")


def _live(facts: _Facts, series: Sequence[int]) -> list[_Mark]:
    """Return every series of ether that is not settled and has a price."""
    live = []
    for number in series:
        terms, price = facts.get(f"series {number}"), facts.get(f"price {number}")
        if terms is not None and price is not None and terms[0] == ETHER and not terms[4]:
            live.append(_Mark(terms[1], facts.get(f"lower {number}") or 0, terms[2], terms[3], price))
    return live
