"""Findings as SARIF: levels, places, and names that stay the same from run to run."""

from upgrader.findings import Finding, Severity
from upgrader.reports.sarif import sarif

MOVED = Finding("storage-moved", Severity.BLOCKER, "Market.z", "z moves", "set __gap to 48", {"at": "src/M.sol:14"})
RENAMED = Finding("storage-renamed", Severity.WARNING, "Market.x", "x is now called y", "confirm it")
HOSTILE = Finding("storage-deleted", Severity.NOTE, "M.\x1b[31m", "a\u202eb is gone", "keep it", {"at": "a\x00b:7"})


def results(*findings):
    """Return the results of the one run."""
    return sarif(findings)["runs"][0]["results"]


def test_levels_and_places():
    """A blocker is an error at its line; a finding without a line has no location."""
    first, second = results(RENAMED, MOVED)

    place = {"artifactLocation": {"uri": "src/M.sol"}, "region": {"startLine": 14}}
    assert ("error", [{"physicalLocation": place}]) == (first["level"], first["locations"])
    assert ("warning", False) == (second["level"], "locations" in second)


def test_rules_are_listed_once():
    """Every code of the log is a rule with its page."""
    rules = sarif([MOVED, MOVED, RENAMED])["runs"][0]["tool"]["driver"]["rules"]

    assert ["storage-moved", "storage-renamed"] == [rule["id"] for rule in rules]


def test_the_same_finding_is_the_same_alert_when_its_line_moves():
    """The fingerprint is of code and subject."""
    later = Finding(MOVED.code, MOVED.severity, MOVED.subject, "z moves from 50 to 51", "fix", {"at": "src/M.sol:99"})

    assert results(MOVED)[0]["partialFingerprints"] == results(later)[0]["partialFingerprints"]


def test_hostile_text_is_escaped():
    """Control characters and right-to-left marks do not reach the code host."""
    (result,) = results(HOSTILE)

    shown = result["message"]["text"] + result["properties"]["subject"] + str(result["locations"])
    assert not {"\x1b", "\u202e", "\x00"} & set(shown)
