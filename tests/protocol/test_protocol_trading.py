"""Listing, quoting, buying, selling back and closing: what moves, by how much, and what is refused."""

import pytest
from eth_abi.abi import decode
from market_world import (
    ANY_PRICE,
    CALL,
    ETHER,
    MAXIMUM,
    ONE,
    OTHER_WRITER,
    PARTIES,
    PUT,
    STRANGER,
    TRADER,
    WINDOW,
    WRITER,
    RevertedError,
)

from upgrader.calls import topic
from upgrader.flows.demo.protocol import FEE_RATE
from upgrader.flows.demo.trading import DAY, DOLLAR, expiry_after

SCALE = ONE * ONE
ODD = 1_234_567_890_123_456_789
"""An amount that no rounding favours."""


def up(numerator, denominator):
    return -(-numerator // denominator)


def premium_and_fee(world, number, amount, *, rounded):
    """Return what ``amount`` options cost in the block just mined, rounded up for buyers and down for sellers."""
    value = amount * world.market.read("priceOf", number) * DOLLAR
    if rounded == "up":
        premium = up(value, SCALE)
        return premium, up(premium * FEE_RATE, ONE)
    premium = value // SCALE
    return premium, premium * FEE_RATE // ONE


def test_a_purchase_moves_premium_fee_options_and_risk(world):
    """Premium to the writer, fee to the fund, options to the buyer, the short to the writer, all to the wei."""
    number, _ = world.list(3_000)
    world.deposit(WRITER, 20_000)
    world.deposit(TRADER, 10_000)
    world.quote(WRITER, number, offer=5)
    world.market.send(TRADER, "buy", number, WRITER, ODD, MAXIMUM)
    premium, fee = premium_and_fee(world, number, ODD, rounded="up")
    assert 20_000 * DOLLAR + premium == world.balance(WRITER)
    assert 10_000 * DOLLAR - premium - fee == world.balance(TRADER)
    assert fee == world.house.read("insuranceFund")
    assert ODD == world.token(number).read("balanceOf", TRADER)
    assert ODD == world.token(number).read("totalSupply")
    assert ODD == world.market.read("shortOf", number, WRITER)
    assert 5 * ONE - ODD == world.market.read("quoteOf", number, WRITER)[0]
    assert 0 == world.solvent()


def test_a_sale_back_undoes_a_purchase_but_for_fees_and_rounding(world):
    """Seller and writer end where they began, less two fees and at most two wei."""
    number, _ = world.list(3_000)
    world.deposit(WRITER, 20_000)
    world.deposit(TRADER, 10_000)
    world.quote(WRITER, number)
    world.market.send(TRADER, "buy", number, WRITER, ODD, MAXIMUM)
    before = world.balance(TRADER)
    world.market.send(TRADER, "sell", number, WRITER, ODD, 0)
    premium, fee = premium_and_fee(world, number, ODD, rounded="down")
    assert before + premium - fee == world.balance(TRADER)
    assert 1_000 * ONE - ODD == world.market.read("quoteOf", number, WRITER)[1]
    assert 0 == world.token(number).read("totalSupply")
    assert [] == list(world.market.read("writersOf", number))
    assert [] == list(world.market.read("openSeriesOf", WRITER))
    assert world.market.read("hasShorts", WRITER) is False
    assert 0 == world.solvent()


def test_a_writer_closes_with_options_that_it_holds(world):
    """Options and short vanish together and nobody pays."""
    number, _ = world.open(amount=3)
    world.token(number).send(TRADER, "transfer", WRITER, 2 * ONE)
    before = world.balance(WRITER)
    world.market.send(WRITER, "close", number, 2 * ONE)
    assert ONE == world.market.read("shortOf", number, WRITER)
    assert ONE == world.token(number).read("totalSupply")
    assert before == world.balance(WRITER)


@pytest.mark.parametrize("function", ["close", "redeem"])
def test_nobody_burns_what_it_does_not_hold(world, function):
    """Closing needs the options themselves, redeeming as well."""
    number, expiry = world.open(amount=1)
    if function == "redeem":
        world.expire(expiry, 3_200)
        world.market.send(STRANGER, "settle", number, 10)
    with pytest.raises(RevertedError, match="ERC20InsufficientBalance"):
        world.market.send(WRITER, function, number, ONE)


@pytest.mark.parametrize(
    ("function", "quote", "arguments", "error"),
    [
        ("buy", (ONE, 0, 0, 0), (ONE + 1, MAXIMUM), "QuoteExceeded"),
        ("buy", (9 * ONE, 0, 3_000 * ONE, 0), (ONE, MAXIMUM), "PriceLimit"),
        ("buy", (9 * ONE, 0, 0, 0), (ONE, 1), "PremiumLimit"),
        ("buy", (9 * ONE, 0, 0, 0), (10**15 - 1, MAXIMUM), "AmountTooSmall"),
        ("sell", (0, ONE, 0, ANY_PRICE), (ONE + 1, 0), "QuoteExceeded"),
        ("sell", (0, 9 * ONE, 0, 1), (ONE, 0), "PriceLimit"),
        ("sell", (0, 9 * ONE, 0, ANY_PRICE), (ONE, 10**12), "PremiumLimit"),
        ("sell", (0, 9 * ONE, 0, ANY_PRICE), (0, 0), "AmountTooSmall"),
        ("sell", (0, 9 * ONE, 0, ANY_PRICE), (3 * ONE, 0), "ShortExceeded"),
    ],
)
def test_limits_of_both_sides_hold(world, function, quote, arguments, error):
    """Neither side trades more, at another price, or at another cost than it said."""
    number, _ = world.open(amount=2)
    world.market.send(WRITER, "setQuote", number, quote)
    amount, limit = arguments
    with pytest.raises(RevertedError, match=error):
        world.market.send(TRADER, function, number, WRITER, amount, limit)


@pytest.mark.parametrize("function", ["buy", "sell"])
def test_nobody_trades_with_itself(world, function):
    """A writer cannot move its own quote."""
    number, _ = world.open()
    with pytest.raises(RevertedError, match="OwnQuote"):
        world.market.send(WRITER, function, number, WRITER, ONE, MAXIMUM if function == "buy" else 0)


def test_a_buyer_needs_the_premium(world):
    """Without collateral nothing is bought."""
    number, _ = world.open()
    with pytest.raises(RevertedError, match="InsufficientCollateral"):
        world.buy(STRANGER, WRITER, number, 1)


def test_a_cancelled_quote_is_gone(world):
    """After cancelling, neither side of the quote stands."""
    number, _ = world.open()
    world.market.send(WRITER, "cancelQuote", number)
    for function, limit in (("buy", MAXIMUM), ("sell", 0)):
        with pytest.raises(RevertedError, match="QuoteExceeded"):
            world.market.send(TRADER, function, number, WRITER, ONE, limit)


def just_before(world, time):
    """Publish a price a second before ``time``, and let the next block stand at ``time``."""
    world.go_to(time - 1)
    world.price(3_000)
    world.go_to(time)


def test_the_last_second_of_trading_is_the_one_before_the_window(world):
    """Model prices hold until averaging begins."""
    number, expiry = world.open(amount=3)
    just_before(world, expiry - WINDOW - 1)
    world.buy(TRADER, WRITER, number, 1)
    assert 4 * ONE == world.market.read("shortOf", number, WRITER)


@pytest.mark.parametrize("before_expiry", [WINDOW, 2])
def test_no_trading_while_the_settlement_price_is_averaged(world, before_expiry):
    """Nobody buys or sells at the spot what settles at an average; netting goes on until expiry."""
    number, expiry = world.open(amount=3)
    world.token(number).send(TRADER, "transfer", WRITER, ONE)
    world.go_to_block(expiry - before_expiry)
    for function, limit in (("buy", MAXIMUM), ("sell", 0)):
        with pytest.raises(RevertedError, match="TradingEnded"):
            world.market.read(function, number, WRITER, ONE, limit, sender=TRADER)
    world.market.send(WRITER, "close", number, ONE)


def test_nothing_is_closed_from_expiry_on(world):
    """At its expiry a series is only settled."""
    number, expiry = world.open(amount=1)
    world.token(number).send(TRADER, "transfer", WRITER, ONE)
    world.go_to(expiry)
    with pytest.raises(RevertedError, match="TradingEnded"):
        world.market.send(WRITER, "close", number, ONE)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ((ETHER, 0, 7 * DAY, CALL), "BadParameter"),
        ((ETHER, 10**30 + 1, 7 * DAY, CALL), "BadParameter"),
        ((b"DOGE".ljust(32, b"\0"), ONE, 7 * DAY, CALL), "UnknownUnderlying"),
        ((ETHER, ONE, 7 * DAY + 1, CALL), "NotAnExpiry"),
        ((ETHER, ONE, 7 * DAY + 3_600, CALL), "NotAnExpiry"),
        ((ETHER, ONE, 0, CALL), "NotAnExpiry"),
        ((ETHER, ONE, 401 * DAY, CALL), "NotAnExpiry"),
    ],
)
def test_terms_that_are_not_listed(world, terms, error):
    """Strikes and expiries are bounded, and every expiry is at 08:00 UTC."""
    underlying, strike, offset, is_call = terms
    today = expiry_after(world.now, 0)
    with pytest.raises(RevertedError, match=error):
        world.market.send(PARTIES.risk_admin, "createSeries", underlying, strike, today + offset, is_call)


