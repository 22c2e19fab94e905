"""The perpetual market as its users act on it: one method for each entry point."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.perpetual import ANY_PRICE
from upgrader.flows.demo.venue import ANY
from upgrader.market.fixed import Rate
from upgrader.simulation.scenario import Act
from upgrader.units import Address

QUOTE: Final = "setQuote((uint128,uint128,int64,int64))"


@dataclass(frozen=True, slots=True)
class PerpetualVenue:
    """Writes transactions to a deployed perpetual market.

    Attributes:
        protocol: Whose collateral and roles it has.
        market: The perpetual's proxy.
    """

    protocol: ReferenceProtocol
    market: Address

    def fund(self, who: Address, units: int) -> Iterator[Act]:
        """Somebody gets collateral and deposits it."""
        yield from self._mint(who, units)
        yield self._act(who, "deposit", "deposit(uint256)", units)

    def grant(self, who: Address, units: int) -> Iterator[Act]:
        """Somebody gives to the insurance fund."""
        yield from self._mint(who, units)
        yield self._act(who, "grant to the fund", "grantToFund(uint256)", units)

    def withdraw(self, who: Address, units: int) -> Act:
        """Somebody withdraws collateral."""
        return self._act(who, "withdraw", "withdraw(uint256)", units)

    def quote(self, maker: Address, contracts: int, offset: Rate) -> Act:
        """A maker quotes the same amount on both sides, the same offset away from the index."""
        return self._act(maker, "quote", QUOTE, (contracts, contracts, offset, -offset))

    def trade(self, who: Address, maker: Address, contracts: int) -> Act:
        """A taker buys from a maker, or sells below zero, at any price."""
        limit = ANY_PRICE if contracts > 0 else 0
        return self._act(
            who, "buy" if contracts > 0 else "sell", "trade(address,int256,uint256)", maker, contracts, limit
        )

    def liquidate(self, who: Address, whom: Address, contracts: int) -> Act:
        """A liquidator takes over what it may."""
        return self._act(who, "liquidate", "liquidate(address,uint256)", whom, contracts)

    def accrue(self, who: Address) -> Act:
        """A keeper brings premium and funding up to now."""
        return self._act(who, "accrue", "accrue()")

    def pause(self) -> Act:
        """The guardian stops everything."""
        return self._act(self.protocol.parties.guardian, "pause", "pause()")

    def settle_only(self) -> Act:
        """The guardian stops whatever adds risk."""
        return self._act(self.protocol.parties.guardian, "settle only", "settleOnly()")

    def resume(self) -> Act:
        """Governance allows everything again."""
        return self._act(self.protocol.parties.timelock, "resume", "resume()")

    def _mint(self, who: Address, units: int) -> Iterator[Act]:
        dollar = self.protocol.collateral
        yield Act(who, dollar, encode_call("mint(address,uint256)", who, units), label="mint")
        yield Act(who, dollar, encode_call("approve(address,uint256)", self.market, ANY), label="approve")

    def _act(self, who: Address, label: str, signature: str, *arguments: Any) -> Act:
        return Act(who, self.market, encode_call(signature, *arguments), label=label)
