"""What must be true of a look at the risk: Greeks and payoffs of the reference, liquidation where its margin says.

The margin is worked out again from the terms and from Black-Scholes prices; nothing of it is asked of the contracts
but what was written, the parameters and the cash.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from upgrader.flows.demo.laws import Facts, delta_breaches, greek_breaches
from upgrader.flows.demo.risk import Look, Terms
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.market.black_scholes import YEAR, Option
from upgrader.simulation.scenario import Answers
from upgrader.simulation.script import Breach, Law
from upgrader.simulation.timeline import Placed

RESOLUTION: Final = 1 / 8192 * 1.01
"""How exactly the contracts tell a liquidation price, as a share of the present one, and a hundredth more for rounding.
Source: contracts/v1/AccountMargin.sol"""

FARTHEST: Final = (1 / 8, 3.0)
"""The lowest and the highest price that they search, as shares of the present one."""

MONEY_ERROR: Final = 1e-9
"""Error of a margin, as a share of it: prices carry 1e-14 of the spot, rounding a unit of the collateral each."""

UNITS: Final = 16 / DOLLAR
"""Dollars that rounding each position up may make: one unit for each of the sixteen series that an account may have."""


def risk_law(looks: Sequence[Look], placed: Placed, *, flat: bool = True) -> Law:
    """Return the law on the answers of looks.

    Args:
        looks: Those of the script.
        placed: The script and its times; a look that came before the upgrade is not in it.
        flat: Whether one volatility prices every strike, so that margins can be worked out again.
    """
    moments = placed.script.scenario.moments

    def law(answers: Answers) -> Iterator[Breach]:
        for look in looks:
            for moment, facts in look.asked.each(moments, answers):
                yield from _valued(facts, moment, look)
                for who in look.accounts:
                    yield from _headroom(facts, moment, who)
                    if flat:
                        yield from _liquidation(facts, moment, replace(look, time=placed.times[moment]), who)

    return law


def _valued(facts: Facts, moment: int, look: Look) -> Iterator[Breach]:
    for terms in look.live:
        found, due = facts.get(f"pays {terms.number}"), _payoff(terms, _lower(facts, terms.number), look.price)
        if found is not None and found != due:
            detail = f"series {terms.number} would pay {found} instead of {due} at {look.price}"
            yield Breach("exercise value", "reference", "market", "payoffAt(uint256,uint256)", moment, detail)
        years = (terms.expiry - look.time) / YEAR
        option = Option(terms.is_call, look.price / ONE, terms.strike / ONE, years, look.volatility / ONE)
        yield from delta_breaches(facts, moment, option, f"of {terms.number}")
        yield from greek_breaches(facts, moment, option, f"of {terms.number}")


def _lower(facts: Facts, number: int) -> int:
    """Return a spread's lower strike, zero for calls and puts."""
    return facts.get(f"lower {number}") or 0


def _payoff(terms: Terms, lower: int, price: int) -> int:
    if terms.is_call:
        return max(price - terms.strike, 0)
    return max(terms.strike - price, 0) - max(lower - price, 0)


def _headroom(facts: Facts, moment: int, who: str) -> Iterator[Breach]:
    found, cash, margins = (facts.get(f"{name} {who}") for name in ("headroom", "cash", "required"))
    if found is None or cash is None or margins is None or found == cash - margins[1]:
        return
    detail = f"{found} instead of {cash} less {margins[1]} for {who}"
    yield Breach(
        "headroom is cash less maintenance margin", "invariant", "house", "headroomOf(address)", moment, detail
    )


def _liquidation(facts: Facts, moment: int, look: Look, who: str) -> Iterator[Breach]:
    """Hold the told prices against the reference's headroom: none left there, some just before."""
    prices, cash, written, parameters = (
        facts.get(name) for name in (f"liquidation {who}", f"cash {who}", f"written {who}", "parameters")
    )
    if prices is None or cash is None or written is None or parameters is None:
        return
    live = {terms.number: terms for terms in look.live}
    if not written or any(each[0] not in live or each[1] != ETHER or _lower(facts, each[0]) for each in written):
        return  # nothing to liquidate, or something that has another margin
    spot = written[0][6] / ONE
    rate, floor = parameters[2] / ONE, parameters[3] / ONE

    def headroom(price: float) -> tuple[float, float]:
        margin = sum(_margin(live[each[0]], each[8] / ONE, price, look, rate, floor) for each in written)
        return cash / DOLLAR - margin, MONEY_ERROR * margin + UNITS

    for told, side, end in zip(prices, (-1, 1), FARTHEST, strict=True):
        left, error = headroom(told / ONE if told else spot * end)
        before, error_before = headroom(told / ONE - side * spot * RESOLUTION) if told else (left, error)
        is_there = told / ONE == spot  # may be liquidated already, and so has no price before
        if (told and left > error) or (not is_there and before < -error_before):
            way = "above" if side > 0 else "below"
            detail = f"{told / ONE} {way} {spot} for {who}: {left:.6f} dollars of headroom there, {before:.6f} before"
            view = "liquidationPricesOf(address,bytes32)"
            yield Breach("liquidation price of the reference", "reference", "house", view, moment, detail)


def _margin(terms: Terms, amount: float, price: float, look: Look, rate: float, floor: float) -> float:
    """Return the maintenance margin of a written call or put, dollars.  Source: contracts/README.md, Margin."""
    strike = terms.strike / ONE
    years = (terms.expiry - look.time) / YEAR
    mark = Option(terms.is_call, price, strike, years, look.volatility / ONE).price
    out = max(strike - price, 0.0) if terms.is_call else max(price - strike, 0.0)
    needed = mark + max(rate * price - out, floor * price)
    return amount * (needed if terms.is_call else max(min(needed, strike), mark))
