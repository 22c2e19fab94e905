"""What is drawn of a difference: which figure of which script, and how much of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from market_answers import ASK, BUY, LENS, MARKET, TOO_LOW, TRADER, result

from upgrader.inquiry import ReadFailed
from upgrader.plan.reading import read_as, written
from upgrader.simulation.compare import Aspect
from upgrader.simulation.legend import Figure, Legend, Scale
from upgrader.simulation.plot import LARGEST, MOST_POINTS, Path, Plot, Plotting
from upgrader.simulation.scenario import Answers, Moment, Scenario
from upgrader.simulation.script import Script
from upgrader.units import Seconds, word

PREMIUM = Scale("premium", "USD", 18)
LEGEND = Legend((Figure(MARKET, "price()", PREMIUM),), ASK, Scale("spot", "USD", 8), {TRADER: "taker"})
PRICE = (Aspect.ANSWER, "market", "price()")


def asked(prices, case="calm", legend=LEGEND):
    """Return a script that asks the price once a minute, and what it showed."""
    moments = tuple(Moment(Seconds(60), (), (ASK,)) for _ in prices)
    script = Script(case, Scenario(f"{case}: asked", moments), legend=legend)
    said = tuple((word(price) if isinstance(price, int) else price,) for price in prices)
    return script, Answers(script.scenario.name, (), tuple(() for _ in prices), said, {})


def acted(*results):
    """Return what a script of single purchases showed."""
    script = Script("calm", Scenario("acts", tuple(Moment(Seconds(60), (BUY,)) for _ in results)), legend=LEGEND)
    return script, Answers("acts", (), tuple((each,) for each in results), tuple(() for _ in results), {})


def drawn(*pairs):
    """Return the drawings of pairs of runs of the same script."""
    plotting = Plotting()
    for (script, old), (_, new) in pairs:
        plotting.script(script, old, new, LENS)
    return plotting.result(())


def test_a_figure_is_drawn_over_the_blocks_times():
    """Each point has its time after the upgrade and both sides; the legend names and scales it."""
    ((plot,), (path,)) = drawn((asked([5, 6]), asked([5, 8])))

    assert Plot("calm", "calm: asked", "answer", "market", "price()", "price()", PREMIUM, (60, 120), ("5", "6"),
                ("5", "8")) == plot  # fmt: skip
    assert Path("calm", "calm: asked", Scale("spot", "USD", 8), (60, 120), ("5", "8")) == path
    assert 1 == plot.widest


def test_the_script_with_the_largest_change_is_kept():
    """A later, smaller one does not replace it."""
    small, large = (asked([100]), asked([101])), (asked([100], "crash"), asked([150], "crash"))

    assert ["crash"] == [plot.case for plot in drawn(small, large)[0]]
    assert ["crash"] == [plot.case for plot in drawn(large, small)[0]]


def test_a_view_that_fails_leaves_a_gap():
    """Nothing is invented where one side has no figure."""
    failed = ReadFailed("execution reverted", TOO_LOW, reverted=True)
    ((plot,), _) = drawn((asked([5, failed, 7]), asked([6, 9, failed])))

    assert (("5", "", "7"), ("6", "9", "")) == (plot.old, plot.new)
    assert 0 == plot.widest


def test_what_is_no_figure_is_not_drawn():
    """An address or a hash has no axis."""
    assert ((), ()) == drawn((asked([LARGEST + 1]), asked([LARGEST + 2])))
    assert ((), ()) == drawn((asked([5]), asked([5])))


def test_what_calls_return_and_need_is_drawn_call_by_call():
    """Successful calls of one function, in words; a reverted one has no figure."""
    failed = replace(result(), status=False, data=TOO_LOW)
    (plots, paths) = drawn((acted(result(100), result(200), failed), acted(result(100), result(250, 90_000), failed)))

    assert [("result", ("100", "200"), ("100", "250")), ("gas", ("50000", "50000"), ("50000", "90000"))] == [
        (plot.aspect, plot.old, plot.new) for plot in plots
    ]
    assert ["buy(1) by taker"] * 2 == [plot.largest for plot in plots]
    assert ["buy(uint256)", "buy(uint256) gas"] == [plot.observable for plot in plots]
    assert () == paths


def test_undeclared_differences_are_drawn_first():
    """Where there is room for a few, what blocks comes before what was meant."""
    pairs = [(acted(result(100)), acted(result(101))), (asked([1]), asked([2]))]
    plotting = Plotting()
    for (script, old), (_, new) in pairs:
        plotting.script(script, old, new, LENS)

    assert ["result", "answer"] == [plot.aspect for plot in plotting.result(())[0]]
    assert ["answer", "result"] == [plot.aspect for plot in plotting.result({PRICE})[0]]


@pytest.mark.parametrize("count", [1, MOST_POINTS - 1, MOST_POINTS, MOST_POINTS + 1, 7 * MOST_POINTS])
def test_a_long_run_is_thinned_out(count):
    """First, last and largest change stay, and never more points than a page can show."""
    old, new = [10] * count, [11] * count
    new[count // 3] = 99
    ((plot,), (path,)) = drawn((asked(old), asked(new)))

    assert min(count, MOST_POINTS - 1) <= len(plot.times) <= MOST_POINTS
    assert (60, 60 * count) == (plot.times[0], plot.times[-1])
    assert "99" == plot.new[plot.widest]
    assert len(path.times) <= MOST_POINTS


@given(st.lists(st.tuples(st.integers(0, 2**127), st.integers(0, 2**127)), min_size=1, max_size=300))
def test_every_point_is_one_that_was_measured(pairs):
    """Thinning out neither moves nor invents a value, and times rise."""
    plots, _ = drawn((asked([old for old, _ in pairs]), asked([new for _, new in pairs])))

    for plot in plots:
        assert sorted(plot.times) == list(plot.times)
        for time, old, new in zip(plot.times, plot.old, plot.new, strict=True):
            assert (int(old), int(new)) == pairs[time // 60 - 1]
        assert plot == read_as(Plot, written(Plot, plot), where="plot")
