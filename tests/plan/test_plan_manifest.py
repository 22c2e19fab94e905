"""upgrade.toml and upgrader.toml: what is accepted, and how mistakes are told."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from upgrader.errors import InputError
from upgrader.findings import Finding, Severity
from upgrader.plan.manifest import Waiver, read_manifest
from upgrader.plan.project import read_project
from upgrader.plan.values import encode_wanted, value
from upgrader.plan.waive import waive
from upgrader.units import Timestamp, hexed

UPGRADE = """
schema = 1
[upgrade]
name = "put-spreads"
summary = "Cash-settled put spreads."
governance = "main"
[[change]]
contract = "market"
source = "contracts/v2/OptionsMarketV2.sol:OptionsMarketV2"
call = { function = "initializeV2(uint256,address)", args = ["30", "0x7777777777777777777777777777777777777777"] }
[window]
opens = 2026-12-01T14:00:00Z
closes = 2026-12-01T16:00:00Z
"""

PROJECT = """
schema = 1
[project]
name = "options-desk"
[governance.main]
network = "local"
timelock = "0x7171717171717171717171717171717171717171"
[contracts.market]
network = "local"
proxy = "0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
source = "a.sol:A"
governance = "main"
"""


def test_a_manifest_reads_into_frozen_values():
    """Times become seconds, calls keep their signature."""
    manifest = read_manifest(tomllib.loads(UPGRADE))

    assert int(datetime(2026, 12, 1, 14, tzinfo=UTC).timestamp()) == manifest.window.opens
    assert "initializeV2(uint256,address)" == manifest.change[0].call.function


def test_a_wanted_call_encodes_to_calldata():
    """Amounts are written as strings and encoded by type."""
    call = read_manifest(tomllib.loads(UPGRADE)).change[0].call

    assert hexed(encode_wanted(call)).endswith("1e" + "00" * 12 + "77" * 20)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ("[window]", "[windw]", "windw"),
        ("14:00:00Z", "17:00:00Z", "closes before"),
        ("opens = 2026-12-01T14:00:00Z", "opens = 2026-12-01T14:00:00", "zone"),
        ('contract = "market"', 'contract = " "', "empty"),
        ("[[change]]", "[[changes]]", "chang"),
    ],
)
def test_a_mistake_in_a_manifest_is_named(old, new, message):
    """The error says which field is wrong."""
    with pytest.raises(InputError, match=message):
        read_manifest(tomllib.loads(UPGRADE.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "place", "known"),
    [
        ("summary =", "sumary =", "upgrade.sumary", "name, summary, governance"),
        ("[window]", "[windw]", "windw", "schema, upgrade, change, window, waiver"),
        ("args =", "arguments =", "change.0.call.arguments", "function, args"),
        ("opens =", "open =", "window.open", "opens, closes"),
    ],
)
def test_a_mistyped_key_is_named_with_those_that_there_are(old, new, place, known):
    with pytest.raises(InputError, match=f"{place}: no such key") as told:
        read_manifest(tomllib.loads(UPGRADE.replace(old, new)))

    assert f"the keys there are: {known}" in told.value.remedy


def test_a_project_checks_its_cross_references():
    """A contract's governance must exist."""
    assert "local" == read_project(tomllib.loads(PROJECT)).contract("market").network
    with pytest.raises(InputError, match="no governance"):
        read_project(tomllib.loads(PROJECT.replace('governance = "main"', 'governance = "mian"')))
    with pytest.raises(InputError, match="EIP-55"):
        read_project(tomllib.loads(PROJECT.replace("0xa1a1a1a1a1", "0xA1a1a1a1a1")))


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("uint256", "1000000000000000000000000", 10**24),
        ("int8", -128, -128),
        ("uint8[2]", ["1", "0x02"], [1, 2]),
        ("(bool,string)", [True, "x"], (True, "x")),
        ("bytes4", "0xdeadbeef", bytes.fromhex("deadbeef")),
    ],
)
def test_values_are_read_by_their_type(kind, written, expected):
    """Integers as digits or hex, lists for arrays and structs."""
    assert expected == value(kind, written)


@pytest.mark.parametrize(
    ("kind", "written"),
    [("uint8", 256), ("int8", "-129"), ("uint256", True), ("uint8[2]", ["1"]), ("address", "0x12"), ("bool", "true")],
)
def test_a_value_that_does_not_fit_is_refused(kind, written):
    """Nothing is truncated or guessed."""
    with pytest.raises(InputError):
        value(kind, written)


WARNED = Finding("new-state-zero", Severity.BLOCKER, "market.limit()", "It is zero.", "set it")


def _waiver(**changes):
    fields = {
        "code": "new-state-zero",
        "subject": "market.limit()",
        "reason": "set by the owner later",
        "author": "risk",
        "until": Timestamp(200),
    }
    return Waiver(**{**fields, **changes})


def test_a_waiver_turns_a_finding_into_a_note_with_its_reason():
    """The reason stays visible to every signer."""
    (finding,) = waive([WARNED], [_waiver()], at=Timestamp(100))

    assert Severity.NOTE is finding.severity
    assert "set by the owner later" == finding.evidence["waived"]


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({}, 201, "waiver-expired"),
        ({"subject": "market.other()"}, 100, "waiver-unmatched"),
        ({"code": "storage-moved"}, 100, "waiver-without-evidence"),
    ],
)
def test_a_waiver_that_does_not_hold_is_itself_a_finding(changes, at, code):
    """Expired, unmatched or unproven waivers leave the original finding standing."""
    findings = waive([WARNED], [_waiver(**changes)], at=Timestamp(at))

    assert [WARNED.code, code] == [finding.code for finding in findings]
    assert Severity.BLOCKER is findings[0].severity


RENAMED = Finding("storage-renamed", Severity.WARNING, "C.fee", "It was called rate.", "confirm it")
CORRUPT = Finding("storage-moved", Severity.BLOCKER, "C.fee", "It moves.", "mend it")


def test_a_rename_is_taken_on_a_person_s_word():
    """Nothing is lost by a new name: no values from the chain are asked for."""
    (finding,) = waive([RENAMED], [_waiver(code=RENAMED.code, subject=RENAMED.subject)], at=Timestamp(100))

    assert Severity.NOTE is finding.severity


def test_an_annotated_rename_needs_no_waiver_and_harms_none():
    """Where the source says it too, the finding is a note already, and the waiver is merely unmatched."""
    noted = replace(RENAMED, severity=Severity.NOTE)

    findings = waive([noted], [_waiver(code=RENAMED.code, subject=RENAMED.subject)], at=Timestamp(100))

    assert [("storage-renamed", Severity.NOTE), ("waiver-unmatched", Severity.WARNING)] == [
        (finding.code, finding.severity) for finding in findings
    ]


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [((), {"storage-moved": Severity.BLOCKER, "waiver-without-evidence": Severity.BLOCKER}),
     (("0x00=0x00",), {"storage-moved": Severity.NOTE})],
    ids=["without values from the chain", "with them"],
)  # fmt: skip
def test_corruption_is_waived_only_with_evidence(evidence, codes):
    """A blocker about storage stays one until somebody shows what the slots hold."""
    waiver = _waiver(code=CORRUPT.code, subject=CORRUPT.subject, evidence=evidence)

    findings = waive([CORRUPT], [waiver], at=Timestamp(100))

    assert codes == {finding.code: finding.severity for finding in findings}
