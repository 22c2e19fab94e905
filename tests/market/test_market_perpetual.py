"""The perpetual market in every market: its actors, its laws, and the funding that flows the other way."""

from dataclasses import replace

import pytest
from planted_world import ECONOMIC
from venue_world import CASES, outcomes

import upgrader.flows.regression as flow
from upgrader.checks.regression import examine
from upgrader.findings import Severity
from upgrader.flows.demo.perpetual_playbook import FILLS, LONG_EDGE, MAKER, TAKER
from upgrader.inquiry import ReadFailed
from upgrader.market.conditions import conditions
from upgrader.units import word

BAD_DAY = "cascade_2025_10_10"
DAY = "a day of the perpetual"


@pytest.fixture(autouse=True)
def _unshrunk(monkeypatch):
    """Say what differs, and leave the smallest scripts to the tests that are about them."""
    monkeypatch.setattr(flow, "MOST_SHRUNK", 0)


@pytest.fixture(scope="module")
def good(venue):
    """The same code once more, through its upgrade, in every market that there is."""
    return venue.regress(venue.new_perpetual("PerpetualMarketV1"), *CASES, book=venue.perpetual_book)


def played(venue, case, name="PerpetualMarketV1"):
    return venue.played(venue.new_perpetual(name), f"{case}: {DAY}", venue.perpetual_book)


def series_of(script, answers, label):
    """Return what one question was answered in every block, None where it failed."""
    place = [question.label for question in script.scenario.moments[0].questions].index(label)
    return [
        None if isinstance(said[place], ReadFailed) else int.from_bytes(said[place], "big", signed=True)
        for said in answers.questions
    ]


def test_an_upgrade_with_live_positions_changes_nothing_in_any_market(good):
    """Every law holds, every answer is as before, in all cases of the seventeen conditions."""
    grid = good.regression.grid()

    assert () == examine(good.regression)
    assert set(CASES) == set(grid)
    assert {condition.name for condition in conditions()} == {case.partition("/")[0] for case in grid}
    assert len(CASES) + 1 == good.regression.scenarios


def test_the_composite_oracle_changes_nothing_for_perpetual_and_options(venue):
    """A new adapter that is right leaves index, marks and margins as they were, also where it must refuse."""
    trial = venue.new_oracle("CompositeOracleAdapter")
    for book in (venue.book, venue.perpetual_book):
        cases = (BAD_DAY, "oracle_stale/stale 3601 s", "sequencer_down")
        found = examine(venue.regress(trial, *cases, book=book).regression)
        assert set() == {each.subject for each in found if not each.subject.endswith(" gas")}


def test_the_actors_do_what_they_are_there_for(venue):
    """A market in which nobody trades, is liquidated or gets out would compare nothing."""
    seen = outcomes(*played(venue, BAD_DAY))

    for label in ("buy", "sell", "liquidate", "accrue", "withdraw", "grant to the fund", "settle only"):
        assert seen[label, True] > 0, label
    # Those at the edge were filled until their margin refused.
    for label in ("buy", "sell", "liquidate", "withdraw"):
        assert seen[label, False] > 0, label


def test_everybody_gets_out_while_only_settling(venue):
    """At the end nobody but the maker and the liquidator holds more than the smallest fill."""
    script, answers = played(venue, BAD_DAY)
    places = {question.label: place for place, question in enumerate(script.scenario.moments[-1].questions)}

    for who in (LONG_EDGE, TAKER, *venue.protocol.parties.traders):
        said = answers.questions[-1][places[f"account {who}"]]
        assert abs(int.from_bytes(said[:32], "big", signed=True)) < FILLS[-1]


def test_funding_flows_in_both_directions(venue):
    """Premiums above and below the index, or a sign could be lost without a trace."""
    rates = [each for each in series_of(*played(venue, "vol_spike_flat"), "fundingRate()") if each is not None]

    assert min(rates) < 0 < max(rates)


