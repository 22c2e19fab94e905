"""What code says, apart from where it stands: equal where two compiler runs were given the same text.

Source: https://github.com/argotorg/solidity/blob/develop/libsolidity/ast/ASTJsonExporter.cpp
"""

from collections.abc import Mapping
from typing import Any, Final

_PLACES: Final = frozenset(
    {"src", "nativeSrc", "nameLocation", "nameLocations", "memberLocation", "keyNameLocation", "valueNameLocation"}
)
_NUMBERS: Final = frozenset(
    {"id", "scope", "sourceUnit", "declaration", "assignments", "functionReturnParameters", "referencedDeclaration"}
    | {"overloadedDeclarations", "baseFunctions", "baseModifiers", "superFunction", "contractDependencies"}
    | {"linearizedBaseContracts", "usedErrors", "usedEvents", "internalFunctionIDs", "exportedSymbols"}
)
"""Fields that hold the compiler's own numbers of declarations."""

_TYPES: Final = frozenset({"typeDescriptions", "argumentTypes", "commonType"})
"""Fields whose texts hold such numbers."""

_IGNORED: Final = _PLACES | _NUMBERS | _TYPES | {"documentation"}
"""Fields in which code that is written alike differs from one compiler run to another."""


def shape_of(node: Any) -> Any:
    """Return an AST node without what only one compiler run knows."""
    if isinstance(node, Mapping):
        return {k: shape_of(v) for k, v in node.items() if k not in _IGNORED}
    if isinstance(node, list | tuple):
        return [shape_of(item) for item in node]
    return node


def shape_text(node: Any) -> str:
    """Return what an expression or a body says as text, equal where two compiler runs wrote it alike."""
    return repr(shape_of(node))
