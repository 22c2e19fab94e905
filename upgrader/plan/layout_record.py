"""A whole storage layout as JSON: every region and every type, so that a later upgrade can compare with it.

solc's own ``storageLayout`` knows neither namespaces nor the members of an enum.  What a check worked out of the source
is kept here, and is read back without source and compiler.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from upgrader.errors import InputError
from upgrader.layout.leaves import leaves
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.types import (
    SORTS,
    Alias,
    BoundedArray,
    Contract,
    DynamicArray,
    FixedArray,
    MappingType,
    Struct,
    Type,
    TypeId,
)

_SORTS: Final[Mapping[str, TypeAdapter[Any]]] = {sort.__name__: TypeAdapter(sort) for sort in SORTS}
"""How a type is called in the record, and what reads it."""

_REGION: Final[TypeAdapter[Region]] = TypeAdapter(Region)


def layout_record(layout: StorageLayout) -> dict[str, Any]:
    """Return a layout as JSON types; :func:`read_layout_record` gives it back."""
    return {
        "contract": layout.contract,
        "complete": layout.complete,
        "regions": [_REGION.dump_python(region, mode="json") for region in layout.regions],
        "types": {
            name: {"sort": type(kind).__name__, **_dump(type(kind).__name__, kind)}
            for name, kind in sorted(_used(layout).items())
        },
    }


def read_layout_record(tree: Any, *, where: str) -> StorageLayout:
    """Read what :func:`layout_record` wrote.

    Args:
        tree: Parsed JSON.
        where: The file, for messages.

    Raises:
        InputError: It has another shape, or names a type that it does not hold.
    """
    try:
        types = {str(name): _read(kind) for name, kind in tree["types"].items()}
        regions = tuple(_REGION.validate_python(region) for region in tree["regions"])
        layout = StorageLayout(str(tree["contract"]), regions, types, where, complete=tree["complete"] is True)
        for region in layout.regions:
            leaves(layout.types, region.variables)
    except (AttributeError, KeyError, TypeError, ValidationError, RecursionError) as error:
        raise InputError(
            "is no storage layout as `upgrader plan` writes it", remedy="restore the file from git", where=where
        ) from error
    return layout


def _used(layout: StorageLayout) -> dict[TypeId, Type]:
    """Return the types that a variable needs; a compiler's table holds those of the whole run."""
    found: dict[TypeId, Type] = {}
    todo = [variable.type for region in layout.regions for variable in region.variables]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found[name] = kind = layout.types[name]
        match kind:
            case Alias(underlying=str(inner)) | BoundedArray(element=str(inner)):
                todo.append(inner)
            case FixedArray(element=inner) | DynamicArray(element=inner):
                todo.append(inner)
            case MappingType(key=key, value=value):
                todo += [key, value]
            case Struct(members=tuple() as members):
                todo += [member.type for member in members]
    return found


def _dump(sort: str, kind: Any) -> dict[str, Any]:
    tree: dict[str, Any] = _SORTS[sort].dump_python(kind, mode="json")
    if isinstance(kind, Contract) and kind.selectors is not None:
        tree["selectors"] = sorted(kind.selectors)
    return tree


def _read(tree: Mapping[str, Any]) -> Any:
    validate: Callable[[Any], Any] = _SORTS[tree["sort"]].validate_python
    return validate({key: value for key, value in tree.items() if key != "sort"})
