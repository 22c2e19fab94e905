"""What every rule of the family promises, and that the catalogue shows it."""

import importlib
import pkgutil
import re
import runpy
from pathlib import Path

import pytest
from checks_corpora import expected_of, pair_of

import upgrader.checks.code as family
from upgrader.checks.code import examine

ROOT = Path(__file__).parents[2]
RULES = [
    importlib.import_module(f"{family.__name__}.{module.name}")
    for module in pkgutil.iter_modules(family.__path__)
    if not module.name.startswith("_")
]
TESTED_ELSEWHERE = {"code-size", "code-unjudged"}
"""Codes that no pair of sources can show: see test_code_inputs.py."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.rpartition(".")[2])
def test_a_rule_is_its_own_catalogue_page(rule):
    """A title that ends in a full stop, then why, fix, example and source, in this order."""
    sections = re.findall(r"^(Why|Fix|Example|Source):$", rule.__doc__, re.MULTILINE)

    assert sections == ["Why", "Fix", "Example", "Source"]
    assert rule.__doc__.strip().splitlines()[0].endswith((".", ":", ","))
    assert "https://" in rule.__doc__.partition("Source:")[2]


def test_codes_are_well_formed_and_belong_to_one_rule():
    """Stable codes are lower-case words with dashes, each given by one rule only."""
    codes = [code for rule in RULES for code in rule.CODES]

    assert sorted(codes) == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_every_code_is_shown_by_a_fixture(fixtures):
    """No code without a pair that gives it with its proper weight."""
    shown = {code for artifact in fixtures.values() for code, _ in expected_of(artifact)}

    assert {code for rule in RULES for code in rule.CODES} - shown == TESTED_ELSEWHERE


def test_findings_have_declared_codes_and_remedies(fixtures):
    """A finding names a code of the family, says one thing, and how to mend it."""
    declared = {code for rule in RULES for code in rule.CODES}
    findings = [f for name in fixtures if name.endswith("_V2") for f in examine(pair_of(fixtures, name))]

    assert {f.code for f in findings} <= declared
    assert [f for f in findings if not f.message or not f.remedy or f.message.endswith(".")] == []


def test_places_are_a_path_and_a_line(fixtures):
    """Where the source text is known, a finding about a declaration says the line."""
    findings = examine(pair_of(fixtures, "initializers.sol:StateNeverSet_V2"))
    text = fixtures["initializers.sol:StateNeverSet_V2"].texts["initializers.sol"].splitlines()

    (finding,) = [f for f in findings if f.code == "initializer-missing"]
    path, _, line = finding.evidence["at"].partition(":")

    assert path == "initializers.sol"
    assert text[int(line) - 1].strip() == "uint256 internal fee;"


def test_the_catalogue_is_current():
    """docs/catalogue.md is what the rules' docstrings say (tools/catalogue.py writes it)."""
    page = runpy.run_path(str(ROOT / "tools" / "catalogue.py"))["page"]()

    assert (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8") == page
