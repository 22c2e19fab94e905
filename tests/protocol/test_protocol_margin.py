"""Margin by its formula, what it keeps in, and liquidation: who may, how much, and who is paid what."""

import pytest
from market_world import (
    CALL,
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

from upgrader.flows.demo.protocol import MARGIN, PENALTY_RATE
from upgrader.flows.demo.trading import DOLLAR

SCALE = ONE * ONE
DANGER = 3_450
"""Dollars at which a writer of ten calls at 3,000 with 6,000 of collateral is below its maintenance margin."""

INITIAL_RATE, INITIAL_FLOOR, MAINTENANCE_RATE, MAINTENANCE_FLOOR = MARGIN


def up(numerator, denominator):
    return -(-numerator // denominator)


def margin_each(*, is_call, spot, strike, mark, rate, floor):
    """Return the margin of one option by the published formula, 18 decimals."""
    out_of_the_money = max(strike - spot, 0) if is_call else max(spot - strike, 0)
    buffer = max(up(spot * rate, ONE) - out_of_the_money, up(spot * floor, ONE))
    return mark + buffer if is_call else max(min(mark + buffer, strike), mark)


def margin(amount, **terms):
    """Return the margin of ``amount`` options in collateral units."""
    return up(amount * margin_each(**terms) * DOLLAR, SCALE)


@pytest.mark.parametrize("is_call", [CALL, PUT])
@pytest.mark.parametrize("strike", [1_500, 2_400, 3_000, 3_300, 9_000])
def test_margin_follows_its_formula(world, is_call, strike):
    """In, at and out of the money, for calls and for puts, both levels are what the formula says, to the wei."""
    amount = 3 * ONE // 2
    number, _ = world.open(strike, 28, is_call=is_call, amount=1.5, collateral=90_000)
    terms = {
        "is_call": is_call,
        "spot": 3_000 * ONE,
        "strike": strike * ONE,
        "mark": world.market.read("priceOf", number),
    }
    assert (
        margin(amount, **terms, rate=INITIAL_RATE, floor=INITIAL_FLOOR),
        margin(amount, **terms, rate=MAINTENANCE_RATE, floor=MAINTENANCE_FLOOR),
    ) == world.house.read("marginOf", WRITER)


def test_no_put_needs_more_than_its_strike(world):
    """The most that a written put can cost is its strike, and nobody is asked for more."""
    world.price(200)
    world.open(3_000, 28, is_call=PUT, amount=1, collateral=10_000)
    initial, maintenance = world.house.read("marginOf", WRITER)
    assert initial <= 3_000 * DOLLAR
    assert maintenance <= initial


def test_margins_of_several_series_add_up(world):
    """There is no offset between positions."""
    first, _ = world.open(3_000, 28, is_call=CALL, amount=1, collateral=50_000)
    alone = world.house.read("marginOf", WRITER)
    second, _ = world.list(2_800, 28, is_call=PUT)
    world.quote(WRITER, second)
    world.buy(TRADER, WRITER, second, 2)
    both = world.house.read("marginOf", WRITER)
    exposures = world.market.read("exposures", WRITER)
    assert {first, second} == {exposure[0] for exposure in exposures}
    assert alone[0] < both[0]
    assert alone[1] < both[1]


def test_an_underlying_without_parameters_is_fully_margined(world):
    """Forgetting to set margin asks for too much rather than for nothing."""
    other = b"SOL".ljust(32, b"\0")
    world.oracle.send(PARTIES.oracle_admin, "setFeed", other, world.feed.address, 3_600, ONE, 10**6 * ONE)
    world.market.send(PARTIES.risk_admin, "setVolatility", other, ONE)
    _, expiry = world.list(3_000)
    number = world.market.returns(PARTIES.risk_admin, "createSeries", other, 3_000 * ONE, expiry, CALL)
    world.deposit(WRITER, 10_000)
    world.deposit(TRADER, 10_000)
    world.quote(WRITER, number)
    world.buy(TRADER, WRITER, number, 1)
    mark = world.market.read("priceOf", number)
    assert up((mark + 3_000 * ONE) * DOLLAR, ONE) == world.house.read("marginOf", WRITER)[0]


def test_the_initial_margin_stays_in(world):
    """A writer withdraws down to its initial margin and not one wei further."""
    world.open(amount=2)
    free = world.balance(WRITER) - world.house.read("marginOf", WRITER)[0]
    with pytest.raises(RevertedError, match="MarginTooLow"):
        world.house.send(WRITER, "withdraw", free + 10 * DOLLAR)
    # A second passes before the next block, in which the option loses a little of its value.
    world.house.send(WRITER, "withdraw", free)
    assert 0 <= world.balance(WRITER) - world.house.read("marginOf", WRITER)[0] < DOLLAR


@pytest.mark.parametrize(
    "parameters",
    [
        (ONE + 1, 0, 0, 0),
        (ONE // 10, ONE // 5, ONE // 20, ONE // 20),
        (ONE // 10, ONE // 10, ONE // 5, ONE // 20),
        (ONE // 5, ONE // 20, ONE // 10, ONE // 10),
        (ONE // 5, ONE // 5, ONE // 20, ONE // 10),
        (ONE // 5, ONE // 5, ONE // 5, 0),
    ],
)
def test_margin_parameters_keep_their_order(world, parameters):
    """Maintenance never above initial, floors never above rates, none of it above the spot, and no zero floor."""
    with pytest.raises(RevertedError, match="BadParameter"):
        world.house.send(PARTIES.risk_admin, "setMarginParameters", ETHER, parameters)


def test_the_penalty_is_bounded(world):
    """A liquidation takes at most half of the buffer, so that it always helps."""
    world.house.send(PARTIES.risk_admin, "setPenaltyRate", ONE // 2)
    with pytest.raises(RevertedError, match="BadParameter"):
        world.house.send(PARTIES.risk_admin, "setPenaltyRate", ONE // 2 + 1)


@pytest.fixture
def endangered(world):
    """WRITER short ten calls, below its maintenance margin since the spot rose; LIQUIDATOR with money."""
    world.number, world.expiry = world.open(amount=10, collateral=6_000)
    world.deposit(LIQUIDATOR, 100_000)
    world.price(DANGER)
    return world


def test_a_healthy_account_is_left_alone(world):
    """At its maintenance margin or above, nobody takes anything."""
    number, _ = world.open(amount=1)
    with pytest.raises(RevertedError, match="NotLiquidatable"):
        world.house.send(STRANGER, "liquidate", WRITER, number, ONE, 0)


def test_liquidation_begins_exactly_below_maintenance(world):
    """One wei decides."""
    number, _ = world.open(amount=10, collateral=6_000)
    world.deposit(LIQUIDATOR, 100_000)
    world.price(DANGER)
    world.pace(0)
    missing = world.house.read("marginOf", WRITER)[1] - world.balance(WRITER)
    world.deposit(WRITER, (missing - 1) / DOLLAR)
    assert 0 < world.house.read("liquidate", WRITER, number, ONE, 0, sender=LIQUIDATOR)
    world.deposit(WRITER, 1 / DOLLAR)
    with pytest.raises(RevertedError, match="NotLiquidatable"):
        world.house.read("liquidate", WRITER, number, ONE, 0, sender=LIQUIDATOR)


FINEST = 3_000 / 8_192 * 1.001
"""Dollars to which a liquidation price is told where the spot is 3,000, and a little more."""


def liquidatable(world, number, dollars):
    """Whether the writer may be liquidated at a price, at this second."""
    world.price(dollars)
    try:
        return world.house.read("liquidate", WRITER, number, ONE, 0, sender=LIQUIDATOR) > 0
    except RevertedError as error:
        assert error.name == "NotLiquidatable"  # noqa: PT017 - any other refusal is a failure
        return False


@pytest.mark.parametrize(("is_call", "side"), [(CALL, 1), (PUT, -1)])
def test_a_liquidation_price_is_where_liquidation_begins(world, is_call, side):
    """At the told price anyone may take over, a step before it nobody; on the other side there is none."""
    number, _ = world.open(is_call=is_call, amount=10, collateral=6_000)
    world.deposit(LIQUIDATOR, 1_000_000)
    world.pace(0)
    below, above = world.house.read("liquidationPricesOf", WRITER, ETHER)
    told, other = (above, below) if is_call else (below, above)

    assert 0 == other
    assert 0 < (told / ONE - 3_000) * side
    assert [True, False] == [
        liquidatable(world, number, told / ONE + beyond * side) for beyond in (1e-6, -FINEST)
    ]  # fmt: skip


def test_whoever_wrote_both_may_be_liquidated_on_a_fall_and_on_a_rise(world):
    """A strangle has a price on either side; once it is reached, both are the present one."""
    world.open(3_200, is_call=CALL, amount=10, collateral=9_000)
    number, _ = world.list(2_800, is_call=PUT)
    world.quote(WRITER, number)
    world.buy(TRADER, WRITER, number, 10)
    below, above = world.house.read("liquidationPricesOf", WRITER, ETHER)

    assert 2_000 * ONE < below < 3_000 * ONE < above < 4_000 * ONE
    world.price(below / ONE - 1)
    assert (world.market.read("exposures", WRITER)[0][6],) * 2 == world.house.read("liquidationPricesOf", WRITER, ETHER)


def test_who_wrote_nothing_has_no_liquidation_price(world):
    """Nor has a put that is covered by its whole strike."""
    world.open(is_call=PUT, amount=1, collateral=10_000)

    assert (0, 0) == world.house.read("liquidationPricesOf", TRADER, ETHER)
    assert (0, 0) == world.house.read("liquidationPricesOf", WRITER, ETHER)


def test_the_headroom_is_what_an_account_has_above_its_maintenance_margin(endangered):
    """Below zero where it may be liquidated, to the wei; without positions it is the whole balance."""
    for who in (WRITER, LIQUIDATOR):
        _, maintenance = endangered.house.read("marginOf", who)
        assert endangered.balance(who) - maintenance == endangered.house.read("headroomOf", who)
    assert endangered.house.read("headroomOf", WRITER) < 0


def test_exposures_at_another_price_are_those_that_come_with_it(world):
    """Mark and spot move with the one underlying that is asked about, and with no other."""
    world.open(amount=2)
    world.pace(0)
    asked = world.market.read("exposuresAt", WRITER, ETHER, DANGER * ONE)
    same = world.market.read("exposuresAt", WRITER, b"SOL".ljust(32, b"\0"), ONE)

    assert world.market.read("exposures", WRITER) == same
    world.price(DANGER)
    assert asked == world.market.read("exposures", WRITER)


def test_liquidation_restores_the_initial_margin_and_takes_no_more(endangered):
    """However much is asked for, only what restores the initial margin is taken."""
    world = endangered
    taken = world.house.returns(LIQUIDATOR, "liquidate", WRITER, world.number, 100 * ONE, 0)
    initial, _ = world.house.read("marginOf", WRITER)
    assert 0 < taken < 10 * ONE
    assert 0 <= world.balance(WRITER) - initial < DOLLAR
    assert pytest.approx(taken, rel=1e-4) == world.market.read("shortOf", world.number, LIQUIDATOR)
    assert 10 * ONE == sum(world.market.read("shortOf", world.number, who) for who in (WRITER, LIQUIDATOR))
    with pytest.raises(RevertedError, match="NotLiquidatable"):
        world.house.send(LIQUIDATOR, "liquidate", WRITER, world.number, ONE, 0)


def test_the_liquidator_is_paid_mark_and_half_the_penalty(endangered):
    """Mark and penalty leave the writer; half of the penalty goes to the fund."""
    world = endangered
    writer, liquidator, fund = world.balance(WRITER), world.balance(LIQUIDATOR), world.house.read("insuranceFund")
    world.house.send(LIQUIDATOR, "liquidate", WRITER, world.number, ONE, 0)
    mark = world.market.read("priceOf", world.number)
    maintenance = margin_each(
        is_call=CALL,
        spot=DANGER * ONE,
        strike=3_000 * ONE,
        mark=mark,
        rate=MAINTENANCE_RATE,
        floor=MAINTENANCE_FLOOR,
    )
    cost = up(mark * DOLLAR, ONE)
    penalty = up((maintenance - mark) * PENALTY_RATE // ONE * DOLLAR, ONE)
    assert writer - cost - penalty == world.balance(WRITER)
    assert liquidator + cost + penalty - penalty // 2 == world.balance(LIQUIDATOR)
    assert fund + penalty // 2 == world.house.read("insuranceFund")
    assert 0 == world.solvent()


def test_a_liquidator_needs_the_margin_of_what_it_takes(endangered):
    """Risk goes only to whoever can carry it."""
    with pytest.raises(RevertedError, match="MarginTooLow"):
        endangered.house.send(STRANGER, "liquidate", WRITER, endangered.number, 10 * ONE, 0)


def test_a_liquidator_sets_its_price(endangered):
    """Below the compensation asked for, nothing happens."""
    with pytest.raises(RevertedError, match="CompensationTooLow"):
        endangered.house.send(LIQUIDATOR, "liquidate", WRITER, endangered.number, ONE, 10**12)


def test_nobody_liquidates_itself_or_what_is_not_there(endangered):
    """A writer cannot pay itself its penalty, and an empty position yields nothing."""
    world = endangered
    with pytest.raises(RevertedError, match="OwnPosition"):
        world.house.send(WRITER, "liquidate", WRITER, world.number, ONE, 0)
    other, _ = world.list(4_000)
    with pytest.raises(RevertedError, match="NothingToLiquidate"):
        world.house.send(LIQUIDATOR, "liquidate", WRITER, other, ONE, 0)


def test_the_fund_tops_up_the_mark_when_the_writer_is_broke(world):
    """After a jump beyond the writer's money, the fund pays the liquidator the rest of the mark, and no penalty."""
    number, _ = world.open(amount=10, collateral=6_000)
    world.deposit(LIQUIDATOR, 500_000)
    world.dollar.send(STRANGER, "mint", STRANGER, 50_000 * DOLLAR)
    world.dollar.send(STRANGER, "approve", world.house.address, 50_000 * DOLLAR)
    world.house.send(STRANGER, "grantToFund", 50_000 * DOLLAR)
    world.price(6_000)
    writer, liquidator, fund = world.balance(WRITER), world.balance(LIQUIDATOR), world.house.read("insuranceFund")
    world.house.send(LIQUIDATOR, "liquidate", WRITER, number, 10 * ONE, 0)
    cost = up(10 * ONE * world.market.read("priceOf", number) * DOLLAR, SCALE)
    assert 0 == world.balance(WRITER)
    assert liquidator + cost == world.balance(LIQUIDATOR)
    assert fund - (cost - writer) == world.house.read("insuranceFund")
    assert 0 == world.solvent()


def test_an_empty_fund_pays_what_it_has(world):
    """With nothing left to top up, the liquidator gets the writer's last money, if that is enough for it."""
    number, _ = world.open(amount=10, collateral=6_000)
    world.deposit(LIQUIDATOR, 500_000)
    world.price(6_000)
    last = world.balance(WRITER) + world.house.read("insuranceFund")
    liquidator = world.balance(LIQUIDATOR)
    world.house.send(LIQUIDATOR, "liquidate", WRITER, number, 10 * ONE, 0)
    assert liquidator + last == world.balance(LIQUIDATOR)
    assert 0 == world.house.read("insuranceFund")
    assert 0 == world.solvent()


def test_volatility_alone_can_endanger_a_writer(world):
    """Marks move with the parameter, and margin with the marks."""
    world.open(amount=10, collateral=6_000, days=28)
    before = world.house.read("marginOf", WRITER)
    world.market.send(PARTIES.risk_admin, "setVolatility", ETHER, 2 * ONE)
    after = world.house.read("marginOf", WRITER)
    assert world.balance(WRITER) < after[1]
    assert before[1] < after[1]
