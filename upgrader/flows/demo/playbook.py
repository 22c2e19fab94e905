"""The reference protocol's own scenarios: one market day for each case, and one of the emergency modes.

The same people act in every market: makers who quote, takers who trade at their quotes, two writers at the edge of
their margin (one of calls, one of puts), a liquidator, a keeper of prices and settlements, somebody who spends a whole
balance, and a holder who only redeems.  Only entry points that every version has are used, so that the script runs on
any two of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upgrader.errors import InputError
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.laws import located, market_laws, model_law, share_law
from upgrader.flows.demo.legend import legend
from upgrader.flows.demo.mode_laws import intrusions, mode_law, option_gates, option_permits, role_law
from upgrader.flows.demo.observables import model, observables
from upgrader.flows.demo.protocol import FEE_RATE
from upgrader.flows.demo.risk import Look, Terms, is_due, look
from upgrader.flows.demo.risk_laws import risk_law
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.flows.demo.venue import Staked, Venue, account
from upgrader.market.black_scholes import YEAR, Option
from upgrader.market.condition import BLOCK, Case
from upgrader.market.fixed import WHOLE, Price, Rate
from upgrader.market.ticks import Tick, said, ticks
from upgrader.simulation.scenario import Act
from upgrader.simulation.script import Script, Stage
from upgrader.simulation.timeline import Timeline
from upgrader.units import Address, Seconds, Timestamp

TAKER, HOLDER, LIQUIDATOR, KEEPER, SPENDER = map(
    account, ("taker", "holder who only redeems", "liquidator", "keeper", "spender of everything")
)
CALL_WRITER, PUT_WRITER = account("writer of calls at the edge"), account("writer of puts at the edge")
PEOPLE: Final = {
    TAKER: "taker", HOLDER: "holder", LIQUIDATOR: "liquidator", KEEPER: "keeper", SPENDER: "spender",
    CALL_WRITER: "writer of calls", PUT_WRITER: "writer of puts",
}  # fmt: skip

AT_RISK: Final = (CALL_WRITER, PUT_WRITER, LIQUIDATOR)
"""Whose distance from liquidation is looked at."""

LADDER: Final = (85, 115)
"""Strikes of the series that a script lists besides, in percent of the spot."""

FAR: Final = 70
"""Strike of a series that is listed in whichever mode allows it, likewise."""

NO_SHIFT: Final = Rate(0)
SPREAD: Final = (100, 90)
"""Strikes of the spread that a script lists where the market has spreads, likewise."""

FILLS: Final = tuple(ONE * 8 >> step for step in range(8))
"""Options bought from a writer at the edge, halved each time: what no longer fits is refused, and the margin is used
up to a sixteenth of an option."""

EDGE_DEPOSIT: Final = 3_000 * DOLLAR
DEPOSIT: Final = 200_000 * DOLLAR
QUOTED: Final = 100 * ONE
UNEVEN: Final = 1_111_111_111_111_111_111
"""Options, a number that no payout divides evenly."""

WINDOW: Final = Seconds(1_800)
KEEPER_PACE: Final = Seconds(150)
DISPUTE: Final = Seconds(7_200)
HOUR: Final = Seconds(3_600)
LONG: Final = 3
"""Days of a condition from which on a leg has one point instead of two."""


@dataclass(frozen=True, slots=True)
class ReferencePlaybook:
    """Scenarios of a deployed reference protocol.

    Attributes:
        protocol: Every series that is listed, in ``series``.
        spot: Price of the underlying at the copied block.
        seed: Chooses the paths.
        flat: Whether one volatility prices every strike.
        shift: Farthest that a surface counts from the flat volatility, as a share of it, where one prices.
        spreads: Whether the market has put spreads on both codes: from version 2 on.
        staked: A token that the market lists series on, whose ratio to ether moves; None for none.
        registry: Who decides about accounts on both codes, from version 4 on; None before.
    """

    protocol: ReferenceProtocol
    spot: Price
    seed: int = 1
    flat: bool = True
    shift: Rate = NO_SHIFT
    spreads: bool = False
    registry: Address | None = None
    staked: Staked | None = None

    def __call__(self, cases: Sequence[Case], stage: Stage) -> Iterable[Script]:
        """Return one script for each case, and one of the modes where something is traded after the upgrade.

        Raises:
            InputError: The series that expire first are over before a case's market opens.
        """
        for case in cases:
            yield _Day(self, case, stage, f"{case.name}: a market day").script()
        if cases and stage.start + stage.upgrade + BLOCK < Venue(self.protocol).near[0].expiry:
            yield _Day(self, cases[0], stage, "the emergency modes").modes()


class _Day:
    """Writes one script down."""

    def __init__(self, book: ReferencePlaybook, case: Case, stage: Stage, name: str) -> None:
        self.book, self.case, self.stage, self.name = book, case, stage, name
        self.venue = Venue(book.protocol)
        self.timeline = Timeline(stage.start, case.fee_at(book.spot))
        self.expiry = self.venue.near[0].expiry
        self.call = next(each.number for each in self.venue.near if each.is_call)
        self.put = next(each.number for each in self.venue.near if not each.is_call)
        self.maker, self.other = book.protocol.parties.writers[:2]
        listed = len(book.protocol.series)
        self.series = tuple(range(1, listed + 2 * len(LADDER) + book.spreads + 1))
        self.near = (*(each.number for each in self.venue.near), *self.series[listed:])
        accounts = (self.maker, CALL_WRITER, PUT_WRITER, LIQUIDATOR, TAKER, HOLDER, SPENDER)
        self.asked = observables(
            book.protocol, self.series, accounts, spreads=book.spreads, registry=book.registry, staked=book.staked
        )  # fmt: skip
        self.last, self.volatility = book.spot, case.condition.volatility[0]
        self.looks: list[Look] = []
        self.kept = not case.keepers_stay_away(book.spot)

    def script(self) -> Script:
        """A market day, then settlement and redemption of the series that expire first."""
        executed = self._executed()
        if self.case.crossing:
            self._open(self.stage.start + BLOCK)
        else:
            self._keep(executed)
            self._open(executed + BLOCK)
        self._trade()
        self._settle()
        return self._finished(executed)

    def modes(self) -> Script:
        """Every entry point in each mode, then what is not for whoever tries it; redemption while paused."""
        # At once: a case whose upgrade crosses an expiry may begin when nothing is traded any more.
        executed = Timestamp(self.stage.start + self.stage.upgrade)
        self._keep(executed)
        self._open(executed + BLOCK)
        risen = Price(self.book.spot * 3 // 2)
        for stop in (self.venue.pause(), self.venue.settle_only(), self.venue.resume()):
            now = self.timeline.latest + HOUR
            self._block(now, (*self.venue.publish(said(risen), Timestamp(now)), stop, *self._everything()))
        known = self.book.protocol.parties
        others = (known.guardian, known.risk_admin, known.oracle_admin)
        self._block(self.timeline.latest + BLOCK, intrusions(option_permits(self.book.protocol), others))
        self.last = risen
        self._settle(stop=self.venue.pause())
        return self._finished(executed)

    def _executed(self) -> Timestamp:
        if self.case.crossing:
            return Timestamp(self.expiry + self.case.crossing.offset)
        return Timestamp(self.stage.start + self.stage.upgrade)

    def _finished(self, executed: Timestamp) -> Script:
        # The model itself is asked once, at the end, in a block of its own; then what still lives.
        asked = model(self.book.protocol)
        self.timeline.block(self.timeline.latest + BLOCK, (), asked.questions)
        self._look()
        placed = self.timeline.script(self.name, self.case.name, self.stage, executed)
        flat, staked = self.book.flat, self.book.staked
        shift = 0.0 if flat else self.book.shift / ONE
        protocol, moments = self.book.protocol, placed.script.scenario.moments
        laws = (
            *market_laws(self.asked, placed, self.series, shift=shift, staked=staked.underlying if staked else b""),
            model_law(asked, moments),
            risk_law(self.looks, placed, flat=flat),
            mode_law(protocol.market, option_gates(protocol, (HOLDER, TAKER, SPENDER), (self.maker,)), moments),
            role_law(option_permits(protocol), moments),
            share_law(protocol.house, "house", "liquidate(address,uint256,uint256,uint256)", moments),
        )
        places = {"market": protocol.market, "house": protocol.house, "pricing": protocol.pricing}
        return replace(placed.script, laws=located(laws, places), legend=legend(protocol, PEOPLE))

    def _block(self, time: int, acts: Iterable[Act]) -> None:
        self.timeline.block(time, tuple(acts), self.asked.questions)

    def _look(self, tick: Tick | None = None) -> None:
        """Look at the risk: where the price has moved since the last look, at the end of a script in any case."""
        time, last = Timestamp(self.timeline.latest + 1), self.looks[-1] if self.looks else None
        if tick is None or is_due(last, tick.price, time):
            market = time, self.last, self.volatility
            found = look(self.book.protocol, self._terms(), AT_RISK, market, spreads=self.book.spreads)
            self.looks.append(found)
            # A second later the feed says the same, or what it said would be older than it was for the market.
            said_again = self.venue.publish(tick.round, time) if tick and tick.sequencer_up else ()
            self.timeline.block(time, said_again, found.asked.questions)

    def _terms(self) -> Iterator[Terms]:
        """Yield every series of ether: those that were listed, and those that the script lists."""
        for each in self.book.protocol.series:
            if each.underlying == ETHER:
                yield Terms(each.number, each.strike, each.expiry, each.is_call)
        numbers = iter(self.series[len(self.book.protocol.series) :])
        for percent in LADDER:
            for is_call in (True, False):
                yield Terms(next(numbers), self.book.spot * percent // 100, self.expiry, is_call)
        if self.book.spreads:
            yield Terms(next(numbers), self.book.spot * SPREAD[0] // 100, self.expiry, is_call=False)

    def _keep(self, until: int) -> None:
        """The keepers' work while the upgrade waits: a price every hour."""
        for time in range(self.stage.start + HOUR, until, HOUR):
            self.timeline.block(time, self.venue.publish(said(self.book.spot), Timestamp(time)))

    def _open(self, time: int) -> None:
        """A price, accounts, listings and quotes; then positions, some at the very edge of their margin."""
        venue, case = self.venue, self.case
        if time >= self.expiry:
            raise InputError(
                f"{self.name!r} has no market: it opens at {time}, and the first series are over at {self.expiry}",
                remedy="copy a later block, when series with more time are listed",
            )
        acts = [*venue.publish(said(self.book.spot), Timestamp(time))]
        if self.book.staked:
            acts.append(venue.publish_ratio(self.book.staked, WHOLE, Timestamp(time)))
        acts.append(venue.volatility(case.condition.volatility[0]))
        for who in (self.maker, TAKER, HOLDER, LIQUIDATOR):
            acts += venue.fund(who, DEPOSIT)
        for who in (CALL_WRITER, PUT_WRITER):
            acts += venue.fund(who, EDGE_DEPOSIT)
        for percent in LADDER:
            strike = self.book.spot * percent // 100
            acts += [venue.list_series(strike, self.expiry, is_call=is_call) for is_call in (True, False)]
        if self.book.registry:
            acts.append(venue.decide(self.book.registry, KEEPER))
        if self.book.spreads:
            upper, lower = (self.book.spot * percent // 100 for percent in SPREAD)
            acts.append(venue.list_spread(upper, lower, self.expiry))
        acts += [venue.quote(self.maker, number, QUOTED, QUOTED) for number in self.near]
        for writer, number in ((CALL_WRITER, self.call), (PUT_WRITER, self.put)):
            acts.append(venue.quote(writer, number, QUOTED, QUOTED))
            acts += [venue.buy(TAKER, number, writer, amount) for amount in FILLS]
        acts += [venue.buy(HOLDER, number, self.maker, UNEVEN) for number in self.near]
        if case.condition.fund_empty:
            acts += venue.empty_fund()
        acts += [*venue.fund(SPENDER, self._whole_price(time)), venue.buy(SPENDER, self.call, self.maker, ONE)]
        self._block(time, acts)
        offer = QUOTED * case.condition.liquidity // ONE
        others = ((self.other, self.call), (CALL_WRITER, self.call), (PUT_WRITER, self.put))
        quoted = (*((self.maker, number) for number in self.near), *others)
        self._block(time + BLOCK, (venue.quote(who, number, offer, offer) for who, number in quoted))

    def _whole_price(self, time: int) -> int:
        """What one near call at the money costs with its fee, to the unit: the reference is exact enough for that."""
        series = self.venue.near[0] if self.venue.near[0].is_call else self.venue.near[1]
        years, volatility = (self.expiry - time) / YEAR, self.case.condition.volatility[0] / ONE
        price = Option(True, self.book.spot / ONE, series.strike / ONE, years, volatility).price  # noqa: FBT003 - a call
        premium = -int(-price * DOLLAR // 1)
        return premium - (-premium * FEE_RATE // ONE)

    def _trade(self) -> None:
        """Everyone acts at every look at the market, until the averaging window is near."""
        steps = 1 if len(self.case.condition.bars) >= LONG else 2
        time = self.timeline.latest + BLOCK
        until = self.expiry - WINDOW - 60
        for index, tick in enumerate(ticks(self.case, self.book.spot, self.book.seed, steps)):
            time += max(tick.after, 1)
            if time >= until:
                break
            self._block(time, self._acts(tick, index, Timestamp(time)))
            self.last, self.volatility = tick.price, tick.volatility
            self._look(tick)

    def _acts(self, tick: Tick, index: int, now: Timestamp) -> Iterator[Act]:
        venue = self.venue
        yield from venue.look(tick, now)
        if self.book.staked:
            yield venue.publish_ratio(self.book.staked, tick.staked, now)
        if index:
            yield venue.volatility(tick.volatility)
        if self.kept and not self.case.condition.fund_empty:
            # Nobody takes over a loss that no fund tops up: it waits for the settlement.
            yield from self._liquidations()
        number = self.near[index % len(self.near)]
        yield venue.buy(TAKER, number, self.maker, ONE // 2)
        yield venue.sell(TAKER, number, self.maker, ONE // 4)
        yield venue.buy(self.maker, self.call, self.other, ONE // 8)
        yield venue.close(self.maker, self.call, ONE // 16)
        yield venue.transfer(TAKER, HOLDER, self.call, ONE // 16)
        yield venue.withdraw(PUT_WRITER, DOLLAR)
        yield venue.deposit(TAKER, 0)
        if self.case.condition.collateral < ONE:
            for who in (TAKER, HOLDER, self.maker):
                yield venue.withdraw(who, DEPOSIT // 4)

    def _liquidations(self) -> Iterator[Act]:
        for whom, number in ((CALL_WRITER, self.call), (PUT_WRITER, self.put)):
            yield self.venue.liquidate(LIQUIDATOR, whom, number, ONE // 2)
            yield self.venue.liquidate(LIQUIDATOR, whom, number, QUOTED)

    def _everything(self) -> Iterator[Act]:
        """Every entry point that users have."""
        venue = self.venue
        yield from self._liquidations()
        yield venue.list_series(self.book.spot * FAR // 100, self.expiry, is_call=True)
        yield venue.deposit(TAKER, 0)
        yield venue.quote(self.maker, self.call, QUOTED, QUOTED)
        yield venue.buy(TAKER, self.call, self.maker, ONE)
        yield venue.quote(self.maker, self.call, 0, QUOTED)
        yield venue.sell(TAKER, self.call, self.maker, ONE // 4)
        yield venue.buy(self.maker, self.call, self.other, ONE // 8)
        yield venue.close(self.maker, self.call, ONE // 16)
        yield venue.withdraw(HOLDER, DOLLAR)
        yield venue.withdraw(self.maker, DOLLAR)
        yield venue.redeem(HOLDER, self.call, ONE // 3)
        yield venue.settle(KEEPER, self.call)
        yield venue.cancel(CALL_WRITER, self.call)

    def _settle(self, stop: Act | None = None) -> None:
        """Observations, the second of expiry, settlement at once or after a dispute, redemption by all.

        Where no keeper comes there is no average, and holders settle for themselves what governance proposes.
        """
        venue, crossing = self.venue, self.case.crossing
        if self.kept and not (crossing and crossing.disputed):
            for step in range(WINDOW // KEEPER_PACE):
                time = self.expiry - WINDOW + step * KEEPER_PACE
                if time > self.timeline.latest:
                    price = venue.publish(said(self.last), Timestamp(time))
                    self._block(time, (*price, venue.observe(KEEPER, self.expiry)))
        closing = (
            venue.close(self.maker, self.call, ONE // 32),
            venue.liquidate(LIQUIDATOR, CALL_WRITER, self.call, ONE),
        )
        settling = [venue.settle(KEEPER if self.kept else HOLDER, number) for number in self.near]
        self._block(self.expiry, (*venue.publish(said(self.last), self.expiry), *closing, *settling))
        self._block(self.expiry + BLOCK, [venue.propose(self.expiry, self.last), *settling])
        stops = () if stop is None else (stop,)
        self._block(self.expiry + BLOCK + DISPUTE, [*settling, *stops])
        holders = (HOLDER, TAKER, SPENDER, *self.book.protocol.parties.traders)
        self._block(
            self.timeline.latest + BLOCK,
            [
                *(venue.redeem(HOLDER, number, UNEVEN) for number in self.near),
                *(venue.redeem(who, number, ONE // 3) for who in holders for number in (self.call, self.put)),
                *(venue.withdraw(who, DOLLAR) for who in holders),
            ],
        )