def test_the_same_terms_are_listed_once(world):
    """A second listing names the first; the put beside a call is another series."""
    number, expiry = world.list(3_000)
    with pytest.raises(RevertedError, match=rf"SeriesExists\({number},\)"):
        world.market.send(PARTIES.risk_admin, "createSeries", ETHER, 3_000 * ONE, expiry, CALL)
    assert number + 1 == world.market.returns(PARTIES.risk_admin, "createSeries", ETHER, 3_000 * ONE, expiry, PUT)


def test_series_tokens_say_what_they_are(world):
    """Each series has its own ERC-20 of 18 decimals, with the market as its only issuer."""
    number, _ = world.list(3_000)
    token = world.token(number)
    assert ["Option series 1", "OPT-1", 18, number] == [
        token.read(name) for name in ("name", "symbol", "decimals", "seriesId")
    ]
    assert world.market.address.lower() == token.read("market")


def test_an_account_is_short_in_at_most_sixteen_series(world):
    """The seventeenth is refused, and with sixteen an account can still be liquidated within a tenth of a block."""
    world.deposit(WRITER, 10_000_000)
    world.deposit(TRADER, 1_000_000)
    for index in range(16):
        number, _ = world.list(2_000 + 100 * index)
        world.quote(WRITER, number)
        world.buy(TRADER, WRITER, number, 1)
    number, _ = world.list(4_000)
    world.quote(WRITER, number)
    with pytest.raises(RevertedError, match="TooManySeries"):
        world.buy(TRADER, WRITER, number, 1)
    world.deposit(STRANGER, 10_000_000)
    world.house.send(WRITER, "withdraw", world.balance(WRITER) - world.house.read("marginOf", WRITER)[0] - 10**6)
    world.price(6_000)
    receipt = world.house.send(STRANGER, "liquidate", WRITER, 1, ONE, 0)
    assert int(receipt["gasUsed"], 16) < 3_000_000


