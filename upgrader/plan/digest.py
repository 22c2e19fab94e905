"""One number for a whole document: the keccak-256 of its canonical JSON.

Canonical means sorted keys, no white space, ASCII only; there are no floats in any of our documents, so this is
the same as RFC 8785 for them.
"""

import json
from collections.abc import Mapping
from typing import Any

from upgrader.units import Hash32, keccak


def canonical(tree: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of JSON types.

    Raises:
        TypeError: The tree holds something else than JSON types, or a float.
    """
    _refuse_floats(tree)
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(tree: Mapping[str, Any]) -> Hash32:
    """Return the keccak-256 of :func:`canonical`."""
    return keccak(canonical(tree))


def _refuse_floats(node: Any) -> None:
    match node:
        case float():
            raise TypeError("a float has no canonical form; write amounts as strings")
        case Mapping():
            for value in node.values():
                _refuse_floats(value)
        case list() | tuple():
            for value in node:
                _refuse_floats(value)
        case _:
            pass
