"""Findings as SARIF, which code hosts show beside the line that they are about.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from upgrader import __version__
from upgrader.findings import Finding, Severity, ranked
from upgrader.reports.text import visible

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
CATALOGUE: Final = "docs/catalogue.md"
"""Where each code has its page, from the root of this project."""

_LEVELS: Final = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings as one SARIF log, worst first.

    A finding without file and line is about the upgrade as a whole, and has no location.
    """
    every = ranked(findings)
    driver = {
        "name": "upgrader",
        "version": __version__,
        "rules": [
            {"id": code, "helpUri": f"{CATALOGUE}#{code}"} for code in sorted({finding.code for finding in every})
        ],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(finding) for finding in every]}],
    }


def _result(finding: Finding) -> dict[str, Any]:
    name = f"{finding.code}\n{finding.subject}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{visible(finding.message, 2000)}. To mend: {visible(finding.remedy, 1000)}."},
        # The same finding of the next run is the same alert, wherever its line has gone.
        "partialFingerprints": {"finding/v1": hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()},
        "properties": {"subject": visible(finding.subject), "judged": finding.judged},
    }
    path, _, line = finding.evidence.get("at", "").rpartition(":")
    if path and line.isdecimal():
        place = {"artifactLocation": {"uri": visible(path, 1000)}, "region": {"startLine": max(1, int(line[:9]))}}
        result["locations"] = [{"physicalLocation": place}]
    return result
