"""Checks against a real proxy on a real chain: what it holds, what it ran before, what its code was built with."""

from dataclasses import replace
from pathlib import Path

import pytest
from eth_abi.abi import encode

from upgrader.calls import Call, encode_call
from upgrader.edges import packages
from upgrader.edges.anvil import Anvil
from upgrader.edges.solc import Solc
from upgrader.errors import InputError
from upgrader.findings import Severity
from upgrader.flows.check import check_pair
from upgrader.flows.live import LivePair, Records, check_live, implementation_of, live_proxy
from upgrader.layout.read import layout_of
from upgrader.units import Slot, address, address_from_word, word

ROOT = Path(__file__).resolve().parents[2]
FILE = "tests/flows/contracts/Vaults.sol"
OWNER = address("0x" + "0e" * 20)
ASSET, OTHER_ASSET = address("0x" + "a5" * 20), address("0x" + "b6" * 20)
ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"
"""Source: https://eips.ethereum.org/EIPS/eip-1967."""


@pytest.fixture(scope="module")
def builds():
    """Every vault by name, compiled once."""
    built = Solc().compile([FILE], root=ROOT)
    return {artifact.name: artifact for artifact in built.values()}


@pytest.fixture(scope="module")
def history(builds):
    """The chain, the proxy on its second version, and the first implementation, which left values behind."""
    with Anvil() as sandbox:
        first = sandbox.deploy(builds["VaultV0"].creation.code)
        second = sandbox.deploy(builds["VaultV1"].creation.code + encode(("address",), (ASSET,)))
        proxy = sandbox.deploy(
            packages.creation_code(packages.TRANSPARENT_PROXY, ROOT)
            + encode(("address", "address", "bytes"), (first, OWNER, encode_call("fill(address)", OWNER)))
        )
        admin = address_from_word(bytes.fromhex(sandbox.request("eth_getStorageAt", proxy, ADMIN_SLOT, "latest")[2:]))
        upgrade = encode_call("upgradeAndCall(address,address,bytes)", proxy, second, b"")
        assert sandbox.impersonate(OWNER).send(Call(admin, upgrade)).status
        yield sandbox, proxy, first


@pytest.fixture
def chain(history):
    """The same chain, brought back after each test."""
    sandbox, proxy, first = history
    handle = sandbox.snapshot()
    yield sandbox, proxy, first
    sandbox.revert(handle)


def checked(chain, builds, new, *, records=None, asset=OTHER_ASSET):
    """Return the findings of an upgrade to ``new``, by code."""
    sandbox, proxy, _ = chain
    old, at = builds["VaultV1"], sandbox.block()
    there = sandbox.ask(live_proxy("vault", proxy, layout_of(old)), at)
    creation = builds[new].creation.code + (encode(("address",), (asset,)) if new == "VaultV2" else b"")
    pair = LivePair(there, old, builds[new], b"", creation)
    result = check_live({"vault": pair}, sandbox, at, records or Records())["vault"]
    return {finding.code: finding for finding in result.findings}


def test_a_new_variable_over_a_forgotten_value_is_found_on_the_chain(chain, builds):
    """Nobody knows the first version: its fee is read as the new cap, with slot, bytes and value."""
    found = checked(chain, builds, "VaultV2")["storage-not-fresh"]

    assert (Severity.BLOCKER, "VaultV2.cap", True) == (found.severity, found.subject, found.judged)
    assert {
        "slot": "2", "bytes": "32", "value now": "0x" + word(7).hex(), "value as the new code reads it": "7",
    }.items() <= found.evidence.items()  # fmt: skip


def test_an_unknown_first_version_is_said_with_what_it_may_have_left(chain, builds):
    """Entries of a mapping cannot be seen: the finding names the version's address and the new mapping."""
    found = checked(chain, builds, "VaultV2")["history-unknown"]

    assert Severity.WARNING is found.severity
    assert chain[2] in found.message
    assert "admins" in found.message


def test_a_recorded_first_version_explains_what_is_there(chain, builds):
    """With its layout on record both variables are over old data, and nothing is unknown any more."""
    records = Records({chain[2]: layout_of(builds["VaultV0"])})

    found = checked(chain, builds, "VaultV2", records=records)

    assert "history-unknown" not in found
    assert "storage-not-fresh" not in found
    assert Severity.BLOCKER is found["storage-reused"].severity


def test_a_first_version_given_as_code_is_recognised_by_its_code(chain, builds):
    """``--history`` with an artifact covers the address that has its code."""
    records = Records(given={"vault": (builds["VaultV0"],)})

    assert "history-unknown" not in checked(chain, builds, "VaultV2", records=records)


