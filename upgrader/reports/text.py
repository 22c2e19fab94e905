r"""Plain text that is safe to show, and findings in words.

Whatever came from a chain, a file or a node passes through :func:`visible` before it reaches a terminal: control
characters could move the cursor, right-to-left marks could swap what a signer reads, and a megabyte of name could
push the verdict off the screen.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from upgrader.findings import Finding, Severity, ranked

LIMIT: Final = 400
"""Characters of one untrusted value that are shown; the rest is counted."""

SENTENCE: Final = 900
"""Characters of a message: every sentence of ours is whole, and of a megabyte of name in it no more than of a name."""

_LONG_WORD: Final = re.compile(rf"\S{{{LIMIT},}}")
_SIGN: Final = {Severity.BLOCKER: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str, limit: int = LIMIT) -> str:
    r"""Return ``text`` with every invisible or reordering character written as ``\\xNN`` or ``\\uNNNN``.

    Args:
        text: Untrusted.
        limit: Characters kept; a longer text ends in how many were left out.
    """
    shown = "".join(_escape(char) for char in text[:limit])
    return shown if len(text) <= limit else f"{shown}… ({len(text) - limit} more characters)"


def sentence(text: str, limit: int = SENTENCE) -> str:
    """Return a message whole, as :func:`visible` shows it; only a word that no sentence has is cut."""
    return visible(_LONG_WORD.sub(lambda found: f"{found[0][: LIMIT - 1]}…", text), limit)


def finding_lines(findings: Iterable[Finding], place: Callable[[str], str] = str) -> list[str]:
    """Return findings worst first, one line each with its remedy below; identical ones once.

    Args:
        findings: In any order.
        place: From a finding's ``path:line`` to the same as seen from where it is read.
    """
    lines = []
    for finding in ranked(findings):
        where = place(finding.evidence.get("at", ""))
        name = f"{visible(finding.code, 80)}  {visible(finding.subject, 120)}"
        head = f"{_SIGN[finding.severity]} {finding.severity.value:<7} {name}"
        lines.append(f"{visible(where, 160)}: {head}" if where else head)
        lines.append(f"    {sentence(finding.message)}")
        if finding.severity is not Severity.NOTE:
            lines.append(f"    > {sentence(finding.remedy)}")
    return lines


def count_line(findings: Iterable[Finding]) -> str:
    """Return ``2 blockers, 1 warning, 0 notes``."""
    weights = [finding.severity for finding in ranked(findings)]
    return ", ".join(
        f"{count} {severity.value.lower()}{'' if count == 1 else 's'}"
        for severity in reversed(Severity)
        for count in [weights.count(severity)]
    )


def counted(number: int, noun: str) -> str:
    """Return ``1 market`` or ``2 markets``; for nouns that take an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _escape(char: str) -> str:
    if unicodedata.category(char) not in _HIDDEN:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
