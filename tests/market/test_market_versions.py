"""Each later version of the reference protocol against the one before it, in the same markets."""

from dataclasses import replace

import pytest
from venue_world import ONE, STAKED, outcomes

import upgrader.flows.regression as flow
from upgrader.checks.regression import examine
from upgrader.findings import Severity
from upgrader.flows.demo.versions import MAXIMUM_SHIFT
from upgrader.plan.manifest import Difference
from upgrader.units import word

BAD_DAY = "cascade_2025_10_10"
CROSSED = "expiry_crossing/15 minutes before"
LOOKS = 20
"""Blocks at least in which a week asks for a price that is there."""

MARKETS = (BAD_DAY, "insurance_fund_empty", CROSSED, "expiry_crossing/in dispute")

REDEEM, LIQUIDATE = "redeem(uint256,uint256)", "liquidate(address,uint256,uint256,uint256)"
BUY, SELL, PRICE = "buy(uint256,address,uint256,uint256)", "sell(uint256,address,uint256,uint256)", "priceOf(uint256)"

PACKED = Difference(
    "market", f"{REDEEM} gas", "an account that was not named is packed by its first payment", bound="0.3"
)
SURFACE = Difference("market", PRICE, "a volatility surface instead of one figure", activation="activateSurface")
REPORTED = tuple(
    Difference(contract, f"{function} events", "positions are reported")
    for contract, function in (
        *(("market", function) for function in (BUY, SELL, REDEEM, "close", "settle")),
        ("house", LIQUIDATE),
        ("SeriesToken 1", "transfer"),
    )
)
MANDATE = (
    *REPORTED,
    Difference("SeriesToken 1", "transfer(address,uint256) gas", "the registry is asked about both ends", bound="0.8"),
)


@pytest.fixture(autouse=True)
def _unshrunk(monkeypatch):
    """Say what differs, and leave the smallest scripts to the tests that are about them."""
    monkeypatch.setattr(flow, "MOST_SHRUNK", 0)


def blockers(regressed):
    """Return what blocks, as (code, subject)."""
    return {(found.code, found.subject) for found in examine(regressed.regression) if found.blocks}


# --------------------------------------------------------------------------------------- version 3: surface and packing


@pytest.fixture(scope="module")
def surface(second):
    """The upgrade to version 3 with what it declares, of which the premium comes later."""
    return second.regress(second.third(declared=(PACKED, SURFACE)), *MARKETS)


def test_version_3_changes_nothing_but_the_gas_of_a_first_payment(surface):
    """No premium, margin, payout or event differs before the surface is activated; all laws hold."""
    assert [("market-difference-declared", f"market.{REDEEM} gas")] == [
        (found.code, found.subject) for found in examine(surface.regression)
    ]


def test_a_difference_that_waits_for_its_activation_does_not_warn(second, surface):
    """The same declaration without the later step is one that nothing matched."""
    assert () == surface.regression.absent
    at_once = second.regress(second.third(declared=(PACKED, replace(SURFACE, activation=""))), CROSSED)

    assert [("market-difference-absent", f"market.{PRICE}")] == [
        (found.code, found.subject) for found in examine(at_once.regression) if found.severity is Severity.WARNING
    ]


def test_spreads_are_traded_and_settled_on_both_codes(second, surface):
    """The second version's own product is in the comparison: listed, bought, settled."""
    script, answers = second.played(second.third(), f"{BAD_DAY}: a market day")
    spread = len(second.protocol.series) + 5
    price, *_, last = [
        said
        for moment, each in zip(script.scenario.moments, answers.questions, strict=True)
        for question, said in zip(moment.questions, each, strict=True)
        if question.label == f"series {spread}"
    ]

    assert 1 == outcomes(script, answers)["list a spread", True]
    assert [False, True] == [bool(int.from_bytes(terms[4 * 32 : 5 * 32], "big")) for terms in (price, last)]
    assert "same" == surface.regression.grid()[BAD_DAY]["market", "createSpread(bytes32,uint128,uint128,uint64)"]


