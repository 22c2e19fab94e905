"""Old and new code of the reference protocol in the same markets, on a real EVM."""

import json
from dataclasses import replace

import pytest
from venue_world import CASES, PARTIES, SPOT, outcomes

import upgrader.flows.regression as flow
from upgrader.checks.regression import examine
from upgrader.errors import InputError, SimulationError
from upgrader.findings import Severity
from upgrader.flows.demo.mode_laws import FORBIDDEN, INTRUDER, UNAUTHORISED
from upgrader.flows.demo.playbook import CALL_WRITER, HOLDER, LIQUIDATOR, PUT_WRITER
from upgrader.flows.regression import regress, reproduce
from upgrader.inquiry import ReadFailed
from upgrader.market.conditions import conditions
from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import Aspect
from upgrader.simulation.reproduction import read_reproduction, write_reproduction
from upgrader.simulation.scenario import Moment, idle
from upgrader.simulation.timeline import Timeline
from upgrader.units import Seconds, Timestamp, word

BAD_DAY = "cascade_2025_10_10"
CRASH = "crash_2020_03_12/200 gwei"

LOOKS = 5
"""Looks at the risk, at least, on two days on which the price halves."""


@pytest.fixture(scope="module")
def good(venue):
    """The good upgrade in every market that there is."""
    return venue.regress(venue.trial(), *CASES)


def answers_of(venue, name):
    """Return one script and what the new code showed in it."""
    return venue.played(venue.trial(), name)


def governed(trial):
    """Return the same upgrade with a delay of 48 hours between a block that schedules it and one that executes it."""
    (moment,) = trial.upgrade
    return replace(trial, upgrade=(Moment(Seconds(12)), replace(moment, after=Seconds(172_800))))


# ------------------------------------------------------------------------------------------------------ a good upgrade


def test_the_good_upgrade_changes_nothing_in_any_market(good):
    """Version 2 adds a product: every old entry point behaves as before, and every law holds."""
    assert () == examine(good.regression)
    assert {} == good.scripts


def test_every_market_was_really_compared(good):
    """The grid has a row for each case of the seventeen conditions, with the observables of both contracts."""
    grid = good.regression.grid()

    assert set(CASES) == set(grid)
    assert {condition.name for condition in conditions()} == {case.partition("/")[0] for case in grid}
    assert len(CASES) + 1 == good.regression.scenarios
    for row in grid.values():
        assert {"same"} == set(row.values())
        assert {("market", "priceOf(uint256)"), ("house", "marginOf(address)")} <= set(row)


def test_the_actors_do_what_they_are_there_for(venue):
    """A market in which nobody trades, is liquidated or redeems would compare nothing."""
    seen = outcomes(*answers_of(venue, f"{BAD_DAY}: a market day"))

    for label in ("buy", "sell", "close", "liquidate", "settle", "redeem", "observe", "withdraw", "list a series"):
        assert seen[label, True] > 0, label
    # Those at the edge were filled until their margin refused, and are then refused more.
    assert seen["buy", False] > 0
    assert seen["withdraw", False] > 0


def test_an_empty_fund_leaves_bad_debt(venue):
    """The market in which losses are shared does have losses, and its laws were tried on them."""
    script, answers = answers_of(venue, "insurance_fund_empty: a market day")
    index = [question.label for question in script.scenario.moments[0].questions].index("badDebt()")

    # The last block asks the pricing model alone.
    assert int.from_bytes(answers.questions[-2][index], "big") > 0


def test_without_quotes_nobody_trades_and_marks_are_the_model_s(venue):
    """An empty book: when the last quote is gone every trade is refused, and marks are still those of the reference."""
    script, answers = answers_of(venue, "zero_liquidity: a market day")
    place = [question.label for question in script.scenario.moments[0].questions].index("price 1")
    traded = [index for index, moment in enumerate(script.scenario.moments)
              if "transfer" in {act.label for act in moment.acts}]  # fmt: skip
    tried = [result.status for index in traded
             for act, result in zip(script.scenario.moments[index].acts, answers.acts[index], strict=True)
             if act.label in {"buy", "sell"}]  # fmt: skip

    assert [False] * 3 * len(traded) == tried
    assert len(traded) > 5
    assert [] == [breach for law in script.laws for breach in law(answers)]
    assert not any(isinstance(answers.questions[index][place], ReadFailed) for index in traded)


