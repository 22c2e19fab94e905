"""Several regressions as one: nothing is lost, nothing is counted twice, and names stay apart."""

from dataclasses import replace
from fractions import Fraction

from upgrader.flows.joined import join
from upgrader.flows.regression import Regressed
from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import Aspect, MarketDifference
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.regression import Part
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Scenario
from upgrader.simulation.told import Told
from upgrader.units import BlockNumber, ChainId, Hash32

PRICE = ("market", "price()")
SURFACE = Difference("market", "price", "a surface", bound="0.02")
NEVER = Difference("market", "buy", "never seen")
FOUND = MarketDifference(Aspect.ANSWER, *PRICE, "price", 4, "100", "101", Fraction(1, 100))
NAME = "01-market-price-answer.json"
FILE = Reproduction(Scenario("s", ()), (), (), "calm", "price", ChainId(1), BlockNumber(1), Hash32(bytes(32)))


def regressed(*found, declared=(SURFACE, NEVER)):
    """Return a regression in one market, with one script."""
    gathering = Gathering(declared)
    gathering.compared("calm", (3, 2), [PRICE])
    for each in found:
        gathering.difference("calm", "one", each)
    result = gathering.result()
    named = tuple(replace(shown, script="" if shown.declared else NAME) for shown in result.differences)
    return Regressed(replace(result, differences=named, told=(Told(NAME, "calm", "price", ()),)), {NAME: FILE})


def test_counts_add_up_and_parts_are_named():
    """Each leg says where it ran and how much of it there was."""
    both = join([("now", "", regressed()), ("after the delay", "after the delay", regressed())]).regression

    assert 2 == both.scenarios
    assert (Part("now", 1, 3, 2), Part("after the delay", 1, 3, 2)) == both.parts
    assert ["calm", "calm/after the delay"] == [row.case for row in both.compared]


def test_cases_of_one_name_are_one_row():
    """A grid has each case once."""
    (row,) = join([("a", "", regressed()), ("b", "", regressed())]).regression.compared

    assert ("calm", 6, 4) == (row.case, row.acts, row.answers)


def test_every_script_keeps_a_name_of_its_own():
    """Differences and their steps follow it."""
    over = replace(FOUND, relative=Fraction(1, 2))
    both = join([("a", "", regressed(over)), ("b", "later", regressed(over))])

    files = ["01-market-price-answer.json", "02-market-price-answer.json"]
    assert files == list(both.scripts)
    assert files == [shown.script for shown in both.regression.differences]
    assert files == [told.file for told in both.regression.told]


def test_a_declaration_is_absent_only_where_no_leg_shows_it():
    """What one leg shows need not occur in another."""
    both = join([("a", "", regressed()), ("b", "later", regressed(FOUND, FOUND))]).regression

    assert (("market", "buy", ""),) == both.absent
    assert [("price", 2, 0, "0.01"), ("buy", 0, 0, "")] == [
        (meant.observable, meant.kept, meant.exceeded, meant.relative) for meant in both.declared
    ]


def test_one_change_without_a_measure_leaves_no_largest():
    """A largest change must not hide one that could not be measured."""
    unmeasured = replace(FOUND, relative=None)
    both = join([("a", "", regressed(FOUND)), ("b", "later", regressed(unmeasured))]).regression

    assert (1, 1, "") == (both.declared[0].kept, both.declared[0].exceeded, both.declared[0].relative)


def test_joining_one_changes_nothing_but_its_parts():
    """One leg alone is itself."""
    one = regressed(FOUND)

    assert replace(one.regression, parts=(Part("now", 1, 3, 2),)) == join([("now", "", one)]).regression


def test_what_a_later_leg_shows_again_is_shown_by_the_first_legs_script():
    """A difference that is shrunk once names that script wherever it occurs; a declared one names none."""
    over = replace(FOUND, relative=Fraction(1, 2))
    first, again = regressed(over), regressed(over, FOUND)
    bare = tuple(replace(shown, script="") for shown in again.regression.differences)
    later = Regressed(replace(again.regression, differences=bare, told=()), {})

    both = join([("a", "", first), ("b", "later", later)])

    assert {(Aspect.ANSWER, *PRICE)} == first.settled
    assert [NAME] == list(both.scripts)
    assert [(False, NAME), (False, NAME), (True, "")] == [
        (bool(shown.declared), shown.script) for shown in both.regression.differences
    ]
