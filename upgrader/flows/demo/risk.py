"""What a risk desk asks of the reference protocol along the path of a market, whenever the price has moved.

A look is a block of its own, a second behind the market's: the Greeks of every series that lives, what it would pay
at the present price, and how far the accounts that may be liquidated are from it.  Asked in every block this would be
most of a script's cost; asked at its end alone, a Greek that is wrong in the middle of a crash would go unseen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.observables import EXPOSURE, GREEKS
from upgrader.flows.demo.trading import DAY, ETHER
from upgrader.market.fixed import ONE, Price, Rate
from upgrader.simulation.questionnaire import Asked, Questionnaire
from upgrader.units import Address, Timestamp

MOVED: Final = Rate(ONE // 20)
"""Share by which the price must have moved since the last look for another one within a day: five percent."""

MARGIN_PARAMETERS: Final = "(uint64,uint64,uint64,uint64)"
"""Initial rate and floor, maintenance rate and floor."""


@dataclass(frozen=True, slots=True)
class Terms:
    """One series of ether, as a script knows it; the strike has 18 decimals, and is the upper one of a spread."""

    number: int
    strike: int
    expiry: Timestamp
    is_call: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the risk.

    Attributes:
        time: When, Unix.
        price: Of the underlying.
        volatility: Annual, of every strike where no surface prices.
        live: Series that have not expired, spreads among them.
        accounts: Whose distance from liquidation is asked.
        asked: The questions.
    """

    time: Timestamp
    price: Price
    volatility: Rate
    live: tuple[Terms, ...]
    accounts: tuple[Address, ...]
    asked: Questionnaire


def is_due(last: Look | None, price: Price, time: int) -> bool:
    """Tell whether the price has moved by :data:`MOVED`, or a day has passed, since the last look."""
    return last is None or time - last.time >= DAY or abs(price - last.price) * ONE >= MOVED * last.price


def look(
    protocol: ReferenceProtocol,
    terms: Iterable[Terms],
    accounts: Sequence[Address],
    market: tuple[Timestamp, Price, Rate],
    *,
    spreads: bool = False,
) -> Look:
    """Return a look.

    Args:
        protocol: Whom to ask.
        terms: Every series of ether that a script knows of; those that live are asked about.
        accounts: Whose distance from liquidation is asked, few: searching it is the dearest of all views.
        market: When, at which price of the underlying, and at which volatility.
        spreads: Whether the market lists spreads, so that lower strikes are asked too.
    """
    time, price, volatility = market
    live = tuple(each for each in terms if each.expiry > time)
    asked = [*_each_account(protocol, accounts)]
    for each in live:
        asked.append(Asked(f"pays {each.number}", protocol.market, "payoffAt(uint256,uint256)", (each.number, price)))
        asked += _greeks(protocol, each, (price, each.strike, each.expiry - time, volatility))
        if spreads:
            asked.append(Asked(f"lower {each.number}", protocol.market, "lowerStrikeOf(uint256)", (each.number,)))
    return Look(time, price, volatility, live, tuple(accounts), Questionnaire(asked))


def _greeks(protocol: ReferenceProtocol, terms: Terms, valued: tuple[int, int, int, int]) -> Iterator[Asked]:
    delta = "delta(bool,uint256,uint256,uint256,uint256)"
    yield Asked(f"delta of {terms.number}", protocol.pricing, delta, (terms.is_call, *valued), ("int256",))
    for greek in GREEKS:
        signature = f"{greek}(uint256,uint256,uint256,uint256)"
        yield Asked(f"{greek} of {terms.number}", protocol.pricing, signature, valued, ("int256",))


def _each_account(protocol: ReferenceProtocol, accounts: Sequence[Address]) -> Iterator[Asked]:
    house = protocol.house
    yield Asked("parameters", house, "marginParametersOf(bytes32)", (ETHER,), (MARGIN_PARAMETERS,))
    for who in accounts:
        yield Asked(f"cash {who}", house, "balanceOf(address)", (who,))
        yield Asked(f"required {who}", house, "marginOf(address)", (who,), ("uint256", "uint256"))
        yield Asked(f"written {who}", protocol.market, "exposures(address)", (who,), (f"{EXPOSURE}[]",))
        yield Asked(f"headroom {who}", house, "headroomOf(address)", (who,), ("int256",))
        prices = "liquidationPricesOf(address,bytes32)"
        yield Asked(f"liquidation {who}", house, prices, (who, ETHER), ("uint256", "uint256"))
