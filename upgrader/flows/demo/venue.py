"""The reference protocol as its users act on it: one method for each entry point that every version has.

Accounts of a playbook are made up from names: nobody has their keys, and a simulated transaction needs none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ListedSeries, ReferenceProtocol
from upgrader.flows.demo.trading import DOLLAR, ETHER
from upgrader.flows.demo.versions import ALLOWED
from upgrader.market.fixed import ONE, Price, Rate
from upgrader.market.ticks import Round, Tick, said
from upgrader.simulation.scenario import Act
from upgrader.units import Address, Timestamp, address_from_word, keccak

ANY: Final = 2**256 - 1
ANY_PRICE: Final = 2**128 - 1

LARGEST_POWER: Final = 40
"""Two to this is more than a million dollars of six decimals; see :meth:`Venue.empty_fund`."""


def account(name: str) -> Address:
    """Return the address that stands for a role in a playbook."""
    return address_from_word(keccak(f"playbook: {name}".encode()))


@dataclass(frozen=True, slots=True)
class Staked:
    """A token that stands for staked ether: its price is its feed's answer times ether's.

    Attributes:
        underlying: Its symbol in the market.
        feed: Whose answers have the decimals of Chainlink's dollar feeds.
        ratio: What it is worth in ether at the copied block, 18 decimals.
    """

    underlying: bytes
    feed: Address
    ratio: int


@dataclass(frozen=True, slots=True)
class Venue:
    """Writes transactions to a deployed reference protocol."""

    protocol: ReferenceProtocol

    @property
    def near(self) -> tuple[ListedSeries, ...]:
        """The series that expire first."""
        first = min(series.expiry for series in self.protocol.series)
        return tuple(series for series in self.protocol.series if series.expiry == first)

    def publish(self, told: Round, now: Timestamp) -> tuple[Act, ...]:
        """The feed answers, with the decimals that it claims."""
        updated = now - told.age
        keeper, feed = self.protocol.parties.deployer, self.protocol.feed
        return (
            Act(keeper, feed, encode_call("setDecimals(uint8)", told.decimals), label="set the feed's decimals"),
            Act(
                keeper, feed, encode_call("setRound(int256,uint256,uint256)", told.answer, updated, updated),
                label="publish a price",
            ),
        )  # fmt: skip

    def publish_ratio(self, staked: Staked, share: Rate, now: Timestamp) -> Act:
        """The feed of a staked token answers a share of what it said at the copied block."""
        answer = said(Price(staked.ratio * share // ONE)).answer
        data = encode_call("setRound(int256,uint256,uint256)", answer, now, now)
        return Act(self.protocol.parties.deployer, staked.feed, data, label="publish a ratio")

    def look(self, tick: Tick, now: Timestamp) -> Iterator[Act]:
        """What the market says at a tick.

        While the sequencer is away nothing reaches the chain: at its return there is the feed's last round, and the
        uptime feed's new one, from which the grace counts.
        """
        if tick.sequencer_up:
            yield from self.publish(tick.round, now)
        else:
            back = encode_call("setRound(int256,uint256,uint256)", 0, now, now)
            keeper = self.protocol.parties.deployer
            yield Act(keeper, self.protocol.sequencer, back, label="the sequencer is back")

    def volatility(self, rate: Rate) -> Act:
        """The risk admin sets the flat volatility."""
        return self._market(
            self.protocol.parties.risk_admin, "set the volatility", "setVolatility(bytes32,uint256)", ETHER, rate
        )

    def list_series(self, strike: int, expiry: Timestamp, *, is_call: bool) -> Act:
        """The risk admin lists a series; its number is the next one."""
        signature = "createSeries(bytes32,uint128,uint64,bool)"
        return self._market(
            self.protocol.parties.risk_admin, "list a series", signature, ETHER, strike, expiry, is_call
        )

    def list_spread(self, upper: int, lower: int, expiry: Timestamp) -> Act:
        """The risk admin lists a put spread, from version 2 on; its number is the next one."""
        signature = "createSpread(bytes32,uint128,uint128,uint64)"
        return self._market(
            self.protocol.parties.risk_admin, "list a spread", signature, ETHER, upper, lower, expiry
        )  # fmt: skip

    def fund(self, who: Address, units: int) -> tuple[Act, ...]:
        """Somebody gets collateral and deposits it."""
        dollar, house = self.protocol.collateral, self.protocol.house
        return (
            Act(who, dollar, encode_call("mint(address,uint256)", who, units), label="mint"),
            Act(who, dollar, encode_call("approve(address,uint256)", house, ANY), label="approve"),
            self.deposit(who, units),
        )

    def deposit(self, who: Address, units: int) -> Act:
        """Somebody deposits collateral."""
        return self._house(who, "deposit", "deposit(uint256)", units)

    def withdraw(self, who: Address, units: int) -> Act:
        """Somebody withdraws collateral."""
        return self._house(who, "withdraw", "withdraw(uint256)", units)

    def quote(self, writer: Address, number: int, offer: int, bid: int) -> Act:
        """A maker quotes without price limits."""
        quote = (offer, bid, 0, ANY_PRICE)
        return self._market(writer, "quote", "setQuote(uint256,(uint128,uint128,uint128,uint128))", number, quote)

    def buy(self, who: Address, number: int, writer: Address, amount: int) -> Act:
        """A taker buys from a quote."""
        return self._market(who, "buy", "buy(uint256,address,uint256,uint256)", number, writer, amount, ANY)

    def sell(self, who: Address, number: int, writer: Address, amount: int) -> Act:
        """A taker sells back to a quote."""
        return self._market(who, "sell", "sell(uint256,address,uint256,uint256)", number, writer, amount, 0)

    def close(self, who: Address, number: int, amount: int) -> Act:
        """A writer that holds options ends part of the short position."""
        return self._market(who, "close", "close(uint256,uint256)", number, amount)

    def transfer(self, who: Address, whom: Address, number: int, amount: int) -> Act:
        """A holder passes options of a listed series on."""
        (token,) = (series.token for series in self.protocol.series if series.number == number)
        return Act(who, token, encode_call("transfer(address,uint256)", whom, amount), label="transfer")

    def decide(self, registry: Address, who: Address) -> Act:
        """Compliance allows an account, from version 4 on."""
        decision = encode_call("decide(address[],uint8,bytes32)", [who], ALLOWED, bytes(32))
        return Act(self.protocol.parties.risk_admin, registry, decision, label="decide about an account")

    def liquidate(self, who: Address, whom: Address, number: int, amount: int) -> Act:
        """A liquidator takes over what it may."""
        return self._house(
            who, "liquidate", "liquidate(address,uint256,uint256,uint256)", whom, number, amount, 0
        )  # fmt: skip

    def observe(self, who: Address, expiry: Timestamp) -> Act:
        """A keeper records the price for an expiry."""
        return self._market(who, "observe", "observe(bytes32,uint64)", ETHER, expiry)

    def propose(self, expiry: Timestamp, price: int) -> Act:
        """The oracle admin proposes a settlement price where there is no average."""
        signature = "proposeSettlementPrice(bytes32,uint64,uint128)"
        return self._market(
            self.protocol.parties.oracle_admin, "propose a settlement price", signature, ETHER, expiry, price
        )

    def settle(self, who: Address, number: int) -> Act:
        """A keeper charges every writer."""
        return self._market(who, "settle", "settle(uint256,uint256)", number, 100)

    def redeem(self, who: Address, number: int, amount: int) -> Act:
        """A holder turns options into collateral."""
        return self._market(who, "redeem", "redeem(uint256,uint256)", number, amount)

    def cancel(self, writer: Address, number: int) -> Act:
        """A maker withdraws a quote."""
        return self._market(writer, "cancel the quote", "cancelQuote(uint256)", number)

    def pause(self) -> Act:
        """The guardian stops everything."""
        return self._market(self.protocol.parties.guardian, "pause", "pause()")

    def settle_only(self) -> Act:
        """The guardian stops whatever adds risk."""
        return self._market(self.protocol.parties.guardian, "settle only", "settleOnly()")

    def resume(self) -> Act:
        """Governance allows everything again."""
        return self._market(self.protocol.parties.timelock, "resume", "resume()")

    def empty_fund(self) -> Iterator[Act]:
        """Governance takes out whatever the fund holds.

        A script cannot read the amount, but takes it digit by digit: each power of two, largest first, goes through
        where it is part of what is left, and is refused otherwise.
        """
        sender = self.protocol.parties.timelock
        for power in reversed(range(LARGEST_POWER)):
            yield self._house(sender, "empty the fund", "withdrawFund(address,uint256)", sender, 1 << power)

    def dollars(self, amount: int) -> int:
        """Return whole dollars in units of the collateral."""
        return amount * DOLLAR

    def _market(self, who: Address, label: str, signature: str, *arguments: Any) -> Act:
        return Act(who, self.protocol.market, encode_call(signature, *arguments), label=label)

    def _house(self, who: Address, label: str, signature: str, *arguments: Any) -> Act:
        return Act(who, self.protocol.house, encode_call(signature, *arguments), label=label)
