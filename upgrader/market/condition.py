"""A condition: the market that a scenario runs in, and the cases it falls into."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upgrader.market.bridge import Bar
from upgrader.market.fixed import ONE, WHOLE, Price, Rate
from upgrader.units import Seconds, Wei

BLOCK: Final = Seconds(12)
"""Time between blocks of mainnet.  Source: https://ethereum.org/developers/docs/blocks/#block-time"""

GWEI: Final = 10**9

TRANSACTION_GAS: Final = 200_000
"""Gas of the transaction whose cost a condition names in dollars, which the press does not tell: on the reference
protocol a sale takes 180,000 and a purchase 240,000 and more."""

NOTHING: Final = Price(0)

USUAL: Final = (Rate(6 * ONE // 10), Rate(6 * ONE // 10))
"""Volatility at the start and at the end, where a condition says nothing of it: 60 %."""


class Defect(StrEnum):
    """What is wrong with what an oracle says."""

    STALE = "stale"
    ZERO = "zero"
    NEGATIVE = "negative"
    CLAMPED = "clamped"
    DECIMALS = "decimals"
    FACTOR = "factor"
    CARRIED = "carried over"


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect, with its figure.

    Attributes:
        defect: Its kind.
        age: For ``stale``: time since the answer was given.
        share: For ``factor``: what the answer is, as a share of the price.  For ``clamped``: what the price has become,
            as a share of the answer that stays.
    """

    defect: Defect
    age: Seconds = Seconds(0)
    share: Rate = WHOLE


@dataclass(frozen=True, slots=True)
class Crossing:
    """When an upgrade is executed, relative to an expiry.

    Attributes:
        name: ``31 minutes before``.
        offset: Time after the expiry; negative before it.
        disputed: Whether the expiry has no average, so that its price is proposed and can be disputed.
    """

    name: str
    offset: Seconds
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A market, measured or made up.

    Attributes:
        name: Unique, ``crash_2020_03_12``.
        about: One sentence.
        source: Where its figures are from.
        bars: Its days; only their proportions count.  Empty: the price stands still.
        day: How long one bar takes.
        volatility: Annual, at the start and at the end.
        base_fees: Wei; one case each.  Empty: gas costs nothing.
        faults: Of the oracle; one case each.
        lag: How far the oracle is behind: it tells what the price was so long ago, with that age.
        transaction_cost: What one transaction of :data:`TRANSACTION_GAS` costs, in dollars; zero leaves it to
            ``base_fees``.
        keepers_stop: Dollars for the same above which keepers and liquidators stay away; zero for never.
        liquidity: Share of the usual quotes that is left.
        collateral: What one unit of the collateral is worth.
        staked: What a staked token is worth in its underlying at the path's end, as a share of what it was.
        down: How long the sequencer is down; nothing happens on the chain meanwhile.
        grace: How long after its return prices are refused.
        fund_empty: Whether the insurance fund holds nothing.
        crossings: Executions around an expiry; one case each.
    """

    name: str
    about: str
    source: str
    bars: tuple[Bar, ...] = ()
    day: Seconds = Seconds(86_400)
    volatility: tuple[Rate, Rate] = USUAL
    base_fees: tuple[Wei, ...] = ()
    faults: tuple[Fault, ...] = ()
    transaction_cost: Price = NOTHING
    keepers_stop: Price = NOTHING
    lag: Seconds = Seconds(0)
    liquidity: Rate = WHOLE
    collateral: Rate = WHOLE
    staked: Rate = WHOLE
    down: Seconds = Seconds(0)
    grace: Seconds = Seconds(0)
    fund_empty: bool = False
    crossings: tuple[Crossing, ...] = ()

    def cases(self) -> "Iterator[Case]":
        """Yield what the condition amounts to, at least one case."""
        if not (self.faults or self.base_fees or self.crossings):
            yield Case(self.name, self)
        for fault in self.faults:
            figure = f" {fault.age} s" if fault.age else ""
            yield Case(f"{self.name}/{fault.defect}{figure}", self, fault=fault)
        for fee in self.base_fees:
            yield Case(f"{self.name}/{fee // GWEI} gwei", self, base_fee=fee)
        for crossing in self.crossings:
            yield Case(f"{self.name}/{crossing.name}", self, crossing=crossing)


@dataclass(frozen=True, slots=True)
class Case:
    """One market to run in.

    Attributes:
        name: Unique; begins with the condition's.
        condition: What it is a case of.
        fault: The oracle's, or None.
        base_fee: Price of gas, or None for nothing.
        crossing: When the upgrade is executed, or None for at the start.
    """

    name: str
    condition: Condition
    fault: Fault | None = None
    base_fee: Wei | None = None
    crossing: Crossing | None = None

    def fee_at(self, spot: Price) -> Wei | None:
        """Return the price of gas where the coin that pays for it costs ``spot`` dollars; None for nothing."""
        if self.base_fee is None and self.condition.transaction_cost:
            return Wei(self.condition.transaction_cost * ONE // (spot * TRANSACTION_GAS))
        return self.base_fee

    def keepers_stay_away(self, spot: Price) -> bool:
        """Tell whether a transaction costs more than keepers and liquidators pay, at that price of the coin."""
        most = self.condition.keepers_stop
        return bool(most) and (self.fee_at(spot) or 0) * TRANSACTION_GAS * spot > most * ONE
