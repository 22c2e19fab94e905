"""Why a sweep may be believed: words learnt and proved, runs mined, runs on another EVM; and what gives a liar away."""

import json
from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import pytest

from upgrader.checks.regression import examine
from upgrader.edges.anvil import Anvil
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.edges.specs import ExecutionSpecs
from upgrader.findings import Verdict, verdict_of
from upgrader.flows.assurance import ROUNDS, SAMPLE, assure
from upgrader.flows.regression import Trial, regress, reproduce
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import read_reproduction, write_reproduction
from upgrader.simulation.scenario import Act, Moment, Override, Scenario
from upgrader.simulation.script import Script
from upgrader.units import Seconds, Slot, address, hexed, word

ACTOR, KEEPER = address("0x" + "ac" * 20), address("0x" + "c0" * 20)
STORE = bytes.fromhex("60015f355500")
"""Writes 1 to the slot that the calldata names."""

STORE_AND_MORE = bytes.fromhex("3615600f5760ff546001015f3555005b600160ff5500")
"""Without calldata, sets word 255; with it, writes to the slot that it names: 1, or 2 once word 255 is set."""

CLZ = bytes.fromhex("60011e5f5500")
"""Writes CLZ(1) to slot 0; reverts before Osaka."""

MARKETS = ("insurance_fund_empty", "oracle_bad/zero", "expiry_crossing/in dispute")


def quiet(_):
    """Say nothing."""


def findings(assurance):
    """Return what the rules say of nothing but the assurance."""
    return examine(Regression(0, (), assurance=(assurance,)))


def codes(assurance):
    return [finding.code for finding in findings(assurance)]


def begun(scripts):
    """Return the first two blocks of each script: tests need no whole day."""
    return [replace(each, scenario=replace(each.scenario, moments=each.scenario.moments[:2])) for each in scripts]


@pytest.fixture(scope="module")
def copy(venue):
    """The engine on a copy of the venue's chain."""
    with PackedEngine(RpcChain([venue.sandbox.url]), venue.base.block) as engine:
        yield engine


@pytest.fixture(scope="module")
def assured(venue, copy):
    """Everything that is done for a sweep of real markets."""
    managed = (venue.protocol.market, venue.protocol.house)
    return assure(copy, venue.trial(), begun(venue.scripts(*MARKETS)), managed, quiet, ExecutionSpecs())


def test_the_words_that_a_sweep_writes_are_learnt_and_proved(assured, venue):
    """From an empty watch to words of both contracts, until a further script wrote no others."""
    assurance = assured.assurance

    assert {} == venue.trial().watch
    assert {venue.protocol.market, venue.protocol.house} == set(assured.trial.watch)
    assert (True, ()) == (assurance.complete, assurance.unwatched)
    assert 20 < assurance.watched == sum(map(len, assured.trial.watch.values()))
    assert SAMPLE < assurance.traced <= assurance.scripts


def test_what_the_upgrade_wrote_is_not_compared(assured, venue, copy):
    """The implementation word differs by intent; all else is compared, and the good upgrade leaves it alike."""
    slot = Slot(0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC)

    regression = regress(copy, assured.trial, begun(venue.scripts(*MARKETS)), quiet).regression

    assert slot in assured.trial.watch[venue.protocol.market]
    assert slot in assured.trial.lens.written[venue.protocol.market]
    assert () == examine(replace(regression, assurance=(assured.assurance,)))


def test_mined_runs_and_another_evm_agree_with_the_simulation(assured):
    """On both branches: status, gas, logs, returns, answers and words."""
    replayed = assured.assurance.replayed

    assert {("mined", "old"), ("mined", "new"), (ExecutionSpecs().name, "old"), (ExecutionSpecs().name, "new")} == {
        (each.way, each.branch) for each in replayed
    }
    assert [] == [each for each in replayed if each.disagreed]
    assert all(each.compared > 20 for each in replayed)


# ------------------------------------------------------------------------------------------------------- planted lies


@pytest.fixture(scope="module")
def blank():
    """An empty chain under Osaka's rules."""
    with Anvil(hardfork="osaka") as chain:
        yield chain


def opened(chain, **options):
    return PackedEngine(RpcChain([chain.url]), **options)


def keeping(code, *datas):
    """Return one script for each calldata; the contract is put in place by the script itself."""
    put = {KEEPER: Override(code=code)}
    return [
        Script("calm", Scenario(f"keeps {number}", (Moment(Seconds(1), (Act(ACTOR, KEEPER, data),), overrides=put),)))
        for number, data in enumerate(datas)
    ]


def trial_on(engine):
    return Trial((Moment(Seconds(12)),), engine.pack.chain_id, engine.block)


class Liar:
    """An engine that reports one gas too much."""

    def __init__(self, engine):
        self._engine = engine

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def run(self, prelude, scenarios, watch):
        """Tamper with the first act of each scenario."""
        for answers in self._engine.run(prelude, scenarios, watch):
            first, *rest = answers.acts[0]
            yield replace(answers, acts=((replace(first, gas_used=first.gas_used + 1), *rest), *answers.acts[1:]))


