"""From the averaging window to the last redemption: the price, the charges, the payouts, and who bears a shortfall."""

import itertools

import pytest
from market_world import (
    CALL,
    ETHER,
    ONE,
    OTHER_TRADER,
    OTHER_WRITER,
    PARTIES,
    PUT,
    STRANGER,
    TRADER,
    WINDOW,
    WRITER,
    RevertedError,
)

from upgrader.flows.demo.trading import DAY, DOLLAR

SCALE = ONE * ONE
GAP = 300
DISPUTE = 2 * 3_600


def up(numerator, denominator):
    return -(-numerator // denominator)


def observe(world, expiry, *observations):
    """Record ``(seconds before expiry, dollars)`` in turn, and stop at the expiry."""
    for before, dollars in observations:
        world.go_to(expiry - before - 1)
        world.price(dollars)
        world.go_to(expiry - before)
        world.market.send(STRANGER, "observe", ETHER, expiry)
    if world.now < expiry:
        world.go_to_block(expiry)


def average(*observations):
    """Return the average by the published rule, 18 decimals."""
    times = [WINDOW, *[before for before, _ in observations[1:]], 0]
    seconds = [begin - end for begin, end in itertools.pairwise(times)]
    return sum(dollars * ONE * s for (_, dollars), s in zip(observations, seconds, strict=True)) // WINDOW


EVEN = [(WINDOW - index * 180, 3_000 + 10 * index) for index in range(10)]
UNEVEN = [(1650, 3000), (1400, 3300), (1399, 100), (1398, 3050), (1100, 3040), (801, 2990), (502, 3500), (203, 2000)]


@pytest.mark.parametrize("observations", [EVEN, UNEVEN], ids=["even", "uneven"])
def test_the_price_is_the_time_weighted_average(world, observations):
    """Each observation counts for the time until the next, the first also for the time before it."""
    _, expiry = world.list(3_000)
    observe(world, expiry, *observations)
    world.market.send(STRANGER, "fixSettlementPrice", ETHER, expiry)
    assert average(*observations) == world.market.read("settlementPriceOf", ETHER, expiry)


def test_one_second_of_a_wild_price_moves_the_average_by_its_share(world):
    """A price a hundred times too high for one second of thirty minutes moves the average by 5.5 per cent, not more."""
    calm = [(WINDOW - index * 180, 3_000) for index in range(10)]
    wild = sorted([*calm, (700, 300_000), (699, 3_000)], reverse=True)
    _, expiry = world.list(3_000)
    observe(world, expiry, *wild)
    world.market.send(STRANGER, "fixSettlementPrice", ETHER, expiry)
    assert 3_000 * ONE + 297_000 * ONE // WINDOW == world.market.read("settlementPriceOf", ETHER, expiry)


@pytest.mark.parametrize(
    "observations",
    [
        [],
        [(WINDOW - GAP - 1, 3_000), *[(before, 3_000) for before in range(1_200, 0, -240)]],
        [(WINDOW, 3_000), (WINDOW - GAP, 3_000), (WINDOW - 2 * GAP - 1, 3_000)]
        + [(before, 3_000) for before in range(1_000, 0, -250)],
        [(before, 3_000) for before in range(WINDOW, GAP, -250)],
    ],
    ids=["nothing", "late start", "gap", "early end"],
)
def test_an_observation_stands_for_five_minutes_at_most(world, observations):
    """Where a stretch of the window is uncovered, there is no average and nothing settles."""
    number, expiry = world.open()
    observe(world, expiry, *observations)
    for function, arguments in (("fixSettlementPrice", (ETHER, expiry)), ("settle", (number, 10))):
        with pytest.raises(RevertedError, match="SettlementPriceUnknown"):
            world.market.send(STRANGER, function, *arguments)


def test_the_longest_allowed_stretches_still_give_an_average(world):
    """Seven observations exactly five minutes apart are enough."""
    _, expiry = world.list(3_000)
    observe(world, expiry, *[(before, 3_000) for before in range(WINDOW, 0, -GAP)])
    assert 3_000 * ONE == world.market.returns(STRANGER, "fixSettlementPrice", ETHER, expiry)


@pytest.mark.parametrize(("offset", "error"), [(-WINDOW - 1, "OutsideWindow"), (1, "OutsideWindow")])
def test_observations_outside_the_window_are_refused(world, offset, error):
    """Not a second before it opens, not a second after the expiry."""
    _, expiry = world.list(3_000)
    world.go_to(expiry + offset - 1)
    world.price(3_000)
    with pytest.raises(RevertedError, match=error):
        world.market.send(STRANGER, "observe", ETHER, expiry)


def test_an_observation_needs_a_price_that_can_be_trusted(world):
    """A stale feed leaves a gap rather than a guess."""
    _, expiry = world.list(3_000)
    world.go_to(expiry - WINDOW)
    with pytest.raises(RevertedError, match="StalePrice"):
        world.market.send(STRANGER, "observe", ETHER, expiry)


def test_nothing_settles_before_expiry(world):
    """A second before 08:00 UTC the window is still open."""
    number, expiry = world.open()
    for before, dollars in EVEN:
        world.go_to(expiry - before)
        world.price(dollars)
        world.market.send(STRANGER, "observe", ETHER, expiry)
    world.go_to_block(expiry - 1)
    with pytest.raises(RevertedError, match="NotExpired"):
        world.market.read("settle", number, 10)
    world.go_to_block(expiry)
    world.market.read("settle", number, 10)


def test_a_proposed_price_stands_after_its_dispute_period(world):
    """Without an average the oracle admin's price settles, two hours later and not earlier."""
    number, expiry = world.open()
    world.go_to(expiry + 60)
    world.market.send(PARTIES.oracle_admin, "proposeSettlementPrice", ETHER, expiry, 3_100 * ONE)
    proposed = world.now
    world.go_to(proposed + DISPUTE - 1)
    with pytest.raises(RevertedError, match="SettlementPriceUnknown"):
        world.market.send(STRANGER, "settle", number, 10)
    world.go_to(proposed + DISPUTE + 1)
    world.market.send(STRANGER, "settle", number, 10)
    assert 3_100 * ONE == world.market.read("settlementPriceOf", ETHER, expiry)


def test_the_guardian_rejects_a_proposed_price(world):
    """A rejected price never stands; another may be proposed and waits its own two hours."""
    number, expiry = world.open()
    world.go_to(expiry)
    world.market.send(PARTIES.oracle_admin, "proposeSettlementPrice", ETHER, expiry, 9_999 * ONE)
    world.market.send(PARTIES.guardian, "rejectSettlementPrice", ETHER, expiry)
    world.go_to(expiry + DISPUTE + 60)
    with pytest.raises(RevertedError, match="SettlementPriceUnknown"):
        world.market.send(STRANGER, "settle", number, 10)
    world.market.send(PARTIES.oracle_admin, "proposeSettlementPrice", ETHER, expiry, 3_000 * ONE)
    with pytest.raises(RevertedError, match="SettlementPriceUnknown"):
        world.market.send(STRANGER, "settle", number, 10)


def test_no_price_is_proposed_against_an_average(world):
    """Where the window was recorded, or the price is fixed, nobody's opinion matters."""
    number, expiry = world.open()
    world.expire(expiry, 3_200)
    with pytest.raises(RevertedError, match="SettlementPriceKnown"):
        world.market.send(PARTIES.oracle_admin, "proposeSettlementPrice", ETHER, expiry, ONE)
    world.market.send(STRANGER, "settle", number, 10)
    with pytest.raises(RevertedError, match="SettlementPriceKnown"):
        world.market.send(PARTIES.oracle_admin, "proposeSettlementPrice", ETHER, expiry, ONE)


@pytest.mark.parametrize(
    ("is_call", "strike", "final", "payoff"),
    [
        (CALL, 3_000, 3_217.5, 217.5),
        (CALL, 3_000, 3_000, 0),
        (CALL, 3_000, 2_000, 0),
        (PUT, 3_000, 2_750.25, 249.75),
        (PUT, 3_000, 3_000, 0),
        (PUT, 3_000, 4_000, 0),
    ],
)
def test_holders_get_what_writers_pay(world, is_call, strike, final, payoff):
    """The payoff changes hands to the wei, and nothing else does."""
    number, expiry = world.open(strike, is_call=is_call, amount=2)
    writer, trader = world.balance(WRITER), world.balance(TRADER)
    world.expire(expiry, final)
    world.market.send(STRANGER, "settle", number, 10)
    due = round(2 * payoff * DOLLAR)
    assert writer - due == world.balance(WRITER)
    assert due == world.house.read("poolOf", number)
    assert due == world.market.returns(TRADER, "redeem", number, 2 * ONE)
    assert trader + due == world.balance(TRADER)
    assert 0 == world.house.read("totalPools")
    assert 0 == world.solvent()


def test_rounding_never_favours_the_holder(world):
    """Odd amounts split among holders pay each rounded down; the dust ends in the fund when the last one is paid."""
    number, expiry = world.open(amount=1.234567)
    token = world.token(number)
    parts = [333_333_333_333_333_333, 123_456_789_012_345_678]
    for holder, part in zip((OTHER_TRADER, STRANGER), parts, strict=True):
        token.send(TRADER, "transfer", holder, part)
    world.expire(expiry, 3_333.33333331)
    world.market.send(PARTIES.deployer, "settle", number, 10)
    payoff = 33_333_333_331 * 10**10
    supply = token.read("totalSupply")
    collected = up(supply * payoff * DOLLAR, SCALE)
    assert collected == world.house.read("poolOf", number)
    fund = world.house.read("insuranceFund")
    paid = 0
    for holder in (TRADER, OTHER_TRADER, STRANGER):
        held = token.read("balanceOf", holder)
        payout = world.market.returns(holder, "redeem", number, held)
        assert held * payoff * DOLLAR // SCALE == payout
        paid += payout
    assert 0 < collected - paid <= 3
    assert fund + collected - paid == world.house.read("insuranceFund")
    assert 0 == world.solvent()


def test_writers_are_charged_in_batches_and_holders_wait_for_all(world):
    """Redemption opens when the last writer is charged, not earlier."""
    number, expiry = world.open(amount=1)
    world.deposit(OTHER_WRITER, 20_000)
    world.quote(OTHER_WRITER, number)
    world.buy(TRADER, OTHER_WRITER, number, 1)
    world.expire(expiry, 3_500)
    world.market.send(STRANGER, "settle", number, 1)
    assert 1 == len(world.market.read("writersOf", number))
    with pytest.raises(RevertedError, match="NotSettled"):
        world.market.send(TRADER, "redeem", number, ONE)
    world.market.send(STRANGER, "settle", number, 1)
    with pytest.raises(RevertedError, match="AlreadySettled"):
        world.market.send(STRANGER, "settle", number, 1)
    assert 1_000 * DOLLAR == world.market.returns(TRADER, "redeem", number, 2 * ONE)


def test_a_writer_that_is_not_charged_yet_owes_exactly_the_payoff(world):
    """Between the price and the charge its margin is what it owes: no buffer, and no price is asked for."""
    number, expiry = world.open(amount=2)
    world.expire(expiry, 3_500)
    world.market.send(STRANGER, "fixSettlementPrice", ETHER, expiry)
    world.go_to_block(expiry + 7 * DAY)
    assert (1_000 * DOLLAR, 1_000 * DOLLAR) == world.house.read("marginOf", WRITER)
    world.house.send(WRITER, "withdraw", world.balance(WRITER) - 1_000 * DOLLAR)
    world.market.send(STRANGER, "settle", number, 10)
    assert 0 == world.balance(WRITER)


def crash(world, *, fund):
    """Two calls each from a writer with money and one without, settled far above; returns the series."""
    number, expiry = world.open(amount=2, collateral=2_000)
    world.deposit(OTHER_WRITER, 50_000)
    world.quote(OTHER_WRITER, number)
    world.buy(TRADER, OTHER_WRITER, number, 2)
    if fund:
        world.dollar.send(STRANGER, "mint", STRANGER, fund)
        world.dollar.send(STRANGER, "approve", world.house.address, fund)
        world.house.send(STRANGER, "grantToFund", fund)
    world.expire(expiry, 6_000)
    return number


def test_the_fund_pays_for_a_writer_who_cannot(world):
    """Holders are whole, the fund is smaller, and there is no bad debt."""
    number = crash(world, fund=10_000 * DOLLAR)
    fund, broke = world.house.read("insuranceFund"), world.balance(WRITER)
    world.market.send(STRANGER, "settle", number, 10)
    assert 12_000 * DOLLAR == world.market.returns(TRADER, "redeem", number, 4 * ONE)
    assert fund - (6_000 * DOLLAR - broke) == world.house.read("insuranceFund")
    assert 0 == world.house.read("badDebt")
    assert 0 == world.solvent()


def test_beyond_the_fund_all_holders_lose_alike(world):
    """What is missing is bad debt; early and late redeemers get the same share, and nobody else's money is touched."""
    number = crash(world, fund=0)
    bystander = world.balance(TRADER)
    available = world.balance(WRITER) + 6_000 * DOLLAR + world.house.read("insuranceFund")
    world.market.send(STRANGER, "settle", number, 10)
    assert 12_000 * DOLLAR - available == world.house.read("badDebt")
    assert 0 == world.house.read("insuranceFund")
    world.token(number).send(TRADER, "transfer", OTHER_TRADER, 2 * ONE)
    early = world.market.returns(TRADER, "redeem", number, 2 * ONE)
    late = world.market.returns(OTHER_TRADER, "redeem", number, 2 * ONE)
    assert early == late
    assert available - 2 <= early + late <= available
    assert bystander + early == world.balance(TRADER)
    assert 0 == world.solvent()


def test_a_series_that_nobody_traded_settles_empty(world):
    """No writer, no holder, nothing due."""
    number, expiry = world.list(3_000)
    world.expire(expiry, 3_500)
    world.market.send(STRANGER, "settle", number, 10)
    assert world.market.read("seriesOf", number)[4] is True
    assert 0 == world.house.read("totalPools")


def test_every_series_of_an_expiry_settles_at_one_price(world):
    """Calls and puts of different strikes use the same average, fixed once."""
    call, expiry = world.open(2_900, is_call=CALL, amount=1)
    put, _ = world.list(3_100, is_call=PUT)
    world.quote(WRITER, put)
    world.buy(TRADER, WRITER, put, 1)
    world.expire(expiry, 3_010)
    world.market.send(STRANGER, "settle", call, 10)
    world.market.send(STRANGER, "settle", put, 10)
    assert [110 * ONE, 90 * ONE] == [world.market.read("seriesOf", number)[6] for number in (call, put)]


def test_holders_take_their_money_home(world):
    """A holder who never deposited redeems, and withdraws everything."""
    number, expiry = world.open(amount=1)
    world.token(number).send(TRADER, "transfer", STRANGER, ONE)
    world.expire(expiry, 3_200)
    world.market.send(STRANGER, "settle", number, 10)
    world.market.send(STRANGER, "redeem", number, ONE)
    world.house.send(STRANGER, "withdraw", 200 * DOLLAR)
    assert 200 * DOLLAR == world.dollar.read("balanceOf", STRANGER)
