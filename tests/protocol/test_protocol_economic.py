"""Each economic defect of ``contracts/broken/economic.json`` differs where it says, beside the version done right.

What the code checks cannot refuse must at least be real: the same steps on both, with another outcome.
"""

import json

import pytest
from market_world import (
    CALL,
    ETHER,
    IMPLEMENTATION_SLOT,
    LIQUIDATOR,
    MAXIMUM,
    ONE,
    PARTIES,
    STRANGER,
    TRADER,
    WRITER,
    RevertedError,
)
from protocol_build import ROOT
from test_protocol_perpetual import FAR_OFFSET, HALF_HOUR, Desk

from upgrader.calls import types_of
from upgrader.flows.demo.protocol import HEARTBEAT, HOUSE_V2_CALL, MARKET_V2_CALL, SEQUENCER_GRACE
from upgrader.flows.demo.trading import DOLLAR, FEED_DECIMALS, FEED_UNIT, expiry_after
from upgrader.flows.demo.versions import deploy_registry
from upgrader.units import ZERO_ADDRESS

ECONOMIC = json.loads((ROOT / "contracts" / "broken" / "economic.json").read_text())
SHOWN_BY = {"check", "simulate", "regression"}
STAKED, DOLLARS = (symbol.ljust(32, b"\0") for symbol in (b"STETH", b"USDC"))


@pytest.fixture
def beside(live_worlds):
    """Run the same steps on a live market upgraded as it should be and on one with a broken upgrade."""

    def run(broken, steps):
        return [steps(upgraded(live_worlds(), name)) for name in (good_of(broken), broken)]

    return run


def good_of(broken):
    (entry,) = (entry for entry in ECONOMIC if entry["contract"] == broken)
    return entry["replaces"].replace("V1", "V2")


def upgraded(world, name):
    """Take one proxy to an implementation and the other to its good version 2."""
    market, house = ("OptionsMarketV2", name) if name in houses() else (name, "ClearingHouseV2")
    world.upgrade_house(world.deploy(house), HOUSE_V2_CALL)
    world.upgrade_market(world.deploy(market), MARKET_V2_CALL)
    return world


def houses():
    return {"ClearingHouseV2", *(entry["contract"] for entry in ECONOMIC if entry["replaces"] == "ClearingHouseV1")}


def answer(called, sender, function, *arguments):
    """Return what sending came to: the error's name, or nothing where it went through."""
    try:
        called.send(sender, function, *arguments)
    except RevertedError as error:
        return error.name
    return None


@pytest.mark.parametrize("entry", ECONOMIC, ids=lambda entry: entry["name"])
def test_every_entry_names_a_contract_and_what_must_differ(code, entry):
    """File, contract, old version and call fit together; what shows it and where is said."""
    artifact = code.artifacts[f"{entry['file']}:{entry['contract']}"]
    assert entry["old"] in code.artifacts
    assert entry["old"].endswith(f":{entry['replaces']}")
    assert entry["shown_by"] in SHOWN_BY
    assert entry["observable"]
    functions = {f["name"] for f in artifact.abi if f["type"] == "function"}
    if entry["call"] == "setOracle(address)":
        assert "price" in functions
    elif entry["call"]:
        assert entry["call"].partition("(")[0] in functions
        assert len(types_of(entry["call"])) == len(entry["arguments"])


def test_liquidation_goes_on_while_paused(beside):
    """The guardian's pause stops a liquidation, and does not with the defect."""

    def steps(world):
        world.deposit(LIQUIDATOR, 2_000_000)
        world.price(20_000)
        world.market.send(PARTIES.guardian, "pause")
        return answer(world.house, LIQUIDATOR, "liquidate", WRITER, 1, ONE, 0)

    assert ["ModeForbids", None] == beside("LiquidationNotPaused", steps)


def settled(world, dollars=3_300):
    entry = world.protocol.series[0]
    world.expire(entry.expiry, dollars)
    world.market.send(STRANGER, "settle", entry.number, 10)
    return entry


def test_redemption_stops_while_paused(beside):
    """A pause lets holders of settled series redeem, and does not with the defect."""

    def steps(world):
        entry = settled(world)
        world.market.send(PARTIES.guardian, "pause")
        return answer(world.market, TRADER, "redeem", entry.number, ONE)

    assert [None, "ModeForbids"] == beside("RedeemPaused", steps)


def test_payouts_rounded_up_leave_too_little(beside):
    """Redeemed in odd parts, a series pays more than it collected: the last part cannot be paid."""

    def steps(world):
        entry = settled(world)
        holder = PARTIES.traders[0]
        odd = 10**13 + 1
        paid = [world.market.returns(holder, "redeem", entry.number, odd) for _ in range(3)]
        rest = [
            answer(world.market, who, "redeem", entry.number, world.token(entry.number).read("balanceOf", who))
            for who in PARTIES.traders[:2]
        ]
        return sum(paid), rest

    good, broken = beside("SettlementRoundedUp", steps)
    assert (3 * 3_000, [None, None]) == good
    assert 3 * 3_001 == broken[0]
    assert broken[1][0] is None
    assert broken[1][1] is not None


