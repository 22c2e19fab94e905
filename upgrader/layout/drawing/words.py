"""What a drawing says in words: its head and legend, counts, sentences below a block, and what did not change."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from upgrader.layout.drawing.cells import Line
from upgrader.layout.drawing.page import INDENT, MARGIN, Page
from upgrader.layout.drawing.spans import BETWEEN, MEANINGS, SIGNS, Span, plain
from upgrader.layout.model import StorageLayout
from upgrader.units import WORD

MAX_SENTENCES: Final = 10
"""Sentences below one block."""


def head(old: StorageLayout, new: StorageLayout, page: Page, *, ruler: bool) -> list[tuple[Span, ...]]:
    """Return the names of both sides, and the numbers of the bytes where there is a word to see."""
    names = [f"{side}: {plain(layout.contract, page.side - 8)}" for side, layout in (("before", old), ("after", new))]
    between = Span(BETWEEN[1], "head")
    lines: list[tuple[Span, ...]] = [(Span(INDENT), Span(name, "title")) for name in names]
    if not page.stacked:
        lines = [(Span(INDENT), Span(names[0].ljust(page.side), "title"), between, Span(names[1], "title"))]
    if ruler:
        numbers = Span(f"{'slot':>{MARGIN}}  {page.ruler}", "head")
        lines.append((numbers,) if page.stacked else (numbers, between, Span(page.ruler.rstrip(), "head")))
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
    """Yield what had no room in its cells and stands in no sentence: names, and where they went, by kind."""
    cut: dict[tuple[str, str], str] = {}
    for line in lines:
        for kind, name, note in line.cut:
            cut.setdefault((kind, name), note)  # of both sides the old one, which says where it went
    for kind in SIGNS:
        told = [sentence for own, sentence in said[:MAX_SENTENCES] if own == kind]
        every = [(plain(name, WORD + 8), note) for (own, name), note in cut.items() if own == kind]
        first = every[:MAX_SENTENCES]
        names = [f"{name} {note}".rstrip() for name, note in first if not any(name in sentence for sentence in told)]
        if names:
            more = f" and {len(every) - len(first)} more" if len(every) > len(first) else ""
            yield kind, f"{', '.join(names)}{more}"


def sentences(said: Sequence[tuple[str, str]], page: Page) -> Iterator[tuple[Span, ...]]:
    """Yield kinds and sentences as lines below a block."""
    for kind, sentence in said[:MAX_SENTENCES]:
        for index, part in enumerate(textwrap.wrap(sentence, page.width - len(INDENT) - 2, break_on_hyphens=False)):
            yield (Span(INDENT, "head"), Span(f"{SIGNS[kind] if index == 0 else ' '} {part}", kind))
    if len(said) > MAX_SENTENCES:
        yield (Span(f"{INDENT}… and {len(said) - MAX_SENTENCES} more", "head"),)


def unchanged(names: Sequence[str], page: Page, *, alone: bool) -> Iterator[tuple[Span, ...]]:
    """Yield the regions in which nothing changed, as one paragraph."""
    if not names:
        return
    listed = ", ".join(names[:MAX_SENTENCES]) + (
        f" and {len(names) - MAX_SENTENCES} more" if len(names) > MAX_SENTENCES else ""
    )
    text = f"{'nothing changed' if alone else 'unchanged'}: {listed}"
    for index, part in enumerate(textwrap.wrap(text, page.width - len(INDENT), break_on_hyphens=False)):
        yield (Span(f"{INDENT}{'' if index == 0 else '  '}{part}", "head"),)
