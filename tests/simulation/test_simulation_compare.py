"""Two runs of one scenario: each way to differ is a fact of its own, and nothing else is one."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from market_answers import LENS, MARKET, SCENARIO, TOO_LOW, answers, bought, result

from upgrader.calls import selector
from upgrader.codec import encode
from upgrader.errors import SimulationError
from upgrader.inquiry import ReadFailed
from upgrader.simulation.compare import Aspect, compare, relative_change, shown
from upgrader.simulation.scenario import ActResult
from upgrader.units import hexed, word

REVERTED = ActResult(status=False, gas_used=30_000, logs=(), data=TOO_LOW)


def differences(old, new, lens=LENS):
    return compare(SCENARIO, old, new, lens)


def only(old, new):
    (found,) = differences(old, new)
    return found


def test_a_run_equals_itself():
    """Nothing differs from itself."""
    assert () == differences(answers(), answers())


def test_a_purchase_that_reverts_is_one_difference():
    """The status says it all; what a revert returned, emitted and cost is not compared with a success."""
    found = only(answers(), answers(act=REVERTED))

    assert (Aspect.STATUS, "market", "buy(uint256)", "buy one", 0) == (
        found.aspect, found.contract, found.observable, found.label, found.moment
    )  # fmt: skip
    assert ("returns 100", "reverts: TooLow(7)", None) == (found.old, found.new, found.relative)


def test_another_reason_to_revert_is_a_difference():
    """Callers act on the error they get."""
    found = only(answers(act=REVERTED), answers(act=replace(REVERTED, data=b"")))

    assert (Aspect.RESULT, "reverts: TooLow(7)", "reverts: 0x") == (found.aspect, found.old, found.new)


def test_two_reverts_alike_are_none():
    """Gas of a revert is not compared."""
    assert () == differences(answers(act=REVERTED), answers(act=replace(REVERTED, gas_used=90_000)))


def test_a_dearer_purchase_differs_in_result_and_event():
    """Both are measured: a tenth more."""
    found = differences(answers(), answers(act=result(110)))

    assert [Aspect.RESULT, Aspect.EVENTS] == [each.aspect for each in found]
    assert {Fraction(1, 10)} == {each.relative for each in found}
    assert "market Bought(by=" in found[1].old


def test_an_answer_of_several_words_is_read_as_its_abi_says():
    """A version is a text and not its bytes; what no ABI explains stays what it is."""
    head = selector("version()")
    abi = ({"type": "function", "name": "version", "inputs": [], "outputs": [{"name": "", "type": "string"}]},)
    lens = replace(LENS, names=replace(LENS.names, abis=(abi,)))
    said = encode(["string"], ["2"])

    assert ("2", hexed(said), "7") == (
        shown(said, lens, head), shown(said, LENS, b"\x01\x02\x03\x04"), shown(word(7), lens, head)
    )  # fmt: skip
    assert hexed(said[:33]) == shown(said[:33], lens, head)


def test_long_answers_that_begin_alike_differ_where_they_do():
    """Two lists of a hundred are never shown as the same text."""
    old, new = (b"".join(map(word, (32, 100, *range(99), last))) for last in (7, 8))
    found = only(answers(price=old), answers(price=new))
    acted = differences(answers(act=replace(result(), data=old)), answers(act=replace(result(), data=new)))

    assert (f"word 101: {hexed(word(7))}", f"word 101: {hexed(word(8))}") == (found.old, found.new)
    assert [(found.old, found.new)] == [(each.old, each.new) for each in acted]


def test_a_lost_event_is_seen_and_cannot_be_measured():
    """An indexer that waits for it waits for ever."""
    found = only(answers(), answers(act=result(logs=())))

    assert (Aspect.EVENTS, "no such event", None) == (found.aspect, found.new, found.relative)


def test_order_and_numbering_of_events_do_not_matter():
    """A multiset: the same events in another order and another block are the same."""
    old = result(logs=(bought(1, 0), bought(2, 1)))
    new = result(logs=(bought(2, 4, block=9), bought(1, 5, block=9)))

    assert () == differences(answers(act=old), answers(act=new))


def test_an_event_twice_is_not_an_event_once():
    """A multiset counts."""
    old, new = result(logs=(bought(1), bought(1, 1))), result(logs=(bought(1),))

    assert [Aspect.EVENTS] == [each.aspect for each in differences(answers(act=old), answers(act=new))]


@pytest.mark.parametrize(("gas", "expected"), [(40_000, 0), (55_000, 0), (55_001, 1)])
def test_a_tenth_more_gas_is_the_limit(gas, expected):
    """Less is no difference, exactly a tenth more is none, more than that is one under a name of its own."""
    found = differences(answers(), answers(act=result(gas=gas)))

    assert expected == len(found)
    assert all((Aspect.GAS, "buy(uint256) gas") == (each.aspect, each.observable) for each in found)


def test_a_view_that_answers_otherwise():
    """Old and new are shown as numbers, the change is measured."""
    found = only(answers(), answers(price=word(4)))

    assert (Aspect.ANSWER, "price()", "5", "4", Fraction(1, 5)) == (
        found.aspect, found.observable, found.old, found.new, found.relative
    )  # fmt: skip


def test_a_view_that_begins_to_revert():
    """No number, no measure."""
    found = only(answers(), answers(price=ReadFailed("execution reverted", TOO_LOW, reverted=True)))

    assert ("reverts: TooLow(7)", None) == (found.new, found.relative)


def test_words_of_a_node_are_no_difference():
    """Two reverts with the same data are equal, whatever the nodes call them."""
    old, new = (ReadFailed(words, TOO_LOW, reverted=True) for words in ("reverted", "VM Exception"))

    assert () == differences(answers(price=old), answers(price=new))


def test_a_wrong_write_shows_though_everything_else_is_equal():
    """Storage at the end, less what the upgrade wrote itself."""
    old, new = answers(slots={MARKET: {3: word(1), 4: word(1)}}), answers(slots={MARKET: {3: word(2), 4: word(9)}})
    found = differences(old, new, replace(LENS, written={MARKET: frozenset({4})}))

    assert [(Aspect.STORAGE, "market", "slot 0x3", -1)] == [
        (each.aspect, each.contract, each.observable, each.moment) for each in found
    ]


def test_a_word_has_its_variable_name():
    """Where a layout says what a word holds, people read that."""
    lens = replace(LENS, variables={(MARKET, 3): "fund"})
    (found,) = differences(answers(slots={MARKET: {3: word(1)}}), answers(slots={MARKET: {3: word(2)}}), lens)

    assert "fund" == found.observable


def test_answers_of_another_scenario_are_refused():
    """Comparing what does not belong together would show nothing or anything."""
    with pytest.raises(SimulationError):
        compare(replace(SCENARIO, moments=SCENARIO.moments * 2), answers(), answers(), LENS)


@given(st.lists(st.integers(1, 2**200), min_size=1, max_size=4), st.fractions(0, 3))
def test_the_change_of_scaled_numbers_is_at_most_the_scale(numbers, change):
    """Every word moved by a share moves the whole by no more, and by more than that less rounding."""
    old = b"".join(map(word, numbers))
    new = b"".join(word(number + number * change.numerator // change.denominator) for number in numbers)

    measured = relative_change(old, new)

    assert change - Fraction(1, min(numbers)) <= measured <= change


@pytest.mark.parametrize(("old", "new"), [(word(0), word(1)), (word(1), word(1) * 2), (b"", word(1)), (b"ab", b"cd")])
def test_what_no_bound_can_hold_is_not_measured(old, new):
    """From nothing to something, another shape, or bytes that are no words."""
    assert relative_change(old, new) is None


def test_signs_are_understood():
    """From minus ten to minus five is a half, not an astronomical number."""
    old, new = ((-value).to_bytes(32, "big", signed=True) for value in (10, 5))

    assert Fraction(1, 2) == relative_change(old, new)
