"""Versions 3 and 4 on a live market: a surface without effect until activated, packed records, a mandate."""

import pytest
from market_world import (
    ETHER,
    LIQUIDATOR,
    ONE,
    PARTIES,
    STRANGER,
    TRADER,
    WRITER,
    RevertedError,
)
from test_protocol_upgrade import observables, upgrade

from upgrader.calls import topic
from upgrader.flows.demo.trading import DOLLAR, TERMS, expiry_after
from upgrader.flows.demo.versions import (
    MAXIMUM_SHIFT,
    STRIKES,
    TIMES,
    VOLATILITIES,
    deploy_registry,
    deploy_surface,
    house_v3_call,
    market_v3_call,
    market_v4_call,
)
from upgrader.units import ZERO_ADDRESS, hexed, keccak

ACCOUNTS = (*PARTIES.writers, *PARTIES.traders)
FLAT = 6 * ONE // 10
DAY = 86_400
UNKNOWN, ALLOWED, SUSPENDED = range(3)


def upgrade_3(world, accounts=ACCOUNTS, series=None):
    """Take both proxies from version 2 to version 3; every series is migrated where none are named."""
    numbers = [entry.number for entry in world.protocol.series] if series is None else series
    world.upgrade_house(world.deploy("ClearingHouseV3"), house_v3_call(accounts))
    world.upgrade_market(world.deploy("OptionsMarketV3"), market_v3_call(numbers))
    world.market = world.contract("OptionsMarketV3", world.market.address)
    world.house = world.contract("ClearingHouseV3", world.house.address)


def upgrade_4(world, allowed=ACCOUNTS):
    """Take market and tokens from version 3 to version 4; return the registry."""
    registry = deploy_registry(world.sandbox, world.sandbox.deploy, world.code, world.protocol, allowed)
    world.upgrade_market(world.deploy("OptionsMarketV4"), market_v4_call(registry))
    world.upgrade_tokens(world.deploy("SeriesTokenV4"))
    world.market = world.contract("OptionsMarketV4", world.market.address)
    return world.contract("AccountRegistryV1", registry)


@pytest.fixture
def third(live):
    """A live market of version 3."""
    upgrade(live)
    upgrade_3(live)
    return live


@pytest.fixture
def fourth(third):
    """A live market of version 4 with everybody of the demo allowed."""
    third.registry = upgrade_4(third)
    return third


def prices(world):
    return [world.market.read("priceOf", entry.number) for entry in world.protocol.series]


def surface_of(world):
    where = deploy_surface(world.sandbox, world.sandbox.deploy, world.code, PARTIES)
    return world.contract("VolatilitySurface", where)


def test_no_view_changes_with_version_3(live):
    """Prices, margins, accounts, roles: the upgrade itself changes not one answer."""
    upgrade(live)
    live.pace(0)
    before = observables(live)
    upgrade_3(live)
    assert before == observables(live)
    assert ["3", "3"] == [contract.read("version") for contract in (live.market, live.house)]
    assert ZERO_ADDRESS == live.market.read("volatilitySurface")


POSITION_MIGRATED = topic("PositionMigrated(uint256,address,uint256)")
PACKED, UNKNOWN_PRICE = 1, 0


def position(world, number, writer=WRITER):
    """Return a position's record by name."""
    names = ("layout", "is_short", "expiry", "entry", "size")
    return dict(zip(names, world.market.read("positionOf", number, writer), strict=True))


def shorts(world):
    """Return size and writer of every open position."""
    numbers = [entry.number for entry in world.protocol.series]
    return {
        (number, who): world.market.read("shortOf", number, who)
        for number in numbers
        for who in world.market.read("writersOf", number)
    }


