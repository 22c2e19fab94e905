"""How people read the reference protocol: what its figures are called, in which unit, and who its accounts are."""

from collections.abc import Mapping
from typing import Final

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.observables import GREEKS
from upgrader.flows.demo.trading import ETHER
from upgrader.simulation.legend import Figure, Legend, Scale
from upgrader.simulation.scenario import Question
from upgrader.units import Address

PRICE: Final = 18
"""Digits of prices, rates and numbers of options behind the point."""

COLLATERAL: Final = 6
"""Digits of the collateral behind the point."""


def legend(protocol: ReferenceProtocol, people: Mapping[Address, str]) -> Legend:
    """Return what :mod:`upgrader.flows.demo.observables` and the actors' calls are to a reader.

    Args:
        protocol: Whom they ask and call.
        people: A playbook's own accounts by their role.
    """
    house, market, pricing = protocol.house, protocol.market, protocol.pricing
    model, shared = "(bool,uint256,uint256,uint256,uint256)", "(uint256,uint256,uint256,uint256)"
    liquidation = "liquidationPricesOf(address,bytes32)"
    figures = (
        Figure(market, "priceOf(uint256)", Scale("premium", "USD", PRICE)),
        Figure(market, "buy(uint256,address,uint256,uint256)", Scale("premium paid", "USD", COLLATERAL)),
        Figure(market, "sell(uint256,address,uint256,uint256)", Scale("premium received", "USD", COLLATERAL)),
        Figure(market, "redeem(uint256,uint256)", Scale("payout", "USD", COLLATERAL)),
        Figure(market, "settlementPriceOf(bytes32,uint64)", Scale("settlement price", "USD", PRICE)),
        Figure(market, "volatilityOf(bytes32)", Scale("volatility", "%", PRICE - 2)),
        Figure(house, "marginOf(address)", Scale("initial margin", "USD", COLLATERAL)),
        Figure(house, "marginOf(address)", Scale("maintenance margin", "USD", COLLATERAL), word=1),
        Figure(house, "balanceOf(address)", Scale("balance", "USD", COLLATERAL)),
        Figure(house, "headroomOf(address)", Scale("headroom above the maintenance margin", "USD", COLLATERAL)),
        Figure(house, liquidation, Scale("liquidation price on a fall", "USD", PRICE)),
        Figure(house, liquidation, Scale("liquidation price on a rise", "USD", PRICE), word=1),
        Figure(market, "payoffAt(uint256,uint256)", Scale("exercise value", "USD", PRICE)),
        Figure(house, "poolOf(uint256)", Scale("collected for payouts", "USD", COLLATERAL)),
        Figure(house, "totalBalances()", Scale("all balances", "USD", COLLATERAL)),
        Figure(house, "totalPools()", Scale("collected for all payouts", "USD", COLLATERAL)),
        Figure(house, "insuranceFund()", Scale("insurance fund", "USD", COLLATERAL)),
        Figure(house, "badDebt()", Scale("bad debt", "USD", COLLATERAL)),
        Figure(house, "liquidate(address,uint256,uint256,uint256)", Scale("options taken over", "", PRICE)),
        Figure(protocol.oracle, "price(bytes32)", Scale("ETH", "USD", PRICE)),
        Figure(protocol.collateral, "balanceOf(address)", Scale("collateral held", "USD", COLLATERAL)),
        Figure(pricing, f"price{model}", Scale("model price", "USD", PRICE)),
        Figure(pricing, f"delta{model}", Scale("model delta", "", PRICE)),
        *(Figure(pricing, f"{greek}{shared}", Scale(f"model {greek}", "", PRICE)) for greek in GREEKS),
    )
    path = Question(protocol.oracle, encode_call("price(bytes32)", ETHER), "spot")
    return Legend(figures, path, Scale("ETH", "USD", PRICE), {**parties(protocol), **people})


def parties(protocol: ReferenceProtocol) -> dict[Address, str]:
    """Return the roles of the protocol's own accounts."""
    known = protocol.parties
    traders = {who: f"trader {number}" for number, who in enumerate(known.traders, 1)}
    makers = {who: f"maker {number}" for number, who in enumerate(known.writers, 1)}
    return {
        **traders,
        **makers,
        known.deployer: "price keeper",
        known.timelock: "governance",
        known.guardian: "guardian",
        known.risk_admin: "risk admin",
        known.oracle_admin: "oracle admin",
    }
