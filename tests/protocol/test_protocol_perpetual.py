"""The perpetual market: index and mark, funding, margin, liquidation, insurance fund, conservation to the wei."""

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from market_world import (
    ADMIN_ROLE,
    GUARDIAN_ROLE,
    LIQUIDATOR,
    MAXIMUM,
    ONE,
    PARTIES,
    PAUSED,
    RISK_ADMIN_ROLE,
    SETTLE_ONLY,
    STRANGER,
    UPGRADER_ROLE,
    RevertedError,
)

from upgrader.flows.demo.perpetual import (
    ANY_PRICE,
    DEPOSIT,
    FUND_GRANT,
    OFFSET,
    PARAMETERS,
    QUOTED,
    TRADES,
    deploy_perpetual,
    open_perpetual,
)
from upgrader.flows.demo.trading import DOLLAR

MAKER, OTHER_MAKER = PARTIES.writers
TAKER, SHORT_TAKER, THIRD_TAKER = PARTIES.traders
ACCOUNTS = [*PARTIES.writers, *PARTIES.traders, LIQUIDATOR]
INITIAL, MAINTENANCE, PENALTY, FEE, LIMIT = PARAMETERS
SPOT = 3_000
PERIOD = 8 * 3_600
HALF_HOUR = 1_800
FAR_OFFSET = ONE // 25


class Desk:
    """The perpetual market in its world, by short names."""

    def __init__(self, world):
        self.world = world
        self.market = world.contract(
            "PerpetualMarketV1", deploy_perpetual(world.sandbox.deploy, world.code, world.protocol)
        )

    def deposit(self, who, dollars):
        """Give and deposit collateral."""
        self.pay(who, "deposit", dollars)

    def pay(self, who, function, dollars):
        """Give collateral, and pay it in."""
        self.world.dollar.send(who, "mint", who, round(dollars * DOLLAR))
        self.world.dollar.send(who, "approve", self.market.address, MAXIMUM)
        self.market.send(who, function, round(dollars * DOLLAR))

    def quote(self, maker, offset=0, size=1_000):
        """Quote the same size on both sides, the same offset away from the index."""
        self.market.send(maker, "setQuote", (size * ONE, size * ONE, offset, -offset))

    def trade(self, taker, maker, contracts):
        """Trade at any price."""
        return self.market.send(taker, "trade", maker, int(contracts * ONE), ANY_PRICE if contracts > 0 else 0)

    def account(self, who):
        """Return size, cash and funding index."""
        return SimpleNamespace(**dict(zip(("size", "cash", "index"), self.market.read("accountOf", who), strict=True)))

    def missing(self):
        """Return what the market holds less all that it owes, bad debt excepted: zero."""
        held = self.world.dollar.read("balanceOf", self.market.address)
        owed = sum(self.market.read(name) for name in ("totalCash", "fundingPool", "insuranceFund"))
        return held + self.market.read("badDebt") - owed


@pytest.fixture
def desk(world):
    """The market without positions, a maker at the index price and two takers, 10,000 dollars each."""
    desk = Desk(world)
    for who in (MAKER, TAKER, SHORT_TAKER):
        desk.deposit(who, 10_000)
    desk.quote(MAKER)
    return desk