def test_gas_costs_what_its_case_says(venue):
    """Every block of the script has the base fee, before the upgrade and after it."""
    (script, *_) = venue.scripts("gas_spike/710 gwei")

    assert {710 * 10**9} == {moment.basefee for moment in (*script.before, *script.during, *script.scenario.moments)}


def test_a_dead_oracle_stops_what_needs_a_price(venue):
    """More trades are refused than on a day on which the price only falls."""
    dead = outcomes(*answers_of(venue, "oracle_bad/zero: a market day"))

    assert dead["buy", False] > outcomes(*answers_of(venue, f"{BAD_DAY}: a market day"))["buy", False]


def test_prices_are_refused_until_the_sequencer_s_grace_is_over(venue):
    """At its return and within the hour of grace nobody has a price; behind it everybody does."""
    script, answers = answers_of(venue, "sequencer_down: a market day")
    (back,) = [index for index, moment in enumerate(script.scenario.moments)
               if "the sequencer is back" in {act.label for act in moment.acts}]  # fmt: skip
    place = [question.label for question in script.scenario.moments[back].questions].index("price 1")
    said = [answers.questions[index][place] for index in (back - 1, back, back + 1, back + 2)]

    assert [False, True, True, False] == [isinstance(each, ReadFailed) for each in said]


def test_a_disputed_expiry_settles_on_the_new_code(venue):
    """The price was proposed to the old code; two hours later the new one settles by it and pays."""
    script, answers = answers_of(venue, "expiry_crossing/in dispute: a market day")
    seen = outcomes(script, answers)

    assert "propose a settlement price" in {act.label for moment in script.before for act in moment.acts}
    assert seen["settle", True] > 0
    assert seen["redeem", True] > 0


@pytest.mark.parametrize(
    ("crossing", "offset", "old", "new"),
    [
        ("31 minutes before", -1_860, 0, 12),
        ("15 minutes before", -900, 6, 6),
        ("a block before", -12, 12, 0),
        ("at expiry", 0, 12, 0),
        ("a block after", 12, 12, 0),
        ("in dispute", 3_600, 0, 0),
    ],
)
def test_the_upgrade_crosses_the_expiry_when_it_should(venue, crossing, offset, old, new):
    """To the second; the old code observes what of the averaging window comes before, the new code the rest."""
    (script, *_) = venue.scripts(f"expiry_crossing/{crossing}")
    stage, expiry = venue.trial().stage, venue.protocol.series[0].expiry
    executed = stage.start + sum(moment.after for moment in script.before) + script.wait + stage.upgrade
    observed = [sum(act.label == "observe" for moment in part for act in moment.acts)
                for part in (script.before, script.scenario.moments)]  # fmt: skip

    assert expiry + offset == executed
    assert [old, new] == observed


def test_the_keepers_work_through_the_delay(venue):
    """Between scheduling and executing a price comes every hour, on both branches."""
    trial = governed(venue.trial())
    script = next(iter(venue.book([CASES["calm"]], trial.stage)))
    old, new = trial.preludes(script)

    assert (0, 48) == (len(script.before), len(script.during))
    assert old[1:-1] == new[1:-1] == script.during
    assert [sum(moment.after for moment in prelude) for prelude in (old, new)] == [trial.stage.upgrade] * 2
    assert (not old[0].acts, not old[-1].acts) == (True, True)


