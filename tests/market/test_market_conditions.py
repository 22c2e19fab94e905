"""The conditions as data, and what each makes of a market."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from upgrader.errors import InputError
from upgrader.market.condition import GWEI, Defect
from upgrader.market.conditions import conditions, read_conditions
from upgrader.market.fixed import ONE, fixed
from upgrader.market.ticks import ticks

SHARED = Path(__file__).resolve().parents[3] / "shared" / "market"
SPOT = 3_000 * ONE
CASES = {case.name: case for condition in conditions() for case in condition.cases()}

ONE_CONDITION = {
    "schema": 1,
    "bars": [["2021-05-19", "42865.05", "43591.7", "30000.0", "36731.75"]],
    "condition": [{"name": "v", "about": "a", "source": "s", "days": ["2021-05-19"]}],
}


def test_every_measured_condition_is_there():
    """The list is complete against the one that was measured."""
    if not SHARED.exists():
        pytest.skip("the list of measured conditions is not beside the project")
    measured = [entry["id"] for entry in json.loads((SHARED / "conditions.json").read_text())]

    assert measured == [condition.name for condition in conditions()]


FIGURES = {
    "iv": lambda condition: condition.volatility[1] / ONE,
    "iv_from_to": lambda condition: [each / ONE for each in condition.volatility],
    "gas_gwei": lambda condition: condition.base_fees[0] // 10**9,
    "gwei": lambda condition: [fee // 10**9 for fee in condition.base_fees],
    "oracle_lag_s": lambda condition: condition.lag,
    "liquidity": lambda condition: condition.liquidity / ONE,
    "collateral_price": lambda condition: condition.collateral / ONE,
    "updatedAt_age_s": lambda condition: [fault.age for fault in condition.faults],
    "down_s": lambda condition: condition.down,
    "grace_s": lambda condition: condition.grace,
    "gas_usd_per_tx": lambda condition: condition.transaction_cost / ONE,
}
"""Figure of the measured list -> the same of a condition."""

RATIOS = {
    r"stETH/ETH ([0-9.]+)": lambda condition: condition.staked,
    r"USDe ([0-9.]+)": lambda condition: condition.collateral,
}
"""What the measured list says in words -> the same of a condition."""


def test_every_measured_figure_is_there():
    """Volatility, gas, lag, liquidity, ages and times are those that were measured."""
    if not SHARED.exists():
        pytest.skip("the list of measured conditions is not beside the project")
    known = {condition.name: condition for condition in conditions()}
    measured = {
        (entry["id"], name): figure
        for entry in json.loads((SHARED / "conditions.json").read_text())
        for name, figure in entry.items()
        if name in FIGURES
    }

    assert set(FIGURES) == {name for _, name in measured}
    assert measured == {(where, name): FIGURES[name](known[where]) for where, name in measured}


def test_every_ratio_that_is_told_in_words_is_there():
    """Staked ether in ether, and the dollar that was collateral, are what the list says of those days."""
    if not SHARED.exists():
        pytest.skip("the list of measured conditions is not beside the project")
    known = {condition.name: condition for condition in conditions()}
    told = [
        (fixed(found[1]), figure(known[entry["id"]]))
        for entry in json.loads((SHARED / "conditions.json").read_text())
        for pattern, figure in RATIOS.items()
        if (found := re.search(pattern, entry.get("path", "")))
    ]

    assert 2 == len(told)
    assert all(expected == found for expected, found in told)


def test_a_cost_in_dollars_is_a_base_fee():
    """Six hundred dollars for 200,000 gas where ether costs 3,000: a thousand gwei; at half the price twice as many."""
    case = CASES["cascade_2025_10_10"]

    assert [1_000 * GWEI, 2_000 * GWEI] == [case.fee_at(spot) for spot in (SPOT, SPOT // 2)]
    assert 710 * GWEI == CASES["gas_spike/710 gwei"].fee_at(SPOT)
    assert CASES["calm"].fee_at(SPOT) is None


def test_keepers_stay_away_where_it_costs_too_much():
    """At 710 gwei a transaction costs 426 dollars, at 200 gwei 120; on the day of the cascade they came for 600."""
    names = ("gas_spike/710 gwei", "gas_spike/200 gwei", "cascade_2025_10_10", "calm")

    assert [True, False, False, False] == [CASES[name].keepers_stay_away(SPOT) for name in names]
    assert not CASES["gas_spike/710 gwei"].keepers_stay_away(SPOT // 2)


def test_a_staked_token_falls_to_its_ratio():
    """From what it was to 0.947 of it, straight; elsewhere it keeps it."""
    path = ticks(CASES["grind_2022_06"], SPOT, 1)

    assert (ONE, 947 * ONE // 1_000) == (path[0].staked, path[-1].staked)
    assert [tick.staked for tick in path] == sorted((tick.staked for tick in path), reverse=True)
    assert {ONE} == {tick.staked for tick in ticks(CASES["calm"], SPOT, 1)}


def test_a_feed_that_is_behind_tells_an_older_price():
    """An hour behind on a day of looks every four hours: a quarter of the way back to the look before."""
    path = ticks(CASES["crash_2020_03_12/200 gwei"], SPOT, 1)

    for before, look in pairwise(path):
        assert (3_600, 14_400) == (look.round.age, look.after)
        assert (before.price + 3 * look.price) / 4 == pytest.approx(look.round.answer * 10**10, rel=1e-9)


def test_an_upgrade_meets_an_expiry_in_every_way():
    """Before the averaging window, in its middle, a block before, at and behind expiry, and in dispute."""
    offsets = {case.crossing.offset: case.crossing.disputed for case in CASES.values() if case.crossing}

    assert {-1_860: False, -900: False, -12: False, 0: False, 12: False, 3_600: True} == offsets


def test_every_bar_is_the_measured_one():
    """No digit was lost between the table and the data."""
    if not SHARED.exists():
        pytest.skip("the table of bars is not beside the project")
    rows = {row["date"]: row for row in json.loads((SHARED / "btc_ohlc.json").read_text())["rows"]}
    bars = [bar for condition in conditions() for bar in condition.bars if bar.date in rows]

    assert 25 == len(bars)
    for bar in bars:
        expected = tuple(fixed(str(rows[bar.date][name])) for name in ("open", "high", "low", "close"))
        assert expected == (bar.open, bar.high, bar.low, bar.close)


def test_every_case_begins_where_the_market_is():
    """Whatever happens later, the first look is a good one at the present price."""
    for case in CASES.values():
        first = ticks(case, SPOT, 1)[0]
        assert (0, SPOT, 8, 0) == (first.after, first.price, first.round.decimals, first.round.age)
        assert SPOT // 10**10 == first.round.answer


def test_time_moves_on():
    """Two looks never share a block's time."""
    for case in CASES.values():
        assert all(tick.after > 0 for tick in ticks(case, SPOT, 1)[1:])


