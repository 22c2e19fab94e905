"""Findings one line each, as compilers print them: ``path:line: severity code subject: message``.

Editors and the problem matchers of build servers read that form, and a project with a hundred contracts stays a page.
"""

from collections.abc import Callable, Iterable
from typing import Final

from upgrader.findings import Finding, Severity, ranked
from upgrader.reports.text import sentence, visible

MESSAGE: Final = 2_000
"""Characters of a message that are shown: every sentence of ours is whole, and a megabyte of name is not."""

_WORDS: Final = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def compact_lines(findings: Iterable[Finding], place: Callable[[str], str] = str) -> list[str]:
    """Return findings worst first, one line each; what blocks or warns with its remedy.

    Args:
        findings: In any order.
        place: From a finding's ``path:line`` to the same as seen from where it is read.
    """
    return [_line(finding, place) for finding in ranked(findings)]


def _line(finding: Finding, place: Callable[[str], str]) -> str:
    at = place(finding.evidence.get("at", ""))
    where = f"{visible(at, 160)}: " if at else ""
    fix = f"; to mend: {sentence(finding.remedy, MESSAGE)}" if finding.severity is not Severity.NOTE else ""
    about = f"{_WORDS[finding.severity]}: {visible(finding.code, 80)} {visible(finding.subject, 120)}"
    return f"{where}{about}: {sentence(finding.message, MESSAGE)}{fix}"
