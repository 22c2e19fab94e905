"""Reading expressions and inline assembly: the shapes that differ between compilers, met once.

Source: https://docs.soliditylang.org/en/latest/yul.html, and solc's own ASTs from 0.5 to 0.8
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import children

_PLUMBING: Final = frozenset({"typeDescriptions", "commonType", "typeName", "documentation", "nodeType", "src"})
"""Fields of a node that hold no code."""

_OPERATION = re.compile(r"\b([a-z][a-z0-9_]*)\s*\(")


def callee_of(call: Ast) -> Ast:
    """Return the expression that a call calls, without ``{value: …, gas: …}`` and ``.value(…)``."""
    expression: Ast = call.get("expression") or {}
    while expression.get("nodeType") == "FunctionCallOptions":
        expression = expression.get("expression") or {}
    return expression


def yul_calls(assembly: Ast) -> Iterator[tuple[str, Ast]]:
    """Yield the name and node of every Yul call in an assembly block (compilers before 0.6 give text only)."""
    tree = assembly.get("AST")
    if isinstance(tree, Mapping):
        stack: list[Ast] = [tree]
        while stack:
            node = stack.pop()
            if node.get("nodeType") == "YulFunctionCall":
                yield str(node["functionName"].get("name", "")), node
            stack.extend(inner(node))
        return
    for match in _OPERATION.finditer(str(assembly.get("operations") or "")):
        yield match[1], assembly


def external_references(assembly: Ast) -> Iterator[tuple[int, bool, str]]:
    """Yield ``(declaration id, whether its slot is meant, src)`` for each Solidity name in an assembly block."""
    for entry in children(assembly, "externalReferences"):
        # Compilers before 0.6 wrap each reference as {name: {...}}.
        reference = entry if "declaration" in entry else next((v for v in entry.values() if isinstance(v, Mapping)), {})
        declaration = reference.get("declaration")
        if isinstance(declaration, int):
            yield declaration, bool(reference.get("isSlot")), str(reference.get("src", ""))


def inner(node: Ast) -> list[Ast]:
    """Return the code-bearing nodes directly inside ``node``, in source order."""
    found: list[Ast] = []
    for key, value in node.items():
        sort = type(value)  # most values are texts and numbers: what they are is asked first
        if sort is dict:
            if "nodeType" in value and key not in _PLUMBING:
                found.append(value)
        elif sort is list and key not in _PLUMBING:
            found += [item for item in value if type(item) is dict and "nodeType" in item]
    return found


def is_zero(value: Ast) -> bool:
    """Whether an expression is a plain zero: ``0``, ``false``, ``address(0)``, ``bytes32(0)``, ``""``."""
    if value.get("nodeType") == "FunctionCall" and value.get("kind") == "typeConversion":
        return all(is_zero(argument) for argument in value.get("arguments") or ())
    if value.get("nodeType") != "Literal":
        return False
    text = str(value.get("value") if value.get("value") is not None else value.get("hexValue"))
    return text in {"", "false"} or (bool(text) and not text.strip("0x_"))


def has_placeholder(node: Ast | None) -> bool:
    """Whether a statement of a modifier runs, somewhere in it, what the modifier wraps."""
    if not isinstance(node, Mapping):
        return False
    return node.get("nodeType") == "PlaceholderStatement" or any(has_placeholder(child) for child in inner(node))
