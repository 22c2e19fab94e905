"""A region as a flat row of typed byte ranges: structs dissolved into their members.

Comparing rows instead of trees is what makes wrapping variables into a struct, renaming a struct, filling its
padding or growing the last one plain byte questions.  Fixed arrays stay whole: one may be 2**200 words long.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from upgrader.layout.changes import Place
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.types import FixedArray, Struct, Type, TypeId, Variable, per_word, stride
from upgrader.units import WORD

GAP: Final = re.compile(r"gap|reserv|unused|placeholder|padding", re.IGNORECASE)
"""What arrays are called that keep bytes free: ``__gap``, ``_gap``, ``__gapUint256``, ``______reserved``."""

UNTOUCHED_GAP: Final = re.compile(f"{GAP.pattern}|^__|spare|empty|free|filler|blank|dummy|space|future", re.IGNORECASE)
"""What they are called where the code is known to name them nowhere: then a hint is enough."""

_DISSOLVED: Final = frozenset({Struct, FixedArray})
"""Types of which a variable is not just one range of bytes that may hold data."""

MAX_LEAVES: Final = 200_000
MAX_SPREAD: Final = 64
"""Elements of an array that is compared with single variables."""


class Leaf(NamedTuple):
    """One byte range that is not a struct; a tuple, because every comparison makes one a variable.

    Attributes:
        path: Names from the region's variable inward.
        former: The path that an annotation gives it before a rename; equal to ``path`` without one.
        variable: The innermost variable.
        start: First byte from the base of its space.
        end: First byte behind it.
        live: Whether it may hold data; False for a gap.
        dead: An array that no code names, and not called a gap: nobody knows what it holds.
        array: Whether it is a fixed array.
        declared_in: Contract that declares the region's variable; empty behind a hash, and when unknown.
    """

    path: tuple[str, ...]
    former: tuple[str, ...]
    variable: Variable
    start: int
    end: int
    live: bool
    dead: bool
    array: bool
    declared_in: str

    @property
    def name(self) -> str:
        """The path in words."""
        return ".".join(self.path)


def leaves(types: Mapping[TypeId, Type], variables: Iterable[Variable]) -> tuple[Leaf, ...]:
    """Return variables as leaves, in the order given."""
    found: list[Leaf] = []
    for variable in variables:
        name, kind, slot, offset, size, contract, _, _, renamed_from, _ = variable
        if type(types[kind]) in _DISSOLVED or not name:
            _dissolve(types, variable, (), (), 0, contract, found)
            continue
        own, start = (name,), slot * WORD + offset  # nearly every variable is one range: no need to go further
        was = (renamed_from,) if renamed_from else own
        found.append(Leaf(own, was, variable, start, start + size, True, False, False, contract))  # noqa: FBT003
    return tuple(found)


def row_of(layout: StorageLayout, region: Region) -> tuple[Leaf, ...]:
    """Return the leaves of one of a layout's regions, kept with the layout: one side is compared with many others."""
    known = layout.rows.get(id(region))
    if known is None:
        known = layout.rows[id(region)] = (region, leaves(layout.types, region.variables))
    return known[1]


def joined(row: Sequence[Leaf], whole: frozenset[tuple[str, ...]]) -> Sequence[Leaf]:
    """Return a row in which each struct whose path is in ``whole`` is one range again, as it is in the other row.

    What its members are cannot be compared there, and each of them would be said to be gone or renamed.
    """
    if not whole:
        return row
    found: list[Leaf] = []
    for leaf in row:
        path = next((path for path in whole if len(path) < len(leaf.path) and leaf.path[: len(path)] == path), None)
        if path is None:
            found.append(leaf)
        elif found and found[-1].path == path:
            found[-1] = found[-1]._replace(end=leaf.end)
        else:
            found.append(leaf._replace(path=path, former=path, live=True, dead=False, array=False))
    return found