def test_purchases_are_on_record(world):
    """The event carries amount, premium and fee, from which an indexer rebuilds the books."""
    number, _ = world.open()
    receipt = world.buy(TRADER, WRITER, number, 2)
    signature = topic("Bought(uint256,address,address,uint256,uint256,uint256)")
    (data,) = [log["data"] for log in receipt["logs"] if bytes.fromhex(log["topics"][0][2:]) == signature]
    premium, fee = premium_and_fee(world, number, 2 * ONE, rounded="up")
    assert (2 * ONE, premium, fee) == decode(["uint256"] * 3, bytes.fromhex(data[2:]))


def test_a_writer_without_margin_sells_nothing(world):
    """An offer of a writer who cannot carry the risk does not trade."""
    number, _ = world.open()
    world.quote(OTHER_WRITER, number)
    with pytest.raises(RevertedError, match="MarginTooLow"):
        world.buy(TRADER, OTHER_WRITER, number, 1)


def test_a_writer_does_not_buy_with_its_margin(world):
    """The money that carries one's own risk is not there to be spent."""
    number, _ = world.open(amount=1)
    other, _ = world.list(3_100)
    world.deposit(OTHER_WRITER, 20_000)
    world.quote(OTHER_WRITER, other)
    free = world.balance(WRITER) - world.house.read("marginOf", WRITER)[0]
    world.house.send(WRITER, "withdraw", free - 50 * DOLLAR)
    with pytest.raises(RevertedError, match="MarginTooLow"):
        world.buy(WRITER, OTHER_WRITER, other, 2)
    assert [number] == list(world.market.read("openSeriesOf", WRITER))
