"""What the perpetual market tells of an account and of its mark, beside what happens next."""

import pytest
from market_world import LIQUIDATOR, ONE, PARTIES, STRANGER, RevertedError
from test_protocol_perpetual import FAR_OFFSET, HALF_HOUR, MAINTENANCE, PERIOD, SPOT, Desk

MAKER, TAKER, SHORT_TAKER = PARTIES.writers[0], *PARTIES.traders[:2]


@pytest.fixture
def desk(world):
    """The market without positions, a maker at the index price and two takers, 10,000 dollars each."""
    desk = Desk(world)
    for who in (MAKER, TAKER, SHORT_TAKER):
        desk.deposit(who, 10_000)
    desk.quote(MAKER)
    return desk


def test_pending_funding_is_what_the_next_touch_takes(desk):
    """What a long owes by its view is what its cash loses when the market brings it in."""
    desk.quote(MAKER, FAR_OFFSET)
    desk.trade(TAKER, MAKER, 2)
    desk.world.go_to_block(desk.world.now + PERIOD)
    desk.world.pace(0)
    desk.world.price(SPOT)
    owed, cash = desk.market.read("pendingFundingOf", TAKER), desk.account(TAKER).cash
    desk.market.send(TAKER, "withdraw", 0)
    assert owed > 0 > desk.market.read("pendingFundingOf", MAKER)
    assert cash - owed == desk.account(TAKER).cash
    assert 0 == desk.market.read("pendingFundingOf", TAKER) == desk.market.read("pendingFundingOf", STRANGER)


def test_the_mark_is_the_index_with_its_premium(desk):
    """Premium and mark say the same."""
    desk.quote(MAKER, FAR_OFFSET)
    desk.trade(TAKER, MAKER, 1)
    desk.world.go_to_block(desk.world.now + HALF_HOUR)
    assert FAR_OFFSET == desk.market.read("markPremium")
    assert SPOT * (ONE + FAR_OFFSET) == desk.market.read("markPrice")


@pytest.mark.parametrize(("who", "contracts"), [(TAKER, 20), (SHORT_TAKER, -20)])
def test_at_its_liquidation_price_an_account_is_worth_its_maintenance_margin(desk, who, contracts):
    """A cent on the one side of it a liquidation is refused, a cent on the other it goes through."""
    desk.pay(MAKER, "deposit", 1_000_000)
    desk.pay(LIQUIDATOR, "deposit", 100_000)
    desk.trade(who, MAKER, contracts)
    assert 0 == desk.market.read("liquidationPriceOf", STRANGER)
    price = desk.market.read("liquidationPriceOf", who) / ONE
    side = 1 if contracts > 0 else -1
    desk.world.price(round(price + side * 0.01, 2))
    assert desk.market.read("marginRatioOf", who) >= MAINTENANCE
    with pytest.raises(RevertedError, match="NotLiquidatable"):
        desk.market.send(LIQUIDATOR, "liquidate", who, ONE)
    desk.world.price(round(price - side * 0.01, 2))
    assert desk.market.read("marginRatioOf", who) < MAINTENANCE
    desk.market.send(LIQUIDATOR, "liquidate", who, ONE)


def test_a_position_paid_in_full_has_no_liquidation_price(desk):
    """Nothing that the mark can do makes a long without debt owe; an account without a position has no ratio."""
    desk.deposit(TAKER, 10_000)
    desk.trade(TAKER, MAKER, 1)
    assert 0 == desk.market.read("liquidationPriceOf", TAKER)
    assert 2**255 - 1 == desk.market.read("marginRatioOf", STRANGER)