def test_the_demo_opens_a_balanced_market(world):
    """Makers and takers hold what was traded, each side the other's, and fees and grant are in the fund."""
    desk = Desk(world)
    open_perpetual(world.sandbox, world.protocol, desk.market.address)
    sizes = {who: desk.account(who).size for who in ACCOUNTS}
    for taker, _, contracts in TRADES:
        assert contracts * ONE == sizes[PARTIES.traders[taker]]
    assert 0 == sum(sizes.values())
    assert sum(max(size, 0) for size in sizes.values()) == desk.market.read("openInterest")
    assert FUND_GRANT < desk.market.read("insuranceFund") < FUND_GRANT + DEPOSIT // 100
    assert (QUOTED - 11 * ONE, QUOTED, OFFSET, -OFFSET) == desk.market.read("quoteOf", MAKER)
    assert 0 == desk.missing()


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (ADMIN_ROLE, "timelock"),
        (UPGRADER_ROLE, "timelock"),
        (GUARDIAN_ROLE, "guardian"),
        (RISK_ADMIN_ROLE, "risk_admin"),
    ],
)
def test_each_role_has_its_holder_and_the_deployer_none(desk, role, party):
    """Roles stand with the proxy's creation; a stranger upgrades nothing; the bare implementation is locked."""
    assert desk.market.read("hasRole", role, getattr(PARTIES, party)) is True
    assert desk.market.read("hasRole", role, PARTIES.deployer) is False
    bare = desk.world.deploy("PerpetualMarketV1")
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        desk.market.send(STRANGER, "upgradeToAndCall", bare, b"")
    with pytest.raises(RevertedError, match="InvalidInitialization"):
        desk.market.at(bare).send(STRANGER, "initialize", STRANGER, STRANGER, bytes(32), (STRANGER,) * 4, PARAMETERS)


def test_profit_is_the_other_sides_loss(desk):
    """A price that rises by a tenth moves exactly that from short to long; all of it can be withdrawn after closing."""
    desk.trade(TAKER, MAKER, 2)
    desk.world.price(3_300)
    desk.trade(TAKER, MAKER, -2)
    fees = 2 * SPOT * DOLLAR * FEE // ONE + 2 * 3_300 * DOLLAR * FEE // ONE
    assert 10_600 * DOLLAR - fees == desk.account(TAKER).cash
    assert 9_400 * DOLLAR == desk.account(MAKER).cash
    assert fees == desk.market.read("insuranceFund")
    for who in (MAKER, TAKER, SHORT_TAKER):
        desk.market.send(who, "withdraw", desk.account(who).cash)
    assert fees == desk.world.dollar.read("balanceOf", desk.market.address)


