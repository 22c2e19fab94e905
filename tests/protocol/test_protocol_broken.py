"""Each broken upgrade breaks what it is named for, on a chain with live positions, and nothing else.

The findings that the checks must raise are ``contracts/broken/expected.json``; here the defects are shown to be real.
"""

import json

import pytest
from market_world import ADMIN_ROLE, PARTIES, STRANGER, TRADER, UPGRADER_ROLE, WRITER, RevertedError
from protocol_build import ROOT

from upgrader.calls import encode_call, types_of
from upgrader.flows.demo.protocol import HOUSE_V2_CALL, MARKET_V2_CALL, MAXIMUM_SPREAD_WIDTH

EXPECTED = json.loads((ROOT / "contracts" / "broken" / "expected.json").read_text())
ECONOMIC = json.loads((ROOT / "contracts" / "broken" / "economic.json").read_text())
FINDINGS = {
    "implementation-unlocked",
    "initializer-missing",
    "initializer-recallable",
    "storage-moved",
    "storage-reinterpreted",
    "unsafe-delegatecall",
    "unsafe-selfdestruct",
    "uups-lost",
    "uups-open-authorize",
}
CLASSIC = [entry for entry in EXPECTED if entry["replaces"] in ("OptionsMarketV1", "ClearingHouseV1")]
"""Those that replace market or house in the upgrade to version 2."""


def test_every_broken_upgrade_is_expected_once():
    """The folder and the two lists hold the same contracts."""
    files = {file.relative_to(ROOT).as_posix() for file in (ROOT / "contracts" / "broken").glob("*.sol")}
    every = [*EXPECTED, *ECONOMIC]
    assert files == {entry["file"] for entry in every}
    assert len(every) == len({entry["name"] for entry in every}) == len({entry["contract"] for entry in every})
    assert {"check"} == {entry["shown_by"] for entry in EXPECTED}
    assert {entry["finding"] for entry in EXPECTED} == FINDINGS


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda entry: entry["name"])
def test_every_entry_names_a_contract_and_a_call_that_it_has(code, entry):
    """File, contract, call and arguments fit together, and the source names the same finding."""
    artifact = code.artifacts[f"{entry['file']}:{entry['contract']}"]
    assert f"Expected finding: {entry['finding']}." in (ROOT / entry["file"]).read_text()
    assert entry["old"] in code.artifacts
    assert entry["old"].endswith(f":{entry['replaces']}")
    functions = {f["name"] for f in artifact.abi if f["type"] == "function"}
    if entry["call"] is None:
        assert "initializeV2" not in functions
    else:
        assert len(types_of(entry["call"])) == len(entry["arguments"])
    if entry in CLASSIC and entry["call"]:
        good = MARKET_V2_CALL if entry["replaces"] == "OptionsMarketV1" else HOUSE_V2_CALL
        assert good == encode_call(entry["call"], *map(int, entry["arguments"]))


def test_layout_insert_loses_every_balance(live):
    """What accounts own is read from another slot."""
    assert live.balance(WRITER) > 0
    live.upgrade_house(live.deploy("LayoutInsert"), HOUSE_V2_CALL)
    assert 0 == live.balance(WRITER)


def test_gap_not_shrunk_loses_the_market(live):
    """The base's state survives, the child's does not: the house no longer knows its market."""
    fund, balance = live.house.read("insuranceFund"), live.balance(WRITER)
    live.upgrade_house(live.deploy("GapNotShrunk"), HOUSE_V2_CALL)
    assert (fund, balance) == (live.house.read("insuranceFund"), live.balance(WRITER))
    assert live.market.address.lower() != live.house.read("market")
    with pytest.raises(RevertedError):
        live.house.send(TRADER, "withdraw", 1)


def test_missing_reinitializer_leaves_new_state_at_zero(live):
    """The width that listings are measured by is zero, and nothing can set it."""
    live.upgrade_market(live.deploy("MissingReinitializer"))
    assert 0 == live.market.read("maximumSpreadWidth")
    with pytest.raises(RevertedError):
        live.market.send(PARTIES.timelock, "initializeV2", MAXIMUM_SPREAD_WIDTH)


def test_open_authorize_upgrade_gives_the_market_to_anyone(live):
    """After it, a stranger replaces the implementation."""
    live.upgrade_market(live.deploy("OpenAuthorizeUpgrade"), MARKET_V2_CALL)
    theirs = live.deploy("ConstructorLockDropped")
    live.market.send(STRANGER, "upgradeToAndCall", theirs, b"")
    assert theirs == live.implementation(live.market.address)


def test_constructor_lock_dropped_gives_the_implementation_to_anyone(live):
    """A stranger initialises the bare implementation and holds its roles; the proxy itself stays as it was."""
    bare = live.contract("ConstructorLockDropped", live.deploy("ConstructorLockDropped"))
    parts = live.market.read("parts")
    bare.send(STRANGER, "initialize", parts, (STRANGER,) * 5, 0)
    for role in (ADMIN_ROLE, UPGRADER_ROLE):
        assert bare.read("hasRole", role, STRANGER) is True
    live.upgrade_market(bare.address, MARKET_V2_CALL)
    assert live.market.read("hasRole", ADMIN_ROLE, STRANGER) is False


def test_not_uups_is_refused_by_the_proxy_itself(live):
    """OpenZeppelin's own guard stops it on the way in: what the check says first, the chain says last."""
    with pytest.raises(RevertedError, match="ERC1967InvalidImplementation"):
        live.upgrade_market(live.deploy("NotUups"), MARKET_V2_CALL)
    names = {f["name"] for f in live.contract("NotUups", live.market.address).abi if f["type"] == "function"}
    assert "upgradeToAndCall" not in names


@pytest.mark.parametrize("entry", CLASSIC, ids=lambda entry: entry["name"])
def test_each_has_the_layout_of_version_2_unless_storage_is_its_defect(build, entry):
    """One defect each: all but the two storage defects keep every variable of the good version where it is."""
    good = entry["replaces"].replace("V1", "V2")

    def placed(name):
        (artifact,) = (a for a in build.values() if a.name == name)
        return {
            (e["label"], e["slot"], e["offset"]) for e in artifact.storage_layout["storage"] if e["label"] != "__gap"
        }

    moved = not placed(good) <= placed(entry["contract"])
    assert moved is (entry["finding"] == "storage-moved")
