"""A price that cannot be trusted is no price: each way in which a feed fails, and the decimals it may have."""

import pytest
from market_world import ETHER, ONE, PARTIES, RevertedError, account

from upgrader.flows.demo.trading import DAY

HEARTBEAT = 3_600
GRACE = 3_600
MINIMUM, MAXIMUM = 100 * ONE, 100_000 * ONE
ZERO = "0x" + "00" * 20


def new_feed(world, decimals, answer):
    return world.contract("TestFeed", world.deploy("TestFeed", ("uint8", "int256"), decimals, answer))


def adapter(world, feed, sequencer=ZERO, heartbeat=HEARTBEAT):
    """Return an adapter for one feed."""
    oracle = world.contract(
        "OracleAdapter",
        world.deploy(
            "OracleAdapter",
            ("address", "address", "address", "uint256"),
            *(PARTIES.timelock, PARTIES.oracle_admin, sequencer, GRACE),
        ),
    )
    oracle.send(PARTIES.oracle_admin, "setFeed", ETHER, feed.address, heartbeat, MINIMUM, MAXIMUM)
    return oracle


def refusal(oracle):
    """Return the error that reading the price reverts with."""
    with pytest.raises(RevertedError) as caught:
        oracle.read("price", ETHER)
    return caught.value.name


@pytest.mark.parametrize("decimals", [0, 6, 8, 18])
def test_every_decimals_give_the_same_price(world, decimals):
    """Three thousand dollars are three thousand dollars, whatever the feed's unit."""
    assert 3_000 * ONE == adapter(world, new_feed(world, decimals, 3_000 * 10**decimals)).read("price", ETHER)


def test_more_than_eighteen_decimals_are_refused_at_once(world):
    """A feed that cannot be scaled up without losing digits is not accepted."""
    with pytest.raises(RevertedError, match="BadFeed"):
        adapter(world, new_feed(world, 19, 3_000 * 10**19))


def test_a_feed_that_changes_its_decimals_is_refused(world):
    """18 decimals where 8 were expected: the cause of the loss at Ribbon's vaults on 12 December 2025."""
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed)
    feed.send(PARTIES.deployer, "setDecimals", 18)
    assert "DecimalsChanged" == refusal(oracle)


def test_a_feed_that_changes_its_unit_silently_leaves_its_bounds(world):
    """Answers of 18 decimals under a claim of 8 are no price either."""
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed)
    feed.send(PARTIES.deployer, "setAnswer", 3_000 * 10**18)
    assert "BadPrice" == refusal(oracle)


@pytest.mark.parametrize("answer", [0, -1, -(2**255), 2**255 - 1, MINIMUM // 10**10, MAXIMUM // 10**10])
def test_answers_that_are_no_price(world, answer):
    """Zero, negative, absurd, and both clamps are refused."""
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed)
    feed.send(PARTIES.deployer, "setAnswer", answer)
    assert "BadPrice" == refusal(oracle)


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (HEARTBEAT, True), (HEARTBEAT + 1, False), (DAY, False)])
def test_prices_age(world, age, fresh):
    """An answer serves exactly as long as its heartbeat."""
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed)
    feed.send(PARTIES.deployer, "setAnswer", 3_100 * 10**8)
    world.go_to_block(world.now + age) if age else None
    if fresh:
        assert 3_100 * ONE == oracle.read("price", ETHER)
    else:
        assert "StalePrice" == refusal(oracle)


@pytest.mark.parametrize("updated_at", [0, 2**40])
def test_rounds_that_never_ended_or_lie_in_the_future_are_stale(world, updated_at):
    """An update time of zero or after now proves nothing."""
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed)
    feed.send(PARTIES.deployer, "setRound", 3_000 * 10**8, world.now, updated_at)
    assert "StalePrice" == refusal(oracle)


def test_the_sequencer_stops_prices_and_so_does_its_grace(world):
    """No price while the sequencer is down, none within the hour after its return."""
    sequencer = world.contract("TestSequencerFeed", world.deploy("TestSequencerFeed"))
    world.go_to_block(world.now + GRACE + 1)
    feed = new_feed(world, 8, 3_000 * 10**8)
    oracle = adapter(world, feed, sequencer.address, heartbeat=DAY)
    assert 3_000 * ONE == oracle.read("price", ETHER)
    sequencer.send(PARTIES.deployer, "setUp", False)  # noqa: FBT003 - a Solidity argument
    assert "SequencerDown" == refusal(oracle)
    sequencer.send(PARTIES.deployer, "setUp", True)  # noqa: FBT003 - a Solidity argument
    back = world.now
    world.go_to_block(back + GRACE)
    assert "SequencerGrace" == refusal(oracle)
    world.go_to_block(back + GRACE + 1)
    assert 3_000 * ONE == oracle.read("price", ETHER)


def test_a_sequencer_feed_without_a_round_counts_as_down(world):
    """An uptime feed that has not started says nothing, and nothing is not up."""
    sequencer = world.contract("TestSequencerFeed", world.deploy("TestSequencerFeed"))
    world.go_to_block(world.now + GRACE + 1)
    oracle = adapter(world, new_feed(world, 8, 3_000 * 10**8), sequencer.address)
    sequencer.send(PARTIES.deployer, "setRound", 0, 0, 0)
    assert "SequencerDown" == refusal(oracle)


def test_unknown_underlyings_have_no_price(world):
    """What was never listed is not priced at zero."""
    with pytest.raises(RevertedError, match="UnknownUnderlying"):
        world.oracle.read("price", b"BTC".ljust(32, b"\0"))


@pytest.mark.parametrize(
    ("heartbeat", "minimum", "maximum"), [(0, 1, MAXIMUM), (2 * DAY + 1, 1, MAXIMUM), (60, MAXIMUM, MAXIMUM)]
)
def test_feeds_without_sensible_bounds_are_refused(world, heartbeat, minimum, maximum):
    """No heartbeat, one of more than two days, or empty bounds would switch a check off."""
    with pytest.raises(RevertedError, match="BadFeed"):
        world.oracle.send(PARTIES.oracle_admin, "setFeed", ETHER, world.feed.address, heartbeat, minimum, maximum)


def test_the_market_trades_only_on_a_fresh_price(world):
    """A stale feed stops buying, selling and withdrawing by writers, and names itself."""
    number, _ = world.open()
    world.go_to_block(world.now + HEARTBEAT + 1)
    for attempt in (
        lambda: world.buy(PARTIES.traders[0], PARTIES.writers[0], number, 1),
        lambda: world.sell(PARTIES.traders[0], PARTIES.writers[0], number, 1),
        lambda: world.house.send(PARTIES.writers[0], "withdraw", 1),
        lambda: world.house.send(account(91), "liquidate", PARTIES.writers[0], number, ONE, 0),
    ):
        with pytest.raises(RevertedError, match="StalePrice"):
            attempt()
