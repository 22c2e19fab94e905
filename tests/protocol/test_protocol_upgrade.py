"""Version 1 to version 2 under live positions: everything old stays, put spreads are new."""

import pytest
from market_world import (
    ETHER,
    LIQUIDATOR,
    ONE,
    PARTIES,
    PUT,
    STRANGER,
    TRADER,
    WRITER,
    RevertedError,
)

from upgrader.flows.demo.protocol import HOUSE_V2_CALL, MARKET_V2_CALL, MAXIMUM_SPREAD_WIDTH
from upgrader.flows.demo.trading import DOLLAR, expiry_after
from upgrader.units import ZERO_HASH, keccak

NAMESPACE = (int.from_bytes(keccak(b"options.storage.OptionsMarket"), "big") - 1).to_bytes(32, "big")
BOOK = int.from_bytes(keccak(NAMESPACE), "big") & ~0xFF
BOOK_WORDS = 13
"""Words of the first version's state; what version 2 adds stands behind them."""

RESERVE = 104
"""First word of the clearing house's reserve."""


def upgrade(world, *, initialise=True):
    """Take both proxies to version 2."""
    world.upgrade_house(world.deploy("ClearingHouseV2"), HOUSE_V2_CALL if initialise else b"")
    world.upgrade_market(world.deploy("OptionsMarketV2"), MARKET_V2_CALL if initialise else b"")


def observables(world):
    """Return what every view of version 1 answers for every series and account, at the latest block."""
    accounts = [*PARTIES.writers, *PARTIES.traders, STRANGER]
    numbers = [entry.number for entry in world.protocol.series]
    expiries = {entry.expiry for entry in world.protocol.series}
    answers = {}
    for contract, name in (("market", "OptionsMarketV1"), ("house", "ClearingHouseV1")):
        called = world.contract(name, getattr(world, contract).address)
        for function, entry in called.functions.items():
            if entry["stateMutability"] not in ("view", "pure") or function in ("proxiableUUID", "version"):
                continue
            for arguments in samples([p["name"] or p["type"] for p in entry["inputs"]], accounts, numbers, expiries):
                answers[contract, function, *arguments] = outcome(called, function, arguments)
    return answers


def samples(names, accounts, numbers, expiries):
    """Return argument tuples that make sense for parameters of these names."""
    values = {
        "account": accounts,
        "writer": accounts,
        "seriesId": numbers,
        "underlying": [ETHER],
        "expiry": sorted(expiries),
        "spot": [2_000 * ONE, 4_000 * ONE],
        "settlementPrice": [2_000 * ONE, 4_000 * ONE],
        "role": [ZERO_HASH, keccak(b"GUARDIAN_ROLE"), keccak(b"UPGRADER_ROLE")],
        "interfaceId": [bytes.fromhex("7965db0b")],
    }
    combinations = [()]
    for name in names:
        combinations = [(*done, value) for done in combinations for value in values[name]]
    return combinations


def outcome(called, function, arguments):
    """Return what a view answers, or the error it reverts with."""
    try:
        return called.read(function, *arguments)
    except RevertedError as error:
        return str(error)


def slots(world, contract, first, count):
    return [world.sandbox.request("eth_getStorageAt", contract, hex(first + i), "latest") for i in range(count)]


def test_every_view_answers_the_same_after_the_upgrade(live):
    """Old series, accounts, quotes, margin, prices, roles: not one answer changes."""
    live.pace(0)
    before = observables(live)
    upgrade(live)
    assert before == observables(live)
    assert len(before) > 200
    assert ["2", "2"] == [contract.read("version") for contract in (live.market, live.house)]


def test_new_state_lies_behind_the_old(live):
    """The upgrade writes the words behind the book and the first of the reserve, and none before them."""
    market, house = live.market.address, live.house.address
    before = [slots(live, market, BOOK, BOOK_WORDS), slots(live, house, 0, RESERVE)]
    assert [f"0x{0:064x}"] * 2 == slots(live, market, BOOK + BOOK_WORDS, 2)
    upgrade(live)
    assert before == [slots(live, market, BOOK, BOOK_WORDS), slots(live, house, 0, RESERVE)]
    assert [f"0x{MAXIMUM_SPREAD_WIDTH:064x}"] == slots(live, market, BOOK + BOOK_WORDS, 1)
    assert [f"0x{ONE:048x}{ONE:016x}"] == slots(live, house, RESERVE, 1)


