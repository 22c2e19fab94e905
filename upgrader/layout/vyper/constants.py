"""Numbers that a Vyper program computes at compile time: how long an array is.

A struct's member may be ``uint256[ledger.N * 2]``, and nothing that the compiler prints says how much that is.  Whole
numbers are computed as the compiler folds them; what is not understood is None, never a guess.

Source: https://docs.vyperlang.org/en/stable/scoping-and-declarations.html#constants
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

MAX_BITS: Final = 256
MAX_DEPTH: Final = 64
"""Operations and constants inside one another; the compiler's own are far fewer."""


class Names(Protocol):
    """Constants that a scope names."""

    def constant(self, name: str) -> Mapping[str, Any] | None:
        """Return the expression that a constant of the scope stands for; None for what is no constant."""
        ...

    def inside(self, name: str) -> "Names | None":
        """Return the scope of a module that this one imports; None where it is not known."""
        ...


def evaluated(node: Any, names: Names, depth: int = 0) -> int | None:
    """Return the value of an expression.

    Args:
        node: Its AST.
        names: The scope that it stands in.
        depth: Expressions around it.

    Returns:
        None where it is not a whole number, or not understood.
    """
    if depth > MAX_DEPTH or not isinstance(node, Mapping):
        return None
    match node.get("ast_type"):
        case "Int":
            found = node.get("value")
        case "Hex":
            found = int(str(node.get("value")), 16)
        case "Name":
            found = evaluated(names.constant(str(node.get("id"))), names, depth + 1)
        case "Attribute":
            owner = node.get("value")
            scope = names.inside(str(owner.get("id"))) if isinstance(owner, Mapping) else None
            found = evaluated(scope.constant(str(node.get("attr"))), scope, depth + 1) if scope is not None else None
        case "UnaryOp" if _operation(node) == "USub":
            inner = evaluated(node.get("operand"), names, depth + 1)
            found = -inner if inner is not None else None
        case "BinOp":
            sides = (evaluated(node.get(side), names, depth + 1) for side in ("left", "right"))
            found = _combined(_operation(node), *sides)
        case "Call":
            found = _called(node, names, depth)
        case _:
            found = None
    return found if type(found) is int and abs(found) < 2**MAX_BITS else None


def _operation(node: Mapping[str, Any]) -> str:
    operation = node.get("op")
    return str(operation.get("ast_type")) if isinstance(operation, Mapping) else str(operation)


_OPERATIONS: Final[Mapping[str, Callable[[int, int], int]]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "Div": operator.floordiv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
}
_OF_NATURALS: Final[Mapping[str, range]] = {
    **dict.fromkeys(("Div", "FloorDiv", "Mod"), range(1, 2**MAX_BITS)),
    **dict.fromkeys(("Pow", "LShift", "RShift"), range(MAX_BITS + 1)),
}
"""Operations that are computed for natural numbers alone, and what may stand on their right.

Vyper rounds a quotient toward zero and Python downward; no length needs either.
"""


def _combined(operation: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None or operation not in _OPERATIONS:
        return None
    bounds = _OF_NATURALS.get(operation)
    if bounds is not None and (left < 0 or right not in bounds):
        return None
    return _OPERATIONS[operation](left, right)


def _called(node: Mapping[str, Any], names: Names, depth: int) -> int | None:
    called, args = node.get("func"), node.get("args")
    name = called.get("id") if isinstance(called, Mapping) else None
    if not isinstance(args, list) or not args:
        return None
    if name == "max_value" and isinstance(args[0], Mapping):
        return _largest(str(args[0].get("id")))
    values = [value for each in args if (value := evaluated(each, names, depth + 1)) is not None]
    if len(values) != len(args) or name not in {"min", "max"}:
        return None
    return min(values) if name == "min" else max(values)


def _largest(kind: str) -> int | None:
    """Return the largest value of ``uint8`` or ``int8``."""
    signed, bits = not kind.startswith("u"), kind.removeprefix("u").removeprefix("int")
    if not kind.removeprefix("u").startswith("int") or not bits.isdecimal() or not 0 < int(bits[:4]) <= MAX_BITS:
        return None
    return (1 << (int(bits) - signed)) - 1