def test_positions_are_packed_in_the_upgrade_s_own_transaction(live):
    """Size, side and expiry of each named one stand in its word at once, and no size is another one."""
    upgrade(live)
    before = shorts(live)
    block = live.sandbox.block().number
    upgrade_3(live, series=[1, 2])
    found = live.sandbox.request("eth_getLogs", {"fromBlock": hex(block), "topics": [hexed(POSITION_MIGRATED)]})

    assert before == shorts(live)
    assert len({log["transactionHash"] for log in found}) == 1
    migrated = {(int(log["topics"][1], 16), "0x" + log["topics"][2][-40:], int(log["data"], 16)) for log in found}
    assert {(number, who.lower(), size) for (number, who), size in before.items() if number in (1, 2)} == migrated
    for (number, who), size in before.items():
        packed = number in (1, 2)
        expiry = live.protocol.series[number - 1].expiry if packed else 0
        expected = {"layout": packed * PACKED, "is_short": packed, "expiry": expiry, "entry": UNKNOWN_PRICE}
        assert {**expected, "size": size} == position(live, number, who)


def test_a_position_that_was_not_migrated_is_by_its_next_change(live):
    """Both kinds are read alike until then; what it was sold at before stays unknown."""
    upgrade(live)
    upgrade_3(live, series=[])
    before = shorts(live)
    old = position(live, 3)
    live.buy(TRADER, WRITER, 3, 1)

    assert {
        "layout": 0,
        "is_short": False,
        "expiry": 0,
        "entry": UNKNOWN_PRICE,
        "size": before[3, WRITER.lower()],
    } == old
    assert (PACKED, UNKNOWN_PRICE, before[3, WRITER.lower()] + ONE) == tuple(
        position(live, 3)[key] for key in ("layout", "entry", "size")
    )
    assert {**before, (3, WRITER.lower()): before[3, WRITER.lower()] + ONE} == shorts(live)


def test_a_new_position_remembers_what_it_was_sold_at(third):
    """The average of its sales, however much is bought back; closed, its word is nothing again."""
    number, expiry = third.list(3_300, 28)
    third.quote(WRITER, number)
    third.pace(0)
    prices = []
    for dollars, options in ((3_000, 1), (3_300, 3)):
        third.price(dollars)
        prices.append(third.market.read("priceOf", number))
        third.buy(TRADER, WRITER, number, options)
    average = (prices[0] + 3 * prices[1]) // 4
    record = {"layout": PACKED, "is_short": True, "expiry": expiry, "entry": average}

    assert prices[0] < average < prices[1]
    assert {**record, "size": 4 * ONE} == position(third, number)
    third.sell(TRADER, WRITER, number, 2)
    assert {**record, "size": 2 * ONE} == position(third, number)
    third.sell(TRADER, WRITER, number, 2)
    assert {0} == set(map(int, position(third, number).values()))


def test_what_a_liquidator_takes_over_has_no_entry_price(third):
    """It was sold by nobody to it; adding what was makes no average of the two."""
    number, _ = third.list(3_000, 28)
    third.quote(WRITER, number)
    third.quote(LIQUIDATOR, number)
    third.deposit(LIQUIDATOR, 1_000_000)
    third.buy(TRADER, WRITER, number, 8)
    entry = position(third, number)["entry"]
    third.price(12_000)
    third.house.send(LIQUIDATOR, "liquidate", WRITER, number, ONE, 0)
    taken = position(third, number, LIQUIDATOR)
    third.deposit(TRADER, 100_000)
    third.buy(TRADER, LIQUIDATOR, number, 1)

    assert (ONE, UNKNOWN_PRICE) == (taken["size"], taken["entry"])
    assert (2 * ONE, UNKNOWN_PRICE) == tuple(position(third, number, LIQUIDATOR)[key] for key in ("size", "entry"))
    assert (7 * ONE, entry) == tuple(position(third, number)[key] for key in ("size", "entry"))
    assert entry > 0


def test_activation_is_what_changes_premiums_and_only_the_timelock_activates(third):
    """A deployed surface has no effect; activated it moves the wings and not the money; taken away all is as before."""
    third.pace(0)
    surface = surface_of(third)
    before = prices(third)
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        third.market.send(PARTIES.risk_admin, "activateSurface", surface.address)
    assert before == prices(third)
    third.market.send(PARTIES.timelock, "activateSurface", surface.address)
    assert third.market.read("volatilitySurface") == surface.address.lower()
    after = prices(third)
    for (strike, _, _), was, now in zip(TERMS, before, after, strict=True):
        assert (now == was) if strike == 3_000 else (now > was)
    third.market.send(PARTIES.timelock, "activateSurface", ZERO_ADDRESS)
    assert before == prices(third)


