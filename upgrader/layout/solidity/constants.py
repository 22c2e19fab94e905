"""What a constant expression comes to, as far as it can be known without running the contract.

Slots are written in many ways: a literal, ``keccak256("diamond.standard.diamond.storage")``, the ERC-7201 formula
spelled out, ``erc7201("...")``, a sum, a constant of a library, a pure function.  They all end in a number.  A slot
that also depends on an argument (one struct per market id, as Synthetix has them) ends in a :class:`Formula`, which
two versions can be compared by.  Everything else is None: unknown, never guessed.

Source: https://docs.soliditylang.org/en/latest/contracts.html#constant-and-immutable-state-variables
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from hashlib import sha256
from operator import xor
from typing import Any, Final, TypeAlias

from upgrader.layout.model import erc7201
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.values import (
    ITSELF,
    Code,
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
from upgrader.layout.solidity.walk import IN_ASSEMBLY, PART
from upgrader.units import keccak

__all__ = ["Bindings", "Formula", "Text", "Value", "as_slot", "evaluate", "handed", "variable_value"]

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
_HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "keccak256": lambda data: bytes(keccak(data)),
    "sha256": lambda data: sha256(data).digest(),
}
_STRAIGHT: Final = frozenset({"EmitStatement", "ExpressionStatement", "InlineAssembly", "VariableDeclarationStatement"})
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
        case "Part" | "InAssembly":
            return _given_elsewhere(tree, node, known, depth)
    return None


def variable_value(tree: Tree, number: int, known: Bindings, depth: int) -> Value:
    """Return the value of a variable: bound, constant, or whatever a local is set to."""
    if number in known and (_given(number) in known or number not in tree.values):
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
    within = {**known, _given(number): None, number: known.get(number, ITSELF)}
    found = either([converted(kind, evaluate(tree, value, within, depth + 1)) for value in values])
    # How often a value is made from the one before is not followed.
    return None if isinstance(found, Formula) and ITSELF in found else found


def _given(number: int) -> int:
    """Return the key that says, among bindings, that a variable stands for what it held before."""
    return -1 - number


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
    declared = tree.node(number)
    if isinstance(number, int) and declared is not None:
        if declared["nodeType"] == "FunctionDefinition":
            return _code(tree, node, declared)
        base = (node.get("expression") or {}).get("typeDescriptions") or {}
        if "_storage" in str(base.get("typeIdentifier", "")):
            return None  # a member of what is in storage
        return variable_value(tree, number, known, depth)
    if node.get("memberName") in {"max", "min"}:
        found = _NUMBER.fullmatch(str((node.get("typeDescriptions") or {}).get("typeString", "")))
        if found:
            return _limit(found[1] == "int", int(found[2] or 256), str(node["memberName"]))
    return _of_declaration(tree, node.get("memberName"), node.get("expression") or {})


def _of_declaration(tree: Tree, name: Any, base: Mapping[str, Any]) -> Value:
    """Return what a declaration has by a name: an enum's ordinal, a function's selector, an interface's id."""
    declared = tree.node(base.get("referencedDeclaration")) or {}
    if declared.get("nodeType") == "EnumDefinition":
        names = [member.get("name") for member in declared.get("members") or ()]
        return names.index(name) if name in names else None
    if name == "selector" and declared.get("functionSelector"):
        return bytes.fromhex(str(declared["functionSelector"]))
    if name == "interfaceId":
        named: Mapping[str, Any] = next(iter(base.get("arguments") or ()), {})
        interface = tree.node(named.get("referencedDeclaration")) or {}
        found = [node.get("functionSelector") for node in interface.get("nodes", ())]
        return reduce(xor, (int(str(each), 16) for each in found if each), 0).to_bytes(4, "big")
    return None


def _code(tree: Tree, node: Mapping[str, Any], function: Mapping[str, Any]) -> Code:
    """Return the function that a name stands for: `super.f` and `Base.f` mean the one that they name."""
    target = tree.overriding(function) if node.get("nodeType") == "Identifier" else function
    code = Code(f"function {target.get('name', '')}")
    code.number = target["id"]
    return code


def _limit(signed: bool, bits: int, which: str) -> int:  # noqa: FBT001 - the type's own property
    if which == "max":
        return int(2 ** (bits - signed)) - 1
    return -(2 ** (bits - 1)) if signed else 0


def _call(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int, part: int | None = None) -> Value:
    arguments = [evaluate(tree, argument, known, depth + 1) for argument in node.get("arguments") or ()]
    callee = node.get("expression") or {}
    if node.get("kind") == "typeConversion":
        spelled = _spelled(callee.get("typeName")) or str((node.get("typeDescriptions") or {}).get("typeString", ""))
        return converted(spelled, arguments[0]) if len(arguments) == 1 else None
    target = _called(tree, callee, known, depth)
    name = callee.get("name") or callee.get("memberName")
    if callee.get("nodeType") == "MemberAccess" and target is not None and _bound(target, arguments):
        arguments.insert(0, evaluate(tree, callee.get("expression"), known, depth + 1))
    if name in {"erc7201", "erc7201Slot"} and len(arguments) == 1 and isinstance(arguments[0], Text):
        return erc7201(bytes(arguments[0]))
    if target is not None:
        return _function(tree, target, arguments, depth, part)
    return _builtin(str(name), node, arguments)