def test_a_tampered_answer_is_found(blank):
    """One unit of gas that no mined transaction used: the sweep is not judged by it."""
    with opened(blank) as engine:
        assurance = assure(Liar(engine), trial_on(engine), keeping(STORE, word(7)), (KEEPER,), quiet).assurance

    found = [finding for finding in findings(assurance) if finding.blocks]
    assert ["sweep-disagreement"] == [finding.code for finding in found]
    assert "2 of 2 runs" in found[0].message
    assert Verdict.CANNOT_TELL == verdict_of(found)


def test_the_wrong_rules_are_found(blank):
    """An engine told to run Prague on a chain of Osaka: it agrees with itself, and not with the specifications."""
    with opened(blank, hardfork="prague") as engine:
        scripts = keeping(CLZ, b"")
        assurance = assure(engine, trial_on(engine), scripts, (KEEPER,), quiet, ExecutionSpecs()).assurance

    assert {"mined": 0, ExecutionSpecs().name: 2} == {
        way: sum(each.disagreed > 0 for each in assurance.replayed if each.way == way)
        for way in ("mined", ExecutionSpecs().name)
    }
    assert ["sweep-disagreement", "sweep-rules"] == codes(assurance)


def test_scripts_that_never_write_the_same_words_are_not_covered(blank):
    """Each sample finds words that none before it wrote: what the others write is not known."""
    scripts = keeping(STORE, *(word(number) for number in range(SAMPLE * ROUNDS + 1)))
    with opened(blank) as engine:
        assurance = assure(engine, trial_on(engine), scripts, (KEEPER,), quiet).assurance

    assert (False, SAMPLE * ROUNDS) == (assurance.complete, assurance.traced)
    assert SAMPLE == len(assurance.unwatched)
    assert "sweep-unwatched" in codes(assurance)
    assert Verdict.CANNOT_TELL == verdict_of(findings(assurance))


def test_a_few_scripts_are_all_traced(blank):
    """Then the list is complete without a further sample, and the words are read in the runs that are compared."""
    with opened(blank) as engine:
        assured = assure(engine, trial_on(engine), keeping(STORE, word(5), word(9)), (KEEPER,), quiet)

    assert {KEEPER: (5, 9)} == assured.trial.watch
    assert (True, 2) == (assured.assurance.complete, assured.assurance.traced)
    assert {3} == {each.compared for each in assured.assurance.replayed}


def test_a_wrong_write_with_equal_logs_and_returns_is_found(blank):
    """The new code writes 2 for 1 and says nothing of it: the word gives it away, alone in its saved script, too."""
    handle = blank.snapshot()
    blank.set_code(KEEPER, STORE_AND_MORE)
    blank.mine()
    scripts = [
        Script("calm", Scenario(f"writes {number}", (Moment(Seconds(1), (Act(ACTOR, KEEPER, word(number)),)),)))
        for number in (5, 9)
    ]
    with opened(blank) as engine:
        upgrade = (Moment(Seconds(12), (Act(ACTOR, KEEPER, b"", label="upgrade"),)),)
        trial = assure(engine, replace(trial_on(engine), upgrade=upgrade), scripts, (KEEPER,), quiet).trial
        blind = regress(engine, replace(trial, watch={}), scripts, quiet)
        found = regress(engine, trial, scripts, quiet)
        ((name, saved), _) = sorted(found.scripts.items())
        again = read_reproduction(json.loads(json.dumps(write_reproduction(saved))), where=name)
        shown = reproduce(engine, again, trial.lens)
    blank.revert(handle)

    assert () == blind.regression.differences
    assert [("storage", "slot 0x5"), ("storage", "slot 0x9")] == [
        (each.aspect, each.observable) for each in found.regression.differences
    ]
    assert {"market-difference"} == {each.code for each in examine(found.regression) if each.blocks}
    assert [("slot 0x5", hexed(word(1)), hexed(word(2)))] == [(each.observable, each.old, each.new) for each in shown]


def test_words_of_other_contracts_are_not_watched(blank):
    """A sweep is about the contracts under management."""
    with opened(blank) as engine:
        assured = assure(engine, trial_on(engine), keeping(STORE, word(5)), (), quiet)

    assert ({}, True) == (assured.trial.watch, assured.assurance.complete)


def test_a_missing_second_evm_is_said(blank, monkeypatch):
    """Without the package the sweep stands, and the report says what was not done and how to have it."""

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("upgrader.edges.specs.version", missing)
    with opened(blank) as engine:
        scripts = keeping(STORE, word(5))
        assurance = assure(engine, trial_on(engine), scripts, (KEEPER,), quiet, ExecutionSpecs()).assurance

    (note,) = findings(assurance)
    assert ExecutionSpecs().name in note.message
    assert ("sweep-skipped", Verdict.SAFE) == (note.code, verdict_of([note]))
    assert "upgrader[specs]" in note.message


def test_a_sweep_of_nothing_needs_no_assurance(copy, venue):
    """No scripts, no findings but that nobody else looked."""
    assurance = assure(copy, venue.trial(), [], (), quiet).assurance

    assert (True, 0, ()) == (assurance.complete, assurance.traced, assurance.replayed)
