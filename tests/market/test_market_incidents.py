"""What went wrong at real venues, rebuilt with these contracts, and what of the tool says so before execution.

``contracts/README.md`` names the incident that each broken upgrade is made after.  A check of the code needs two builds
alone; the others run the upgrade in the markets, on the old and on the new code.
"""

import json

import pytest
from protocol_build import ROOT, compile_contracts

import upgrader.flows.regression as flow
from upgrader.calls import encode_call
from upgrader.checks.regression import examine
from upgrader.findings import Severity
from upgrader.flows.check import Live, check_pair
from upgrader.simulation.compare import Aspect

BAD_DAY = "cascade_2025_10_10"
STALE = "oracle_stale/stale 3601 s"
EXPECTED, ECONOMIC = (
    {entry["contract"]: entry for entry in json.loads((ROOT / "contracts" / "broken" / f"{name}.json").read_text())}
    for name in ("expected", "economic")
)

CHECKED = {
    "ConstructorLockDropped": ("Wormhole 2022, Parity 2017", "implementation-unlocked", Severity.BLOCKER),
    "InitializerFlagMoved": ("Pike 2024", "storage-moved", Severity.BLOCKER),
    "MissingReinitializer": ("Ronin 2024", "initializer-missing", Severity.BLOCKER),
    "PublicExecute": ("KiloEx 2025", "function-public-inherited", Severity.WARNING),
    "SelectorClash": ("", "selector-clash", Severity.BLOCKER),
    "EventChanged": ("", "event-changed", Severity.WARNING),
}
"""Contract -> incident, and the finding of ``check``."""

REGRESSED = {
    "AccountClass": ("Compound 2021", BAD_DAY, Aspect.STATUS),
    "OracleDecimals": ("Ribbon 2025", BAD_DAY, Aspect.ANSWER),
    "MissingFactor": ("Moonwell 2026", BAD_DAY, Aspect.ANSWER),
    "FrozenFeed": ("Venus, Blizz 2022", STALE, Aspect.ANSWER),
    "PauseBehindTimelock": ("Blizz 2022", BAD_DAY, Aspect.STATUS),
    "ZeroEpoch": ("Nomad 2022", BAD_DAY, Aspect.ANSWER),
    "SettlementRoundedUp": ("", BAD_DAY, Aspect.RESULT),
    "ExpiryComparison": ("", BAD_DAY, Aspect.STATUS),
    "LiquidationGas": ("", BAD_DAY, Aspect.GAS),
    "LiquidationNotPaused": ("", BAD_DAY, Aspect.STATUS),
    "RedeemPaused": ("", BAD_DAY, Aspect.STATUS),
    "PackedBits": ("", BAD_DAY, Aspect.ANSWER),
    "PositionBits": ("", BAD_DAY, Aspect.ANSWER),
    "EventChanged": ("", BAD_DAY, Aspect.EVENTS),
    "SelectorClash": ("", BAD_DAY, Aspect.RESULT),
}
"""Contract -> incident, market, and in what the observable of ``economic.json`` differs there.
FundingFlipped is the perpetual's own; see ``test_market_perpetual.py``."""

ELSEWHERE = {"FundingFlipped", "PublicExecute"}


@pytest.fixture(autouse=True)
def _unshrunk(monkeypatch):
    """Say what differs, and leave the smallest scripts to the tests that are about them."""
    monkeypatch.setattr(flow, "MOST_SHRUNK", 0)


def trial_of(contract, request):
    """Return the venue that the broken contract belongs to, and the upgrade to it."""
    replaced = ECONOMIC[contract]["replaces"]
    version = {"CompositeOracleAdapter": "third", "AccountRegistryV1": "fourth"}.get(replaced, "venue")
    venue = request.getfixturevalue(version)
    match replaced:
        case "OptionsMarketV1":
            return venue, venue.trial(market=contract)
        case "ClearingHouseV1":
            return venue, venue.trial(house=contract)
        case "AccountRegistryV1":
            call = encode_call("initializeV2(uint256)", 0) if contract == "ZeroEpoch" else b""
            return venue, venue.new_registry(contract, call)
    return venue, venue.new_oracle(contract)


def checked(contract):
    """Return what ``check`` says of a broken upgrade from its two builds, with the call that it makes."""
    entry = (EXPECTED | ECONOMIC)[contract]
    artifacts = compile_contracts()
    old, new = artifacts[entry["old"]], artifacts[f"{entry['file']}:{contract}"]
    # An oracle adapter is called by nobody: the market is pointed at it.
    called = entry["call"] not in {None, "setOracle(address)"}
    call = encode_call(entry["call"], *map(int, entry["arguments"])) if called else b""

    # A clash is one with the transparent proxy that the house stands behind.
    live = Live("transparent") if contract == "SelectorClash" else None

    return check_pair(old, new, call=call, live=live).findings


def test_every_economic_defect_is_shown_somewhere():
    """None of the list is left out: by the regression, by the perpetual's, or by a check of the code."""
    assert set(ECONOMIC) == set(REGRESSED) | ELSEWHERE


@pytest.mark.parametrize("contract", REGRESSED)
def test_the_market_regression_blocks_it(request, contract):
    """The upgrade runs in one market, and the function that the defect is in has a blocking finding."""
    _, case, aspect = REGRESSED[contract]
    observable, law = ECONOMIC[contract]["subject"], ECONOMIC[contract].get("law")
    venue, trial = trial_of(contract, request)

    regression = venue.regress(trial, case).regression

    found = {(f"{shown.contract}.{shown.observable}", shown.aspect) for shown in regression.differences}
    assert (observable, aspect.value) in found
    assert (Severity.BLOCKER, "market-difference", observable) in {
        (each.severity, each.code, each.subject) for each in examine(regression)
    }
    assert law is None or law in {each.law for each in regression.broken if not each.old_too}


def test_a_price_of_other_decimals_also_leaves_the_reference(venue):
    """Old and new code need not be compared: no independent model agrees with such a mark."""
    found = examine(venue.regress(venue.new_oracle("OracleDecimals"), BAD_DAY).regression)

    assert "market.priceOf(uint256)" in {each.subject for each in found if each.code == "market-reference-deviation"}


@pytest.mark.parametrize("contract", ECONOMIC)
def test_no_check_of_the_code_blocks_it(contract):
    """But for the second way to upgrade: what the markets are for is what two builds cannot tell."""
    assert {"SelectorClash": {"selector-clash"}}.get(contract, set()) == {
        each.code for each in checked(contract) if each.blocks
    }


@pytest.mark.parametrize("contract", CHECKED)
def test_a_check_of_the_code_names_it(contract):
    """From the two builds alone, with the call that the upgrade makes."""
    found = checked(contract)

    _, code, severity = CHECKED[contract]
    assert (code, severity) in {(each.code, each.severity) for each in found}
