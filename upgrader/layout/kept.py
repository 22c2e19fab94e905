"""The layouts of a whole run as JSON that is read back in no time, for results that are kept until anything changes.

Unlike the record in a bundle (:mod:`upgrader.plan.layout_record`), which is evidence, is read years later and is
believed only after every field was looked at, this is a copy of what can be made again: types and regions are rows
of values in the order of their fields, and a copy that cannot be read is none.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.types import SORTS, Contract, Elementary, Enum, Flag, Kind, Struct, Variable, WordValue

_NUMBERS: Final = {sort: number for number, sort in enumerate(SORTS)}
"""Types by their number in a row."""


def kept_layouts(layouts: Mapping[str, StorageLayout]) -> dict[str, Any]:
    """Return layouts by name as JSON types; :func:`read_kept_layouts` gives them back."""
    return {
        name: [
            layout.contract,
            layout.complete,
            [_row(region) for region in layout.regions],
            {each: [_NUMBERS[type(kind)], *_row(kind)] for each, kind in layout.types.items()},
        ]
        for name, layout in layouts.items()
    }


def read_kept_layouts(tree: Any, origin: str) -> dict[str, StorageLayout] | None:
    """Read what :func:`kept_layouts` wrote.

    Args:
        tree: Parsed JSON.
        origin: Where the contracts come from, for messages; each layout's is this and its name.

    Returns:
        Layouts by name; None where the tree has another shape.
    """
    try:
        return {
            name: StorageLayout(
                contract,
                tuple(
                    Region(RegionKind(kind), label, base, _variables(variables), *rest)
                    for kind, label, base, variables, *rest in regions
                ),
                {each: _type(*row) for each, row in types.items()},
                f"{origin}: {name}",
                complete,
            )
            for name, (contract, complete, regions, types) in tree.items()
        }
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def _row(value: Any) -> list[Any]:
    """Return the fields of a region or of a type."""
    return [_plain(getattr(value, field)) for field in value.__dataclass_fields__]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _type(sort: int, *fields: Any) -> Any:
    """Return a type from its row; what JSON has no word for is in the last field, or is the kind."""
    made = SORTS[sort]
    *head, last = fields
    if made in {Elementary, WordValue}:
        label, kind, *rest = fields
        return made(label, Kind(kind), *rest)
    if last is None or made not in _COLLECTED:
        return made(*fields)
    return made(*head, _COLLECTED[made](last))


def _variables(rows: Any) -> tuple[Variable, ...]:
    return tuple(Variable(*row) for row in rows)


_COLLECTED: Final[Mapping[Any, Callable[[Any], Any]]] = {
    Struct: _variables,
    Enum: tuple,
    Flag: tuple,
    Contract: frozenset,
}
"""Types whose last field is a collection, and what it is."""
