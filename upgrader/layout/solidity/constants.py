"""What a constant expression comes to, as far as it can be known without running the contract.

Slots are written in many ways: a literal, ``keccak256("diamond.standard.diamond.storage")``, the ERC-7201 formula
spelled out, ``erc7201("...")``, a sum, a constant of a library, a pure function.  They all end in a number.  A slot
that also depends on an argument (one struct per market id, as Synthetix has them) ends in a :class:`Formula`, which
two versions can be compared by.  Everything else is None: unknown, never guessed.

Source: https://docs.soliditylang.org/en/latest/contracts.html#constant-and-immutable-state-variables
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from upgrader.layout.model import erc7201
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.values import (
    Formula,
    Text,
    Value,
    as_slot,
    binary,
    converted,
    either,
    encoded,
    packed,
    unary,
    written,
)
from upgrader.units import keccak

__all__ = ["Bindings", "Formula", "Text", "Value", "as_slot", "evaluate", "variable_value"]

MAX_STEPS: Final = 64
"""Constants, calls and operators inside one another."""

MAX_EVALUATIONS: Final = 2_000_000
"""Expressions evaluated in one tree; functions that call one another twice would take for ever."""

Bindings: TypeAlias = Mapping[int, Value]
"""What parameters stand for, by declaration id."""

_SECONDS: Final = {
    "wei": 1,
    "gwei": 10**9,
    "ether": 10**18,
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}
_NUMBER: Final = re.compile(r"(u?int)(\d*)")
_STRAIGHT: Final = frozenset({"VariableDeclarationStatement", "ExpressionStatement"})
"""Statements behind which a function always goes on, or reverts."""


def evaluate(  # noqa: PLR0911 - one case a node
    tree: Tree, node: Any, bindings: Bindings | None = None, depth: int = 0
) -> Value:
    """Return what the expression ``node`` comes to.

    Args:
        tree: Resolves the constants and functions that it names.
        node: An expression of the AST; anything else is unknown.
        bindings: Parameters with a known value; the others become part of a :class:`Formula`.
        depth: How many expressions this one stands in.
    """
    tree.evaluations += 1
    if depth > MAX_STEPS or tree.evaluations > MAX_EVALUATIONS or not isinstance(node, dict):
        return None
    known = bindings or {}
    match node.get("nodeType"):
        case "Literal":
            return _literal(node)
        case "Identifier" | "MemberAccess":
            return _named(tree, node, known, depth)
        case "TupleExpression" if len(node.get("components") or ()) == 1:
            return evaluate(tree, node["components"][0], known, depth + 1)
        case "UnaryOperation":
            return unary(str(node.get("operator")), evaluate(tree, node.get("subExpression"), known, depth + 1))
        case "BinaryOperation":
            left = evaluate(tree, node.get("leftExpression"), known, depth + 1)
            right = evaluate(tree, node.get("rightExpression"), known, depth + 1)
            return binary(str(node.get("operator")), left, right)
        case "Conditional":
            branches = (node.get("trueExpression"), node.get("falseExpression"))
            return either([evaluate(tree, branch, known, depth + 1) for branch in branches])
        case "FunctionCall":
            return _call(tree, node, known, depth)
    return None


def variable_value(tree: Tree, number: int, known: Bindings, depth: int) -> Value:
    """Return the value of a variable: bound, constant, or whatever a local is set to."""
    if number in known:
        return known[number]
    node = tree.node(number)
    if node is None or node["nodeType"] != "VariableDeclaration":
        return None
    kind = _spelled(node.get("typeName"))
    if node.get("constant"):
        if number not in tree.constants:
            tree.constants[number] = converted(kind, evaluate(tree, node.get("value"), {}, depth + 1))
        return tree.constants[number]
    values = tree.values.get(number, [])
    if node.get("stateVariable"):
        return _immutable(tree, node, values, depth)
    if not values:
        return Formula(f"<{kind or 'value'}>")
    without = {**known, number: None} if len(values) > 1 else known  # what is set from itself is not known
    return either([converted(kind, evaluate(tree, value, without, depth + 1)) for value in values])


def _immutable(tree: Tree, node: Mapping[str, Any], values: Sequence[Any], depth: int) -> Value:
    """Return what a constructor gives an immutable: as fixed as a constant, where it is one expression of constants.

    Otherwise whoever deploys chooses it, and it is known by its name: two versions are given the same value or not,
    which the source cannot say, but what lies there can be compared.
    """
    if node.get("mutability") != "immutable":
        return None
    given = [node["value"], *values] if isinstance(node.get("value"), dict) else values
    fixed = evaluate(tree, given[0], {}, depth + 1) if len(given) == 1 else None
    if fixed is None or isinstance(fixed, Formula):
        return Formula(f"immutable('{node.get('name', '')}')")
    return converted(_spelled(node.get("typeName")), fixed)


def _literal(node: Mapping[str, Any]) -> Value:
    kind, value = node.get("kind"), node.get("value")
    if kind in {"string", "unicodeString", "hexString"}:
        text = str(node.get("hexValue", ""))
        return Text(bytes.fromhex(text)) if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text) else None
    if kind == "bool":
        return int(value == "true")
    text = str(value).replace("_", "")
    unit = _SECONDS.get(str(node.get("subdenomination") or "wei"), 1)
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,64}", text):
        return int(text, 16) * unit
    scientific = re.fullmatch(r"([0-9]{1,80})(?:[eE]([0-9]{1,2}))?", text)
    return int(scientific[1]) * 10 ** int(scientific[2] or 0) * unit if scientific else None


def _named(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int) -> Value:
    number = node.get("referencedDeclaration")
    if isinstance(number, int) and (number in known or tree.node(number) is not None):
        return variable_value(tree, number, known, depth)
    if node.get("memberName") in {"max", "min"}:
        found = _NUMBER.fullmatch(str((node.get("typeDescriptions") or {}).get("typeString", "")))
        if found:
            return _limit(found[1] == "int", int(found[2] or 256), str(node["memberName"]))
    return None


def _limit(signed: bool, bits: int, which: str) -> int:  # noqa: FBT001 - the type's own property
    if which == "max":
        return int(2 ** (bits - signed)) - 1
    return -(2 ** (bits - 1)) if signed else 0


def _call(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int) -> Value:
    arguments = [evaluate(tree, argument, known, depth + 1) for argument in node.get("arguments") or ()]
    callee = node.get("expression") or {}
    if node.get("kind") == "typeConversion":
        spelled = _spelled(callee.get("typeName")) or str((node.get("typeDescriptions") or {}).get("typeString", ""))
        return converted(spelled, arguments[0]) if len(arguments) == 1 else None
    target = tree.node(callee.get("referencedDeclaration"))
    name = callee.get("name") or callee.get("memberName")
    if callee.get("nodeType") == "MemberAccess" and target is not None and _bound(target, arguments):
        arguments.insert(0, evaluate(tree, callee.get("expression"), known, depth + 1))
    if name in {"erc7201", "erc7201Slot"} and len(arguments) == 1 and isinstance(arguments[0], Text):
        return erc7201(bytes(arguments[0]))
    if target is not None and target["nodeType"] == "FunctionDefinition":
        if callee.get("nodeType") == "Identifier":  # `super.f()` and `Base.f()` mean the one that they name
            target = tree.overriding(target)
        return _function(tree, target, arguments, depth)
    return _builtin(str(name), node, arguments)


def _bound(function: Mapping[str, Any], arguments: list[Value]) -> bool:
    """Whether ``x.f(...)`` passes ``x`` as the first argument (``using L for T``)."""
    parameters = (function.get("parameters") or {}).get("parameters", ())
    return function["nodeType"] == "FunctionDefinition" and len(parameters) == len(arguments) + 1


def _function(tree: Tree, function: Mapping[str, Any], arguments: list[Value], depth: int) -> Value:
    """Return what a function comes to that does nothing but set locals and return one expression or its result."""
    statements: Sequence[Any] = (function.get("body") or {}).get("statements") or ()
    parameters = (function.get("parameters") or {}).get("parameters", ())
    results = (function.get("returnParameters") or {}).get("parameters", ())
    if not statements or len(parameters) != len(arguments) or len(results) != 1:
        return None
    if not all(statement.get("nodeType") in _STRAIGHT for statement in statements[:-1]):
        return None
    bindings = {parameter["id"]: value for parameter, value in zip(parameters, arguments, strict=True)}
    if statements[-1].get("nodeType") == "Return":
        return evaluate(tree, statements[-1].get("expression"), bindings, depth + 1)
    values = tree.values.get(results[0].get("id"), ())
    return evaluate(tree, values[0], bindings, depth + 1) if len(values) == 1 else None


def _builtin(name: str, node: Mapping[str, Any], arguments: list[Value]) -> Value:
    if name in {"encode", "encodePacked"}:
        # What is hashed with it may still say where a place is: an argument is a word of unknown value.
        arguments = [
            Formula(f"<{_type_string(given)}>") if value is None else value
            for value, given in zip(arguments, node.get("arguments") or (), strict=True)
        ]
    if any(argument is None for argument in arguments):
        return None
    if name == "encode":
        return encoded(arguments)
    if any(isinstance(argument, Formula) for argument in arguments):
        return Formula(f"{name}({', '.join(written(argument) for argument in arguments)})")
    data = arguments[0] if len(arguments) == 1 else None
    if name == "keccak256" and isinstance(data, bytes):
        return bytes(keccak(bytes(data)))
    if name in {"encodePacked", "concat"}:
        return packed(arguments, [_type_string(given) for given in node.get("arguments") or ()])
    return None


def _type_string(node: Mapping[str, Any]) -> str:
    return str((node.get("typeDescriptions") or {}).get("typeString", ""))


def _spelled(name: Any) -> str:
    return str(name.get("name", "")) if isinstance(name, dict) else ""