def test_the_good_upgrade_changes_nothing_after_its_delay(venue):
    """Through schedule, 48 hours of market, and execution; also where the delay ends around an expiry."""
    trial = governed(venue.trial())
    cases = [CASES[name] for name in ("calm", "expiry_crossing/15 minutes before")]

    found = regress(venue.engine, trial, venue.book(cases, trial.stage), lambda _: None)

    assert () == examine(found.regression)
    assert 3 == found.regression.scenarios


# ---------------------------------------------------------------------------------------------------- broken economics


@pytest.fixture(scope="module")
def late(venue):
    """The upgrade in which ``>`` stands for ``>=`` at expiry."""
    return venue.regress(venue.trial("ExpiryComparison"), BAD_DAY)


def test_a_difference_is_shrunk_to_what_shows_it(late):
    """Of some three hundred transactions, a purchase and a close in the second of expiry are left."""
    (name,) = [name for name in late.scripts if "close" in name]
    moments = late.scripts[name].scenario.moments

    assert ["buy", "close"] == [act.label for moment in moments for act in moment.acts]
    assert not any(moment.questions for moment in moments)


def test_a_saved_script_shows_its_difference_alone(venue, late):
    """Read back from its JSON, on a chain at the same block."""
    for reproduction in late.scripts.values():
        again = read_reproduction(json.loads(json.dumps(write_reproduction(reproduction))), where="script.json")
        shown = reproduce(venue.engine, again, venue.base.lens)
        assert any(f"{each.contract}.{each.observable} ({each.aspect})" in again.difference for each in shown)
        assert venue.base.block.hash == again.block_hash


def test_what_has_a_script_already_is_not_shrunk_again(venue, late):
    """A second way to the same code shows the same differences, and spends nothing on their scripts."""
    again = regress(venue.engine, venue.trial("ExpiryComparison"), venue.scripts(BAD_DAY), lambda _: None, late.settled)

    assert {} == again.scripts
    assert late.settled == {
        (Aspect(shown.aspect), shown.contract, shown.observable) for shown in again.regression.differences
    }


def test_every_blocking_difference_names_a_script(late):
    """Those of views that follow from a transaction name the transaction's."""
    assert {""} != {shown.script for shown in late.regression.differences}
    assert all(shown.script in late.scripts for shown in late.regression.differences)


def test_a_script_is_told_in_words(late):
    """Who calls what with what, how much later, and what came of it on either code."""
    (told,) = [told for told in late.regression.told if "close" in told.file]
    upgrade, bought, closed = told.steps

    assert ("upgrade", "act", "act") == (upgrade.kind, bought.kind, closed.kind)
    assert ("maker 1", "market", "close(seriesId: 1, amount: 31250000000000000)") == (
        closed.who, closed.contract, closed.call
    )  # fmt: skip
    assert bought.old == bought.new
    assert ("reverts: TradingEnded(1)", "returns 0x") == (closed.old, closed.new)
    assert closed.after > 7 * 86_400 - 4 * 3_600


def test_where_keepers_stay_away_holders_settle_a_proposed_price(venue):
    """At 710 gwei nobody liquidates or records prices: there is no average, and what governance proposes is settled."""
    done = {
        gas: outcomes(*answers_of(venue, f"gas_spike/{gas} gwei: a market day")) for gas in (200, 710)
    }  # fmt: skip

    for gas, kept in ((200, True), (710, False)):
        assert kept is any(done[gas][label, True] for label in ("observe", "liquidate"))
        assert kept is (done[gas]["propose a settlement price", True] == 0)
        assert done[gas]["settle", True] > 0
        assert done[gas]["redeem", True] > 0


def test_a_difference_is_drawn_beside_the_price_path(late):
    """The figure that changed most, named by the playbook, and the market that it changed in."""
    plots = {plot.observable: plot for plot in late.regression.plots}
    settled = plots["settlementPriceOf(bytes32,uint64)"]
    paths = {(path.case, path.scenario): path for path in late.regression.paths}

    assert ("settlement price", "USD", 18) == (settled.scale.name, settled.scale.unit, settled.scale.decimals)
    assert settled.old[settled.widest] != settled.new[settled.widest]
    assert str(SPOT) == paths[settled.case, settled.scenario].values[0]


