"""Untrusted text inside Markdown.

Markdown has no escape that every reader honours everywhere, so two ways are used: values and names stand in code
spans, where nothing is active, and sentences have every active character escaped.  Both pass
:func:`upgrader.reports.text.visible` first, so there is never a line end that could begin a heading or a list.

Source: https://spec.commonmark.org/0.31.2/#backslash-escapes and https://github.github.com/gfm/ (tables, autolinks)
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from upgrader.reports.text import visible

_ACTIVE: Final = re.compile(r"([\\`*_\[\]<>|~&$#])")
_LINK: Final = re.compile(r"(?i)(https?|ftp)(:)(?=//)|(www)(\.)|(mailto|xmpp)(:)")
_TICKS: Final = re.compile(r"`+")


def prose(text: str, limit: int = 400) -> str:
    """Return ``text`` for the middle of a Markdown line: it reads the same and does nothing."""
    escaped = _ACTIVE.sub(r"\\\1", visible(text, limit))
    return _LINK.sub(lambda found: "\\".join(part for part in found.groups() if part), escaped)


def code(text: str, limit: int = 400) -> str:
    """Return ``text`` as a code span that ends where it should, in tables too; nothing for nothing."""
    shown = visible(text, limit).replace("|", "\\|")
    if not shown.strip():
        return ""
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] in " `" or shown[-1] in " `" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table; its cells are Markdown already."""
    return [_row(head), _row(["---"] * len(head)), *(_row(cells) for cells in rows), ""]


def fenced(lines: Iterable[str], limit: int = 400) -> list[str]:
    """Return lines as a code block that no line can end."""
    return [*("    " + visible(line, limit) for line in lines), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