@pytest.mark.parametrize(
    ("case", "low"),
    [
        ("crash_2020_03_12/200 gwei", 0.486),
        ("crash_2021_05_19", 0.700),
        ("grind_2022_06", 0.619),
        ("ftx_2022_11", 0.742),
        ("cascade_2025_10_10", 0.84),
    ],
)
def test_a_crash_falls_as_far_as_it_did(case, low):
    """The lowest price, as a share of the first, is the measured one."""
    path = ticks(CASES[case], SPOT, 1)

    assert low == pytest.approx(min(tick.price for tick in path) / SPOT, abs=0.001)


def test_volatility_rises_while_the_price_stands():
    """From 50 % to 250 % at one price."""
    path = ticks(CASES["vol_spike_flat"], SPOT, 1)

    assert {SPOT} == {tick.price for tick in path}
    assert (ONE // 2, 5 * ONE // 2) == (path[0].volatility, path[-1].volatility)
    assert [tick.volatility for tick in path] == sorted(tick.volatility for tick in path)


@pytest.mark.parametrize(
    ("case", "answer", "decimals", "age"),
    [
        ("oracle_stale/stale 3601 s", 3_000 * 10**8, 8, 3_601),
        ("oracle_bad/zero", 0, 8, 0),
        ("oracle_bad/negative", -3_000 * 10**8, 8, 0),
        ("oracle_bad/decimals", 3_000 * 10**18, 18, 0),
        ("oracle_bad/factor", 152_700_000, 8, 0),
        ("oracle_bad/carried over", 3_000 * 10**8, 8, 86_400),
        ("oracle_clamped/clamped", 3_000 * 10**8, 8, 0),
    ],
)
def test_an_oracle_fails_as_its_case_says(case, answer, decimals, age):
    """The last look sees the defect."""
    last = ticks(CASES[case], SPOT, 1)[-1].round

    assert (answer, decimals, age) == (last.answer, last.decimals, last.age)


def test_a_clamped_feed_leaves_the_market():
    """The answer stays, the price is a tenth of it."""
    assert Defect.CLAMPED == CASES["oracle_clamped/clamped"].fault.defect
    assert fixed("280.5") == ticks(CASES["oracle_clamped/clamped"], SPOT, 1)[-1].price


def test_the_sequencer_returns_and_then_there_is_its_grace():
    """Down for 78 minutes with the feed's last answer, then looks within and behind the hour of grace."""
    _, back, within, behind, *_ = ticks(CASES["sequencer_down"], SPOT, 1)

    assert (4_680, False, 4_680) == (back.after, back.sequencer_up, back.round.age)
    assert within.after < 3_600 < within.after + behind.after
    assert within.sequencer_up


@pytest.mark.parametrize(
    "change",
    [
        {"condition": [*ONE_CONDITION["condition"], *ONE_CONDITION["condition"]]},
        {"condition": [{**ONE_CONDITION["condition"][0], "days": ["2021-05-20"]}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "dais": []}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "liquidity": "-1"}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "day": "0s"}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "base_fees_gwei": [-1]}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "faults": [{"defect": "funny"}]}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "crossings": [{"name": "x", "offset": "soon"}]}]},
        {"condition": [{**ONE_CONDITION["condition"][0], "transaction_usd": "1", "base_fees_gwei": [1]}]},
        {"bars": [["2021-05-19", "1", "1", "2", "1"]]},
        {"schema": 2},
    ],
)
def test_a_wrong_file_is_refused_by_name(change):
    """A mistake in the data is an error that says where, never another market."""
    with pytest.raises(InputError) as caught:
        read_conditions({**ONE_CONDITION, **change}, where="mine.toml")

    assert caught.value.where or "mine.toml" in str(caught.value)
