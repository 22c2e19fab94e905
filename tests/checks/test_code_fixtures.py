"""Every rule on pairs made for it: a bad one that it must name, and its good twin that it must leave alone."""

import re

import pytest

from upgrader.build import Artifact
from upgrader.calls import selector
from upgrader.checks.code import CodePair, examine
from upgrader.findings import Severity

_EXPECT = re.compile(r"@custom:expect ([^@]*)")
_PROXY = re.compile(r"@custom:proxy ([^@]*)")


def _documented(artifact: Artifact, tag: re.Pattern[str]) -> list[str]:
    nodes = artifact.asts[artifact.source]["nodes"]
    node = next(node for node in nodes if node.get("name") == artifact.name)
    match = tag.search((node.get("documentation") or {}).get("text", ""))
    return match[1].split() if match else []


def pair_of(build, name: str) -> CodePair:
    """Return the pair whose new side is ``name``, with the proxy its comment describes."""
    new = build[name]
    facts = dict(word.split("=", 1) for word in _documented(new, _PROXY))
    call = facts.get("call")
    return CodePair(
        new=new,
        old=build.get(name.removesuffix("_V2") + "_V1"),
        proxy_kind=facts.get("kind"),
        initialized=int(facts["initialized"]) if "initialized" in facts else None,
        proxy_abi=_abi(facts["answers"]) if "answers" in facts else None,
        call=None if call is None else b"" if call == "none" else selector(call),
    )


def _abi(signature: str) -> tuple[dict, ...]:
    return ({"type": "function", "name": signature.partition("(")[0], "inputs": []},)


def expected_of(artifact: Artifact) -> set[tuple[str, str]]:
    """Return the ``(code, severity)`` pairs that a fixture's comment names."""
    words = _documented(artifact, _EXPECT)
    return {tuple(word.split("=", 1)) for word in words if word != "nothing"}


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
    assert len(cases) > 150


def test_a_contract_against_itself_has_changed_nothing(fixtures):
    """A pair of equal versions gives no finding about a change."""
    about_changes = {
        "abi-removed", "abi-changed-return", "event-changed", "error-changed", "immutable-changed",
        "constant-changed", "immutable-to-storage", "uups-lost", "initializer-missing", "reinitializer-never-runs",
        "reinitializer-skipped", "function-public-inherited",
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
