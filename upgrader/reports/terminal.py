"""A drawing for a terminal: with colours where they are wanted, and the same characters without.

Source: https://www.ecma-international.org/publications-and-standards/standards/ecma-48/ (8.3.117, SGR)
"""

from typing import Final

from upgrader.layout.drawing import Drawing, Span
from upgrader.reports.text import visible

SPANS: Final = 200
"""Pieces of one line."""

_CODES: Final = {
    "clash": "1;97;41",
    "gone": "9;31",
    "moved": "1;31",
    "new": "1;32",
    "alike": "33",
    "gap": "2",
    "head": "2",
    "title": "1",
}
"""Parameters of SGR by kind: bright on red, struck red, red, green, yellow, faint, bold."""

_STANDS_FOR: Final = {
    "│": "|", "▕": "|", "▏": "|", "·": ".", "…": ".", "→": ">", "←": "<", "✓": "v", "✗": "x", "“": '"', "”": '"',
}  # fmt: skip
"""One column for one column, so that a drawing keeps its columns."""


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what is printed in place of a character that a terminal's encoding lacks, and where to go on.

    A handler for :func:`codecs.register_error`: our own signs have a letter that looks alike, others their number.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = (_STANDS_FOR.get(char) or char.encode("ascii", "backslashreplace").decode("ascii") for char in lacking)
    return "".join(shown), error.end


def drawn_lines(drawing: Drawing, *, colour: bool) -> list[str]:
    """Return a drawing as lines of text.

    Args:
        drawing: Its texts may be hostile.
        colour: Whether the terminal takes escape sequences; the only ones in the result are then our own.
    """
    return ["".join(_piece(span, colour=colour) for span in line[:SPANS]).rstrip() for line in drawing]


def _piece(span: Span, *, colour: bool) -> str:
    text, code = visible(span.text), _CODES.get(span.kind, "")
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text
