"""Checks of the demo's upgrade against its live proxies, and of a proxy that is named by its address."""

import json

import pytest

from upgrader.cli import wiring
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE
from upgrader.cli.demo.project import HOUSE_V1, HOUSE_V2
from upgrader.edges.imports import gathered
from upgrader.flows.live import implementation_of
from upgrader.plan.project import read_project
from upgrader.units import Slot, hexed, keccak, word

SAFE, BLOCKED = 0, 3


def _new_slots(folder):
    """Return the slots that the upgrade makes live, by contract."""
    ran = invoke(folder, "check", UPGRADE)
    assert ran.exit == SAFE, ran.document
    notes = [finding for finding in ran.document["findings"] if finding["code"] == "fresh-on-chain"]
    return {note["subject"]: [int(slot, 0) for slot in note["evidence"]["slots"].split(", ")] for note in notes}


def test_a_slot_that_somebody_used_refuses_the_upgrade(desk):
    """The same upgrade that is safe on fresh slots is refused once one of them holds a value."""
    sandbox, protocol, folder = desk
    slot = _new_slots(folder)["ClearingHouseV2"][0]
    sandbox.set_storage(protocol.house, Slot(slot), word(42))

    ran = invoke(folder, "check", UPGRADE)

    assert (BLOCKED, ("storage-not-fresh",)) == (ran.exit, tuple(set(ran.blockers())))
    (found,) = [finding for finding in ran.document["findings"] if finding["code"] == "storage-not-fresh"]
    assert "42" == found["evidence"]["value as the new code reads it"]


def test_planning_refuses_it_too_and_keeps_the_evidence(desk):
    """The bundle's findings hold what was found on the chain."""
    sandbox, protocol, folder = desk
    slot = _new_slots(folder)["ClearingHouseV2"][0]
    sandbox.set_storage(protocol.house, Slot(slot), word(42))

    ran = invoke(folder, "plan", UPGRADE)

    assert BLOCKED == ran.exit
    kept = json.loads((folder / "upgrades" / UPGRADE / "evidence" / "findings.json").read_text())
    assert "storage-not-fresh" in {finding["code"] for finding in kept["findings"]}


def test_the_bundle_keeps_both_layouts_under_their_addresses(desk):
    """A later upgrade finds the storage of what the proxy ran before, namespaces included."""
    _, _, folder = desk
    bundle = folder / "upgrades" / UPGRADE
    kept = json.loads((bundle / "evidence" / "storage.json").read_text())["contracts"]
    state = json.loads((bundle / "plan.json").read_text())["plan"]["state"]["contracts"]

    assert {name: there["implementation"] for name, there in state.items()} == {
        name: sides["old"]["implementation"] for name, sides in kept.items()
    }
    assert all(side["layout"]["complete"] for sides in kept.values() for side in sides.values())
    assert any(region["kind"] == "namespace" for region in kept["market"]["new"]["layout"]["regions"])


@pytest.fixture
def verified(desk):
    """A folder of the house's verified sources, as Sourcify lays it out, and a reference to its proxy."""
    import tomllib

    sandbox, protocol, folder = desk
    project = read_project(tomllib.loads((folder / "upgrader.toml").read_text()))
    artifact = wiring.sources(folder).artifact(HOUSE_V1, project.solc)
    home = folder / "verified" / "31337" / sandbox.ask(implementation_of(protocol.house))
    home.mkdir(parents=True)
    sources = {
        path: {"content": text, "keccak256": hexed(keccak(text.encode()))}
        for path, text in gathered(folder, [artifact.source], []).items()
    }
    kept = ("evmVersion", "optimizer", "viaIR", "metadata")
    settings = {name: value for name, value in artifact.compiler.settings.items() if name in kept}
    metadata = {
        "compiler": {"version": artifact.compiler.version},
        "language": "Solidity",
        "settings": {**settings, "compilationTarget": {artifact.source: artifact.name}},
        "sources": sources,
    }
    (home / "metadata.json").write_text(json.dumps(metadata))
    return sandbox, protocol, folder, f"local:{protocol.house}"


def test_a_proxy_s_address_stands_for_its_implementation_and_its_storage(verified):
    """The verified sources give the layout, the chain what it holds."""
    sandbox, protocol, folder, reference = verified
    slot = _new_slots(folder)["ClearingHouseV2"][0]

    fresh = invoke(folder, "check", reference, HOUSE_V2, "--sources", "verified")
    sandbox.set_storage(protocol.house, Slot(slot), word(42))
    used = invoke(folder, "check", reference, HOUSE_V2, "--sources", "verified")

    assert (SAFE, True) == (fresh.exit, "fresh-on-chain" in fresh.codes), fresh.document
    assert (BLOCKED, ("storage-not-fresh",)) == (used.exit, used.blockers())


def test_an_implementation_s_address_has_no_storage_to_ask(verified):
    """Its sources are compared as any others are."""
    sandbox, protocol, folder, _ = verified
    where = sandbox.ask(implementation_of(protocol.house))

    ran = invoke(folder, "check", f"local:{where}", HOUSE_V2, "--sources", "verified")

    assert (SAFE, False) == (ran.exit, "fresh-on-chain" in ran.codes), ran.document


def test_history_says_which_contract_it_is_about(desk):
    """Where two contracts change, an earlier implementation belongs to one of them, by name."""
    _, _, folder = desk

    ran = invoke(folder, "check", UPGRADE, "--history", HOUSE_V1)
    named = invoke(folder, "check", UPGRADE, "--history", f"clearing={HOUSE_V1}")

    assert (2, SAFE) == (ran.exit, named.exit)
    assert "market, clearing" in ran.data["error"]["message"]
