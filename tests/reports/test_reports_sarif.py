"""Findings as SARIF 2.1.0: what the standard demands, places, and names that stay the same from run to run."""

import json
import re
from dataclasses import replace

import pytest

from upgrader.findings import Finding, Severity
from upgrader.reports.sarif import MAX_RESULTS, Group, Rule, sarif

MOVED = Finding("storage-moved", Severity.BLOCKER, "Market.z", "z moves", "set __gap to 48", {"at": "src/M.sol:14"})
RENAMED = Finding("storage-renamed", Severity.WARNING, "Market.x", "x is now called y", "confirm it")
ADDED = Finding(
    "function-public-inherited", Severity.NOTE, "Market", "it adds 1 function", "look at it", {"at": "A.sol"}
)
RULES = {"storage-moved": Rule("A live variable moves.", "**Why.** Nothing reverts.\n\n**Fix.** Append `b`.")}
LOG = [Group("Market", (ADDED, RENAMED, MOVED))]

HOSTILE = "\x1b[31m\u202e</script>\x00%2e%2e"


def run(groups, rules=RULES, root=""):
    """Return the one run of a log."""
    return sarif(groups, rules, root)["runs"][0]


def results(*findings, root=""):
    """Return the results of findings about one contract."""
    return run([Group("Market", findings)], root=root)["results"]


def uri_of(at, root="", file=""):
    """Return the URI of a finding's place."""
    (result,) = run([Group("Market", (replace(MOVED, evidence={"at": at}),), file)], root=root)["results"]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def keys(thing, *required, optional=()):
    """Demand exactly these properties, and return the thing."""
    assert set(required) <= set(thing) <= {*required, *optional}
    return thing


def conforms(log):
    """Hold a log to the properties that SARIF 2.1.0 requires, and to the ones that it allows.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json (sections named below)
    """
    keys(log, "version", "runs", "$schema")  # 3.13
    assert "2.1.0" == log["version"]
    (one,) = log["runs"]
    keys(one, "tool", "results", "columnKind", "invocations")  # 3.14
    assert one["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}  # 3.14.17
    driver = keys(keys(one["tool"], "driver")["driver"], "name", "version", "rules")  # 3.18, 3.19
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:  # 3.49
        keys(rule, "id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties")
        for part in ("shortDescription", "fullDescription", "help"):  # 3.12: a multiformat message has text
            assert keys(rule[part], "text", optional=("markdown",))["text"]
            assert len(rule[part]["text"]) <= 1024 or part == "help"
        assert keys(rule["defaultConfiguration"], "level")["level"] in {"none", "note", "warning", "error"}  # 3.50
    for invocation in one["invocations"]:  # 3.20
        keys(invocation, "executionSuccessful", optional=("properties", "toolExecutionNotifications"))
        assert isinstance(invocation["executionSuccessful"], bool)
    for result in one["results"]:  # 3.27
        keys(result, "ruleId", "ruleIndex", "level", "message", "partialFingerprints", "properties", "locations")
        assert result["level"] in {"none", "note", "warning", "error"}
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert isinstance(keys(result["message"], "text")["text"], str)  # 3.11
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())  # 3.27.17
        (location,) = result["locations"]  # GitHub refuses a log for one result without
        place = keys(keys(location, "physicalLocation")["physicalLocation"], "artifactLocation", "region")
        artifact = keys(place["artifactLocation"], "uri", "uriBaseId")  # 3.4
        assert re.fullmatch(r"(?!/)(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", artifact["uri"])
        assert keys(place["region"], "startLine")["startLine"] >= 1  # 3.30.5


@pytest.mark.parametrize(
    "groups",
    [
        [],
        LOG,
        [Group("", ()), *LOG, Group(HOSTILE, (replace(MOVED, subject=HOSTILE, message=HOSTILE),))],
        [Group("M", (replace(MOVED, code=HOSTILE, evidence={"at": f"{HOSTILE}:7"}),))],
    ],
)
def test_a_log_has_what_the_standard_demands(groups):
    """Required properties, allowed ones, and values of the right sort, for whatever is found."""
    log = sarif(groups, RULES)

    conforms(log)
    assert log == json.loads(json.dumps(log))


def test_severities_are_levels_and_the_worst_come_first():
    """A blocker is an error, a warning a warning, a note a note."""
    assert [("storage-moved", "error"), ("storage-renamed", "warning"), ("function-public-inherited", "note")] == [
        (result["ruleId"], result["level"]) for result in run(LOG)["results"]
    ]


