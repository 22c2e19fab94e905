"""The rules on code that was not written for them: an adversarial corpus, a perpetuals protocol, our own contracts."""

import json
from itertools import pairwise

import demo_build
import pytest
from checks_corpora import MODERN, ROOT, SHARED, compile_sources

from upgrader.calls import selector
from upgrader.checks.code import CodePair, examine
from upgrader.findings import Severity

RULE_CASES = {
    "abi_ret_change": "abi-changed-return",
    "immut_to_storage": "immutable-to-storage",
    "reinit_missing": "initializer-missing",
    "reinit_not_bumped": "reinitializer-never-runs",
    "uups_lost": "uups-lost",
    "uups_open": "uups-open-authorize",
}
"""Adversarial pairs whose flaw is in the code, with the finding that names it; the others are about storage."""

PERP_VERSIONS = ("1.0.2", "1.0.10", "1.1.0", "2.8.4")
"""The versions of @perp/curie-contract whose ClearingHouseConfig differs in source or metadata."""

OZ = "node_modules/@openzeppelin/contracts-upgradeable"
UNLOCKED = {("implementation-unlocked", "WARNING")}
OZ_DEPLOYABLE = {
    "access/manager/AccessManagerUpgradeable.sol": UNLOCKED,
    "crosschain/CrosschainRemoteExecutorUpgradeable.sol": {("unsafe-delegatecall", "BLOCKER")},
    "finance/VestingWalletUpgradeable.sol": UNLOCKED,
    "governance/TimelockControllerUpgradeable.sol": UNLOCKED,
    "metatx/ERC2771ForwarderUpgradeable.sol": UNLOCKED,
}
"""What is loud about each: Multicall's delegatecall to itself is not, an executor's to any target is."""

BROKEN_CODE = {
    "implementation-unlocked",
    "initializer-missing",
    "initializer-recallable",
    "unsafe-delegatecall",
    "unsafe-selfdestruct",
    "uups-lost",
    "uups-open-authorize",
}
"""Findings of contracts/broken that are about code."""


def _expected() -> list[dict]:
    path = SHARED / "layouts" / "adversarial" / "expected.json"
    return json.loads(path.read_text()) if path.exists() else []


def _codes(findings) -> set[tuple[str, str]]:
    return {(finding.code, finding.severity.value) for finding in findings}


@pytest.mark.parametrize("case", _expected(), ids=lambda case: case["id"])
def test_adversarial_pairs_are_named_and_safe_ones_pass(adversarial, case):
    """A flaw in the code gets its finding with at least a warning; nothing blocks a safe pair."""
    name = case["id"]
    old, new = (adversarial[f"{name}.sol:{name}_{version}"] for version in ("V1", "V2"))

    findings = examine(CodePair(new, old))

    if name in RULE_CASES:
        assert RULE_CASES[name] in {f.code for f in findings if f.severity is not Severity.NOTE}
    if case["expect"] == "safe":
        assert [f for f in findings if f.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(("before", "after"), list(pairwise(PERP_VERSIONS)))
def test_perp_hops_warn_of_the_open_implementation_and_block_nothing(perp, before, after):
    """Each published hop of a real config contract: the unlocked implementation is a warning, nothing is a blocker."""
    findings = examine(CodePair(perp(after), perp(before), proxy_kind="transparent"))

    assert ("implementation-unlocked", "WARNING") in _codes(findings)
    assert [f for f in findings if f.blocks] == []


def test_perp_last_hop_finds_that_new_state_is_zero(perp):
    """The two intervals of 2.8.4 are set by initialize() and by setters: zero on the live proxy, a warning."""
    findings = examine(CodePair(perp("2.8.4"), perp("1.1.0"), proxy_kind="transparent"))

    found = {f.subject: f.severity for f in findings if f.code == "initializer-missing"}

    assert found == {
        "ClearingHouseConfig._markPriceMarketTwapInterval": Severity.WARNING,
        "ClearingHouseConfig._markPricePremiumInterval": Severity.WARNING,
    }


@pytest.mark.parametrize("version", PERP_VERSIONS)
def test_perp_against_itself_changes_nothing(perp, version):
    """A hop to equal code warns of the open implementation and of nothing else."""
    found = _codes(examine(CodePair(perp(version), perp(version), proxy_kind="transparent")))

    assert found == {("implementation-unlocked", "WARNING")}


@pytest.fixture(scope="module")
def openzeppelin():
    """Every contract of contracts-upgradeable 5.x that can be deployed as it is."""
    sources = ((f"{OZ}/{path}", ROOT / OZ / path) for path in OZ_DEPLOYABLE)
    return compile_sources(tuple(sources), MODERN)


@pytest.mark.parametrize("path", OZ_DEPLOYABLE)
def test_openzeppelin_s_own_contracts_against_themselves(openzeppelin, path):
    """Their initializers are left open, a warning; one of them really delegates to targets that a message names."""
    artifact = openzeppelin[f"{OZ}/{path}:{path.rpartition('/')[2].removesuffix('.sol')}"]

    found = {pair for pair in _codes(examine(CodePair(artifact, artifact))) if pair[1] != "NOTE"}

    assert found == OZ_DEPLOYABLE[path]


@pytest.fixture(scope="module")
def protocol():
    """The reference protocol and its broken upgrades."""
    # As it is deployed: without the optimizer the market is larger than EIP-170 allows, which is a finding.
    return demo_build.compiled()


def _broken() -> list[dict]:
    path = ROOT / "contracts" / "broken" / "expected.json"
    return json.loads(path.read_text()) if path.exists() else []


@pytest.mark.parametrize("case", _broken(), ids=lambda case: case["name"])
def test_broken_upgrades_are_blocked_by_the_finding_they_name(protocol, case):
    """A broken upgrade of the reference protocol is blocked for its one reason, and for no other."""
    new = protocol[f"{case['file']}:{case['contract']}"]
    old = next(artifact for name, artifact in protocol.items() if name.endswith(f":{case['replaces']}"))
    call = selector(case["call"]) if case["call"] else b""

    blockers = {f.code for f in examine(CodePair(new, old, call=call)) if f.blocks}

    assert blockers == {case["finding"]} & BROKEN_CODE


@pytest.mark.parametrize("name", ["OptionsMarket", "ClearingHouse"])
def test_the_good_upgrade_passes_without_a_warning(protocol, name):
    """Version 2 of the reference protocol, with its reinitializer called, gives notes only."""
    old, new = (protocol[f"contracts/{v.lower()}/{name}.sol:{name}{v}"] for v in ("V1", "V2"))
    initialize = next(f for f in new.abi if f.get("name") == "initializeV2")
    call = selector(f"initializeV2({','.join(i['type'] for i in initialize['inputs'])})")

    findings = examine(CodePair(new, old, call=call))

    assert [f for f in findings if f.severity is not Severity.NOTE] == []
