"""What is asked of the reference protocol in every block: per series, per account, and in sum."""

from collections.abc import Iterator, Sequence
from typing import Final

from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.trading import ETHER, ONE
from upgrader.flows.demo.venue import Staked
from upgrader.simulation.questionnaire import Asked, Questionnaire
from upgrader.units import Address

SERIES: Final = "(bytes32,uint128,uint64,bool,bool,address,uint256)"
EXPOSURE: Final = "(uint256,bytes32,bool,bool,uint256,uint256,uint256,uint256,uint256)"

ROUND: Final = ("uint80", "int256", "uint256", "uint256", "uint80")
"""Of a feed: number, answer, begun at, updated at, answered in."""

MODEL_STRIKES: Final = (2_000 * ONE, 3_000 * ONE, 4_500 * ONE)
MODEL_VOLATILITIES: Final = (3 * ONE // 10, 6 * ONE // 10, 12 * ONE // 10, 24 * ONE // 10)
MODEL_SPOT: Final = 3_000 * ONE
MODEL_TIME: Final = 30 * 86_400

NOBODY: Final = Address("0x000000000000000000000000000000000000dEaD")
"""An account that nobody decided about."""

GREEKS: Final = ("gamma", "vega", "theta")
"""Those that calls and puts share."""


def observables(
    protocol: ReferenceProtocol,
    series: Sequence[int],
    accounts: Sequence[Address],
    *,
    spreads: bool = False,
    registry: Address | None = None,
    staked: Staked | None = None,
) -> Questionnaire:
    """Return the questions of one block.

    Args:
        protocol: Whom to ask.
        series: Numbers of the series; one that is not listed yet fails on both codes alike.
        accounts: Whose margin and balance are asked.
        spreads: Whether the market lists spreads, so that their lower strikes are asked too.
        staked: A token that the market lists series on, whose ratio and volatility are asked too.
        registry: Who decides about accounts, or None; it is asked about all of them, and about somebody unheard of.
    """
    asked = [*_sums(protocol), *_each_series(protocol, series), *_each_account(protocol, accounts)]
    if spreads:
        asked += [Asked(f"lower {each}", protocol.market, "lowerStrikeOf(uint256)", (each,)) for each in series]
    if staked:
        asked.append(Asked("ratio", staked.feed, "latestRoundData()", (), ROUND))
        asked.append(Asked("staked volatility", protocol.market, "volatilityOf(bytes32)", (staked.underlying,)))
    if registry:
        who = (*accounts, NOBODY)
        asked += [Asked(f"allowed {each}", registry, "isAllowed(address)", (each,), ("bool",)) for each in who]
    return Questionnaire(asked)


def model(protocol: ReferenceProtocol) -> Questionnaire:
    """Return questions to the pricing model alone: prices and Greeks over strikes and volatilities."""
    types = "(bool,uint256,uint256,uint256,uint256)"
    asked = [
        Asked(
            f"{greek} {strike} {volatility}",
            protocol.pricing,
            f"{greek}(uint256,uint256,uint256,uint256)",
            (MODEL_SPOT, strike, MODEL_TIME, volatility),
            ("int256",),
        )
        for greek in GREEKS
        for strike in MODEL_STRIKES
        for volatility in MODEL_VOLATILITIES
    ]
    for is_call in (True, False):
        for strike in MODEL_STRIKES:
            for volatility in MODEL_VOLATILITIES:
                arguments = (is_call, MODEL_SPOT, strike, MODEL_TIME, volatility)
                name = f"{is_call} {strike} {volatility}"
                asked += [
                    Asked(f"price {name}", protocol.pricing, f"price{types}", arguments),
                    Asked(f"delta {name}", protocol.pricing, f"delta{types}", arguments, ("int256",)),
                ]
    return Questionnaire(asked)


def _sums(protocol: ReferenceProtocol) -> Iterator[Asked]:
    house, market = protocol.house, protocol.market
    yield Asked("held", protocol.collateral, "balanceOf(address)", (house,))
    for view in ("totalBalances()", "totalPools()", "insuranceFund()", "badDebt()"):
        yield Asked(view, house, view)
    yield Asked("spot", protocol.oracle, "price(bytes32)", (ETHER,))
    yield Asked("volatility", market, "volatilityOf(bytes32)", (ETHER,))
    yield Asked("mode", market, "mode()", (), ("uint8",))
    for expiry in sorted({each.expiry for each in protocol.series}):
        yield Asked(f"settlement {expiry}", market, "settlementPriceOf(bytes32,uint64)", (ETHER, expiry))


def _each_series(protocol: ReferenceProtocol, series: Sequence[int]) -> Iterator[Asked]:
    tokens = {each.number: each.token for each in protocol.series}
    for number in series:
        yield Asked(f"price {number}", protocol.market, "priceOf(uint256)", (number,))
        yield Asked(f"series {number}", protocol.market, "seriesOf(uint256)", (number,), (SERIES,))
        yield Asked(f"pool {number}", protocol.house, "poolOf(uint256)", (number,))
        if number in tokens:
            yield Asked(f"supply {number}", tokens[number], "totalSupply()")


def _each_account(protocol: ReferenceProtocol, accounts: Sequence[Address]) -> Iterator[Asked]:
    for who in accounts:
        yield Asked(f"balance {who}", protocol.house, "balanceOf(address)", (who,))
        yield Asked(f"margin {who}", protocol.house, "marginOf(address)", (who,), ("uint256", "uint256"))
        yield Asked(f"exposures {who}", protocol.market, "exposures(address)", (who,), (f"{EXPOSURE}[]",))