def test_positions_change_in_the_second_of_expiry(beside):
    """At the expiry itself a good market settles, and the broken one still closes."""

    def steps(world):
        entry = world.protocol.series[0]
        world.token(entry.number).send(TRADER, "transfer", WRITER, ONE)
        world.expire(entry.expiry, 3_300)
        world.pace(0)
        return answer(world.market, WRITER, "close", entry.number, ONE)

    assert ["TradingEnded", None] == beside("ExpiryComparison", steps)


def test_a_liquidation_costs_at_least_six_tenths_more(beside):
    """The same liquidation, the same result, another bill."""

    def steps(world):
        world.deposit(LIQUIDATOR, 2_000_000)
        world.price(20_000)
        receipt = world.house.send(LIQUIDATOR, "liquidate", WRITER, 1, ONE, 0)
        return world.balance(WRITER), int(receipt["gasUsed"], 16)

    (balance, good), (same, broken) = beside("LiquidationGas", steps)
    assert balance == same
    assert good * 16 // 10 < broken


def test_one_class_of_accounts_is_shut_out(beside):
    """A buyer that spends all it has is refused; one with a unit to spare is not."""

    def steps(world, spare=0):
        world.pace(0)
        world.deposit(STRANGER, 1_000)
        world.house.send(STRANGER, "withdraw", 1_000 * DOLLAR - exact_cost(world) - spare)
        return answer(world.market, STRANGER, "buy", 1, WRITER, ONE, MAXIMUM)

    assert [None, "MarginTooLow"] == beside("AccountClass", steps)
    assert [None, None] == beside("AccountClass", lambda world: steps(world, spare=1))


