"""Every rule on pairs made for it: a bad one that it must name, and its good twin that it must leave alone."""

import pytest
from checks_corpora import expected_of, pair_of

from upgrader.checks.code import CodePair, examine
from upgrader.findings import Severity


def test_every_fixture_gives_exactly_what_its_comment_says(fixtures):
    """Warnings and blockers are exactly those named; notes that are named are there."""
    wrong = {}
    cases = [name for name in fixtures if name.endswith("_V2")]
    for name in cases:
        found = {(f.code, f.severity.value) for f in examine(pair_of(fixtures, name))}
        wanted = expected_of(fixtures[name])
        loud = {(code, severity) for code, severity in found if severity != Severity.NOTE.value}
        notes = {(code, severity) for code, severity in wanted if severity == Severity.NOTE.value}
        if loud != wanted - notes or not notes <= found:
            wrong[name] = {"wanted": sorted(wanted), "found": sorted(found)}

    assert wrong == {}
    assert len(cases) >= 160


def test_a_contract_against_itself_has_changed_nothing(fixtures):
    """A pair of equal versions gives no finding about a change."""
    about_changes = {
        "abi-removed", "abi-changed-return", "event-changed", "error-changed", "immutable-changed",
        "constant-changed", "immutable-to-storage", "uups-lost", "initializer-missing", "reinitializer-never-runs",
        "reinitializer-skipped", "function-public-inherited", "abi-changed-enum", "struct-exchanged", "slot-open",
    }  # fmt: skip

    found = {
        (name, finding.code) for name, artifact in fixtures.items() for finding in examine(CodePair(artifact, artifact))
    }

    assert {(name, code) for name, code in found if code in about_changes} == set()


@pytest.mark.parametrize("kind", ["transparent", "beacon", "uups", None])
def test_examining_is_deterministic(fixtures, kind):
    """The same pair gives the same findings in the same order."""
    name = "authorize.sol:AuthorizeStateOnly_V2"
    pair = CodePair(fixtures[name], fixtures[name], proxy_kind=kind)

    assert examine(pair) == examine(pair)
