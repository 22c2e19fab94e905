"""Where solc puts variables: the packing rules, for layouts that no compiler output states.

Namespaced structs, structs of libraries, compilers before 0.5.13 and manifests of the first age give types in order
and nothing more.  The rules are few: the first variable starts at the low end of slot 0; a value that does not fit
into the rest of its word starts the next; structs and arrays start a word of their own, and so does whatever
follows them.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterable

from upgrader.layout.types import FixedArray, Struct, Type
from upgrader.units import WORD


def place(types: Iterable[Type | None]) -> tuple[tuple[tuple[int, int], ...], int] | None:
    """Return where variables of ``types`` lie, in their order.

    Args:
        types: None for a type that is not known.

    Returns:
        ``((slot, offset) for each, size of all of them in bytes: whole words)``; None when a size is unknown.
    """
    slot = offset = 0
    places = []
    for kind in types:
        if kind is None or not kind.size:
            return None
        size, whole = kind.size, isinstance(kind, Struct | FixedArray)
        if offset and (whole or offset + size > WORD):
            slot, offset = slot + 1, 0
        places.append((slot, offset))
        if whole:
            slot += -(-size // WORD)
        else:
            slot, offset = divmod(slot * WORD + offset + size, WORD)
    return tuple(places), WORD * (slot + (1 if offset else 0))