def test_a_declared_difference_is_a_note(venue, monkeypatch):
    """The gas of a liquidation, within its bound; one beyond it blocks."""
    monkeypatch.setattr(flow, "MOST_SHRUNK", 0)
    severities = {}
    for bound in ("1.0", "0.2"):
        declared = Difference(
            "house", "liquidate(address,uint256,uint256,uint256) gas", "margin is checked", bound=bound
        )
        trial = venue.trial(house="LiquidationGas", declared=(declared,))
        found = examine(venue.regress(trial, BAD_DAY).regression)
        severities[bound] = {each.severity for each in found if each.subject.endswith("gas")}

    assert {"1.0": {Severity.NOTE}, "0.2": {Severity.BLOCKER}} == severities


# ----------------------------------------------------------------------------------------------------- laws and limits


@pytest.mark.parametrize(
    ("label", "tamper", "law"),
    [
        ("held", lambda said: word(int.from_bytes(said, "big") - 1), "conservation of collateral"),
        ("price 1", lambda said: word(int.from_bytes(said, "big") * 2), "put-call parity"),
        ("price 6", lambda said: word(int.from_bytes(said, "big") * 9), "price monotone in strike"),
        ("price 3", lambda said: word(int.from_bytes(said, "big") + 10**9), "Black-Scholes price"),
        ("badDebt()", lambda _: word(10**30), "bad debt only beyond the fund"),
        ("pool 2", lambda _: word(0), "payouts within what was collected"),
        (f"price True {3_000 * 10**18} {6 * 10**17}", lambda _: word(1), "price monotone in volatility"),
        (f"delta False {3_000 * 10**18} {6 * 10**17}", lambda _: word(1), "Black-Scholes delta"),
        *(
            (f"{greek} {3_000 * 10**18} {6 * 10**17}", lambda _: word(1), f"Black-Scholes {greek}")
            for greek in ("gamma", "vega", "theta")
        ),
        *(
            (f"{greek} of 3", lambda _: word(1), f"Black-Scholes {greek}")
            for greek in ("delta", "gamma", "vega", "theta")
        ),
        ("pays 3", lambda _: word(1), "exercise value"),
        (f"headroom {PUT_WRITER}", lambda _: word(1), "headroom is cash less maintenance margin"),
    ],
)
def test_each_law_sees_what_breaks_it(venue, label, tamper, law):
    """One answer of a real run is falsified, late in the run; the law that it belongs to says so."""
    script, answers = answers_of(venue, f"{BAD_DAY}: a market day")
    assert [] == [breach for each in script.laws for breach in each(answers)]
    questions = list(answers.questions)
    changed = 0
    for number, moment in enumerate(script.scenario.moments):
        if number < len(questions) - 9 and label != "price 6" and not label.startswith("price 1"):
            continue
        questions[number] = tuple(
            tamper(said) if asked.label == label and not isinstance(said, ReadFailed) else said
            for asked, said in zip(moment.questions, questions[number], strict=True)
        )
        changed += questions[number] != answers.questions[number]
    breaches = {breach.law for each in script.laws for breach in each(replace(answers, questions=tuple(questions)))}

    assert changed
    assert law in breaches


