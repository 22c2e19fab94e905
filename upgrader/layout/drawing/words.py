"""What a drawing says in words: its head and legend, counts, sentences below a block, and what did not change."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from upgrader.layout.drawing.cells import MARGIN, Line
from upgrader.layout.drawing.spans import MEANINGS, SIGNS, Span, plain
from upgrader.layout.model import StorageLayout
from upgrader.units import WORD

MAX_SENTENCES: Final = 10
"""Sentences below one block."""

WIDTH: Final = MARGIN + 2 + WORD + 3 + WORD + 1
RULER: Final = "31     24      16      8       0"
"""Bytes of a word, as they are drawn: the lowest on the right."""

INDENT: Final = " " * (MARGIN + 2)


def head(old: StorageLayout, new: StorageLayout, *, ruler: bool) -> list[tuple[Span, ...]]:
    """Return the names of both sides, and the numbers of the bytes where there is a word to see."""
    names = [f"{side}: {plain(layout.contract, WORD - 8)}" for side, layout in (("before", old), ("after", new))]
    lines: list[tuple[Span, ...]] = [
        (Span(f"{'':>{MARGIN}}  {names[0].ljust(WORD + 3)}{names[1].ljust(WORD)}".rstrip(), "title"),)
    ]
    if ruler:
        lines.append((Span(f"{'slot':>{MARGIN}}  {RULER}   {RULER}", "head"),))
    return lines


def counts(ranges: Mapping[str, int], fate: tuple[str, str]) -> Iterator[Span]:
    """Yield what stands behind a block's title: how many of what, each with its sign, which explains the sign.

    Args:
        ranges: Kind -> byte ranges.
        fate: Kind and words of a region that changed as a whole; empty for the others.
    """
    words = [(kind, f"{SIGNS[kind]} {count} {MEANINGS[kind]}") for kind, count in ranges.items()]
    for index, (kind, text) in enumerate([fate] if fate[1] else words):
        yield Span(": " if index == 0 else ", ", "head")
        yield Span(text, kind)


def cut_names(lines: Sequence[Line], said: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the marked names that had no room in their cells and stand in no sentence, those of one kind together."""
    cut = dict.fromkeys(pair for line in lines for pair in line.cut)
    for kind in SIGNS:
        told = [sentence for own, sentence in said[:MAX_SENTENCES] if own == kind]
        every = [name for own, name in cut if own == kind]
        first = [plain(name, WORD + 8) for name in every[:MAX_SENTENCES]]
        names = [name for name in first if not any(name in sentence for sentence in told)]
        if names:
            more = f" and {len(every) - len(first)} more" if len(every) > len(first) else ""
            yield kind, f"{', '.join(names)}{more}"


def sentences(said: Sequence[tuple[str, str]]) -> Iterator[tuple[Span, ...]]:
    """Yield kinds and sentences as lines below a block."""
    for kind, sentence in said[:MAX_SENTENCES]:
        for index, part in enumerate(textwrap.wrap(sentence, WIDTH - len(INDENT) - 2, break_on_hyphens=False)):
            yield (Span(INDENT, "head"), Span(f"{SIGNS[kind] if index == 0 else ' '} {part}", kind))
    if len(said) > MAX_SENTENCES:
        yield (Span(f"{INDENT}… and {len(said) - MAX_SENTENCES} more", "head"),)


def unchanged(names: Sequence[str], *, alone: bool) -> Iterator[tuple[Span, ...]]:
    """Yield the regions in which nothing changed, as one paragraph."""
    if not names:
        return
    listed = ", ".join(names[:MAX_SENTENCES]) + (
        f" and {len(names) - MAX_SENTENCES} more" if len(names) > MAX_SENTENCES else ""
    )
    text = f"{'nothing changed' if alone else 'unchanged'}: {listed}"
    for index, part in enumerate(textwrap.wrap(text, WIDTH - len(INDENT), break_on_hyphens=False)):
        yield (Span(f"{INDENT}{'' if index == 0 else '  '}{part}", "head"),)