def test_the_storage_report_agrees_on_the_reserve(build):
    """The compiler's own layout has the new word where the first version's reserve began."""
    layouts = {
        artifact.name: {entry["label"]: int(entry["slot"]) for entry in artifact.storage_layout["storage"]}
        for artifact in build.values()
        if artifact.name in ("ClearingHouseV1", "ClearingHouseV2")
    }
    assert RESERVE == layouts["ClearingHouseV1"]["__gap"] == layouts["ClearingHouseV2"]["_spreadInitialRate"]
    shared = layouts["ClearingHouseV1"].keys() - {"__gap"}
    assert {name: layouts["ClearingHouseV1"][name] for name in shared} == {
        name: layouts["ClearingHouseV2"][name] for name in shared
    }


def test_old_positions_live_on(live):
    """After the upgrade old options are sold back, settled and redeemed as before."""
    upgrade(live)
    live.sell(TRADER, WRITER, 1, 1)
    entry = live.protocol.series[0]
    live.expire(entry.expiry, 3_300)
    live.market.send(STRANGER, "settle", entry.number, 10)
    assert 1_200 * DOLLAR == live.market.returns(TRADER, "redeem", entry.number, 4 * ONE)
    assert 0 == live.solvent()


def test_strangers_do_not_upgrade(live):
    """Neither proxy takes an implementation from anyone but the timelock."""
    market, house = live.deploy("OptionsMarketV2"), live.deploy("ClearingHouseV2")
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        live.market.send(PARTIES.guardian, "upgradeToAndCall", market, MARKET_V2_CALL)
    with pytest.raises(RevertedError, match="OwnableUnauthorizedAccount"):
        live.upgrade_house(house, HOUSE_V2_CALL, by=PARTIES.guardian)


def test_without_its_reinitializer_the_new_product_is_shut(live):
    """An upgrade that forgets the call lists no spread rather than one without margin."""
    upgrade(live, initialise=False)
    with pytest.raises(RevertedError, match="BadSpread"):
        spread(live)
    live.market.send(PARTIES.timelock, "initializeV2", MAXIMUM_SPREAD_WIDTH)
    number = spread(live)
    live.quote(WRITER, number)
    with pytest.raises(RevertedError, match="SpreadMarginUnset"):
        live.buy(TRADER, WRITER, number, 1)


def test_a_market_ahead_of_its_house_asks_for_ordinary_margin(live):
    """While only the market is upgraded, spreads are margined as puts, and never beyond what they can lose."""
    live.upgrade_market(live.deploy("OptionsMarketV2"), MARKET_V2_CALL)
    number = spread(live)
    before = live.house.read("marginOf", WRITER)[0]
    live.quote(WRITER, number)
    live.buy(TRADER, WRITER, number, 1)
    assert before + 400 * DOLLAR // 2 < live.house.read("marginOf", WRITER)[0] <= before + 501 * DOLLAR


@pytest.fixture
def spreads(live):
    """Version 2 with one spread, 3,000 over 2,500, in which WRITER is short two."""
    upgrade(live)
    live.number = spread(live)
    live.expiry = live.market.read("seriesOf", live.number)[2]
    live.quote(WRITER, live.number)
    live.buy(TRADER, WRITER, live.number, 2)
    return live


def spread(world, upper=3_000, lower=2_500, days=10):
    expiry = expiry_after(world.now, days)
    terms = (ETHER, upper * ONE, lower * ONE, expiry)
    return world.market.returns(PARTIES.risk_admin, "createSpread", *terms)


def test_a_spread_is_priced_as_its_two_puts(spreads):
    """Its price is the difference of the model's puts."""
    left = spreads.expiry - spreads.now
    volatility = spreads.market.read("volatilityOf", ETHER)
    upper, lower = (
        spreads.pricing.read("price", PUT, 3_000 * ONE, strike * ONE, left, volatility) for strike in (3_000, 2_500)
    )
    assert upper - lower == spreads.market.read("priceOf", spreads.number)


@pytest.mark.parametrize("dollars", [3_000, 2_000, 5_000])
def test_a_spread_is_margined_by_what_it_can_lose(spreads, dollars):
    """Two spreads of 500 need 1,000 at both levels, at any price of the underlying."""
    spreads.deposit(LIQUIDATOR, 5_000)
    spreads.quote(LIQUIDATOR, spreads.number)
    spreads.buy(TRADER, LIQUIDATOR, spreads.number, 2)
    spreads.price(dollars)
    assert (1_000 * DOLLAR, 1_000 * DOLLAR) == spreads.house.read("marginOf", LIQUIDATOR)


