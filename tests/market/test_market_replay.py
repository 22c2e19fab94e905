"""Real traffic of the reference protocol, re-executed on the old and on the new code."""

import json

import pytest

from upgrader.checks.regression import examine
from upgrader.findings import Severity
from upgrader.flows.regression import reproduce
from upgrader.simulation.compare import Aspect
from upgrader.simulation.reproduction import read_reproduction, write_reproduction

EVERYTHING = 40
"""As many of the newest transactions as there are since both proxies stand."""


def blockers(regressed):
    """Return code and subject of every finding that blocks."""
    return {(each.code, each.subject) for each in examine(regressed.regression) if each.severity is Severity.BLOCKER}


def codes(regressed):
    """Return the codes of all findings, worst first."""
    return [each.code for each in examine(regressed.regression)]


@pytest.fixture(scope="module")
def good(past):
    """The good upgrade on everything that happened."""
    return past.replay(past.trial(), EVERYTHING)


def test_a_good_upgrade_changes_nothing_that_ever_happened(good):
    """Trades, refusals, a liquidation, settlement: as their receipts say on the old code, and the same on the new."""
    assert ["traffic-replayed"] == codes(good)
    assert ((), {}) == (good.regression.differences, good.scripts)
    assert EVERYTHING == good.regression.replay.transactions


def test_all_that_users_did_was_compared_twice(good):
    """Block by block, and one after the other; the grid has a row for each with what was called."""
    grid = good.regression.grid()

    assert ["traffic/block by block", "traffic/one after the other"] == list(grid)
    for row in grid.values():
        assert {"same"} == set(row.values())
        assert {
            ("market", "buy(uint256,address,uint256,uint256)"),
            ("market", "close(uint256,uint256)"),
            ("market", "redeem(uint256,uint256)"),
            ("house", "liquidate(address,uint256,uint256,uint256)"),
            ("house", "deposit(uint256)"),
        } <= set(row)


@pytest.mark.parametrize(
    ("contract", "until", "observable", "aspect"),
    [
        ("AccountClass", "spent all", "market.buy(uint256,address,uint256,uint256)", Aspect.STATUS),
        (
            "LiquidationNotPaused",
            "liquidation while paused",
            "house.liquidate(address,uint256,uint256,uint256)",
            Aspect.STATUS,
        ),
        ("LiquidationGas", "liquidation", "house.liquidate(address,uint256,uint256,uint256) gas", Aspect.GAS),
        ("ExpiryComparison", "close at expiry", "market.close(uint256,uint256)", Aspect.STATUS),
        ("RedeemPaused", "redemption while paused", "market.redeem(uint256,uint256)", Aspect.STATUS),
        ("SettlementRoundedUp", "odd redemption", "market.redeem(uint256,uint256)", Aspect.RESULT),
        ("PackedBits", "spent all", "house.withdraw(uint256)", Aspect.STATUS),
    ],
)
def test_broken_economics_show_in_what_happened(past, contract, until, observable, aspect):
    """Each planted defect that a past transaction met is a blocker on the function that it is in."""
    side = "market" if contract in {"ExpiryComparison", "SettlementRoundedUp"} else "house"

    regressed = past.replay(past.trial(**{side: contract}, until=until), 2)

    assert ("market-difference", observable) in blockers(regressed)
    assert aspect.value in {
        shown.aspect
        for shown in regressed.regression.differences
        if f"{shown.contract}.{shown.observable}" == observable
    }
    assert () == regressed.regression.replay.unproved


def test_a_saved_script_shows_its_difference_alone(past):
    """One redemption, with the upgrade in the block before it, read back from JSON."""
    trial = past.trial("SettlementRoundedUp", until="odd redemption")
    regressed = past.replay(trial, 2)
    (name,) = {shown.script for shown in regressed.regression.differences if shown.aspect == Aspect.RESULT}
    reproduction = regressed.scripts[name]
    again = read_reproduction(json.loads(json.dumps(write_reproduction(reproduction))), where=name)
    base = past.world.sandbox.block(again.block)

    with past.past.engines(base) as engine:
        (shown, *_) = reproduce(engine, again, trial.lens, {})

    assert (base.hash, reproduction) == (again.block_hash, again)
    assert [1] == [len(moment.acts) for moment in again.scenario.moments]
    assert ("market", "redeem(uint256,uint256)", "returns 3000", "returns 3001") == (
        shown.contract, shown.observable, shown.old, shown.new
    )  # fmt: skip
