"""Findings as SARIF 2.1.0, which code hosts show beside the line that they are about.

A result's fingerprint is made of its code, its contract and its subject, never of its line or its message: an alert
that was dismissed stays dismissed when code above it moves.  Paths are relative to the root of the sources
(``%SRCROOT%``), as code hosts expect; one that leads out of it is kept out of the log.  GitHub refuses a whole log for
one result without a place, so what has no line of its own stands at the first line of its contract's file.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html,
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from upgrader import __version__
from upgrader.findings import Finding, Severity, Verdict, ranked, verdict_of
from upgrader.reports.text import visible

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
VERSION: Final = "2.1.0"
ROOT: Final = "%SRCROOT%"
FINGERPRINT: Final = "upgraderFinding/v1"
GITHUB_FINGERPRINT: Final = "primaryLocationLineHash"
"""The only one that GitHub reads; without it, one is made of the line's text, which changes with the code around it."""

PROJECT: Final = "upgrader.toml"
"""Where a finding is shown that is about no file: the project's own."""

MAX_RESULTS: Final = 5_000
"""Results of one run; GitHub shows as many and refuses files with over 25 000."""

MAX_LINE: Final = 2**31 - 1

MAX_DESCRIPTION: Final = 1_000
"""Characters of a rule's description; GitHub shows as many (1024)."""

_PROBLEMS: Final = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_LEVELS: Final = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_PLACE: Final = re.compile(r"(.{1,1000}?)(?::(\d{1,10}))?", re.DOTALL)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of one code, for the reader of a result.

    Attributes:
        title: One sentence.
        help: Why it matters and how to mend it, in Markdown.
    """

    title: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings about one contract.

    Attributes:
        name: What the contract is called; empty for findings about no one contract.
        file: Where it is declared, as paths in findings are given; empty when unknown.
    """

    name: str
    findings: Sequence[Finding]
    file: str = ""


def sarif(groups: Iterable[Group], rules: Mapping[str, Rule], root: str = "") -> dict[str, Any]:
    """Return findings as one SARIF log.

    Args:
        groups: Findings by contract; one about a base that several contracts share becomes one result.
        rules: By code; a code without a page is listed by its name alone.
        root: Folder of the sources from the root of the repository; empty where they are the same.

    Returns:
        JSON types only; the same findings give the same log.
    """
    results: dict[str, dict[str, Any]] = {}
    every: list[Finding] = []
    named: Counter[str] = Counter()
    for group in groups:
        for finding in ranked(group.findings):
            every.append(finding)
            name = f"{finding.code}\n{group.name}\n{finding.subject}"
            result = _result(finding, group, f"{name}\n{named[name]}", root)
            named[name] += 1
            results.setdefault(str((result["ruleId"], result["message"], result["locations"])), result)
    worst: dict[str, Severity] = {}
    for finding in reversed(ranked(every)):
        worst[_id(finding.code)] = finding.severity
    codes = sorted(worst)
    listed = sorted(results.values(), key=_order)
    for result in listed:
        result["ruleIndex"] = codes.index(result["ruleId"])
    listed_rules = [_rule(code, rules, worst[code]) for code in codes]
    run = {
        "tool": {"driver": {"name": "upgrader", "version": __version__, "rules": listed_rules}},
        "columnKind": "unicodeCodePoints",
        "results": listed[:MAX_RESULTS],
        "invocations": [_invocation(verdict_of(every), len(listed))],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: str, rules: Mapping[str, Rule], worst: Severity) -> dict[str, Any]:
    """Return what GitHub wants to know of a rule; of one without a page its code is all that there is to say."""
    known = rules.get(code) or Rule(code, code)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": f"{known.title} {_first(known.help)}"[:MAX_DESCRIPTION].strip()},
        "help": {"text": known.help.replace("`", ""), "markdown": known.help},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"precision": "high", "problem.severity": _PROBLEMS[worst], "tags": ["upgrade-safety"]},
    }


def _first(text: str) -> str:
    """Return the first paragraph of Markdown as plain text."""
    return text.partition("\n\n")[0].replace("`", "").removeprefix("**Why.** ")


def _result(finding: Finding, group: Group, name: str, root: str) -> dict[str, Any]:
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    place = _location(finding.evidence.get("at", ""), root) or _location(group.file, root) or _location(PROJECT, root)
    return {
        "ruleId": _id(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{visible(finding.subject)}: {visible(finding.message, 2_000)}. {_mend(finding)}".strip()},
        "partialFingerprints": {FINGERPRINT: digest, GITHUB_FINGERPRINT: f"{digest}:1"},
        "properties": {
            "contract": visible(group.name),
            "subject": visible(finding.subject),
            "judged": finding.judged,
        },
        "locations": [{"physicalLocation": place}],
    }


def _id(code: str) -> str:
    return visible(code, 120)


def _mend(finding: Finding) -> str:
    return f"To mend: {visible(finding.remedy, 1_000)}." if finding.severity is not Severity.NOTE else ""


def _location(at: str, root: str) -> dict[str, Any] | None:
    """Return ``path:line`` as a place in the repository; None for what is none."""
    parts = _PLACE.fullmatch(at) if at else None
    if parts is None or _SCHEME.match(parts[1]):
        return None
    path = posixpath.normpath(posixpath.join(root, parts[1].replace("\\", "/")))
    if path.startswith(("/", "..")):
        return None
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(path, errors="replace"), "uriBaseId": ROOT}}
    return place | {"region": {"startLine": min(max(int(parts[2] or 0), 1), MAX_LINE)}}


def _invocation(verdict: Verdict, count: int) -> dict[str, Any]:
    about: dict[str, Any] = {"executionSuccessful": True, "properties": {"verdict": verdict.value}}
    if count > MAX_RESULTS:
        text = f"{count - MAX_RESULTS} further results are left out"
        about["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return about


def _order(result: Mapping[str, Any]) -> tuple[int, str, str]:
    severity = ("error", "warning", "note").index(result["level"])
    return severity, result["ruleId"], result["message"]["text"]
