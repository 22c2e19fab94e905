"""The perpetual market's own scenarios: one market day for each case, and one of the emergency modes.

The same people act in every market: a maker who quotes around the index, takers on both sides, a long and a short at
the edge of their margin, a liquidator, a keeper, and whoever had a position before the upgrade.  The last trade of a
look at the market is a purchase and a sale in turns, so that funding flows in both directions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.laws import located, share_law
from upgrader.flows.demo.mode_laws import intrusions, mode_law, perpetual_gates, perpetual_permits, role_law
from upgrader.flows.demo.perpetual_laws import perpetual_laws
from upgrader.flows.demo.perpetual_legend import perpetual_legend
from upgrader.flows.demo.perpetual_observables import perpetual_observables
from upgrader.flows.demo.perpetual_venue import PerpetualVenue
from upgrader.flows.demo.trading import DOLLAR, ONE
from upgrader.flows.demo.venue import Venue, account
from upgrader.market.condition import BLOCK, Case
from upgrader.market.fixed import Price, Rate
from upgrader.market.ticks import Tick, said, ticks
from upgrader.simulation.scenario import Act
from upgrader.simulation.script import Script, Stage
from upgrader.simulation.timeline import Timeline
from upgrader.units import Address, Seconds, Timestamp

MAKER, TAKER, SELLER, LIQUIDATOR, KEEPER = map(
    account, ("maker", "taker who is long", "taker who is short", "liquidator of perpetuals", "keeper of funding")
)
LONG_EDGE, SHORT_EDGE = account("long at the edge"), account("short at the edge")
PEOPLE: Final = {
    MAKER: "maker", TAKER: "taker", SELLER: "seller", LIQUIDATOR: "liquidator", KEEPER: "keeper",
    LONG_EDGE: "long at the edge", SHORT_EDGE: "short at the edge",
}  # fmt: skip
OURS: Final = (MAKER, TAKER, SELLER, LIQUIDATOR, LONG_EDGE, SHORT_EDGE)

FILLS: Final = tuple(ONE * 32 >> step for step in range(9))
"""Contracts of one account's trades, halved each time: what no longer fits is refused, so that a margin is used up, or
a position closed, to an eighth of a contract."""

MAKER_DEPOSIT: Final = 2_000_000 * DOLLAR
LIQUIDATOR_DEPOSIT: Final = 500_000 * DOLLAR
DEPOSIT: Final = 50_000 * DOLLAR
EDGE_DEPOSIT: Final = 10_000 * DOLLAR
GRANT: Final = 100_000 * DOLLAR
"""Given to the fund where a condition does not say that it is empty: more than a halved price takes from it."""

QUOTED: Final = 1_000 * ONE
OFFSET: Final = Rate(ONE // 200)
HOUR: Final = Seconds(3_600)
HALF_A_DAY: Final = Seconds(43_200)
LONG: Final = 3
"""Days of a condition from which on a leg has one point instead of two."""


@dataclass(frozen=True, slots=True)
class PerpetualPlaybook:
    """Scenarios of a deployed perpetual market.

    Attributes:
        protocol: Beside which it stands.
        market: The perpetual's proxy.
        spot: Price of the underlying at the copied block.
        seed: Chooses the paths.
    """

    protocol: ReferenceProtocol
    market: Address
    spot: Price
    seed: int = 1

    def __call__(self, cases: Sequence[Case], stage: Stage) -> Iterable[Script]:
        """Return one script for each case, and one of the modes."""
        for case in cases:
            yield _Day(self, case, stage, f"{case.name}: a day of the perpetual").script()
        if cases:
            yield _Day(self, cases[0], stage, "the perpetual's emergency modes").modes()


class _Day:
    """Writes one script down."""

    def __init__(self, book: PerpetualPlaybook, case: Case, stage: Stage, name: str) -> None:
        self.book, self.case, self.stage, self.name = book, case, stage, name
        self.venue, self.feed = PerpetualVenue(book.protocol, book.market), Venue(book.protocol)
        self.timeline = Timeline(stage.start, case.fee_at(book.spot))
        parties = book.protocol.parties
        self.before = (*parties.traders, *parties.writers)
        self.accounts = (*OURS, *self.before)
        self.last = book.spot
        self.kept = not case.keepers_stay_away(book.spot)
        self.asked = perpetual_observables(book.protocol, book.market, self.accounts)

    def script(self) -> Script:
        """A market day that ends with everybody out; a crossed one is half over when the upgrade comes."""
        executed = self._executed()
        begins = executed
        if self.case.crossing:
            begins = Timestamp(max(executed - HALF_A_DAY, self.stage.start))
        self._keep(begins)
        self._open(begins + BLOCK)
        self._trade()
        self._unwind()
        return self._finished(executed)

    def modes(self) -> Script:
        """Every entry point while paused, while settling only, and running again, at a price that liquidates longs."""
        # At once: a case whose upgrade crosses an expiry may begin when nothing is traded any more.
        executed = Timestamp(self.stage.start + self.stage.upgrade)
        self._keep(executed)
        self._open(executed + BLOCK)
        fallen = Price(self.book.spot * 7 // 8)
        for stop in (self.venue.pause(), self.venue.settle_only(), self.venue.resume()):
            now = self.timeline.latest + HOUR
            self._block(now, (*self.feed.publish(said(fallen), Timestamp(now)), stop, *self._everything()))
        known = self.book.protocol.parties
        others = (known.guardian, known.risk_admin, known.oracle_admin)
        permits = perpetual_permits(self.book.protocol, self.book.market)
        self._block(self.timeline.latest + BLOCK, intrusions(permits, others))
        self.last = fallen
        self._unwind()
        return self._finished(executed)

    def _executed(self) -> Timestamp:
        if self.case.crossing:
            return Timestamp(self.feed.near[0].expiry + self.case.crossing.offset)
        return Timestamp(self.stage.start + self.stage.upgrade)

    def _finished(self, executed: Timestamp) -> Script:
        placed = self.timeline.script(self.name, self.case.name, self.stage, executed)
        protocol, market, moments = self.book.protocol, self.book.market, placed.script.scenario.moments
        laws = (
            *perpetual_laws(self.asked, self.accounts),
            mode_law(market, perpetual_gates(market), moments),
            role_law(perpetual_permits(protocol, market), moments),
            share_law(market, "perpetual", "liquidate(address,uint256)", moments),
        )
        legend = perpetual_legend(protocol, market, PEOPLE)
        return replace(placed.script, laws=located(laws, {"perpetual": market}), legend=legend)

    def _block(self, time: int, acts: Iterable[Act]) -> None:
        self.timeline.block(time, tuple(acts), self.asked.questions)

    def _keep(self, until: int) -> None:
        """The keepers' work before anything else, and while the upgrade waits: a price every hour."""
        for time in range(self.stage.start + HOUR, until, HOUR):
            self.timeline.block(time, self.feed.publish(said(self.book.spot), Timestamp(time)))

    def _open(self, time: int) -> None:
        """A price, accounts, quotes; then positions, two of them at the very edge of their margin."""
        venue = self.venue
        acts = [*self.feed.publish(said(self.book.spot), Timestamp(time))]
        deposits = {MAKER: MAKER_DEPOSIT, LIQUIDATOR: LIQUIDATOR_DEPOSIT, TAKER: DEPOSIT, SELLER: DEPOSIT}
        for who, units in (*deposits.items(), (LONG_EDGE, EDGE_DEPOSIT), (SHORT_EDGE, EDGE_DEPOSIT)):
            acts += venue.fund(who, units)
        if not self.case.condition.fund_empty:
            acts += venue.grant(KEEPER, GRANT)
        acts.append(venue.quote(MAKER, QUOTED, OFFSET))
        acts += [venue.trade(LONG_EDGE, MAKER, contracts) for contracts in FILLS]
        acts += [venue.trade(SHORT_EDGE, MAKER, -contracts) for contracts in FILLS]
        acts += [venue.trade(SELLER, MAKER, -3 * ONE), venue.trade(TAKER, MAKER, 5 * ONE)]
        self._block(time, acts)
        self._block(time + BLOCK, [venue.quote(MAKER, QUOTED * self.case.condition.liquidity // ONE, OFFSET)])

    def _trade(self) -> None:
        """Everyone acts at every look at the market."""
        steps = 1 if len(self.case.condition.bars) >= LONG else 2
        time = self.timeline.latest + BLOCK
        path = ticks(self.case, self.book.spot, self.book.seed, steps)
        for index, tick in enumerate(path):
            time += max(tick.after, 1)
            self._block(time, self._acts(tick, index, Timestamp(time), is_last=index + 1 == len(path)))
            self.last = tick.price

    def _acts(self, tick: Tick, index: int, now: Timestamp, *, is_last: bool) -> Iterator[Act]:
        venue = self.venue
        yield from self.feed.look(tick, now)
        # With an empty fund nobody looks until all is over: the loss is larger than what the fund has.
        if self.kept and (is_last or not self.case.condition.fund_empty):
            yield from self._liquidations()
        trades = [venue.trade(TAKER, MAKER, ONE // 2), venue.trade(SELLER, MAKER, -ONE // 4)]
        yield from reversed(trades) if index % 2 else trades
        if self.kept:
            yield venue.accrue(KEEPER)
        yield venue.withdraw(LONG_EDGE, DOLLAR)
        yield venue.withdraw(SELLER, DOLLAR)
        if self.case.condition.collateral < ONE:
            for who in (TAKER, SELLER, MAKER):
                yield venue.withdraw(who, DEPOSIT // 4)

    def _liquidations(self) -> Iterator[Act]:
        for whom in (LONG_EDGE, SHORT_EDGE, TAKER):
            yield self.venue.liquidate(LIQUIDATOR, whom, ONE)
            yield self.venue.liquidate(LIQUIDATOR, whom, QUOTED)

    def _everything(self) -> Iterator[Act]:
        """Every entry point that users have."""
        venue = self.venue
        yield from venue.fund(TAKER, DOLLAR)
        yield from venue.grant(KEEPER, DOLLAR)
        yield from self._liquidations()
        yield venue.quote(MAKER, QUOTED, OFFSET)
        yield venue.trade(TAKER, MAKER, ONE)
        yield venue.trade(TAKER, MAKER, -ONE // 2)
        yield venue.trade(SELLER, MAKER, ONE // 4)
        yield venue.withdraw(KEEPER, 0)
        yield venue.withdraw(SELLER, DOLLAR)
        yield venue.accrue(KEEPER)
        yield venue.quote(MAKER, 0, OFFSET)

    def _unwind(self) -> None:
        """The maker is back; while only smaller positions are allowed everybody gets out, and takes something home."""
        venue = self.venue
        time = self.timeline.latest + BLOCK
        out = [venue.settle_only()]
        for who in (LONG_EDGE, SHORT_EDGE, TAKER, SELLER, *self.before):
            # Only the side that makes a position smaller is allowed.
            out += [venue.trade(who, MAKER, sign * contracts) for sign in (1, -1) for contracts in FILLS]
        acts = [
            *self.feed.publish(said(self.last), Timestamp(time)),
            venue.resume(),
            venue.quote(MAKER, QUOTED, OFFSET),
        ]
        self._block(time, [*acts, *self._liquidations(), *out])
        self._block(time + BLOCK, [venue.withdraw(who, DOLLAR) for who in self.accounts])