@pytest.mark.parametrize(
    ("final", "payoff"), [(3_200, 0), (3_000, 0), (2_800, 200), (2_500, 500), (2_400, 500), (150, 500)]
)
def test_a_spread_pays_between_nothing_and_its_width(spreads, final, payoff):
    """Above the upper strike nothing, below the lower one their distance, between them the difference."""
    spreads.expire(spreads.expiry, final)
    spreads.market.send(STRANGER, "settle", spreads.number, 10)
    before = spreads.balance(TRADER)
    assert 2 * payoff * DOLLAR == spreads.market.returns(TRADER, "redeem", spreads.number, 2 * ONE)
    assert before + 2 * payoff * DOLLAR == spreads.balance(TRADER)
    assert 0 == spreads.house.read("badDebt")
    assert 0 == spreads.solvent()


def test_a_writer_of_spreads_alone_is_never_liquidated_nor_broke(live):
    """With the whole loss as margin no price endangers it, and its last wei covers the worst case."""
    upgrade(live)
    number = spread(live)
    live.deposit(LIQUIDATOR, 501)
    live.quote(LIQUIDATOR, number)
    live.buy(TRADER, LIQUIDATOR, number, 1)
    live.house.send(LIQUIDATOR, "withdraw", live.balance(LIQUIDATOR) - 500 * DOLLAR)
    for dollars in (3_000, 2_500, 200, 90_000):
        live.price(dollars)
        with pytest.raises(RevertedError, match="NotLiquidatable"):
            live.house.send(STRANGER, "liquidate", LIQUIDATOR, number, ONE, 0)
    live.expire(live.market.read("seriesOf", number)[2], 150)
    live.market.send(STRANGER, "settle", number, 10)
    assert 0 == live.balance(LIQUIDATOR)
    assert 0 == live.house.read("badDebt")


@pytest.mark.parametrize(("upper", "lower"), [(3_000, 3_000), (2_500, 3_000), (3_000, 0), (3_000, 1_499)])
def test_spreads_that_are_not_listed(live, upper, lower):
    """The strikes are two, in order, and not further apart than allowed."""
    upgrade(live)
    with pytest.raises(RevertedError, match="BadSpread"):
        spread(live, upper, lower)


def test_a_spread_and_the_put_of_its_strike_are_two_series(spreads):
    """The same upper strike and expiry name different terms; the same spread is listed once."""
    expiry = spreads.expiry
    number = spreads.market.returns(PARTIES.risk_admin, "createSeries", ETHER, 3_000 * ONE, expiry, PUT)
    assert spreads.number + 1 == number
    with pytest.raises(RevertedError, match="SeriesExists"):
        spread(spreads)


@pytest.mark.parametrize(
    ("initial", "maintenance"), [(ONE - 1, ONE - 1), (ONE, ONE - 1), (ONE, ONE + 1), (2 * ONE + 1, ONE)]
)
def test_spread_margin_never_falls_below_the_loss(live, initial, maintenance):
    """Less than the whole loss, or maintenance above initial, is refused."""
    upgrade(live)
    with pytest.raises(RevertedError, match="BadParameter"):
        live.house.send(PARTIES.risk_admin, "setSpreadMargin", initial, maintenance)


def test_all_series_tokens_change_together(live):
    """The beacon gives every series the new implementation at once, and balances stay."""
    held = [live.token(entry.number).read("totalSupply") for entry in live.protocol.series]
    new = live.deploy("SeriesToken")
    with pytest.raises(RevertedError, match="OwnableUnauthorizedAccount"):
        live.upgrade_tokens(new, by=STRANGER)
    live.upgrade_tokens(new)
    assert held == [live.token(entry.number).read("totalSupply") for entry in live.protocol.series]


def test_a_replaced_pricing_model_changes_marks_at_once(live):
    """The model is a module: the timelock points the market at another, and every price follows."""
    before = live.market.read("priceOf", 1)
    live.market.send(PARTIES.timelock, "setPricingModel", live.deploy("PricingModel"))
    assert before == pytest.approx(live.market.read("priceOf", 1), rel=1e-5)
    with pytest.raises(RevertedError, match="ZeroAddress"):
        live.market.send(PARTIES.timelock, "setPricingModel", STRANGER)
