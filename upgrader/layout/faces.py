"""Where two rows begin alike, so that nothing there needs to be looked at.

An upgrade as a rule appends: the new row begins with all of the old one.  A *face* is everything about a range that
comparing it could bring up, as one tuple; ranges at the start of two rows that have one face and one home are kept,
and there is no fact about them.  That they are no concern of the others either needs rows in which no two ranges
share a byte.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from upgrader.layout.leaves import Leaf, row_of
from upgrader.layout.model import Region, StorageLayout

Face: TypeAlias = tuple[object, ...]


class Faces(NamedTuple):
    """The faces of one row.

    Attributes:
        each: In the order of the row.
        homes: The contract that declares each.
        unsure: Places in the row of ranges whose types have no shape: those are looked at nevertheless.
        tidy: Whether no two ranges share a byte, nor begin at one.
    """

    each: tuple[Face, ...]
    homes: tuple[str, ...]
    unsure: tuple[int, ...]
    tidy: bool


class Beginning(NamedTuple):
    """How two rows begin.

    Attributes:
        same: How many ranges are alike from the first on.
        unsure: Which of them still have types that must be looked into.
    """

    same: int = 0
    unsure: Sequence[int] = ()


NOTHING_ALIKE: Final = Beginning()


def beginning(
    old: tuple[StorageLayout, Region], new: tuple[StorageLayout, Region], called: Mapping[str, str]
) -> Beginning:
    """Return how the rows of two regions begin.

    Args:
        old: A layout and one of its regions.
        new: Likewise.
        called: What contracts of the old layout are called in the new one, where names are not all that is known.
    """
    ours, theirs = faces_of(*old), faces_of(*new)
    if not (ours.tidy and theirs.tidy):
        return NOTHING_ALIKE
    homes = (
        ours.homes
        if all(name == now for name, now in called.items())
        else tuple(called.get(home, home) for home in ours.homes)
    )
    same = min(_alike(ours.each, theirs.each), _alike(homes, theirs.homes))
    return Beginning(same, [place for place in ours.unsure if place < same])


def _alike(olds: Sequence[object], news: Sequence[object]) -> int:
    """Return how many values two sequences have in common from the first on."""
    shorter = min(len(olds), len(news))
    if olds[:shorter] == news[:shorter]:
        return shorter
    return next(place for place in range(shorter) if olds[place] != news[place])


def faces_of(layout: StorageLayout, region: Region) -> Faces:
    """Return the faces of one of a layout's regions, kept with the layout."""
    known: Any = layout.faces.get(id(region))
    if known is None:
        known = layout.faces[id(region)] = _faces(layout, row_of(layout, region))
    faces: Faces = known
    return faces


def _faces(layout: StorageLayout, row: Sequence[Leaf]) -> Faces:
    types, shape_of = layout.types, layout.shapes.of
    each: list[Face] = []
    homes: list[str] = []
    unsure: list[int] = []
    tidy, begun, behind = True, -1, 0
    for path, former, variable, start, end, live, dead, array, home in row:
        shape = shape_of(types, variable.type)
        if shape is None:
            unsure.append(len(each))
        each.append((path, start, end, shape, former, live, dead, array, variable.touched))
        homes.append(home)
        tidy = tidy and behind <= start > begun
        begun, behind = start, end
    return Faces(tuple(each), tuple(homes), tuple(unsure), tidy)
