"""How much room a drawing takes: columns of a word, and whether both sides fit beside one another.

A byte has at least one column, so that no byte is lost.  Where there is room a word is drawn wider, but never wider
than its names need: sides that stand far apart are hard to compare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from upgrader.units import WORD

MARGIN: Final = 10
"""Columns of a slot's number."""

INDENT: Final = " " * (MARGIN + 2)

STEP: Final = 8
"""Columns by which a word grows: every group of four bytes gets one more."""

WIDEST: Final = 3 * WORD
"""Columns of a word at most; three a byte."""

TAG: Final = 7
"""Columns of ``before`` and ``after`` behind the rows of a narrow drawing."""

STANDARD: Final = MARGIN + 2 + WORD + 3 + WORD + 1
"""Columns of a terminal that nobody has made wider, which both sides of one column a byte just fill."""


@dataclass(frozen=True, slots=True)
class Page:
    """The room of one drawing.

    Attributes:
        side: Columns of a word.
        stacked: Whether what is before stands above what is after, because both do not fit beside one another.
    """

    side: int = WORD
    stacked: bool = False

    @property
    def width(self) -> int:
        """Columns of the whole drawing."""
        if self.stacked:
            return MARGIN + 2 + self.side + 1 + TAG
        return STANDARD + 2 * (self.side - WORD)

    @property
    def ruler(self) -> str:
        """The numbers of some bytes of a word, each beginning where its byte does: the lowest on the right."""
        line = ""
        for byte in (31, 24, 16, 8, 0):
            line = line.ljust(self.side - self.column(byte + 1)) + str(byte)
        return line.ljust(self.side)

    def column(self, byte: int) -> int:
        """Return how many columns the bytes below one take."""
        return byte * self.side // WORD


def pages(width: int) -> Iterator[Page]:
    """Yield the pages that fit a width, the narrowest first; one at least, however narrow that is.

    Args:
        width: Columns of the terminal, or of whatever the drawing is shown in.
    """
    stacked = width < STANDARD
    yield Page(stacked=stacked)
    for side in range(WORD + STEP, WIDEST + 1, STEP):
        page = Page(side, stacked=stacked)
        if page.width > width:
            return
        yield page