def test_staked_ether_is_priced_by_its_ratio_as_that_falls(third):
    """Seven days in which the ratio goes to 0.947 of what it was: each mark is the reference's at that price."""
    script, answers = third.played(third.new_oracle("CompositeOracleAdapter"), "grind_2022_06: a market day")
    (number,) = [each.number for each in third.protocol.series if each.underlying == STAKED]
    said = [
        {asked.label: answer for asked, answer in zip(moment.questions, each, strict=True)}
        for moment, each in zip(script.scenario.moments, answers.questions, strict=True)
    ]
    ratios = [int.from_bytes(each["ratio"][32:64], "big") for each in said if "ratio" in each]
    asked = f"price {number}"

    assert [] == [breach for law in script.laws for breach in law(answers)]
    assert (112_000_000, 106_064_000) == (ratios[0], ratios[-1])
    assert len([each for each in said if isinstance(each.get(asked), bytes)]) > LOOKS
    wrong = [
        tuple(
            word(int.from_bytes(answer, "big") + 10**12)
            if question.label == asked and isinstance(answer, bytes)
            else answer
            for question, answer in zip(moment.questions, each, strict=True)
        )
        for moment, each in zip(script.scenario.moments, answers.questions, strict=True)
    ]
    assert {"Black-Scholes price"} == {
        breach.law for law in script.laws for breach in law(replace(answers, questions=tuple(wrong)))
    }


@pytest.fixture(scope="module")
def priced(third):
    """Version 3 with a playbook that knows of a surface."""
    return replace(third, book=replace(third.book, flat=False, shift=MAXIMUM_SHIFT))


def test_the_activation_changes_premiums_within_the_bound(priced):
    """Marks move, and never beyond the model's prices at the bounded volatilities: an independent reference says so."""
    regression = priced.regress(priced.activation(), "calm", BAD_DAY).regression
    moved = [shown for shown in regression.differences if shown.observable == PRICE]

    assert {"calm", BAD_DAY} == {shown.case for shown in moved}
    assert () == regression.broken


def test_the_premium_change_is_declared_with_a_bound(priced):
    """A third of the premium or forty dollars, whichever is more; a fifth or four is less than what happens."""
    severities = {}
    for bound, amount in (("0.33", 40), ("0.2", 4)):
        declared = replace(SURFACE, activation="", bound=bound, amount=str(amount * ONE), condition="calm")
        found = examine(priced.regress(priced.activation(declared=(declared,)), "calm").regression)
        severities[bound] = {each.severity for each in found if each.subject == f"market.{PRICE}"}

    assert {Severity.NOTE} == severities["0.33"]
    assert Severity.BLOCKER in severities["0.2"]


def test_a_tighter_bound_than_the_surface_keeps_is_broken(priced):
    """A twentieth is less than the wings of the grid move: marks leave it, and no declaration covers that."""
    tight = replace(priced, book=replace(priced.book, shift=ONE // 20))
    declared = (replace(SURFACE, activation=""),)

    found = blockers(tight.regress(tight.activation(declared=declared), "calm"))

    assert ("market-reference-deviation", f"market.{PRICE}") in found
    assert ("market-difference", f"market.{PRICE}") not in found


def test_a_surface_that_forgot_a_listed_underlying_is_found(priced):
    """Staked ether is listed and has no grid: whoever wrote it has no margin any more."""
    found = blockers(priced.regress(priced.activation("surface of ether alone"), "calm"))

    assert ("market-difference", "house.marginOf(address)") in found


# --------------------------------------------------------------------------------------------------- version 4: mandate


def test_version_4_only_reports_where_everybody_is_allowed(third):
    """Each trade has its reports, and nothing else differs: not one refusal, price or payout."""
    found = examine(third.regress(third.fourth(declared=MANDATE), *MARKETS).regression)

    assert {"market-difference-declared"} == {each.code for each in found}


def test_a_holder_who_is_suspended_still_redeems_and_withdraws(third):
    """Its options are from before the upgrade; after it they are settled, redeemed and paid out as on the old code."""
    trial = third.fourth("strict", declared=REPORTED)
    # Without the emergency modes, in which it would buy after the upgrade.
    (day, _) = third.scripts(CROSSED)

    found = examine(flow.regress(third.engine, trial, [day], lambda _: None).regression)
    redeemed = [each for each in found if each.subject == f"market.{REDEEM}"]

    assert ["market-difference-declared"] == [each.code for each in redeemed]
    assert not [each for each in found if each.blocks]


def test_a_holder_who_is_suspended_buys_nothing_more(third):
    """On a day that begins after the upgrade its purchases are refused, which declared reports do not excuse."""
    assert ("market-difference", f"market.{BUY}") in blockers(
        third.regress(third.fourth("strict", declared=MANDATE), BAD_DAY)
    )


def test_the_mandate_s_next_version_is_compared_with_the_registry(fourth):
    """The fourth version against itself: the same code once more, with the registry's answers in the comparison."""
    regressed = fourth.regress(fourth.new_registry("AccountRegistryV1"), BAD_DAY)

    assert () == examine(regressed.regression)
    assert "same" == regressed.regression.grid()[BAD_DAY]["registry", "isAllowed(address)"]
