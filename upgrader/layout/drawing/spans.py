"""What a drawing is made of: lines of spans, each with a word for what it means.

The terminal, the HTML report and the evidence of a bundle hold the same value; each gives the words its own colours,
and the signs say the same without any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

SIGNS: Final = {"clash": "!", "gone": "-", "moved": ">", "new": "+", "alike": "~"}
"""What stands before a name, for eyes and printers without colour; the gravest first."""

MEANINGS: Final = {
    "clash": "read otherwise",
    "gone": "gone",
    "moved": "moved",
    "new": "new",
    "alike": "other name or type",
}
"""The signs in words, for the legend."""

BETWEEN: Final = ("│ │", "   ")
"""Texts of the head spans that stand between both sides of a line: of one with cells, and of one without."""

SPAN_KINDS: Final = frozenset({*SIGNS, "same", "gap", "head", "title"})


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line.

    Attributes:
        text: In a drawing made here, printable and of one column a character; in one read from a file, untrusted.
        kind: One of :data:`SPAN_KINDS`; anything else is drawn plainly.
    """

    text: str
    kind: str = "same"


Drawing: TypeAlias = tuple[tuple[Span, ...], ...]
"""Lines of spans, in a fixed-width face."""


def halves(line: Sequence[Span]) -> tuple[Sequence[Span], Sequence[Span]]:
    """Return what stands on the left and on the right of a line; the right half is empty where a line is one.

    Whoever has no room for both sides can set one below the other.
    """
    for index, span in enumerate(line):
        if span.kind == "head" and span.text in BETWEEN:
            ends = Span(span.text[:1], "head"), Span(span.text[1:], "head")
            return (*line[:index], ends[0]), (ends[1], *line[index + 1 :])
    return line, ()


def plain(text: str, limit: int) -> str:
    """Return an untrusted name in printable ASCII, at most ``limit`` characters; what is cut ends in ``…``."""
    clean = "".join(char if char.isprintable() and char.isascii() else "?" for char in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
