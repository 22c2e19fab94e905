"""Past blocks as scenarios: what goes in, what is cut off, and when a transaction ended otherwise than it did then."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.calls import topic
from upgrader.inquiry import Log
from upgrader.simulation.replaying import (
    MORE_GAS,
    called,
    deviation,
    only,
    reached,
    scenario_of,
    sequence_of,
    since_upgrade,
    upgraded,
    without_upgrade,
)
from upgrader.simulation.request import ACT_GAS
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Override
from upgrader.simulation.traffic import PastBlock, Traffic, Transaction
from upgrader.units import BlockNumber, Hash32, Seconds, Timestamp, Wei, address, word

USER, MARKET, NEW_CODE = (address("0x" + pair * 20) for pair in ("a1", "b2", "c3"))
SAID = Log(MARKET, (word(1),), b"said", BlockNumber(7), 0)
BOUGHT = Transaction(
    hash=Hash32(word(5)),
    index=0,
    sender=USER,
    to=MARKET,
    data=b"buy!",
    value=Wei(3),
    gas=100_000,
    block=BlockNumber(7),
    timestamp=Timestamp(70),
    status=True,
    gas_used=60_000,
    logs=(SAID,),
)
REFUSED = replace(BOUGHT, hash=Hash32(word(6)), index=1, status=False, logs=())
CREATED = replace(BOUGHT, hash=Hash32(word(7)), index=2, to=None)
LAST = replace(BOUGHT, hash=Hash32(word(8)), index=3)
BLOCK = PastBlock(
    BlockNumber(7), Hash32(word(70)), Timestamp(70), Hash32(word(60)), Timestamp(58), Wei(9), USER, word(4),
    (BOUGHT, REFUSED, CREATED, LAST), (0, 3),
)  # fmt: skip
LATER = replace(BLOCK, number=BlockNumber(9), timestamp=Timestamp(94), parent_timestamp=Timestamp(82))
UPGRADE = Moment(Seconds(1), (Act(USER, MARKET, b"upgr"),), overrides={NEW_CODE: Override(code=b"new")})
DONE = ActResult(status=True, gas_used=60_000, logs=(SAID,), data=b"")


def traffic(*blocks):
    """Return blocks as what was found."""
    return Traffic(blocks, BlockNumber(0), BlockNumber(0), BlockNumber(99))


def test_a_block_is_run_with_everything_before_its_last_transaction_but_creations():
    """At its own price, for its own beneficiary, with its own randomness; places count acts alone."""
    (moment,) = scenario_of(BLOCK).moments

    assert (12, 9, USER, word(4)) == (moment.after, moment.basefee, moment.beneficiary, moment.randomness)
    assert [b"buy!"] * 3 == [act.data for act in moment.acts]
    assert (0, 2) == reached(called(BLOCK), BLOCK.touched)


def test_blocks_in_a_row_keep_their_times():
    """The first counts from its parent, every other from the block before it."""
    assert [12, 24] == [moment.after for moment in sequence_of([BLOCK, LATER]).moments]


def test_the_upgrade_comes_first_and_is_cut_off_again():
    """Its code is in place, its results are gone, and nothing else has moved."""
    scenario = scenario_of(BLOCK)
    (moment,) = upgraded(scenario, UPGRADE, [BLOCK]).moments
    answers = Answers("x", (), ((replace(DONE, gas_used=1), DONE, DONE, DONE),), ((),), {})

    assert [b"upgr", b"buy!", b"buy!", b"buy!"] == [act.data for act in moment.acts]
    assert {NEW_CODE: Override(code=b"new")} == moment.overrides
    assert ((DONE, DONE, DONE),) == without_upgrade(answers, scenario.name, 1).acts


@given(gas=st.integers(21_000, 40_000_000))
def test_what_went_through_may_use_a_tenth_more_gas(gas):
    """Never less than then, and no more than a transaction may use today; what failed gets what it had."""
    block = replace(BLOCK, transactions=(replace(BOUGHT, gas=gas), replace(REFUSED, gas=gas)), touched=(0, 1))
    (moment,) = upgraded(scenario_of(block), UPGRADE, [block]).moments
    _, went, failed = (act.gas for act in moment.acts[:3])

    assert gas == failed
    assert max(gas, min(gas + gas // MORE_GAS, ACT_GAS)) == went


def test_only_the_acts_that_are_kept_are_compared():
    """Scenario and answers lose the same places."""
    scenario, answers = only(
        scenario_of(BLOCK), Answers("x", (), ((DONE, replace(DONE, gas_used=2), DONE),), ((),), {}), [[1]]
    )

    assert ([1], [2]) == ([len(moment.acts) for moment in scenario.moments], [one.gas_used for one in answers.acts[0]])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (DONE, ""),
        (replace(DONE, logs=(replace(SAID, index=5),)), ""),
        (replace(DONE, status=False), "it went through then and reverts now"),
        (replace(DONE, gas_used=60_001), "it used 60000 gas then and uses 60001 now"),
        (replace(DONE, logs=()), "it emitted other events then"),
        (replace(DONE, logs=(SAID, SAID)), "it emitted other events then"),
        (replace(DONE, logs=(replace(SAID, data=b"else"),)), "it emitted other events then"),
    ],
)
def test_a_transaction_ended_as_it_did_then_or_it_is_said_how_not(result, words):
    """Status, gas and events, wherever in the block the events stand."""
    assert words == deviation(BOUGHT, result)


def test_what_ran_before_an_upgrade_is_left_out():
    """The block of the upgrade, too: its parent's state has other code."""
    told = Log(MARKET, (topic("Upgraded(address)"), word(1)), b"", BlockNumber(7), 1)
    block = replace(BLOCK, transactions=(replace(BOUGHT, logs=(told,)),), touched=(0,))
    elsewhere = replace(BLOCK, transactions=(replace(BOUGHT, logs=(replace(told, address=USER),)),), touched=(0,))

    assert (traffic(LATER), 7) == since_upgrade(traffic(block, LATER), [MARKET])
    assert (traffic(elsewhere, LATER), None) == since_upgrade(traffic(elsewhere, LATER), [MARKET])