def test_a_rule_carries_its_page():
    """A reader of the alert sees what it is about and how to mend it; of a code without a page its name is known."""
    moved, renamed = run([Group("Market", (MOVED, RENAMED))])["tool"]["driver"]["rules"]

    assert {
        "id": "storage-moved",
        "name": "StorageMoved",
        "shortDescription": {"text": "A live variable moves."},
        "fullDescription": {"text": "A live variable moves. Nothing reverts."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"precision": "high", "problem.severity": "error", "tags": ["upgrade-safety"]},
        "help": {
            "text": "**Why.** Nothing reverts.\n\n**Fix.** Append b.",
            "markdown": "**Why.** Nothing reverts.\n\n**Fix.** Append `b`.",
        },
    } == moved
    assert ("storage-renamed", "storage-renamed", "warning") == (
        renamed["id"], renamed["help"]["text"], renamed["defaultConfiguration"]["level"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "root", "uri"),
    [
        ("src/M.sol:14", "", "src/M.sol"),
        ("src/M.sol:14", "packages/perp", "packages/perp/src/M.sol"),
        ("../lib/B.sol:3", "packages/perp", "packages/lib/B.sol"),
        ("a b/Ü.sol:3", "", "a%20b/%C3%9C.sol"),
        ("src\\M.sol:14", "", "src/M.sol"),
        ("src/M.sol", "", "src/M.sol"),
        ("/etc/passwd:1", "", "upgrader.toml"),
        ("../../secret.sol:1", "", "upgrader.toml"),
        ("https://example.org/M.sol:1", "", "upgrader.toml"),
        ("javascript:alert(1):1", "", "upgrader.toml"),
        ("", "", "upgrader.toml"),
        ("", "packages/perp", "packages/perp/upgrader.toml"),
    ],
)
def test_paths_are_relative_to_the_repository(at, root, uri):
    """A path below the root is relative to it; one that leads elsewhere is none, and the project's file stands in."""
    assert uri == uri_of(at, root)


def test_what_has_no_line_stands_at_its_contract():
    """A result without a place would make GitHub refuse all the others, too."""
    assert "packages/src/Market.sol" == uri_of("", "packages", file="src/Market.sol")
    assert "packages/upgrader.toml" == uri_of("", "packages", file="../../out.sol")
    assert "packages/src/M.sol" == uri_of("src/M.sol:14", "packages", file="src/Market.sol")


def test_a_fingerprint_is_the_one_that_github_reads():
    """It reads no other key, and makes one of the line's text where there is none."""
    (result,) = results(MOVED)

    assert {"upgraderFinding/v1", "primaryLocationLineHash"} == set(result["partialFingerprints"])
    assert re.fullmatch(r"[0-9a-f]{64}:1", result["partialFingerprints"]["primaryLocationLineHash"])


def test_a_line_is_a_region_and_no_line_is_the_first():
    """Code hosts demand a line; line 0 is none, and no line is larger than a reader can hold."""
    regions = [
        results(replace(MOVED, evidence={"at": at}))[0]["locations"][0]["physicalLocation"].get("region")
        for at in ("M.sol:14", "M.sol", "M.sol:0", "M.sol:9999999999")
    ]

    assert [{"startLine": 14}, {"startLine": 1}, {"startLine": 1}, {"startLine": 2**31 - 1}] == regions


def test_the_same_finding_is_the_same_alert_when_its_line_or_its_words_change():
    """The fingerprint is of code, contract and subject, not of the line or of slots in the message."""
    later = replace(MOVED, message="z moves from 50 to 51", evidence={"at": "src/M.sol:99"})

    assert results(MOVED)[0]["partialFingerprints"] == results(later)[0]["partialFingerprints"]


def test_different_findings_are_different_alerts():
    """Another code, contract or subject is another alert, and so is a second finding about the same subject."""
    others = [
        results(replace(MOVED, code="storage-reused"))[0],
        results(replace(MOVED, subject="Market.y"))[0],
        run([Group("Vault", (MOVED,))])["results"][0],
    ]
    twice = results(MOVED, replace(MOVED, message="z moves in another region"))

    assert 4 == len({json.dumps(one["partialFingerprints"]) for one in (results(MOVED)[0], *others)})
    assert 2 == len({json.dumps(one["partialFingerprints"]) for one in twice})


def test_a_base_that_contracts_share_is_one_alert():
    """The same words at the same line are said once, however many contracts inherit it."""
    assert 1 == len(run([Group("A", (MOVED,)), Group("B", (MOVED,))])["results"])


def test_more_results_than_code_hosts_show_are_counted():
    """A log stays one that a code host accepts; what is left out is said."""
    many = [replace(MOVED, subject=f"M.v{i}", message=f"v{i} moves") for i in range(MAX_RESULTS + 3)]

    one = run([Group("M", many)])

    assert MAX_RESULTS == len(one["results"])
    assert "3 further results are left out" == one["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_hostile_text_is_escaped_and_bounded():
    """No control or reordering character and no megabyte reaches the code host, as JSON or as what JSON decodes to."""
    long = HOSTILE * 100_000
    bad = Finding("storage-moved", Severity.BLOCKER, long, long, long, {"at": f"{long}:7"})

    log = sarif([Group(long, (bad,))], RULES)
    text = json.dumps(log, ensure_ascii=False)

    assert not {"\x1b", "\u202e", "\x00"} & set(text)
    assert len(text) < 20_000