def test_no_premium_moves_farther_than_the_declared_bound(third):
    """However absurd the surface, prices stay between those of the bounded volatilities."""
    third.pace(0)
    surface = surface_of(third)
    third.market.send(PARTIES.timelock, "activateSurface", surface.address)
    for absurd, bound in (
        (5 * ONE, FLAT + FLAT * MAXIMUM_SHIFT // ONE),
        (ONE // 50, FLAT - FLAT * MAXIMUM_SHIFT // ONE),
    ):
        surface.send(PARTIES.risk_admin, "setGrid", ETHER, ([ONE], [1], [[absurd]]))
        spot = third.oracle.read("price", ETHER)
        for entry in third.protocol.series:
            terms = (entry.is_call, spot, entry.strike, entry.expiry - third.now, bound)
            assert third.pricing.read("price", *terms) == third.market.read("priceOf", entry.number)


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(3))
def test_the_surface_goes_through_its_points(live, row, column):
    """At a point of the grid the volatility is the grid's, up to rounding."""
    found = surface_of(live).read("volatility", ETHER, STRIKES[column], TIMES[row])
    assert VOLATILITIES[row][column] == pytest.approx(found, abs=1)


def test_the_surface_interpolates_in_strike_and_variance(live):
    """Half way between two strikes the mean; between two times the mean of the total variances; flat outside."""
    surface = surface_of(live)
    assert (72 + 60) * ONE // 200 == surface.read("volatility", ETHER, 2_500 * ONE, 7 * DAY)
    middle = (7 + 30) * DAY // 2
    variance = (0.72**2 * 7 + 0.68**2 * 30) / 2
    expected = (variance / (37 / 2)) ** 0.5 * ONE
    assert surface.read("volatility", ETHER, 2_000 * ONE, middle) == pytest.approx(expected, rel=1e-12)
    assert VOLATILITIES[0][0] == surface.read("volatility", ETHER, 1, 1)
    assert VOLATILITIES[2][2] == surface.read("volatility", ETHER, 10**30, 900 * DAY)
    with pytest.raises(RevertedError, match="UnknownUnderlying"):
        surface.read("volatility", b"BTC".ljust(32, b"\0"), ONE, 1)


@pytest.mark.parametrize(
    "grid",
    [
        ([], [DAY], [[]]),
        ([ONE], [], []),
        ([ONE, ONE], [DAY], [[ONE, ONE]]),
        ([ONE], [DAY, DAY], [[ONE], [ONE]]),
        ([ONE], [DAY], [[ONE, ONE]]),
        ([ONE], [DAY], [[ONE], [ONE]]),
        ([ONE], [DAY], [[11 * ONE]]),
        ([ONE], [DAY], [[ONE // 101]]),
        ([ONE], [DAY, 2 * DAY], [[ONE], [7 * ONE // 10]]),
        ([ONE], [3_651 * DAY], [[ONE]]),
        (list(range(1, 18)), [DAY], [[ONE] * 17]),
    ],
)
def test_grids_that_are_refused(live, grid):
    """Ragged, unordered, unbelievable, or with a calendar spread below zero."""
    with pytest.raises(RevertedError, match="BadGrid"):
        surface_of(live).send(PARTIES.risk_admin, "setGrid", ETHER, grid)


def test_without_its_reinitializer_a_surface_has_no_effect(live):
    """An upgrade that forgets the call prices by the flat volatility, whatever is activated."""
    upgrade(live)
    live.upgrade_market(live.deploy("OptionsMarketV3"))
    live.market = live.contract("OptionsMarketV3", live.market.address)
    live.pace(0)
    before = prices(live)
    live.market.send(PARTIES.timelock, "activateSurface", surface_of(live).address)
    assert before == prices(live)


def test_a_settled_series_needs_no_surface(third):
    """A surface that answers nothing for an underlying stops marks, and never a redemption."""
    third.market.send(
        PARTIES.timelock, "activateSurface", third.deploy("VolatilitySurface", ("address",) * 2, *ACCOUNTS[:2])
    )
    with pytest.raises(RevertedError, match="UnknownUnderlying"):
        third.market.read("priceOf", 1)
    entry = third.protocol.series[0]
    third.expire(entry.expiry, 3_300)
    third.market.send(STRANGER, "settle", entry.number, 10)
    assert 300 * DOLLAR == third.market.returns(TRADER, "redeem", entry.number, ONE)


def test_accounts_are_packed_in_the_upgrade_and_lose_nothing(live):
    """Named accounts have records at once, every balance and every sum is as before."""
    upgrade(live)
    before = [live.balance(account) for account in ACCOUNTS]
    total = live.house.read("totalBalances")
    upgrade_3(live, ACCOUNTS[:3])
    assert before == [live.balance(account) for account in ACCOUNTS]
    assert total == sum(before) == live.house.read("totalBalances")
    records = [live.house.read("accountRecord", account) for account in ACCOUNTS]
    assert [1, 1, 1, 0, 0] == [record[0] for record in records]
    assert before == [record[2] for record in records]
    assert all((record[1] > 0) is (record[0] == 1) for record in records)
    assert 0 == live.solvent()


def test_an_account_that_was_not_named_is_packed_with_its_next_change(live):
    """Whoever was forgotten trades on, and anyone may migrate the rest; twice changes nothing."""
    upgrade(live)
    upgrade_3(live, ())
    live.buy(TRADER, WRITER, 1, 1)
    records = {account: live.house.read("accountRecord", account) for account in ACCOUNTS}
    assert {WRITER, TRADER} == {account for account, record in records.items() if record[0] == 1}
    before = [live.balance(account) for account in ACCOUNTS]
    live.house.send(STRANGER, "migrate", ACCOUNTS)
    packed = [live.house.read("accountRecord", account) for account in ACCOUNTS]
    live.house.send(STRANGER, "migrate", ACCOUNTS)
    assert packed == [live.house.read("accountRecord", account) for account in ACCOUNTS]
    assert before == [live.balance(account) for account in ACCOUNTS] == [record[2] for record in packed]
    assert 0 == live.solvent()


def test_a_record_remembers_its_latest_change(third):
    """The time is that of the block in which the balance changed."""
    third.deposit(TRADER, 5)
    assert third.now == third.house.read("accountRecord", TRADER)[1]


def test_an_unknown_layout_is_refused_rather_than_read(third):
    """A word with another layout byte is no balance."""
    slot = keccak(bytes.fromhex(WRITER[2:]).rjust(32, b"\0") + (1).to_bytes(32, "big"))
    word = third.sandbox.request("eth_getStorageAt", third.house.address, f"0x{slot.hex()}", "latest")
    assert third.balance(WRITER) == int(word, 16) % 2**128
    third.sandbox.request("anvil_setStorageAt", third.house.address, f"0x{slot.hex()}", f"0x02{word[4:]}")
    with pytest.raises(RevertedError, match="UnknownLayout"):
        third.balance(WRITER)


def test_everybody_trades_on_under_the_mandate(fourth):
    """Allowed accounts buy, sell back and transfer as before; every position is reported."""
    fourth.buy(TRADER, WRITER, 1, 1)
    fourth.sell(TRADER, WRITER, 1, 1)
    receipt = fourth.token(1).send(TRADER, "transfer", PARTIES.traders[1], ONE)
    topic = f"0x{keccak(b'HoldingReported(address,uint256)').hex()}"
    reported = {log["topics"][1][-40:]: int(log["data"], 16) for log in receipt["logs"] if log["topics"][0] == topic}
    held = {who[2:].lower(): fourth.token(1).read("balanceOf", who) for who in PARTIES.traders[:2]}
    assert held == reported
    assert 0 == fourth.solvent()


def test_short_positions_are_reported(fourth):
    """Each change of a short position says what it came to."""
    receipt = fourth.buy(TRADER, WRITER, 1, 2)
    topic = f"0x{keccak(b'ShortReported(uint256,address,uint256)').hex()}"
    (reported,) = (log for log in receipt["logs"] if log["topics"][0] == topic)
    assert fourth.market.read("shortOf", 1, WRITER) == int(reported["data"], 16)
    assert WRITER[2:].lower() == reported["topics"][2][-40:]


@pytest.mark.parametrize("standing", [UNKNOWN, SUSPENDED])
def test_whoever_is_not_allowed_takes_on_nothing(fourth, standing):
    """No purchase, no writing, no transfer in either direction, no take-over of a position."""
    for who in (TRADER, WRITER):
        fourth.registry.send(PARTIES.risk_admin, "decide", [who], standing, bytes(32))
    fourth.deposit(PARTIES.traders[1], 10_000)
    for buyer, writer in ((TRADER, PARTIES.writers[1]), (PARTIES.traders[1], WRITER)):
        with pytest.raises(RevertedError, match="AccountNotAllowed"):
            fourth.buy(buyer, writer, 1, 1)
    for sender, taker in ((TRADER, PARTIES.traders[1]), (PARTIES.traders[1], TRADER)):
        with pytest.raises(RevertedError, match="AccountNotAllowed"):
            fourth.token(2 if sender != TRADER else 1).send(sender, "transfer", taker, ONE)
    fourth.deposit(LIQUIDATOR, 1_000_000)
    fourth.price(60_000)
    with pytest.raises(RevertedError, match="AccountNotAllowed"):
        fourth.house.send(LIQUIDATOR, "liquidate", WRITER, 1, ONE, 0)


def test_existing_holders_close_sell_back_and_redeem_without_permission(fourth):
    """The mandate traps nobody: a suspended writer and holder still get out in every way they had."""
    fourth.token(2).send(PARTIES.traders[1], "transfer", PARTIES.writers[1], ONE)
    fourth.registry.send(PARTIES.risk_admin, "decide", list(ACCOUNTS), SUSPENDED, bytes(32))
    fourth.market.send(PARTIES.writers[1], "close", 2, ONE)
    fourth.sell(TRADER, WRITER, 1, 2)
    entry = fourth.protocol.series[0]
    fourth.expire(entry.expiry, 3_300)
    fourth.market.send(STRANGER, "settle", entry.number, 10)
    assert 900 * DOLLAR == fourth.market.returns(TRADER, "redeem", entry.number, 3 * ONE)
    fourth.house.send(TRADER, "withdraw", fourth.balance(TRADER))
    assert 0 == fourth.solvent()


def test_without_a_registry_nobody_is_allowed(third):
    """An upgrade that forgets the call shuts new business; it does not open it."""
    third.upgrade_market(third.deploy("OptionsMarketV4"))
    third.upgrade_tokens(third.deploy("SeriesTokenV4"))
    with pytest.raises(RevertedError, match="AccountNotAllowed"):
        third.buy(TRADER, WRITER, 1, 1)
    third.sell(TRADER, WRITER, 1, 1)


def test_the_registry_keeps_every_decision(fourth):
    """Standing, time and reason of each, by compliance alone."""
    reason = keccak(b"minutes of the committee")
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        fourth.registry.send(STRANGER, "decide", [STRANGER], ALLOWED, reason)
    fourth.registry.send(PARTIES.risk_admin, "decide", [STRANGER], ALLOWED, reason)
    assert len(ACCOUNTS) + 1 == fourth.registry.read("decisionCount")
    expected = (STRANGER.lower(), ALLOWED, fourth.now, reason)
    assert expected == fourth.registry.read("decisionAt", len(ACCOUNTS))
    assert fourth.registry.read("isAllowed", STRANGER) is True


def test_a_spread_is_priced_by_the_volatility_of_each_strike(third):
    """With a surface the two legs of a spread have two volatilities."""
    expiry = expiry_after(third.now, 28)
    terms = (ETHER, 3_000 * ONE, 2_500 * ONE, expiry)
    number = third.market.returns(PARTIES.risk_admin, "createSpread", *terms)
    surface = surface_of(third)
    third.market.send(PARTIES.timelock, "activateSurface", surface.address)
    left = expiry - third.now
    legs = [
        third.pricing.read("price", False, 3_000 * ONE, k, left, surface.read("volatility", ETHER, k, left))  # noqa: FBT003 - as the contract has it
        for k in (3_000 * ONE, 2_500 * ONE)
    ]
    assert legs[0] - legs[1] == third.market.read("priceOf", number)
