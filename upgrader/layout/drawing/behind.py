"""What lies behind a hash: the values of a mapping or of an array, on both sides."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from upgrader.layout.leaves import Leaf, leaves
from upgrader.layout.meaning import resolved
from upgrader.layout.types import BoundedArray, DynamicArray, FixedArray, MappingType, Type, TypeId, Variable

Types: TypeAlias = Mapping[TypeId, Type]
Row: TypeAlias = Sequence[Leaf]


def values_behind(
    old: Types, ours: Row, new: Types, theirs: Row, wanted: str, above: str = ""
) -> tuple[Row, Row] | None:
    """Return both rows of the values behind one mapping or array.

    Args:
        old: Types of the old layout.
        ours: The row that holds it, in the old layout.
        new: Types of the new layout.
        theirs: The row that holds it, in the new layout.
        wanted: Its path in the old layout's names, ``accounts[].orders[]``.
        above: The path of the rows themselves; empty at the top of a region.

    Returns:
        None where the path leads nowhere on one of the sides.
    """
    there = {leaf.start: leaf for leaf in theirs}
    for leaf in ours:
        inner = ".".join(filter(None, (above, leaf.name))) if leaf.path else above
        way = f"{inner}[]"
        other = there.get(leaf.start)
        if other is None or not (wanted == way or wanted.startswith((f"{way}.", f"{way}["))):
            continue
        kinds = _value(old, leaf.variable.type), _value(new, other.variable.type)
        if kinds[0] is None or kinds[1] is None:
            continue
        rows = [
            leaves(types, [Variable("", kind, 0, 0, types[kind].size or 0)])
            for types, kind in ((old, kinds[0]), (new, kinds[1]))
        ]
        found = (rows[0], rows[1]) if wanted == way else values_behind(old, rows[0], new, rows[1], wanted, way)
        if found is not None:
            return found
    return None


def _value(types: Mapping[TypeId, Type], kind: TypeId) -> TypeId | None:
    match resolved(types, kind):
        case MappingType(value=value):
            return value
        case DynamicArray(element=element) | FixedArray(element=element) | BoundedArray(element=element):
            return element
    return None