def spread(
    types: Mapping[TypeId, Type], row: Sequence[Leaf], other: Sequence[Leaf], since: int, *, whole: bool
) -> Sequence[Leaf]:
    """Return a row with small fixed arrays as their elements where the other row has single variables instead.

    ``uint256[2] fees`` and ``uint256 maker; uint256 taker`` are the same bytes with the same meaning.  An array that
    the other row has too, at another place, stays whole: it has moved.  So does one that no code names, because whether
    it has elements is not known (an annotation says so), and one that is called a gap and is used: who takes its words
    takes them for free.
    With ``whole`` so does one that the other row has no variable for each element of: an array was dropped there, and
    what lies on its first words is no renamed element.  The first ``since`` ranges of both rows are alike, and stay.
    """
    arrays = {
        leaf.start
        for leaf in row[since:]
        if leaf.live
        and leaf.array
        and (not leaf.dead or leaf.variable.retyped_from)
        and not GAP.search(leaf.variable.name)
    }
    single = {leaf.start for leaf in other[since:] if leaf.live and not leaf.array} & arrays if arrays else set()
    if single:
        elsewhere = {path for leaf in other for path in (leaf.path, leaf.former)}
        single -= {leaf.start for leaf in row if leaf.path in elsewhere or leaf.former in elsewhere}
    if single and whole:
        single -= {leaf.start for leaf in row if leaf.start in single and not _covered(types, leaf, other)}
    if not single:
        return row
    return [part for leaf in row for part in (_elements(types, leaf) if leaf.start in single else (leaf,))]


def _covered(types: Mapping[TypeId, Type], array: Leaf, other: Sequence[Leaf]) -> bool:
    """Whether another row has a variable at every element of an array."""
    starts = {leaf.start for leaf in _elements(types, array)}
    return all(any(leaf.start <= start < leaf.end for leaf in other) for start in starts)


def _elements(types: Mapping[TypeId, Type], leaf: Leaf) -> Iterable[Leaf]:
    kind = types[leaf.variable.type]
    if not isinstance(kind, FixedArray) or kind.length > MAX_SPREAD:
        return (leaf,)
    size = types[kind.element].size or WORD
    whole, packed = stride(size)
    found: list[Leaf] = []
    for index in range(kind.length):
        place = index * whole if whole else index // per_word(size)
        offset = 0 if whole else index % per_word(size) * packed
        name = f"{leaf.variable.name}[{index}]"
        element = leaf.variable._replace(name=name, type=kind.element, slot=place, offset=offset, size=size)
        _dissolve(types, element, leaf.path[:-1], leaf.former[:-1], leaf.start, leaf.declared_in, found)
    return found


def place_of(leaf: Leaf, types: Mapping[TypeId, Type], region: str, base: int, inside: str) -> Place:
    """Return where a leaf lies, for a fact."""
    variable = leaf.variable
    return Place(
        region=region,
        path=within(inside, leaf.name),
        contract=variable.contract,
        slot=base + leaf.start // WORD,
        offset=leaf.start % WORD,
        size=leaf.end - leaf.start,
        type=types[variable.type].label,
        at=variable.at,
        inside=inside,
    )


def within(inside: str, name: str) -> str:
    """Return the path of a name in what a mapping or an array holds: ``books[].size``, ``pairs[][0]``."""
    if not inside or not name:
        return inside or name
    return f"{inside}{name}" if name.startswith("[") else f"{inside}.{name}"


def _dissolve(  # noqa: PLR0913, PLR0917 - what a struct hands to its members
    types: Mapping[TypeId, Type],
    variable: Variable,
    path: tuple[str, ...],
    former: tuple[str, ...],
    base: int,
    declared_in: str,
    found: list[Leaf],
) -> None:
    kind = types[variable.type]
    name = variable.name
    own = (*path, name) if name else path
    if former is path and not variable.renamed_from:
        was = own
    else:
        was = (*former, variable.renamed_from or name) if name else former
    word = base + variable.slot * WORD
    if isinstance(kind, Struct) and kind.members is not None and len(found) < MAX_LEAVES:
        for member in kind.members:
            _dissolve(types, member, own, was, word, declared_in, found)
        return
    start = word + variable.offset
    if not isinstance(kind, FixedArray):
        found.append(Leaf(own, was, variable, start, start + variable.size, True, False, False, declared_in))  # noqa: FBT003
        return
    called = UNTOUCHED_GAP if variable.touched is False else GAP
    named = called.search(variable.name) is not None or any(GAP.search(outer) for outer in path)
    gap = variable.touched is not True and named
    dead = variable.touched is False and not gap
    found.append(Leaf(own, was, variable, start, start + variable.size, not gap, dead, True, declared_in))  # noqa: FBT003
