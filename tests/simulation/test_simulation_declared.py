"""Which declarations cover which differences."""

from fractions import Fraction

import pytest

from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import Aspect, MarketDifference
from upgrader.simulation.declared import covering, exceeded

BUY = "buy(uint256,address)"


def difference(aspect, observable=BUY, relative=None):
    return MarketDifference(aspect, "market", observable, "buy", 3, "old", "new", relative)


@pytest.mark.parametrize(
    ("observable", "covered"),
    [
        (BUY, {"status", "result", "events"}),
        ("buy", {"status", "result", "events"}),
        (f"{BUY} events", {"events"}),
        ("buy events", {"events"}),
        ("buy status", {"status"}),
        (f"{BUY} gas", {"gas"}),
        ("buy gas", {"gas"}),
        ("sell events", set()),
        ("storage", set()),
    ],
)
def test_a_declaration_covers_what_it_names_and_no_other_aspect(observable, covered):
    """New events that were declared excuse no revert, and gas is covered only where it is named."""
    declared = [Difference("market", observable, "a mandate")]
    found = {
        aspect.value: difference(aspect, f"{BUY} gas" if aspect is Aspect.GAS else BUY)
        for aspect in (Aspect.STATUS, Aspect.RESULT, Aspect.EVENTS, Aspect.GAS)
    }

    assert covered == {aspect for aspect, each in found.items() if covering(each, "calm", declared)}


def test_storage_is_declared_as_a_whole_or_by_variable():
    """A word has no function."""
    word = difference(Aspect.STORAGE, "slot 0x3")

    assert covering(word, "calm", [Difference("market", "storage", "packed")])
    assert covering(word, "calm", [Difference("market", "slot 0x3", "packed")])
    assert covering(word, "calm", [Difference("market", "buy events", "packed")]) is None


def test_another_contract_or_condition_is_not_covered():
    """A declaration for one market says nothing of another."""
    declared = [Difference("market", BUY, "a mandate", condition="calm"), Difference("house", BUY, "likewise")]

    assert covering(difference(Aspect.STATUS), "calm", declared) is declared[0]
    assert covering(difference(Aspect.STATUS), "crash", declared) is None


@pytest.mark.parametrize(("relative", "within"), [(Fraction(15, 100), True), (Fraction(16, 100), False), (None, False)])
def test_a_bound_holds_what_can_be_measured_within_it(relative, within):
    """Beyond it, and where nothing can be measured, the declaration is exceeded."""
    declared = [Difference("market", BUY, "a surface", bound="0.15")]
    found = difference(Aspect.RESULT, relative=relative)

    assert within is (covering(found, "calm", declared) is not None)
    assert within is (exceeded(found, "calm", declared) is None)


@pytest.mark.parametrize(
    ("observable", "regressed"), [("version()", False), ("buy", False), ("buy events", True), ("storage", True)]
)
def test_one_aspect_is_for_the_regression_alone(observable, regressed):
    """The comparison of views does not warn that it saw no event."""
    assert regressed is Difference("market", observable, "why").regressed
