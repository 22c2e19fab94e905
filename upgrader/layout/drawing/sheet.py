"""The whole drawing, on the narrowest page that shows most.

A person should see within five seconds whether data stays where it is: regions without a change are one line
together, what changed is marked by a colour and by a sign, a moved variable says where it went (``→51``) and where it
came from (``←50``), and values behind a hash that changed have a block of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upgrader.layout.changes import LayoutChange
from upgrader.layout.drawing.blocks import Block, blocks_of
from upgrader.layout.drawing.cells import folded, missing
from upgrader.layout.drawing.page import INDENT, STANDARD, Page, pages
from upgrader.layout.drawing.spans import Drawing, Span
from upgrader.layout.drawing.words import cut_names, head, sentences, unchanged
from upgrader.layout.model import StorageLayout

MAX_LINES: Final = 400
"""Lines of one drawing; the rest is counted."""

MEASURED: Final = 4_000
"""Lines, folded ones too, that are laid out again and again to find the page on which their names have room."""


def draw(old: StorageLayout, new: StorageLayout, changes: Iterable[LayoutChange], *, width: int = STANDARD) -> Drawing:
    """Return two layouts side by side, or one above the other where there is no room for both.

    Args:
        old: Drawn on the left.
        new: Drawn on the right.
        changes: What :func:`~upgrader.layout.compare.compare` said about them.
        width: Columns that there are; no more of them are used than the names need.

    Returns:
        Lines of printable characters; empty names, control characters and megabytes in the layouts do no harm.
    """
    blocks, quiet = blocks_of(old, new, list(changes))
    page = _page(blocks, width)
    body = [line for block in blocks for line in _block(block, page)]
    lines = [*head(old, new, page, ruler=bool(body)), *body, *unchanged(quiet, page, alone=not body)]
    more = len(lines) - MAX_LINES
    return tuple(lines[:MAX_LINES]) + (((Span(f"{INDENT}… {more} more lines", "head"),),) if more > 0 else ())


def _page(blocks: Sequence[Block], width: int) -> Page:
    """Return the narrowest page on which the fewest names have no room; of a huge drawing the narrowest of all."""
    chosen, *wider = pages(width)
    if sum(len(block.lines(chosen)) for block in blocks) > MEASURED:
        return chosen
    fewest = sum(missing(block.lines(chosen)) for block in blocks)
    for page in wider:
        if not fewest:
            break
        short = sum(missing(block.lines(page)) for block in blocks)
        if short < fewest:
            chosen, fewest = page, short
    return chosen


def _block(block: Block, page: Page) -> Iterator[tuple[Span, ...]]:
    lines = block.lines(page)
    yield (Span(INDENT), *block.title)
    yield from folded(lines, block.label, page)
    yield from sentences([*block.said, *cut_names(lines, block.said)], page)
    if block.left > 0:
        yield (Span(f"{INDENT}… values of {block.left} more mappings and arrays changed", "head"),)
