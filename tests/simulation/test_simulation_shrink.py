"""The smallest script that shows a difference, and the file that shows it alone."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.errors import InputError
from upgrader.simulation.reproduction import Reproduction, read_reproduction, write_reproduction
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario
from upgrader.simulation.shrink import shrink
from upgrader.units import BlockNumber, ChainId, Hash32, Seconds, Slot, Wei, address, word

VENUE = address("0x" + "a1" * 20)


def act(number):
    return Act(VENUE, VENUE, bytes([number]))


def script(*blocks):
    """Return a scenario of blocks a minute apart, each with the acts of these numbers."""
    return Scenario("s", tuple(Moment(Seconds(60), tuple(map(act, numbers))) for numbers in blocks))


def numbers(scenario):
    return [each.data[0] for moment in scenario.moments for each in moment.acts]


def test_one_guilty_act_among_many_is_left_alone():
    """Fifty acts in ten blocks; the thirty-third does it."""
    long = script(*(range(start, start + 5) for start in range(0, 50, 5)))

    small = shrink(long, lambda scenario: 33 in numbers(scenario))

    assert [33] == numbers(small)
    assert [Seconds(1)] == [moment.after for moment in small.moments]


def test_acts_that_need_each_other_stay_together():
    """A difference that takes a deposit, a purchase and a settlement keeps all three, in order."""
    small = shrink(script(range(20), range(20, 40)), lambda scenario: {3, 17, 31} <= set(numbers(scenario)))

    assert [3, 17, 31] == numbers(small)


def test_time_that_matters_is_kept():
    """What shows only after five minutes still shows after them: empty blocks leave their time behind."""

    def shows(scenario):
        times, now = {}, 0
        for moment in scenario.moments:
            now += moment.after
            times |= {each.data[0]: now for each in moment.acts}
        return times.get(9, 0) - times.get(0, 0) >= 300 and 0 in times

    small = shrink(script([0], [1], [2], [3], [4], [9]), shows)

    assert [0, 9] == numbers(small)
    assert [1, 300] == [moment.after for moment in small.moments]


def test_questions_and_overrides_are_parts_too():
    """The one view that differs is kept, the others are not."""
    views = tuple(Question(VENUE, bytes([number])) for number in range(8))
    full = Scenario("s", (Moment(Seconds(5), (act(1),), views, overrides={VENUE: Override(balance=Wei(1))}),))

    small = shrink(full, lambda s: any(q.data == b"\x05" for moment in s.moments for q in moment.questions))

    assert (Moment(Seconds(1), questions=(views[5],)),) == small.moments


def test_what_does_not_show_it_is_returned_as_it_was():
    """A difference that comes and goes is not shrunk to something that never had it."""
    long = script(range(9))

    assert long == shrink(long, lambda _: False)


def test_the_search_ends():
    """After the given number of runs the smallest so far is returned, and it shows it."""
    runs = []

    def shows(scenario):
        runs.append(scenario)
        return {0, 63} <= set(numbers(scenario))

    small = shrink(script(range(64)), shows, tries=10)

    assert 10 == len(runs)
    assert {0, 63} <= set(numbers(small))


@given(st.sets(st.integers(0, 29), min_size=1, max_size=5), st.integers(1, 7))
def test_the_result_is_exactly_what_is_needed(needed, width):
    """For any set of acts that together show it, nothing else is left."""
    long = script(*(range(start, min(start + width, 30)) for start in range(0, 30, width)))

    assert sorted(needed) == numbers(shrink(long, lambda scenario: needed <= set(numbers(scenario))))


REPRODUCTION = Reproduction(
    scenario=Scenario(
        "smallest",
        (
            Moment(
                Seconds(60),
                (Act(VENUE, VENUE, b"\x01\x02", Wei(10**20), "buy", 100_000),),
                (Question(VENUE, b"\x03", "price"),),
                Wei(200 * 10**9),
                {VENUE: Override(Wei(5), b"\xfe", {Slot(2**200): word(1)})},
            ),
            Moment(Seconds(1)),
        ),
    ),
    prelude=(Moment(Seconds(12), (act(7),)),),
    upgrade=(0,),
    case="calm",
    difference="market price() answers otherwise",
    chain_id=ChainId(31337),
    block=BlockNumber(9),
    block_hash=Hash32(bytes(32)),
    watch={VENUE: (Slot(3), Slot(2**255))},
)


def test_a_file_gives_back_what_was_written():
    """Through real JSON, nothing is lost and nothing rounded."""
    text = json.dumps(write_reproduction(REPRODUCTION))

    assert REPRODUCTION == read_reproduction(json.loads(text), where="x.json")
    assert '"value": "100000000000000000000"' in text


@pytest.mark.parametrize(
    "change", [{"schema": "other/1"}, {"block": "nine"}, {"moments": [{"after": 1, "axts": []}]}, {"unknown": 1}]
)
def test_a_wrong_file_is_refused(change):
    """A file from elsewhere is an error, not another run."""
    with pytest.raises(InputError):
        read_reproduction({**write_reproduction(REPRODUCTION), **change}, where="x.json")


def test_an_amount_must_be_a_whole_number():
    """No float and no sign where wei are meant."""
    tree = write_reproduction(replace(REPRODUCTION, prelude=()))
    tree["moments"][0]["basefee"] = "1.5"

    with pytest.raises(InputError):
        read_reproduction(tree, where="x.json")
