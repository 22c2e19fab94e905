"""The market page and the words about it: what they say, in which units, and that they stay harmless."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from regressions_world import AS_DECLARED, BROKEN, HOSTILE_MARKET, PLOT, SAME, SCRIPT, TRADER, UNPAID
from reports_world import DOSSIER, HOSTILE
from test_reports_html import Page

from upgrader.checks.regression import examine
from upgrader.plan.manifest import Difference
from upgrader.plan.reading import read_as, written
from upgrader.reports.html import render_html
from upgrader.reports.html.market import render_market
from upgrader.reports.html.market.chart import WIDTH, draw
from upgrader.reports.market import market_sentence, outline
from upgrader.reports.market.figures import both, change, compact, limit, number, number_in, percent, readable
from upgrader.reports.market.grid import fold
from upgrader.reports.market.words import market_lines
from upgrader.reports.notices import render_notices
from upgrader.reports.review import render_review
from upgrader.reports.summary import headline, ordered_findings
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.legend import Scale
from upgrader.simulation.regression import Read, Regression

WORLDS = {"same": SAME, "declared": AS_DECLARED, "broken": BROKEN, "hostile": HOSTILE_MARKET}
DOLLARS, PRICE = Scale("payout", "USD", 6), Scale("premium", "USD", 18)


def words_of(regression, dossier=DOSSIER):
    """Return the page's text."""
    return Page(render_market(dossier, regression)).words


def section(text, title):
    """Return one section of a notice."""
    begin = text.index(f"## {title}")
    return text[begin : text.index("\n## ", begin)]


# --------------------------------------------------------------------------------------------------------------- page


