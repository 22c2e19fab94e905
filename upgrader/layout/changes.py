"""The facts that comparing two layouts yields; no fact says whether it is good."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a byte range, or to a region."""

    ADDED = "added"
    """New bytes that were never live."""
    GROWN = "grown"
    """An array has more elements, over bytes that were never live."""
    WIDENED = "widened"
    """The same value, in a type that holds more values."""
    RENAMED = "renamed"
    """The same bytes and type, another name."""
    RECAST = "recast"
    """The same bits, read as another sort of value."""
    NARROWED = "narrowed"
    """Values that were valid no longer fit."""
    REINTERPRETED = "reinterpreted"
    """The same bytes now stand for other values."""
    MOVED = "moved"
    """A variable now looks for its value elsewhere."""
    SWAPPED = "swapped"
    """Variables of one type took one another's places."""
    RESTRIDED = "restrided"
    """Elements of an array lie at other distances."""
    DELETED = "deleted"
    """A variable is gone; its bytes remain as they are."""
    SHRUNK = "shrunk"
    """An array has fewer elements; the bytes of the others remain as they are."""
    REUSED = "reused"
    """A new variable reads bytes that a deleted one left behind."""
    RESTORED = "restored"
    """A variable of an earlier layout is back, with the value it had then."""
    UNJUDGED = "unjudged"
    """The layouts do not say enough."""
    UNLISTED = "unlisted"
    """The members of an enum are not known; everything else about it is unchanged."""
    POINTER = "pointer"
    """An internal function value: a place in the code of one particular build."""
    REGION_ADDED = "region-added"
    REGION_MOVED = "region-moved"
    REGION_VANISHED = "region-vanished"
    REGION_OVERLAP = "region-overlap"
    REGION_MISLABELLED = "region-mislabelled"
    """The code looks for a namespace elsewhere than its annotation says."""
    REGION_UNSEEN = "region-unseen"
    """One of the layouts comes from a source that does not know regions beyond the root."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a variable lies.

    Attributes:
        region: Name of the region.
        path: The variable's name, with what is inside it: ``positions[].size``; empty for a whole region.
        contract: Short name of the declaring contract or struct.
        slot: Word, absolute in a region with a known base; inside a mapping or an array, counted from the value's
            first word.
        offset: Bytes from the low end of the word.
        size: Bytes; 0 when unknown.
        type: Label of the type.
        at: ``file:line``; empty when unknown.
        inside: The mapping or array whose values hold it; empty at the top of a region.
    """

    region: str
    path: str
    contract: str
    slot: int
    offset: int
    size: int
    type: str
    at: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One fact about two layouts.

    Attributes:
        old: Where it was; None for what is new.
        new: Where it is; None for what is gone.
        reason: Why in words, where kind and places do not say it.
        acknowledged: Whether the source annotates the change (``@custom:oz-renamed-from``, ``-retyped-from``).
        cause: For something that moved: what stands in its place and is new.
        dead: The variable is an array that no code names: what it holds, if anything, is not known.
    """

    kind: ChangeKind
    old: Place | None
    new: Place | None
    reason: str = ""
    acknowledged: bool = False
    cause: tuple[Place, ...] = ()
    dead: bool = False