def exact_cost(world):
    """Return premium and fee of one option of series 1 at the latest block."""
    premium = -(-world.market.read("priceOf", 1) // 10**12)
    return premium + -(-premium * world.market.read("feeRate") // ONE)


def test_packed_bits_lose_every_balance(beside):
    """Nothing moved and nothing was declared anew, and every account is empty."""
    good, broken = beside("PackedBits", lambda world: world.balance(WRITER))
    assert good > 0
    assert 0 == broken


def test_position_bits_shrink_every_migrated_position(beside):
    """Migrated in the upgrade's own transaction, each size is read a byte off, and its margin with it."""

    def steps(world):
        return world.market.read("shortOf", 1, WRITER), world.house.read("marginOf", WRITER)[1]

    (size, margin), (shrunk, less) = beside("PositionBits", steps)
    assert size // 256 == shrunk > 0
    assert less < margin


def test_a_stranger_executes_in_the_house_s_name(beside):
    """The collateral leaves by a function that nobody meant to publish."""

    def steps(world):
        held = world.dollar.read("balanceOf", world.house.address)
        house = world.contract("PublicExecute", world.house.address)
        loot = world.dollar.encode("transfer", STRANGER, held)
        refused = answer(house, STRANGER, "execute", world.dollar.address, loot)
        return refused is None, world.dollar.read("balanceOf", STRANGER) == held

    assert [(False, False), (True, True)] == beside("PublicExecute", steps)


def test_the_risk_admin_upgrades_past_the_timelock(beside):
    """Behind the transparent proxy the implementation's own upgrade function is reached by everyone but its admin."""

    def steps(world):
        theirs = world.deploy("SelectorClash")
        house = world.contract("SelectorClash", world.house.address)
        answer(house, PARTIES.risk_admin, "upgradeToAndCall", theirs, b"")
        return world.implementation(world.house.address) == theirs

    assert [False, True] == beside("SelectorClash", steps)


def test_the_guardian_cannot_pause(beside):
    """The emergency stop waits for governance."""
    good, broken = beside("PauseBehindTimelock", lambda world: answer(world.market, PARTIES.guardian, "pause"))
    assert (None, "AccessControlUnauthorizedAccount") == (good, broken)


def test_funding_flows_the_other_way(world):
    """After a trade above the index shorts pay longs."""
    desk = Desk(world)
    for who in (WRITER, TRADER):
        desk.deposit(who, 10_000)
    desk.quote(WRITER, FAR_OFFSET)
    desk.trade(TRADER, WRITER, 1)
    world.go_to_block(world.now + HALF_HOUR)
    good = desk.market.read("fundingRate")
    desk.market.send(PARTIES.timelock, "upgradeToAndCall", world.deploy("FundingFlipped"), b"")
    assert good > 0
    assert -good == desk.market.read("fundingRate")


def registry(world, name="AccountRegistryV1", data=b""):
    """Return a registry that has decided about TRADER alone, upgraded to another implementation."""
    where = deploy_registry(world.sandbox, world.sandbox.deploy, world.code, world.protocol, [TRADER])
    called = world.contract(name, where)
    if name != "AccountRegistryV1":
        implementation = world.deploy(name)
        slot = hex(IMPLEMENTATION_SLOT)
        world.sandbox.request("anvil_setStorageAt", where, slot, f"0x{implementation[2:]:0>64}")
        if data:
            called.send(STRANGER, *data)
    return called


def test_zero_allows_everybody(world):
    """Whoever nobody decided about is allowed, because zero is the epoch in force."""
    assert registry(world).read("isAllowed", STRANGER) is False
    assert registry(world, "ZeroEpoch", ("initializeV2", 0)).read("isAllowed", STRANGER) is True


def test_followers_hear_nothing_of_a_decision(world):
    """The event has another first topic."""
    heard = [
        registry(world, name).send(PARTIES.risk_admin, "decide", [STRANGER], 1, bytes(32))["logs"][0]["topics"][0]
        for name in ("AccountRegistryV1", "EventChanged")
    ]
    assert heard[0] != heard[1]


def adapter(world, name):
    """Return an oracle adapter set up as the deployment does it."""
    arguments = (PARTIES.timelock, PARTIES.oracle_admin, ZERO_ADDRESS, SEQUENCER_GRACE)
    oracle = world.contract(name, world.deploy(name, ("address", "address", "address", "uint256"), *arguments))
    terms = (ETHER, world.feed.address, HEARTBEAT, ONE, 10**6 * ONE)
    oracle.send(PARTIES.oracle_admin, "setFeed", *terms)
    return oracle


def test_prices_have_the_feed_s_decimals(live):
    """Eight decimals where eighteen are expected: every mark and margin collapses."""
    good = live.market.read("priceOf", 1)
    broken = adapter(live, "OracleDecimals")
    assert 3_000 * FEED_UNIT == broken.read("price", ETHER)
    live.market.send(PARTIES.timelock, "setOracle", broken.address)
    assert live.market.read("priceOf", 1) < good // 10**6


def test_a_ratio_is_taken_for_a_price(world):
    """A staked token worth 1.12 ether costs 3,360 dollars, or 1.12 with the defect."""
    prices = []
    for name in ("CompositeOracleAdapter", "MissingFactor"):
        oracle = adapter(world, name)
        feed = world.deploy("TestFeed", ("uint8", "int256"), FEED_DECIMALS, 112 * FEED_UNIT // 100)
        oracle.send(PARTIES.oracle_admin, "setFeed", STAKED, feed, HEARTBEAT, ONE // 2, 2 * ONE)
        oracle.send(PARTIES.oracle_admin, "setQuotedIn", STAKED, ETHER)
        prices.append(oracle.read("price", STAKED))
    assert [3_360 * ONE, 112 * ONE // 100] == prices


def test_a_composite_price_is_refused_where_its_base_is(world):
    """A ratio without its base is no price; whatever its base is quoted in counts too, and no circle closes."""
    oracle = adapter(world, "CompositeOracleAdapter")
    feed = world.deploy("TestFeed", ("uint8", "int256"), FEED_DECIMALS, FEED_UNIT)
    oracle.send(PARTIES.oracle_admin, "setFeed", STAKED, feed, 2 * HEARTBEAT, ONE // 2, 2 * ONE)
    oracle.send(PARTIES.oracle_admin, "setQuotedIn", STAKED, ETHER)
    assert ETHER == oracle.read("quotedIn", STAKED)
    oracle.send(PARTIES.oracle_admin, "setFeed", DOLLARS, feed, 2 * HEARTBEAT, ONE // 2, 2 * ONE)
    oracle.send(PARTIES.oracle_admin, "setQuotedIn", ETHER, DOLLARS)
    world.contract("TestFeed", feed).send(STRANGER, "setAnswer", 11 * FEED_UNIT // 10)
    assert 3_630 * ONE == oracle.read("price", STAKED)
    with pytest.raises(RevertedError, match="BadFeed"):
        oracle.send(PARTIES.oracle_admin, "setQuotedIn", DOLLARS, STAKED)
    world.go_to_block(world.now + HEARTBEAT + 60)
    with pytest.raises(RevertedError, match="StalePrice"):
        oracle.read("price", STAKED)


def test_a_frozen_feed_stays_a_price(world):
    """Long after its heartbeat an answer still counts."""
    good, broken = adapter(world, "OracleAdapter"), adapter(world, "FrozenFeed")
    world.go_to_block(world.now + HEARTBEAT * 24)
    with pytest.raises(RevertedError, match="StalePrice"):
        good.read("price", ETHER)
    assert 3_000 * ONE == broken.read("price", ETHER)


def test_marks_agree_where_no_defect_is(beside):
    """An economic defect leaves everything else alone: prices and margins are those of the good version."""
    for name in ("LiquidationNotPaused", "RedeemPaused", "ExpiryComparison", "AccountClass"):

        def steps(world):
            spot = world.oracle.read("price", ETHER)
            left = expiry_after(world.now, 28) - world.now
            return world.market.read("priceOf", 1), world.pricing.read("price", CALL, spot, spot, left, ONE)

        good, broken = beside(name, steps)
        assert good == broken