def test_an_empty_fund_leaves_bad_debt_and_a_full_one_none(venue):
    """Where the price halves and nobody gave to the fund, the loss goes beyond it; otherwise the fund pays it all."""
    empty, full = (series_of(*played(venue, case), "badDebt()") for case in ("insurance_fund_empty", BAD_DAY))

    assert max(each for each in empty if each is not None) > 0
    assert {0} == set(full) - {None}


def test_a_dead_oracle_stops_whatever_needs_a_price(venue):
    """Marks are refused, and with them trades and liquidations; nobody without a position is kept."""
    script, answers = played(venue, "oracle_bad/zero")

    assert None in series_of(script, answers, "markPrice()")
    assert outcomes(script, answers)["liquidate", True] < outcomes(*played(venue, BAD_DAY))["liquidate", True]


def test_the_upgrade_comes_in_the_middle_of_a_crossed_day(venue):
    """Positions are opened and funding runs on the old code, and goes on on the new."""
    (script, *_) = venue.scripts("expiry_crossing/15 minutes before", book=venue.perpetual_book)

    for part in (script.before, script.scenario.moments):
        assert {"buy", "sell", "accrue"} <= {act.label for moment in part for act in moment.acts}


def test_flipped_funding_is_found_as_a_difference_and_as_a_broken_law(venue):
    """The rate's sign differs from the old code's, from what its premium demands, and from the reference."""
    (entry,) = (entry for entry in ECONOMIC if entry["contract"] == "FundingFlipped")
    found = examine(venue.regress(venue.new_perpetual("FundingFlipped"), BAD_DAY, book=venue.perpetual_book).regression)
    about = [each for each in found if each.subject == entry["subject"] and each.severity is Severity.BLOCKER]

    assert {entry["finding"], "market-invariant-broken", "market-reference-deviation"} == {each.code for each in about}
    assert entry["law"] in {each.evidence.get("law") for each in about}


def plus(number):
    return lambda said: word((int.from_bytes(said, "big") + number) % 2**256)


@pytest.mark.parametrize(
    ("label", "tamper", "law"),
    [
        ("held", plus(-1), "conservation of collateral"),
        (f"account {TAKER}", lambda said: plus(1)(said[:32]) + said[32:], "sizes cancel out"),
        (f"account {MAKER}", lambda said: said[:32] + plus(1)(said[32:64]) + said[64:], "cash of all accounts"),
        ("openInterest()", plus(1), "open interest is all that is long"),
        (f"worth {TAKER}", plus(100), "profits are losses"),
        (f"worth {TAKER}", plus(1), "cash, funding and size at the mark"),
        (f"funding {TAKER}", plus(1), "cash, funding and size at the mark"),
        (f"margin {MAKER}", lambda said: said[:32] + plus(-1)(said[32:]), "margin of the position"),
        (f"ratio {MAKER}", plus(1), "worth as a share of the position"),
        (f"liquidation {MAKER}", plus(1), "mark of the liquidation"),
        ("markPrice()", plus(1), "index with its premium"),
        ("markPremium()", lambda _: word(10**17), "mark within reach of the index"),
        ("fundingRate()", plus(1), "funding is the premium up to its limit"),
        ("fundingRate()", lambda said: word((-int.from_bytes(said, "big")) % 2**256), "above the index longs pay"),
        ("badDebt()", lambda _: word(10**30), "bad debt only beyond the fund"),
    ],
)
def test_each_law_sees_what_breaks_it(venue, label, tamper, law):
    """One answer of a real run is falsified in its last blocks; the law that it belongs to says so."""
    script, answers = played(venue, "crash_2021_05_19")
    assert [] == [breach for each in script.laws for breach in each(answers)]
    questions = list(answers.questions)
    for number in range(len(questions) - 6, len(questions)):
        questions[number] = tuple(
            tamper(said) if asked.label == label and not isinstance(said, ReadFailed) else said
            for asked, said in zip(script.scenario.moments[number].questions, questions[number], strict=True)
        )
    breaches = {breach.law for each in script.laws for breach in each(replace(answers, questions=tuple(questions)))}

    assert law in breaches
