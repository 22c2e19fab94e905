"""Pairs of contracts whose judgement is known: ours (tests/vectors/layout/pairs) and the shared adversarial ones."""

import json

import pytest
from layout_corpora import PAIRS, adversarial_artifacts, adversarial_cases, own_artifacts

from upgrader.checks.storage import examine
from upgrader.findings import Severity
from upgrader.flows.check import check_pair
from upgrader.layout.read import layout_of

EXPECTED = json.loads((PAIRS / "expected.json").read_text())
CASES = adversarial_cases()


@pytest.mark.parametrize("name", EXPECTED)
def test_pair_has_its_findings(name):
    """Each pair yields exactly the findings that were argued for it: one for a defect, none for what is safe."""
    built = own_artifacts()
    old, new = (layout_of(built[f"{name}_{version}"]) for version in ("V1", "V2"))
    history = [layout_of(built[f"{name}_V0"])] if f"{name}_V0" in built else []

    found = [f"{finding.severity.value} {finding.code}" for finding in examine(old, new, history)]

    assert EXPECTED[name] == found


@pytest.mark.parametrize("name", EXPECTED)
def test_version_equals_itself(name):
    """A contract's layout compared with itself says nothing but what holds of any upgrade of it."""
    layout = layout_of(own_artifacts()[f"{name}_V1"])

    codes = {finding.code for finding in examine(layout, layout)}

    assert codes <= {"storage-function-pointer", "storage-region-mislabelled"}


@pytest.mark.skipif(not CASES, reason="the shared adversarial corpus is not here")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_adversarial_pair(case):
    """Corruption blocks, a hazard is at least warned of, what is safe never blocks."""
    built = adversarial_artifacts()
    name = case["id"]
    sides = [built[f"{name}:{name}_{version}"] for version in ("V1", "V2")]
    history = [built[f"{name}:{earlier}"] for earlier in case.get("history", ())]

    result = check_pair(*sides, history=history)

    weights = {finding.severity for finding in result.findings}
    match case["expect"]:
        case "corruption":
            assert Severity.BLOCKER in weights
        case "hazard":
            assert weights & {Severity.WARNING, Severity.BLOCKER}
        case "safe":
            assert Severity.BLOCKER not in weights
