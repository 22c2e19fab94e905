"""Whatever anyone does in whatever order, the books balance: a random walk through the market on a real chain.

After every step: the house holds exactly what it owes; options in circulation are the options written; every
account's margin answers.  At the end everything expires, and every holder is paid what the pool was charged for.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from market_world import LIQUIDATOR, MAXIMUM, ONE, PARTIES, STRANGER, RevertedError

from upgrader.flows.demo.protocol import HOUSE_V2_CALL, MARKET_V2_CALL
from upgrader.flows.demo.trading import DOLLAR
from upgrader.flows.demo.versions import (
    deploy_registry,
    deploy_surface,
    house_v3_call,
    market_v3_call,
    market_v4_call,
)

ACCOUNTS = [*PARTIES.writers, *PARTIES.traders, LIQUIDATOR]
REFUSALS = {
    "AmountTooSmall",
    "ERC20InsufficientBalance",
    "InsufficientCollateral",
    "MarginTooLow",
    "ModeForbids",
    "NotLiquidatable",
    "NothingToLiquidate",
    "OwnPosition",
    "OwnQuote",
    "QuoteExceeded",
    "ShortExceeded",
}
"""What a participant's step may be answered with; any other error is a bug."""

accounts = st.sampled_from(ACCOUNTS)
amounts = st.builds(lambda halves, dust: halves * ONE // 2 + dust, st.integers(1, 24), st.integers(0, 999_999_999_999))
"""Half an option to twelve, and an odd number of wei more."""

writers = st.sampled_from(PARTIES.writers)
numbers = st.integers(min_value=1, max_value=4)
quarters = st.integers(min_value=1, max_value=4)
LIMITS = settings(
    max_examples=15,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Market(RuleBasedStateMachine):
    """One market; ``worlds`` is set by the test and gives a fresh one each time."""

    worlds = None

    @initialize()
    def begin(self):
        """Start from the demo's live market, with a liquidator and quotes that last."""
        self.world = type(self).worlds()
        self.house, self.market = self.world.house, self.world.market
        self.world.deposit(LIQUIDATOR, 2_000_000)
        for writer in PARTIES.writers:
            for entry in self.world.protocol.series:
                self.world.quote(writer, entry.number)

    def attempt(self, contract, sender, function, *arguments):
        """Try a step; being refused for a known reason is an answer too."""
        try:
            contract.send(sender, function, *arguments)
        except RevertedError as refusal:
            assert refusal.name in REFUSALS, refusal  # noqa: PT017 - any other error fails the walk

    @rule(who=accounts, number=numbers, writer=writers, amount=amounts)
    def buy(self, who, number, writer, amount):
        """Buy at the model's price."""
        self.attempt(self.market, who, "buy", number, writer, amount, MAXIMUM)

    @rule(data=st.data(), number=numbers, quarters=quarters)
    def sell(self, data, number, quarters):
        """Sell part of a holding back to somebody who is short."""
        holder, held = self.some_holding(data, number)
        writer = data.draw(st.sampled_from(sorted(self.market.read("writersOf", number)) or PARTIES.writers))
        self.attempt(self.market, holder, "sell", number, writer, held * quarters // 4, 0)

    @rule(data=st.data(), number=numbers, quarters=quarters)
    def close(self, data, number, quarters):
        """Net part of a holding against a short, if its holder has one."""
        holder, held = self.some_holding(data, number)
        self.attempt(self.market, holder, "close", number, held * quarters // 4)

    @rule(data=st.data(), taker=accounts, number=numbers, quarters=quarters)
    def transfer(self, data, taker, number, quarters):
        """Pass part of a holding on."""
        holder, held = self.some_holding(data, number)
        self.attempt(self.world.token(number), holder, "transfer", taker, held * quarters // 4)

    @rule(who=accounts, dollars=st.integers(min_value=1, max_value=20_000))
    def deposit(self, who, dollars):
        """Add collateral."""
        if self.market.read("mode") < 2:
            self.world.deposit(who, dollars)

    @rule(who=accounts, amount=st.integers(min_value=1, max_value=60_000 * DOLLAR))
    def withdraw(self, who, amount):
        """Take collateral out."""
        self.attempt(self.house, who, "withdraw", amount)

    @rule(dollars=st.integers(min_value=2_000, max_value=4_500))
    def move(self, dollars):
        """Let the price move."""
        self.world.price(dollars)

    @rule(dollars=st.sampled_from([150, 700, 8_000, 60_000]), amount=amounts)
    def jump(self, dollars, amount):
        """Let the price jump beyond everyone's margin, and a liquidator try everything at once."""
        self.world.price(dollars)
        for account in PARTIES.writers:
            for number in self.market.read("openSeriesOf", account):
                self.liquidate(LIQUIDATOR, account, number, amount)

    @rule(volatility=st.integers(min_value=ONE // 10, max_value=4 * ONE))
    def reprice(self, volatility):
        """Let the volatility jump anywhere."""
        self.market.send(PARTIES.risk_admin, "setVolatility", self.world.protocol.series[0].underlying, volatility)

    @rule(who=accounts, account=writers, number=numbers, amount=amounts)
    def liquidate(self, who, account, number, amount):
        """Try to take over a position; where it works the account is no worse off by its margin."""
        short_of = self.market.read("shortOf", number, account)
        before = self.health(account)
        self.attempt(self.house, who, "liquidate", account, number, amount, 0)
        if self.market.read("shortOf", number, account) != short_of:
            assert before <= self.health(account) + 1

    @rule(mode=st.sampled_from(["resume", "resume", "resume", "settleOnly", "pause"]))
    def restrict(self, mode):
        """Let the guardian restrict, or the timelock resume."""
        self.market.send(PARTIES.timelock if mode == "resume" else PARTIES.guardian, mode)

    @rule()
    def upgrade(self):
        """Take everything to the next version, wherever the walk stands; with version 3 comes its surface."""
        world, where = self.world, (self.world.sandbox, self.world.sandbox.deploy, self.world.code)
        version = self.market.read("version")
        if version == "1":
            world.upgrade_house(world.deploy("ClearingHouseV2"), HOUSE_V2_CALL)
            world.upgrade_market(world.deploy("OptionsMarketV2"), MARKET_V2_CALL)
        elif version == "2":
            world.upgrade_house(world.deploy("ClearingHouseV3"), house_v3_call(ACCOUNTS[:3]))
            # Some are left to their next change.
            world.upgrade_market(world.deploy("OptionsMarketV3"), market_v3_call([1, 2]))
            surface = deploy_surface(*where, PARTIES)
            world.contract("OptionsMarketV3", self.market.address).send(PARTIES.timelock, "activateSurface", surface)
        elif version == "3":
            registry = deploy_registry(*where, world.protocol, ACCOUNTS)
            world.upgrade_market(world.deploy("OptionsMarketV4"), market_v4_call(registry))
            world.upgrade_tokens(world.deploy("SeriesTokenV4"))

    @invariant()
    def the_house_holds_what_it_owes(self):
        """To the wei: accounts, pools and fund are the token balance."""
        if hasattr(self, "world"):
            assert 0 == self.world.solvent()
            assert sum(map(self.world.balance, [*ACCOUNTS, STRANGER])) == self.house.read("totalBalances")

    @invariant()
    def every_option_was_written(self):
        """Per series, tokens in circulation are the sum of the shorts."""
        if hasattr(self, "world"):
            for entry in self.world.protocol.series:
                writers = self.market.read("writersOf", entry.number)
                shorts = sum(self.market.read("shortOf", entry.number, writer) for writer in writers)
                assert self.world.token(entry.number).read("totalSupply") == shorts

    def some_holding(self, data, number):
        """Return one of those who hold options of a series, and how many; anyone where nobody does."""
        token = self.world.token(number)
        held = {who: token.read("balanceOf", who) for who in ACCOUNTS}
        holder = data.draw(st.sampled_from([who for who in ACCOUNTS if held[who]] or ACCOUNTS))
        return holder, held[holder]

    def health(self, account):
        """Return what an account has above its maintenance margin."""
        return self.world.balance(account) - self.house.read("marginOf", account)[1]

    def teardown(self):
        """Let everything expire and be redeemed; nobody is paid more than was charged, and all books close."""
        if not hasattr(self, "world"):
            return
        world = self.world
        self.market.send(PARTIES.timelock, "resume")
        spot = world.oracle.read("price", world.protocol.series[0].underlying) / ONE
        for expiry in sorted({entry.expiry for entry in world.protocol.series}):
            world.expire(expiry, spot)
            for entry in world.protocol.series:
                if entry.expiry == expiry:
                    self.end(entry.number)
        assert 0 == self.house.read("totalPools")
        assert 0 == world.solvent()
        for account in ACCOUNTS:
            if world.balance(account):
                self.house.send(account, "withdraw", world.balance(account))
        left = world.dollar.read("balanceOf", self.house.address)
        assert self.house.read("insuranceFund") + world.balance(STRANGER) == left

    def end(self, number):
        """Settle one series and redeem all of it."""
        world = self.world
        while not self.market.read("seriesOf", number)[4]:
            self.market.send(STRANGER, "settle", number, 1)
        charged, paid = self.house.read("poolOf", number), 0
        for holder in ACCOUNTS:
            held = world.token(number).read("balanceOf", holder)
            if held:
                paid += self.market.returns(holder, "redeem", number, held)
        assert 0 <= charged - paid
        if self.house.read("badDebt") == 0:
            assert charged - paid <= 2 * len(ACCOUNTS)


def test_the_books_balance_whatever_happens(live_worlds):
    """No sequence of steps makes the venue owe what it does not hold."""
    Market.worlds = staticmethod(live_worlds)
    run_state_machine_as_test(Market, settings=LIMITS)
