"""Perpetual Protocol v2 from npm: what its users did on version 1.1.0, re-executed on contracts of version 2.8.4.

The market was created, positions opened, liquidated and closed by the protocol's own entry points.  Each of its nine
contracts is upgraded alone, which is how a team that upgrades one after the other would find out about the order.
"""

import perp_world
import pytest
from perp_world import NEW, OLD

from upgrader.checks.regression import examine
from upgrader.findings import Severity

TRADES = 9
"""The newest transactions: three trades, two liquidations of which one is refused, a close, two withdrawals of which
one is refused, and liquidity taken out; the third trade is refused, too."""


@pytest.fixture(scope="module")
def perp():
    """The protocol with its past."""
    with perp_world.opened() as world:
        yield world


def acted(regression):
    """Return aspect, contract and observable of every difference of a transaction, with what either code did."""
    return {
        (shown.aspect, f"{shown.contract}.{shown.observable.partition('(')[0]}", shown.old[:8], shown.new[:11])
        for shown in regression.differences
        if shown.aspect != "storage"
    }


def test_the_same_code_again_changes_nothing(perp):
    """An upgrade of the clearing house to the code that it runs: every transaction ends as it did, twice."""
    regression = perp.replay("ClearingHouse", OLD, TRADES).regression

    assert ["traffic-replayed"] == [each.code for each in examine(regression)]
    assert (TRADES, (), ()) == (regression.replay.transactions, regression.replay.unproved, regression.differences)
    assert {
        "ClearingHouse.openPosition", "ClearingHouse.closePosition", "ClearingHouse.liquidate",
        "ClearingHouse.removeLiquidity", "Vault.withdraw",
    } == {f"{name}.{call.partition('(')[0]}" for name, call in regression.compared[0].observables}  # fmt: skip


def test_the_new_configuration_alone_stops_every_liquidation(perp):
    """Version 2 knows no backstop liquidity providers, whom the old clearing house asks for when it liquidates."""
    regressed = perp.replay("ClearingHouseConfig", NEW, TRADES)

    assert {("status", "ClearingHouse.liquidate", "returns ", "reverts: 0x")} == acted(regressed.regression)
    assert () == regressed.regression.replay.unproved
    blockers = [each for each in examine(regressed.regression) if each.severity is Severity.BLOCKER]
    assert "ClearingHouse.liquidate(address,address)" in {each.subject for each in blockers}
    (name,) = {each.evidence["smallest script"] for each in blockers}
    assert [1] == [len(moment.acts) for moment in regressed.scripts[name].scenario.moments]


def test_the_new_registry_alone_changes_nothing_that_was_done(perp):
    """It has one more fee, which nobody has set."""
    regression = perp.replay("MarketRegistry", NEW, 4).regression

    assert ((), 4) == (regression.differences, regression.replay.transactions)


def test_the_new_vault_alone_costs_more_gas(perp):
    """Withdrawals go through every collateral; one of two was refused, and still is."""
    regression = perp.replay("Vault", NEW, 3).regression

    assert {("gas", "Vault.withdraw", "158008 g", "181639 gas")} == acted(regression)
    assert (3, ()) == (regression.replay.transactions, regression.replay.unproved)