@pytest.mark.parametrize(
    ("label", "tamper", "law"),
    [
        ("delta of 1", lambda said: word(int.from_bytes(said, "big") + 10**9), "Black-Scholes delta"),
        ("gamma of 2", lambda said: word(int.from_bytes(said, "big") * 2), "Black-Scholes gamma"),
        (f"liquidation {CALL_WRITER}", lambda said: said[:32] + word(10**22), "liquidation price of the reference"),
        (f"liquidation {CALL_WRITER}", lambda said: said[:32] + word(0), "liquidation price of the reference"),
        (f"liquidation {PUT_WRITER}", lambda said: word(10**20) + said[32:], "liquidation price of the reference"),
    ],
)
def test_what_is_wrong_in_the_middle_of_a_crash_alone_is_seen(venue, label, tamper, law):
    """One look at the risk, neither the first nor the last, is falsified: the price had moved, so it was asked."""
    script, answers = answers_of(venue, f"{CRASH}: a market day")
    places = [
        (index, place)
        for index, moment in enumerate(script.scenario.moments)
        for place, asked in enumerate(moment.questions)
        if asked.label == label and not isinstance(answers.questions[index][place], ReadFailed)
    ]
    assert len(places) >= LOOKS
    index, place = places[1]
    questions = [list(said) for said in answers.questions]
    questions[index][place] = tamper(questions[index][place])
    breaches = {
        (breach.law, breach.moment)
        for each in script.laws
        for breach in each(replace(answers, questions=tuple(map(tuple, questions))))
    }

    assert {(law, index)} == breaches


@pytest.mark.parametrize(
    ("who", "label", "tampered", "law"),
    [
        (LIQUIDATOR, "liquidate", {"status": True}, "what a mode forbids is refused"),
        (HOLDER, "withdraw", {"status": False, "data": FORBIDDEN}, "what a mode allows is not refused"),
        (INTRUDER, "try what is another's", {"status": True}, "a role's functions are its own"),
        (PARTIES.guardian, "pause", {"status": False, "data": UNAUTHORISED}, "a role reaches its functions"),
        (LIQUIDATOR, "liquidate", {"gas_used": 1_500_001}, "a liquidation leaves room in its block"),
    ],
)
def test_each_law_on_transactions_sees_what_breaks_it(venue, who, label, tampered, law):
    """What became of one transaction of a real run is falsified; the law of modes, roles or gas says so."""
    script, answers = venue.played(venue.trial(), "the emergency modes", case="calm")
    assert [] == [breach for each in script.laws for breach in each(answers)]
    moments = script.scenario.moments
    paused = next(at for at, moment in enumerate(moments) if "pause" in {act.label for act in moment.acts})
    index, place = next(
        (block, at)
        for block in range(paused, len(moments))
        for at, act in enumerate(moments[block].acts)
        if (act.sender, act.label) == (who, label)
    )
    acts = [list(block) for block in answers.acts]
    falsified = replace(acts[index][place], **tampered)
    assert acts[index][place] != falsified
    acts[index][place] = falsified

    changed = replace(answers, acts=tuple(map(tuple, acts)))

    assert law in {breach.law for each in script.laws for breach in each(changed)}


def test_an_upgrade_that_reverts_is_no_regression(venue):
    """Comparing the old code with itself would find nothing; it is an error that names the refused call."""
    trial = venue.trial()
    (moment,) = trial.upgrade
    stranger = tuple(replace(act, sender=act.to) for act in moment.acts)

    with pytest.raises(SimulationError, match="upgrade the house"):
        venue.regress(replace(trial, upgrade=(Moment(moment.after, stranger),)), BAD_DAY)


def test_two_scenarios_of_one_name_are_refused(venue):
    """Their results could not be told apart."""
    with pytest.raises(SimulationError):
        venue.regress(venue.trial(), BAD_DAY, BAD_DAY)


def test_an_upgrade_cannot_begin_before_the_copied_block(venue):
    """A crossing that is over already is an error, not a run at another time."""
    stage = venue.trial().stage

    with pytest.raises(InputError):
        Timeline(stage.start).script("too late", "calm", stage, Timestamp(stage.start))


def test_the_old_branch_omits_the_upgrade_and_nothing_else(venue):
    """The same blocks at the same times, with nothing done in them."""
    upgrade = venue.trial().upgrade

    assert [moment.after for moment in upgrade] == [moment.after for moment in idle(upgrade)]
    assert not any(moment.acts for moment in idle(upgrade))