def test_mark_follows_the_average_premium(desk):
    """A trade above the index moves the mark not at once, half way in half the time, and fully after half an hour."""
    desk.quote(MAKER, FAR_OFFSET)
    desk.trade(TAKER, MAKER, 1)
    begun = desk.world.now
    assert SPOT * ONE == desk.market.read("markPrice")
    for part in (1, 2):
        desk.world.go_to_block(begun + part * HALF_HOUR // 2)
        assert SPOT * ONE + SPOT * FAR_OFFSET * part // 2 == desk.market.read("markPrice")
    assert SPOT * ONE == desk.market.read("indexPrice")


@pytest.mark.parametrize("side", [1, -1])
def test_funding_flows_from_the_side_that_pays_up(desk, side):
    """Trades above the index make longs pay shorts, trades below it shorts pay longs, at most the limit."""
    desk.quote(MAKER, FAR_OFFSET)
    desk.trade(TAKER, MAKER, side)
    desk.world.go_to_block(desk.world.now + HALF_HOUR)
    desk.market.send(STRANGER, "accrue")
    assert side * LIMIT == desk.market.read("fundingRate")
    taker, maker = desk.account(TAKER), desk.account(MAKER)
    desk.world.go_to(desk.world.now + PERIOD)
    desk.world.price(SPOT)
    desk.trade(TAKER, MAKER, -side)
    assert 0 == desk.account(TAKER).size == desk.account(MAKER).size
    price = SPOT * DOLLAR * (ONE - side * FAR_OFFSET) // ONE
    fee = -(-price * FEE // ONE)
    funding = taker.cash + side * price - fee - desk.account(TAKER).cash
    # Since the trade: half an hour until the premium is the average, one period, a second with each transaction.
    expected = SPOT * DOLLAR * LIMIT // ONE * (PERIOD + HALF_HOUR) // PERIOD
    assert expected <= funding <= expected * (PERIOD + 5) // PERIOD
    assert maker.cash - side * price + funding - desk.account(MAKER).cash in (0, 1)
    assert 0 == desk.market.read("fundingPool")
    assert 0 == desk.missing()


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(("touched", "contracts"), [(TAKER, 0.0019), (MAKER, 0.001)], ids=["who pays", "who is paid"])
def test_funding_taken_in_small_parts_leaves_the_market_whole(desk, side, touched, contracts):
    """Touched each second, a debt of 1.98 units is two and a credit of 1.04 is one: when all is closed, all is paid."""
    desk.quote(MAKER, FAR_OFFSET)
    desk.trade(TAKER, MAKER, side * contracts)
    desk.world.go_to_block(desk.world.now + HALF_HOUR)
    desk.market.send(STRANGER, "accrue")
    assert side * LIMIT == desk.market.read("fundingRate")
    for _ in range(15):
        desk.market.send(touched, "withdraw", 0)
    desk.trade(TAKER, MAKER, -side * contracts)

    assert 0 == desk.market.read("openInterest") == desk.market.read("fundingPool") == desk.market.read("badDebt")
    for who in (MAKER, TAKER, SHORT_TAKER):
        desk.market.send(who, "withdraw", desk.account(who).cash)
    assert desk.market.read("insuranceFund") == desk.world.dollar.read("balanceOf", desk.market.address)


def test_no_premium_no_funding(desk):
    """While trades happen at the index nobody pays."""
    desk.trade(TAKER, MAKER, 3)
    desk.world.go_to(desk.world.now + PERIOD)
    desk.world.price(SPOT)
    before = desk.market.read("equityOf", TAKER)
    desk.market.send(STRANGER, "accrue")
    assert before == desk.market.read("equityOf", TAKER)
    assert 0 == desk.market.read("fundingRate")


def test_opening_needs_the_initial_margin(desk):
    """Ten times the equity can be opened, a little more cannot; nor can the margin be withdrawn."""
    desk.world.price(1_000)
    with pytest.raises(RevertedError, match="MarginTooLow"):
        desk.trade(TAKER, MAKER, 100)
    desk.deposit(MAKER, 10_000)
    desk.trade(TAKER, MAKER, 99)
    initial, maintenance = desk.market.read("marginOf", TAKER)
    assert (9_900 * DOLLAR, 4_950 * DOLLAR) == (initial, maintenance)
    spare = desk.market.read("equityOf", TAKER) - initial
    with pytest.raises(RevertedError, match="MarginTooLow"):
        desk.market.send(TAKER, "withdraw", spare + 1)
    desk.market.send(TAKER, "withdraw", spare)


@pytest.mark.parametrize("side", [1, -1])
def test_a_liquidation_takes_just_enough(desk, side):
    """Below the maintenance margin a stranger takes over part at the mark, and the account has its initial margin."""
    desk.deposit(MAKER, 100_000)
    desk.trade(TAKER, MAKER, 30 * side)
    desk.deposit(LIQUIDATOR, 100_000)
    with pytest.raises(RevertedError, match="NotLiquidatable"):
        desk.market.send(LIQUIDATOR, "liquidate", TAKER, MAXIMUM)
    desk.world.price(SPOT - side * 200)
    before = desk.market.read("equityOf", TAKER)
    fund = desk.market.read("insuranceFund")
    taken = desk.market.returns(LIQUIDATOR, "liquidate", TAKER, MAXIMUM // 4)
    assert 0 < side * taken < 30 * ONE
    assert taken == desk.account(LIQUIDATOR).size
    equity, (initial, _) = desk.market.read("equityOf", TAKER), desk.market.read("marginOf", TAKER)
    assert abs(equity - initial) <= 2
    penalty = before - equity
    gained = desk.market.read("equityOf", LIQUIDATOR) - 100_000 * DOLLAR
    assert abs(penalty - gained - (desk.market.read("insuranceFund") - fund)) <= 2
    assert abs(gained - penalty // 2) <= 2
    assert 0 == desk.missing()


def test_bad_debt_goes_to_the_fund_first(desk):
    """A gap through an account's margin is paid by the fund; nobody else loses a wei."""
    desk.deposit(MAKER, 100_000)
    desk.pay(STRANGER, "grantToFund", 50_000)
    desk.trade(TAKER, MAKER, 30)
    desk.deposit(LIQUIDATOR, 100_000)
    desk.world.price(2_000)
    owed, fund = desk.market.read("equityOf", TAKER), desk.market.read("insuranceFund")
    assert owed < 0
    desk.market.send(LIQUIDATOR, "liquidate", TAKER, 2**200)
    assert (0, 0) == (desk.account(TAKER).size, desk.account(TAKER).cash)
    assert owed == desk.market.read("insuranceFund") - fund
    assert 0 == desk.market.read("badDebt")
    assert 100_000 * DOLLAR == desk.market.read("equityOf", LIQUIDATOR)
    assert 0 == desk.missing()


def test_what_the_fund_cannot_pay_is_bad_debt_until_income_repays_it(desk):
    """The books say what is missing, and the fund's next income goes there."""
    desk.deposit(MAKER, 100_000)
    desk.trade(TAKER, MAKER, 30)
    desk.deposit(LIQUIDATOR, 100_000)
    desk.world.price(2_000)
    owed, fund = -desk.market.read("equityOf", TAKER), desk.market.read("insuranceFund")
    desk.market.send(LIQUIDATOR, "liquidate", TAKER, 2**200)
    assert (0, owed - fund) == (desk.market.read("insuranceFund"), desk.market.read("badDebt"))
    assert 0 == desk.missing()
    desk.pay(STRANGER, "grantToFund", 50_000)
    assert 0 == desk.market.read("badDebt")
    assert 50_000 * DOLLAR + fund - owed == desk.market.read("insuranceFund")
    assert 0 == desk.missing()


def test_settle_only_lets_positions_shrink_and_nothing_else(desk):
    """The guardian restricts at once; takers still get out, makers may withdraw their quotes."""
    desk.trade(TAKER, MAKER, 2)
    desk.market.send(PARTIES.guardian, "settleOnly")
    assert SETTLE_ONLY == desk.market.read("mode")
    for contracts in (1, -3):
        with pytest.raises(RevertedError, match="AddsRisk"):
            desk.trade(TAKER, MAKER, contracts)
    with pytest.raises(RevertedError, match="ModeForbids"):
        desk.quote(OTHER_MAKER)
    desk.trade(TAKER, MAKER, -2)
    desk.market.send(MAKER, "setQuote", (0, 0, 0, 0))
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        desk.market.send(PARTIES.guardian, "resume")


def test_a_pause_stops_trades_and_liquidations_and_traps_nobody(desk):
    """Free cash leaves in every mode, also without a price; cash behind a position waits."""
    desk.trade(TAKER, MAKER, 2)
    desk.market.send(PARTIES.guardian, "pause")
    assert PAUSED == desk.market.read("mode")
    desk.world.feed.send(STRANGER, "setAnswer", 0)
    for function, arguments in (("trade", (MAKER, -ONE, 0)), ("liquidate", (MAKER, ONE)), ("withdraw", (1,))):
        with pytest.raises(RevertedError, match="ModeForbids"):
            desk.market.send(TAKER, function, *arguments)
    desk.market.send(SHORT_TAKER, "withdraw", 10_000 * DOLLAR)


@pytest.mark.parametrize(
    ("maker", "contracts", "limit", "error"),
    [
        (MAKER, 1, SPOT * ONE - 1, "PriceLimit"),
        (MAKER, -1, SPOT * ONE + 1, "PriceLimit"),
        (MAKER, 1_001, ANY_PRICE, "QuoteExceeded"),
        (MAKER, 0.0001, ANY_PRICE, "AmountTooSmall"),
        (TAKER, 1, ANY_PRICE, "OwnQuote"),
    ],
)
def test_trades_that_are_refused(desk, maker, contracts, limit, error):
    """Beyond the taker's price, the maker's size, or sense."""
    with pytest.raises(RevertedError, match=error):
        desk.market.send(TAKER, "trade", maker, int(contracts * ONE), limit)


@pytest.mark.parametrize(
    "rates",
    [
        (ONE // 20, ONE // 20, PENALTY, FEE, LIMIT),
        (INITIAL, 0, PENALTY, FEE, LIMIT),
        (ONE + 1, MAINTENANCE, PENALTY, FEE, LIMIT),
        (INITIAL, MAINTENANCE, ONE // 2 + 1, FEE, LIMIT),
        (INITIAL, MAINTENANCE, PENALTY, ONE // 100 + 1, LIMIT),
        (INITIAL, MAINTENANCE, PENALTY, FEE, ONE // 20 + 1),
    ],
)
def test_rates_that_are_refused(desk, rates):
    """Maintenance below initial, everything within its bound, and the risk admin alone."""
    with pytest.raises(RevertedError, match="BadParameter"):
        desk.market.send(PARTIES.risk_admin, "setParameters", rates)
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        desk.market.send(STRANGER, "setParameters", PARAMETERS)


REFUSALS = {
    "MarginTooLow",
    "NotLiquidatable",
    "NothingToLiquidate",
    "AmountTooSmall",
    "QuoteExceeded",
    "OwnQuote",
    "AddsRisk",
    "ModeForbids",
}
accounts = st.sampled_from(ACCOUNTS)
LIMITS = settings(
    max_examples=8, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


class Perpetual(RuleBasedStateMachine):
    """One market; ``worlds`` is set by the test and gives a fresh one each time."""

    worlds = None

    @initialize()
    def begin(self):
        """Give everybody collateral and quotes."""
        self.desk = Desk(type(self).worlds())
        for number, who in enumerate(ACCOUNTS):
            self.desk.deposit(who, 20_000)
            self.desk.quote(who, number * ONE // 200, 100)

    def attempt(self, sender, function, *arguments):
        """Try a step; being refused for a known reason is an answer too."""
        try:
            self.desk.market.send(sender, function, *arguments)
        except RevertedError as refusal:
            assert refusal.name in REFUSALS, refusal  # noqa: PT017 - any other error fails the walk

    @rule(who=accounts, maker=accounts, halves=st.integers(-40, 40), dust=st.integers(0, 999_999_999))
    def trade(self, who, maker, halves, dust):
        """Buy or sell, odd amounts too."""
        self.attempt(who, "trade", maker, halves * ONE // 2 + dust, ANY_PRICE if halves >= 0 else 0)

    @rule(who=accounts, amount=st.integers(1, 30_000 * DOLLAR))
    def withdraw(self, who, amount):
        """Take collateral out."""
        self.attempt(who, "withdraw", amount)

    @rule(dollars=st.integers(2_400, 3_800), seconds=st.integers(1, 20_000))
    def move(self, dollars, seconds):
        """Let time pass and the price move."""
        self.desk.world.go_to(self.desk.world.now + seconds)
        self.desk.world.price(dollars)

    @rule(who=accounts, account=accounts, amount=st.integers(ONE, 40 * ONE))
    def liquidate(self, who, account, amount):
        """Try to take over a position."""
        self.attempt(who, "liquidate", account, amount)

    @invariant()
    def the_books_balance(self):
        """To the wei: holdings and bad debt are cash, funding pool and fund; contracts cancel out."""
        if hasattr(self, "desk"):
            assert 0 == self.desk.missing()
            every = [self.desk.account(who) for who in ACCOUNTS]
            assert 0 == sum(entry.size for entry in every)
            assert sum(entry.cash for entry in every) == self.desk.market.read("totalCash")
            assert sum(max(entry.size, 0) for entry in every) == self.desk.market.read("openInterest")
            if self.desk.market.read("openInterest") == 0:
                assert 0 == self.desk.market.read("fundingPool")


def test_the_books_balance_whatever_happens(empty_worlds):
    """No sequence of steps makes the perpetual market owe what it does not hold."""
    Perpetual.worlds = staticmethod(empty_worlds)
    run_state_machine_as_test(Perpetual, settings=LIMITS)
