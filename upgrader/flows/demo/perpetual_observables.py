"""What is asked of the perpetual market in every block: of the market, of its fund, and of each account."""

from collections.abc import Iterator, Sequence
from typing import Final

from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.simulation.questionnaire import Asked, Questionnaire
from upgrader.units import Address

PARAMETERS: Final = "(uint64,uint64,uint64,uint64,uint64)"
ACCOUNT: Final = "(int128,int128,int256)"
QUOTE: Final = "(uint128,uint128,int64,int64)"


def perpetual_observables(protocol: ReferenceProtocol, market: Address, accounts: Sequence[Address]) -> Questionnaire:
    """Return the questions of one block.

    Args:
        protocol: Whose collateral the market holds.
        market: The perpetual's proxy.
        accounts: Everybody who has anything there, so that sums over them are sums over all.
    """
    return Questionnaire([*_market(protocol, market), *_each_account(market, accounts)])


def _market(protocol: ReferenceProtocol, market: Address) -> Iterator[Asked]:
    yield Asked("held", protocol.collateral, "balanceOf(address)", (market,))
    for view in ("indexPrice()", "markPrice()", "insuranceFund()", "badDebt()", "openInterest()"):
        yield Asked(view, market, view)
    for view in ("markPremium()", "fundingRate()", "fundingPool()", "totalCash()"):
        yield Asked(view, market, view, (), ("int256",))
    yield Asked("mode()", market, "mode()", (), ("uint8",))
    yield Asked("parameters()", market, "parameters()", (), (PARAMETERS,))


def _each_account(market: Address, accounts: Sequence[Address]) -> Iterator[Asked]:
    for who in accounts:
        yield Asked(f"account {who}", market, "accountOf(address)", (who,), (ACCOUNT,))
        yield Asked(f"funding {who}", market, "pendingFundingOf(address)", (who,), ("int256",))
        yield Asked(f"worth {who}", market, "equityOf(address)", (who,), ("int256",))
        yield Asked(f"margin {who}", market, "marginOf(address)", (who,), ("uint256", "uint256"))
        yield Asked(f"ratio {who}", market, "marginRatioOf(address)", (who,), ("int256",))
        yield Asked(f"liquidation {who}", market, "liquidationPriceOf(address)", (who,))
        yield Asked(f"quote {who}", market, "quoteOf(address)", (who,), (QUOTE,))
