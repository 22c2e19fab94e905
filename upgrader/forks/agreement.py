"""Whether what a node says of its rules agrees with a schedule."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What one statement of a node says about one fork."""

    KNOWS = "knows"
    """The node has the fork, exactly as the schedule has it."""

    LACKS = "lacks"
    """The node's rules end before the fork."""

    DIFFERS = "differs"
    """The node has other rules than the schedule."""

    SILENT = "silent"
    """The statement neither supports nor contradicts the fork."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One statement, weighed.

    Attributes:
        standing: What it says.
        detail: The figures that were compared, in a sentence.
    """

    standing: Standing
    detail: str
