"""How people read the perpetual market: what its figures are called, in which unit, and who its accounts are."""

from collections.abc import Mapping

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.legend import COLLATERAL, PRICE, parties
from upgrader.simulation.legend import Figure, Legend, Scale
from upgrader.simulation.scenario import Question
from upgrader.units import Address


def perpetual_legend(protocol: ReferenceProtocol, market: Address, people: Mapping[Address, str]) -> Legend:
    """Return what :mod:`upgrader.flows.demo.perpetual_observables` is to a reader.

    Args:
        protocol: Whose collateral the market holds.
        market: The perpetual's proxy.
        people: A playbook's own accounts by their role.
    """
    index = Scale("index price", "USD", PRICE)
    figures = (
        Figure(market, "indexPrice()", index),
        Figure(market, "markPrice()", Scale("mark price", "USD", PRICE)),
        Figure(market, "markPremium()", Scale("premium of the mark", "%", PRICE - 2)),
        Figure(market, "fundingRate()", Scale("funding rate of one period", "%", PRICE - 2)),
        Figure(market, "fundingPool()", Scale("funding not yet given on", "USD", COLLATERAL)),
        Figure(market, "pendingFundingOf(address)", Scale("pending funding", "USD", COLLATERAL)),
        Figure(market, "equityOf(address)", Scale("worth of the account", "USD", COLLATERAL)),
        Figure(market, "marginOf(address)", Scale("initial margin", "USD", COLLATERAL)),
        Figure(market, "marginOf(address)", Scale("maintenance margin", "USD", COLLATERAL), word=1),
        Figure(market, "liquidationPriceOf(address)", Scale("liquidation price", "USD", PRICE)),
        Figure(market, "openInterest()", Scale("open contracts", "", PRICE)),
        Figure(market, "insuranceFund()", Scale("insurance fund", "USD", COLLATERAL)),
        Figure(market, "badDebt()", Scale("bad debt", "USD", COLLATERAL)),
        Figure(market, "totalCash()", Scale("cash of all accounts", "USD", COLLATERAL)),
        Figure(protocol.collateral, "balanceOf(address)", Scale("collateral held", "USD", COLLATERAL)),
    )
    return Legend(
        figures, Question(market, encode_call("indexPrice()"), "index"), index, {**parties(protocol), **people}
    )