@pytest.mark.parametrize("world", WORLDS)
def test_page_nests_and_holds_nothing_active(world):
    """No script, no image, no event handler, no style attribute; the one link that leaves it is the report."""
    page = Page(render_market(HOSTILE if world == "hostile" else DOSSIER, WORLDS[world]))

    assert page.open == []
    assert {"script", "img", "iframe", "object", "embed", "form", "link", "base"}.isdisjoint(page.tags)
    assert [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"] == []
    targets = {value for _, name, value in page.attributes if name in {"href", "src"}}
    assert {"report.html"} == {value for value in targets if not value.startswith("#")}
    assert {value[1:] for value in targets if value.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_a_declaration_that_a_view_shows_did_occur():
    """A declared difference that no market asked for, and the simulation's views have, is no warning."""
    declared = Difference("market", "version()", "It says its version.")
    nowhere = Gathering([declared]).result()

    assert "! did not occur" in words_of(nowhere)
    assert "✓ in a view of the whole report" in words_of(replace(nowhere, absent=()))


def test_a_declaration_about_storage_says_where_none_was_read():
    """A quick run compares no word: what was declared of storage neither occurred nor did not."""
    declared = Difference("market", "storage", "Positions are packed.")

    assert "! not compared no word of storage was read" in words_of(Gathering([declared]).result())


def test_a_difference_is_shown_from_within():
    """Variables by name, words without one, the calls and what reverted, on both codes; what is left out is counted."""
    words = words_of(BROKEN)

    for branch in ("old", "new"):
        assert f"From within, on the {branch} code" in words
    for wanted in ("balances[trader]", "slot 0x02", "DELEGATECALL", "1 more transaction"):
        assert wanted in words, wanted


def test_a_megabyte_of_name_stays_a_page():
    """Every value is bounded wherever it stands, and no control character is left."""
    source = render_market(HOSTILE, HOSTILE_MARKET)

    assert len(source) < 200_000
    assert "\x1b" not in source
    assert "\u202e" not in source


def test_page_is_the_same_every_time():
    """Also from the evidence, read back."""
    again = read_as(Regression, written(Regression, BROKEN), where="evidence/regression.json")

    assert render_market(DOSSIER, BROKEN) == render_market(DOSSIER, again)


def test_declarations_head_the_page():
    """Contract, observable, bound, how large it really was, and why, before anything else."""
    words = words_of(AS_DECLARED)

    assert "✓ Nothing undeclared" in words
    assert words.index("Declared before the run") < words.index("Markets by observables")
    assert (
        "market priceOf any market 15 % or 1.00 USD 4.92 % ✓ seen 2 times a surface instead of one volatility" in words
    )
    assert "later: activate the surface" in words


def test_a_bound_that_does_not_hold_is_said():
    """Beyond its bound a declared difference is not declared."""
    words = words_of(BROKEN)

    assert "✗ Not as declared" in words
    assert "15 % or 1.00 USD 50 % ✗ 1 beyond it , 0 within" in words
    assert "The declared bound of 15 % or 1000000000000000000 does not hold it." in words


def test_marks_differ_by_shape_and_words():
    """A cell is read without its colour, and by those who do not see it."""
    labels = [value for tag, name, value in Page(render_market(DOSSIER, BROKEN)).attributes
              if name == "aria-label" and tag in {"a", "span"}]  # fmt: skip

    assert {"differs, not declared", "1 law broken"} == set(labels)
    assert "differs as declared" in render_market(DOSSIER, AS_DECLARED)


def test_the_smallest_script_is_told():
    """Who calls what, how much later, what came of it on either code, in the units of the legend; and the file."""
    words = words_of(BROKEN, replace(DOSSIER, scripts="evidence/m/", reproduce="upgrader simulate x --script"))

    assert (
        "1 h later taker calls market . redeem(amount: 1 \N{MULTIPLICATION SIGN} 10^18, expiry: 2026-01-13 08:00 UTC)"
        in words
    )
    assert "old code: returns 119.999999 USD" in words
    assert "new code: reverts: Refused(taker)" in words
    assert f"upgrader simulate x --script {SCRIPT}" in words
    assert f"File evidence/m/{SCRIPT}" in words


def test_a_script_is_named_only_once():
    """What follows from a difference stands below it, without a script of its own."""
    (cause,) = outline(BROKEN).causes

    assert "market.redeem(uint256)" == cause.first.name
    assert ["house.poolOf(uint256)", "market.priceOf(uint256)"] == [kind.name for kind in cause.following]


def test_broken_laws_stand_above_the_grid():
    """No declaration covers one."""
    words = words_of(BROKEN)

    assert words.index("conservation of collateral") < words.index("Markets by observables")
    assert "holds 5 and owes 6 units" in words


def test_first_screen_links_to_the_page():
    """One line with its verdict; a report without a regression says that there was none."""
    page = Page(render_html(replace(DOSSIER, regression=BROKEN)))

    assert ("a", "href", "regression.html") in page.attributes
    assert "3 scenarios in 3 markets: 3 differences NOT declared, 1 law BROKEN." in page.words
    assert "Old and new code were not compared in markets." in Page(render_html(DOSSIER)).words
    assert "3 scenarios in 3 markets: old and new code behave the same." == market_sentence(SAME)


# ------------------------------------------------------------------------------------------------------------ drawings


def test_a_drawing_has_figure_difference_and_market():
    """Every point lies within the drawing; a missing side is a gap."""
    chart = draw(PLOT, AS_DECLARED.paths[0])
    figure, difference, market = chart.panels

    assert ["premium, USD", "new less old", "market: ETH, USD (gaps: the protocol had no price)"] == [
        panel.title for panel in chart.panels
    ]
    assert {"new": 3, "old": 4} == {line.kind: len(line.runs[0].split()) for line in figure.lines}
    assert 3 == difference.bars.count("M")
    assert 3 == len(market.lines[0].runs[0].split())
    for panel in chart.panels:
        for line in panel.lines:
            for point in " ".join(line.runs).split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= WIDTH
                assert panel.top <= y <= panel.top + panel.height


def test_a_payout_has_the_way_of_the_market_before_it():
    """When it is paid nothing is quoted any more: below it is how the price came there, with times of its own."""
    chart = draw(replace(PLOT, times=(680_400, 680_400, 680_412, 680_424)), AS_DECLARED.paths[0])

    assert "market before it: ETH, USD, from +12 s to +1 h 12 s" == chart.panels[-1].title
    assert 2 == len(chart.panels[-1].lines[0].runs[0].split())


def test_a_drawing_without_any_price_has_no_market():
    """An axis without a line would be read as a price of nothing."""
    path = AS_DECLARED.paths[0]
    chart = draw(PLOT, replace(path, values=("",) * len(path.values)))

    assert ["premium, USD", "new less old"] == [panel.title for panel in chart.panels]


def test_a_figure_of_nothing_is_a_zero():
    """Small units have no exponent in their zero."""
    assert "0" == compact(0, PRICE, 0)
    assert "e" not in number("0", PRICE, 18).lower()


@given(
    st.lists(st.tuples(st.integers(-(2**127), 2**127), st.integers(-(2**127), 2**127)), min_size=1, max_size=40),
    st.integers(0, 77),
)
def test_any_figures_can_be_drawn(pairs, decimals):
    """Whatever a contract answers: a few ticks, in order, and nothing outside."""
    chart = draw(
        replace(
            PLOT,
            scale=Scale("f", "", decimals),
            times=tuple(range(len(pairs))),
            old=tuple(str(old) for old, _ in pairs),
            new=tuple(str(new) for _, new in pairs),
        )
    )
    for panel in chart.panels:
        heights = [float(tick.at) for tick in panel.ticks]
        assert sorted(heights, reverse=True) == heights
        assert all(panel.top - 1 <= at <= panel.top + panel.height + 1 for at in heights)


# ---------------------------------------------------------------------------------------------------------------- grid


def test_what_differs_nowhere_is_folded():
    """Rows and columns in which nothing differs are counted, not drawn."""
    grid = fold(AS_DECLARED)

    assert (("market", "priceOf(uint256)"),) == grid.columns
    assert [("calm",), ("cascade_2025_10_10",)] == [row.cases for row in grid.rows]
    assert ("oracle_bad/zero",) == grid.same_cases
    assert 15 == grid.cells
    assert {"house", "market"} == set(grid.same_columns)


def test_markets_that_fare_alike_become_one_row():
    """Sixty markets with one difference are one row, and none is lost."""
    gathering = Gathering()
    for place in range(60):
        gathering.compared(f"m{place}", (1, 1), [("market", "buy(uint256)"), ("market", "priceOf(uint256)")])
        gathering.difference(f"m{place}", "s", replace(UNPAID, contract="market", observable="buy(uint256)"))
    grid = fold(gathering.result())

    assert [60] == [len(row.cases) for row in grid.rows]


# ------------------------------------------------------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("old", "new", "scale", "expected"),
    [
        ("61357877070426482060", "76692621329128546290", PRICE, ("61.36 USD", "76.69 USD")),
        ("119999999", "120000000", DOLLARS, ("119.999999 USD", "120.000000 USD")),
        ("120000000", "120000000", DOLLARS, ("120.000000 USD", "120.000000 USD")),
        ("935041853944", "935041853952", DOLLARS, ("935 041.853944 USD", "935 041.853952 USD")),
        ("1990000", "2010000", DOLLARS, ("1.99 USD", "2.01 USD")),
        ("38066600", "45643300", DOLLARS, ("38.0666 USD", "45.6433 USD")),
        ("1234567", "", Scale("count"), ("1 234 567", "none")),
        ("600000000000000000", "650000000000000000", Scale("volatility", "%", 16), ("60.00 %", "65.00 %")),
    ],
)
def test_figures_have_as_many_digits_as_their_difference(old, new, scale, expected):
    """Two sides that differ are never written alike, nor as if they differed by more or less than they do."""
    assert expected == tuple(text.replace("\xa0", " ") for text in both(old, new, scale))


def test_what_came_of_one_step_has_as_many_digits_on_either_code():
    """A zero at the end of one figure stays where the other one needs its place."""
    read = Read("market", "redeem(uint256,uint256)", 0, DOLLARS)
    sides = ("returns 13296179", "returns 13296180")

    assert ["returns 13.296179 USD", "returns 13.296180 USD"] == [
        number_in(text, read.contract, read.observable, [read], beside).replace("\xa0", " ")
        for text, beside in (sides, sides[::-1])
    ]
    assert "returns 13.29618 USD" == number_in(sides[1], read.contract, read.observable, [read]).replace("\xa0", " ")


@given(st.integers(-(2**255), 2**255), st.integers(-(2**255), 2**255), st.integers(0, 77))
def test_two_figures_are_written_alike_only_where_they_are_equal(old, new, decimals):
    """No difference is rounded away, whatever the unit."""
    first, second = both(str(old), str(new), Scale("f", "X", decimals))

    assert (old == new) == (first == second)


@pytest.mark.parametrize(
    ("share", "expected"),
    [("", ""), ("0.15", "15 %"), ("0.0492", "4.92 %"), ("62", "6 200 %"), ("0.00000001", "less than 0.0001 %")],
)
def test_a_share_is_read_in_percent(share, expected):
    """Three digits; what is too small is said to be."""
    assert expected == percent(share).replace("\xa0", " ")


def test_texts_are_made_readable():
    """Accounts by role, times as dates, long numbers in groups; what is short or no number stays."""
    people = {TRADER.lower(): "taker"}

    assert "buy(to: taker, amount: 1 234 567 890, expiry: 2026-01-13 08:00 UTC, n: 42)" == readable(
        f"buy(to: {TRADER}, amount: 1234567890, expiry: 1768291200, n: 42)", people
    ).replace("\xa0", " ")
    assert "+3.50 USD" == change("1000000", "4500000", DOLLARS).replace("\xa0", " ")
    assert "-0.000001 USD" == change("44320597", "44320596", DOLLARS).replace("\xa0", " ")
    assert "+0.000008 USD" == change("935041853944", "935041853952", DOLLARS).replace("\xa0", " ")
    assert "0.00" == number(-1, DOLLARS, 2)
    assert "0" == compact(0, DOLLARS, 6)
    assert "15 % or 5000" == limit("0.15 or 5000").replace("\xa0", " ")
    assert "60e15" == compact(60 * 10**15, Scale("raw"), 0)
    assert "goes through" == number_in("returns 0x", "market", "settle(uint256)", ())


# ------------------------------------------------------------------------------------------------- notices and review


def test_causes_stand_before_what_follows_from_them():
    """A balance differs because a payout does: who signs reads of the payout and of the broken law first."""
    dossier = replace(DOSSIER, regression=BROKEN, findings=examine(BROKEN))

    assert ["market.redeem(uint256)", "house.totalBalances()", "house.poolOf(uint256)", "market.priceOf(uint256)"] == [
        finding.subject for finding in ordered_findings(dossier) if finding.blocks
    ]
    assert "market.redeem(uint256)" == headline(dossier).blockers[0].subject


@pytest.mark.parametrize("audience", ["traders", "institutions", "regulators"])
def test_notices_say_what_was_measured(audience):
    """The largest change with its bound's reason, by subject; and of what nothing was compared."""
    text = render_notices(replace(DOSSIER, regression=AS_DECLARED))[audience].replace("\xa0", " ")
    said = section(text, "In the markets it was tried in")

    assert "- **Prices and premiums**: 1 difference, all declared beforehand." in said
    assert "at most by 4.92 % (in calm)" in said
    assert "The largest change of all: 90.00 USD before, 97.00 USD after, 2 h 12 s after the upgrade in" in said
    assert "- **Margin**: Nothing changed in 3 markets (1 function or view compared)." in said
    assert "- **Liquidation**: No function or view whose name speaks of it was compared." in said


@pytest.mark.parametrize(
    ("observable", "title"),
    [
        ("settlementPriceOf(bytes32,uint64)", "Settlement and payouts"),
        ("liquidationPricesOf(address,bytes32)", "Liquidation"),
        ("headroomOf(address)", "Margin"),
        ("gamma(uint256,uint256,uint256,uint256)", "Prices and premiums"),
        ("fundingPool()", "Prices and premiums"),
        ("priceOf(uint256)", "Prices and premiums"),
        ("pause()", "Everything else"),
    ],
)
def test_each_observable_is_told_under_what_it_is_about(observable, title):
    """A name may speak of two subjects: the longer word says which one it is about."""
    gathering = Gathering()
    gathering.compared("calm", (0, 1), [("market", observable)])
    (told,) = [each for each in market_lines(gathering.result()) if "1 function or view" in each.summary]

    assert title == told.title


def test_regulators_read_how_every_market_fared():
    """One line for each stressed condition, with what was tried in it."""
    text = render_notices(replace(DOSSIER, regression=BROKEN))["regulators"]

    assert "- calm: 200 transactions and 1500 views, 3 observables differ undeclared; broken: conservation" in text
    assert "- oracle\\_bad/zero: 200 transactions and 1500 views, the same on both codes; all 6 laws held" in text
    assert "Stressed conditions" not in render_notices(replace(DOSSIER, regression=BROKEN))["traders"]


def test_nothing_is_said_that_was_not_measured():
    """Without a regression there is one sentence; without laws no law is said to hold."""
    said = section(render_notices(DOSSIER)["traders"], "In the markets it was tried in")
    lawless = replace(SAME, compared=tuple(replace(row, laws=0) for row in SAME.compared))

    assert "Old and new code were not compared in markets." in said
    assert "no law was tried" in render_notices(replace(DOSSIER, regression=lawless))["regulators"]


def test_review_has_a_compact_summary():
    """Declared, not declared with its script, broken; the rest is in the page."""
    text = render_review(replace(DOSSIER, regression=BROKEN)).replace("\xa0", " ")

    assert "| market `priceOf` | any market | 15 % or 1.00 USD | 50 % | **✗ 1 beyond it** |" in text
    assert "- **✗ not declared**: market.redeem(uint256) goes through on one code" in text
    assert f"Smallest script: `evidence/scripts/{SCRIPT}`" in text
    assert "- **✗ broken**: conservation of collateral in calm" in text


@pytest.mark.parametrize("render", [render_review, lambda dossier: render_notices(dossier)["regulators"]])
def test_hostile_facts_render_nothing_active(render):
    """No link, image or markup comes out of a market's or a contract's name."""
    text = render(replace(HOSTILE, regression=HOSTILE_MARKET))
    found = {child.type for token in MarkdownIt("commonmark").parse(text) for child in token.children or ()}

    assert found.isdisjoint({"html_inline", "link_open", "image"})
    assert len(text) < 120_000