def test_the_proxy_s_own_code_is_read_from_its_verified_sources(chain, builds):
    """What the proxy keeps itself where the new version has something else is found without being asked for."""
    _, proxy, _ = chain

    def verified(where):
        if where != proxy:
            raise InputError("no verified sources", remedy="")
        return builds["VaultV0"]

    with_it = checked(chain, builds, "VaultV2", records=Records(verified=verified))

    assert "storage-proxy-collision" not in checked(chain, builds, "VaultV2")
    assert "VaultV2.cap" == with_it["storage-proxy-collision"].subject


def test_a_cleared_value_is_no_danger_but_a_mapping_s_entries_are(chain, builds):
    """The chain says that slot 2 is zero now; about entries at hashes it says nothing."""
    sandbox, proxy, first = chain
    sandbox.set_storage(proxy, Slot(2), word(0))
    records = Records({first: layout_of(builds["VaultV0"])})
    old, at = builds["VaultV1"], sandbox.block()
    there = sandbox.ask(live_proxy("vault", proxy, layout_of(old)), at)

    result = check_live({"vault": LivePair(there, old, builds["VaultV2"])}, sandbox, at, records)["vault"]

    reused = {finding.subject: finding.severity for finding in result.findings if finding.code == "storage-reused"}
    assert {"VaultV2.admins": Severity.BLOCKER, "VaultV2.cap": Severity.NOTE} == reused


def test_immutables_are_read_from_the_code_and_from_the_constructor(chain, builds):
    """The live asset and the one that the constructor would set are shown by name; the self-address is expected."""
    found = checked(chain, builds, "VaultV2")["immutable-changed"]

    assert "VaultV2.ASSET" == found.subject
    assert {"before": ASSET, "now": OTHER_ASSET}.items() <= found.evidence.items()


def test_the_same_immutables_are_not_flagged(chain, builds):
    """The constructor gives the same asset, and a self-address of its own."""
    assert "immutable-changed" not in checked(chain, builds, "VaultV2", asset=ASSET)


def test_a_reinterpreted_variable_is_shown_with_both_values(chain, builds):
    """All ones is a large number for the old code and minus one for the new."""
    sandbox, proxy, _ = chain
    sandbox.set_storage(proxy, Slot(0), word(2**256 - 1))

    found = checked(chain, builds, "VaultSigned")["storage-reinterpreted"]

    assert {
        "value now": str(2**256 - 1), "value as the new code reads it": "-1",
    }.items() <= found.evidence.items()  # fmt: skip
    assert "which the new code reads as -1" in found.message


@pytest.mark.parametrize(
    ("held", "blockers"),
    [(0, {"source-differs"}), (1, {"source-differs", "storage-moved"})],
    ids=["all zero is a gap", "anything else is live"],
)
def test_the_chain_says_what_an_unnamed_array_is(chain, builds, held, blockers):
    """By the layouts alone it cannot be told whether an array that no code names holds data."""
    sandbox, proxy, _ = chain
    sandbox.set_storage(proxy, Slot(1), word(held))
    sandbox.set_storage(proxy, Slot(2), word(0))
    old, new = builds["LedgerV1"], builds["LedgerV2"]
    assert "storage-unjudged" in {finding.code for finding in check_pair(old, new).findings}
    there = sandbox.ask(live_proxy("vault", proxy, layout_of(old)))

    result = check_live({"vault": LivePair(there, old, new)}, sandbox, sandbox.block(), Records())["vault"]

    assert blockers == {finding.code for finding in result.findings if finding.blocks}


def test_an_implementation_stands_for_itself_and_a_proxy_for_its_own(chain):
    """What a reference to an address means."""
    sandbox, proxy, first = chain

    assert first == sandbox.ask(implementation_of(first))
    assert sandbox.ask(implementation_of(proxy)) not in {proxy, first}


def test_other_code_than_the_source_builds_has_no_ground(chain, builds):
    """The proxy runs version 1; a check from version 0 says that it does not."""
    sandbox, proxy, _ = chain
    at = sandbox.block()
    there = sandbox.ask(live_proxy("vault", proxy, layout_of(builds["VaultV0"])), at)

    pair = LivePair(there, builds["VaultV0"], builds["VaultV2"])
    result = check_live({"vault": pair}, sandbox, at, Records())["vault"]

    assert "source-differs" in {finding.code for finding in result.findings}


def test_a_beacon_itself_has_no_storage_to_read(chain, builds):
    """The proxies behind it are not known: that is said, and nothing is taken for zero."""
    sandbox, proxy, _ = chain
    old, at = builds["VaultV1"], sandbox.block()
    there = sandbox.ask(live_proxy("vault", proxy, layout_of(old)), at)
    beacon = replace(there, kind="beacon", admin=proxy)

    result = check_live({"vault": LivePair(beacon, old, builds["VaultV2"])}, sandbox, at, Records())["vault"]

    codes = {finding.code: finding.severity for finding in result.findings}
    assert Severity.WARNING is codes["storage-unread"]
    assert "storage-not-fresh" not in codes
