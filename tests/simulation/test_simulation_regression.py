"""What single differences amount to: gathered, counted, and laid out as a grid."""

from dataclasses import replace
from fractions import Fraction

import pytest

from upgrader.plan.manifest import Difference
from upgrader.plan.reading import read_as, written
from upgrader.simulation.compare import Aspect, MarketDifference
from upgrader.simulation.gathering import Gathering, share
from upgrader.simulation.regression import Regression
from upgrader.simulation.script import Breach

PRICE, BUY = ("market", "price()"), ("market", "buy()")
FIRST = MarketDifference(Aspect.ANSWER, *PRICE, "price", 4, "100", "101", Fraction(1, 100))
SECOND = replace(FIRST, moment=5, old="200", new="210", relative=Fraction(1, 20))
UNMEASURED = replace(FIRST, relative=None)
DECLARED = Difference("market", "price", "a surface", bound="0.02")


@pytest.fixture
def gathering():
    gathered = Gathering([DECLARED])
    for case in ("calm", "crash/a"):
        gathered.compared(case, (3, 2), [PRICE, BUY])
    return gathered


def test_repetitions_are_counted_and_the_first_is_the_example(gathering):
    """One fact, seen twice, with the larger change."""
    gathering.difference("crash/a", "one", SECOND)
    gathering.difference("crash/a", "two", replace(SECOND, new="220", relative=Fraction(1, 10)))
    (shown,) = gathering.result().differences

    assert (2, "0.1", "one", "210", "crash") == (
        shown.count, shown.relative, shown.scenario, shown.new, shown.condition
    )  # fmt: skip


def test_what_cannot_be_measured_once_is_not_measured(gathering):
    """A largest change must not hide one without a measure."""
    gathering.difference("calm", "one", replace(SECOND))
    gathering.difference("calm", "one", UNMEASURED)

    assert [""] == [shown.relative for shown in gathering.result().differences]


def test_the_grid_says_how_each_observable_fared(gathering):
    """Same where compared and equal, declared within its bound, undeclared beyond it or without a declaration."""
    gathering.difference("calm", "one", FIRST)
    gathering.difference("crash/a", "one", FIRST)
    gathering.difference("crash/a", "one", SECOND)

    assert {
        "calm": {PRICE: "declared", BUY: "same"},
        "crash/a": {PRICE: "undeclared", BUY: "same"},
    } == gathering.result().grid()


def test_a_declaration_that_was_exceeded_is_not_absent(gathering):
    """It occurred, and too much: one finding is enough."""
    gathering.difference("calm", "one", SECOND)

    assert () == gathering.result().absent


def test_a_breach_is_gathered_and_says_whether_it_is_new(gathering):
    """It is old only where every instance is."""
    breach = Breach("conservation", "invariant", "house", "totalBalances()", 1, "short")
    gathering.breach("calm", "one", breach, old_too=True)
    gathering.breach("calm", "two", replace(breach, moment=7), old_too=False)
    (broken,) = gathering.result().broken

    assert (2, 1, False) == (broken.count, broken.moment, broken.old_too)


def test_the_evidence_is_read_back_as_it_was_written(gathering):
    """What a reviewer reads is what was measured."""
    gathering.difference("calm", "one", FIRST)
    gathering.breach("calm", "one", Breach("law", "reference", "m", "f()", 1, "d"), old_too=False)
    regression = gathering.result()

    assert regression == read_as(Regression, written(Regression, regression), where="evidence/regression.json")
    assert 2 == regression.scenarios


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        (Fraction(0), "0"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(10**9), "1000000000"),
        (Fraction(1, 10**9), "0.000000001"),
    ],
)
def test_a_share_is_a_plain_decimal(relative, expected):
    """No exponent, six digits."""
    assert expected == share(relative)