def _called(tree: Tree, callee: Mapping[str, Any], known: Bindings, depth: int) -> Mapping[str, Any] | None:
    """Return the function that a call runs: the one it names, or the one that a variable holds."""
    named = tree.node(callee.get("referencedDeclaration"))
    if named is None or named["nodeType"] not in {"FunctionDefinition", "VariableDeclaration"}:
        return None
    code = evaluate(tree, callee, known, depth + 1)
    return tree.node(code.number) if isinstance(code, Code) else None


def _given_elsewhere(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int) -> Value:
    """Return one of several values that an expression gives, or what a block of assembly computes."""
    if node["nodeType"] == IN_ASSEMBLY:
        from upgrader.layout.solidity.yul import Assembly  # each of the two needs the other

        return Assembly(tree, node["block"], known).value(node["value"], depth + 1)
    whole, index = node["expression"], node["index"]
    match whole.get("nodeType"):
        case "TupleExpression" if len(whole.get("components") or ()) > index:
            return evaluate(tree, whole["components"][index], known, depth + 1)
        case "FunctionCall" if whole.get("kind") == "functionCall":
            return _call(tree, whole, known, depth + 1, index)
    return None


def handed(tree: Tree, parameter: int, value: Value) -> Value:
    """Return a value as a parameter holds it: a literal that is passed as ``bytes32`` is no string any more."""
    return converted(_spelled((tree.node(parameter) or {}).get("typeName")), value)


def _bound(function: Mapping[str, Any], arguments: list[Value]) -> bool:
    """Whether ``x.f(...)`` passes ``x`` as the first argument (``using L for T``)."""
    parameters = (function.get("parameters") or {}).get("parameters", ())
    return function["nodeType"] == "FunctionDefinition" and len(parameters) == len(arguments) + 1


def _function(tree: Tree, function: Mapping[str, Any], arguments: list[Value], depth: int, part: int | None) -> Value:
    """Return what a function without loops comes to: one of several results, or its only one.

    Which branch it takes is not followed: where they differ, the value is one of all.
    """
    statements: Sequence[Any] = (function.get("body") or {}).get("statements") or ()
    parameters = (function.get("parameters") or {}).get("parameters", ())
    results = (function.get("returnParameters") or {}).get("parameters", ())
    if not statements or len(parameters) != len(arguments) or (part is None and len(results) != 1):
        return None
    ends = _ends(statements)
    if ends is None or (part or 0) >= len(results):
        return None
    bindings = {p["id"]: handed(tree, p["id"], value) for p, value in zip(parameters, arguments, strict=True)}
    returned, falls = ends
    whole = returned if part is None else [{"nodeType": PART, "index": part, "expression": each} for each in returned]
    values = [evaluate(tree, each, bindings, depth + 1) for each in whole]
    if falls:
        result = results[part or 0].get("id")
        values.append(variable_value(tree, result, bindings, depth + 1) if result in tree.values else None)
    return either(values)


def _ends(statements: Sequence[Any]) -> tuple[list[Any], bool] | None:
    """Return what statements may return, and whether the end behind them may be reached; None where that is unclear."""
    returned: list[Any] = []
    for statement in statements:
        kind = statement.get("nodeType")
        if kind == "Return":
            return [*returned, statement.get("expression") or {}], False
        if kind in {"RevertStatement", "Throw"} or _reverts(statement):
            return returned, False
        if kind in {"Block", "UncheckedBlock", "IfStatement"}:
            inner = (
                [statement.get("statements") or ()]
                if kind != "IfStatement"
                else [_statements(statement.get(side)) for side in ("trueBody", "falseBody")]
            )
            ends = [_ends(each) for each in inner]
            if any(end is None for end in ends):
                return None
            returned += [value for end in ends if end for value in end[0]]
            if not any(end[1] for end in ends if end):
                return returned, False
        elif kind not in _STRAIGHT:
            return None
    return returned, True


def _reverts(statement: Mapping[str, Any]) -> bool:
    callee = (statement.get("expression") or {}).get("expression") or {}
    return callee.get("nodeType") == "Identifier" and callee.get("name") == "revert"


def _statements(body: Any) -> Sequence[Any]:
    if not isinstance(body, dict):
        return ()
    return body.get("statements") or () if body.get("nodeType") in {"Block", "UncheckedBlock"} else (body,)


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
    if name in _HASHES and isinstance(data, bytes):
        return _HASHES[name](bytes(data))
    if name in {"encodePacked", "concat"}:
        return packed(arguments, [_type_string(given) for given in node.get("arguments") or ()])
    return None


def _type_string(node: Mapping[str, Any]) -> str:
    return str((node.get("typeDescriptions") or {}).get("typeString", ""))


def _spelled(name: Any) -> str:
    return str(name.get("name", "")) if isinstance(name, dict) else ""
