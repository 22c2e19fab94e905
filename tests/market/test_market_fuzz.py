"""Generated call sequences on both codes of the reference protocol: every planted defect, and nothing else."""

import json

import pytest
from planted_world import REPLACED

from upgrader.checks.regression import examine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.findings import Severity
from upgrader.flows.fuzz import fuzz
from upgrader.flows.fuzz_campaign import CASE, Campaign
from upgrader.flows.regression import reproduce
from upgrader.simulation.reproduction import read_reproduction, write_reproduction

BUDGET = 128
"""Sequences within which each planted defect must show, with the default seed."""

ENOUGH = 48
"""Sequences of a test that is not about a defect."""


def quiet(_):
    """Say nothing."""


def campaign_of(planted, seed=0):
    """Return a campaign on one upgrade."""
    return Campaign(planted.engine, planted.trial, planted.interfaces, planted.traffic, seed)


def undeclared(campaign, sequences):
    """Yield what differs and was not declared."""
    return (found for found in campaign.hunt(sequences, quiet) if not campaign.note(found))


@pytest.fixture(scope="module")
def good(planted):
    """The good upgrade after :data:`ENOUGH` sequences, and what differed."""
    campaign = campaign_of(planted.good())
    return campaign, list(undeclared(campaign, ENOUGH))


def test_a_good_upgrade_shows_nothing(good):
    """Version 2 adds a product: whatever is called, old functions and views behave as before, but for the version."""
    campaign, found = good

    assert [] == [each.difference for each in found]
    shown = campaign.gathering.result().differences
    assert {("market", "version()"), ("house", "version()")} == {(each.contract, each.observable) for each in shown}


def test_sequences_do_something(good):
    """Makers, holders, the guardian and the keeper all got something through: the good upgrade was really compared."""
    campaign, _ = good
    compared = {name for contract, name in campaign.gathering.result().compared[0].observables if contract == "market"}

    assert ENOUGH == campaign.gathering.scenarios
    assert {"buy", "setQuote", "pause", "proposeSettlementPrice"} <= {name.partition("(")[0] for name in compared}
    passed = {campaign.surface.at(*place).name for place in campaign.corpus.passed}
    assert {"setQuote", "cancelQuote", "deposit", "withdraw", "redeem", "pause", "setAnswer", "mint"} <= passed


@pytest.mark.parametrize("name", sorted(REPLACED))
def test_a_planted_defect_is_found(planted, name):
    """Each defect of ``economic.json`` shows within the budget, without a scenario written for it."""
    found = next(undeclared(campaign_of(planted.planted(name)), BUDGET), None)

    assert found is not None
    assert found.number <= BUDGET


def test_equal_seeds_find_alike(planted):
    """The same seed on the same state makes the same sequences; another one makes others."""

    def run(seed):
        campaign = campaign_of(planted.planted("ExpiryComparison"), seed)
        found = [(each.number, each.difference, each.scenario) for each in undeclared(campaign, 16)]
        return found, [(kept.steps, kept.refused) for kept in campaign.corpus]

    first = run(0)
    assert first == run(0)
    assert first != run(1)


def test_a_difference_is_shrunk_and_saved(planted):
    """The guardian's pause alone is left, blocks, and shows itself from its file."""
    case = planted.planted("PauseBehindTimelock")
    with PackedEngine(RpcChain([planted.sandbox.url]), case.trial.block) as engine:
        result = fuzz(engine, case.trial, case.interfaces, case.traffic, quiet, sequences=24)
        (file,) = [name for name in result.scripts if "pause" in name]
        again = read_reproduction(json.loads(json.dumps(write_reproduction(result.scripts[file]))), where=file)
        shown = reproduce(engine, again, case.trial.lens)

    assert ["market.pause"] == [act.label for moment in again.scenario.moments for act in moment.acts]
    assert ("market", "pause()") in {(each.contract, each.observable) for each in shown}
    assert CASE == again.case
    findings = examine(result.regression)
    assert (Severity.BLOCKER, "market.pause()") in {(each.severity, each.subject) for each in findings}


def test_storage_is_compared_where_sequences_write(planted):
    """A balance that is kept in other bits differs in the word itself, which only a trace tells."""
    case = planted.planted("PackedBits")
    with PackedEngine(RpcChain([planted.sandbox.url]), case.trial.block) as engine:
        campaign = Campaign(engine, case.trial, case.interfaces, case.traffic)
        list(campaign.hunt(16, quiet))
        found = next(each for each in campaign.look_at_storage(engine, quiet) if each.difference.aspect == "storage")
        saved = campaign.smallest(found)
        again = read_reproduction(json.loads(json.dumps(write_reproduction(saved))), where="x.json")
        shown = reproduce(engine, again, case.trial.lens)

    assert len(list(_acts(again.scenario))) < len(list(_acts(found.scenario)))
    assert [(found.difference.contract, found.difference.observable)] == [
        (each.contract, each.observable) for each in shown if each.aspect == "storage"
    ]


def _acts(scenario):
    return (act for moment in scenario.moments for act in moment.acts)
