"""One assembly block: what it assigns, which storage words it reads and writes, and what its expressions come to.

A hash is followed through memory: ``mstore(0, key) mstore(32, SEED) keccak256(0, 64)`` is what Solidity writes as
``keccak256(abi.encode(key, SEED))``, and both come to one formula (:mod:`~upgrader.layout.solidity.memory`).

Source: https://docs.soliditylang.org/en/latest/yul.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from upgrader.layout.solidity.constants import Bindings, variable_value
from upgrader.layout.solidity.memory import Memory, callee
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.values import Formula, Value, as_slot, binary, either, unary
from upgrader.layout.solidity.walk import External, external_references

MAX_DEPTH: Final = 32
"""Expressions inside one another, and variables set from one another."""

_OPERATORS: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "or": "|", "and": "&", "xor": "^"}
_SHIFTS: Final = {"shl": "<<", "shr": ">>"}
"""Written with the distance first."""
_BINARY: Final = 2


_Name: TypeAlias = tuple[str, str]
"""A name of Yul, behind the function that it is local to; empty for none."""


class Assembly:
    """An ``InlineAssembly`` node with a parsed block (solc 0.6 and newer).

    Args:
        tree: Resolves the Solidity variables that it names.
        block: The node.
        known: What parameters of Solidity stand for.
    """

    def __init__(self, tree: Tree, block: Mapping[str, Any], known: Bindings | None = None) -> None:
        self.tree = tree
        self._block = block.get("AST")
        self._known = known or {}
        self._names = {reference.src: reference for reference in external_references(block)}
        self._memory: Memory | None = None
        self._nodes: list[Mapping[str, Any]] = []
        self._homes: dict[int, str] = {}
        self._local: dict[_Name, list[Any]] = {}
        self._functions: dict[str, Mapping[str, Any]] = {}
        self._given: dict[_Name, Value] = {}
        for node, home in _nodes(self._block):
            self._nodes.append(node)
            self._enter(node, home)

    def _enter(self, node: Mapping[str, Any], home: str) -> None:
        match node.get("nodeType"):
            case "YulIdentifier":
                self._homes[id(node)] = home
            case "YulFunctionDefinition":
                self._functions[str(node.get("name"))] = node
            case "YulVariableDeclaration" | "YulAssignment":
                targets = node.get("variables") or node.get("variableNames") or ()
                for target in targets:
                    value = node.get("value") if len(targets) == 1 else None
                    self._local.setdefault((home, str(target.get("name"))), []).append(value)

    def external(self, node: Mapping[str, Any]) -> External | None:
        """Return what an identifier names outside the block; None for one of the block's own."""
        return self._names.get(str(node.get("src")))

    def assignments(self) -> Iterator[tuple[Mapping[str, Any], Any]]:
        """Yield ``(identifier, value)`` of every assignment."""
        for node in self._nodes:
            if node.get("nodeType") == "YulAssignment":
                for target in node.get("variableNames") or ():
                    yield target, node.get("value")

    def storage_words(self) -> Iterator[Mapping[str, Any]]:
        """Yield the slot of every ``sload`` and ``sstore``."""
        for node in self._nodes:
            if node.get("nodeType") == "YulFunctionCall" and callee(node) in {"sload", "sstore"}:
                argument = next(iter(node.get("arguments") or ()), None)
                if isinstance(argument, dict):
                    yield argument

    def source(self, node: Any) -> int | None:
        """Return the Solidity variable that an expression is nothing but, through variables set once."""
        for _ in range(MAX_DEPTH):
            if not isinstance(node, dict) or node.get("nodeType") != "YulIdentifier":
                return None
            outside = self.external(node)
            if outside is not None:
                return outside.number if outside.plain else None
            values = self.values_of(node)
            node = values[0] if len(values) == 1 else None
        return None

    def values_of(self, node: Mapping[str, Any]) -> list[Any]:
        """Return every expression that a variable of the block is given."""
        return self._local.get(self._named(node), [])

    def function(self, name: str) -> Mapping[str, Any] | None:
        """Return a function of the block by its name."""
        return self._functions.get(name)

    def _named(self, node: Mapping[str, Any]) -> _Name:
        return self._homes.get(id(node), ""), str(node.get("name"))

    def value(self, node: Any, depth: int = 0) -> Value:
        """Return what an expression comes to; None when that is not known."""
        self.tree.evaluations += 1
        if not isinstance(node, dict) or depth > MAX_DEPTH:
            return None
        match node.get("nodeType"):
            case "YulLiteral":
                return literal(str(node.get("value", "")))
            case "YulIdentifier":
                return self._variable(node, depth)
            case "YulFunctionCall":
                return self._call(node, depth)
        return None

    def _variable(self, node: Mapping[str, Any], depth: int) -> Value:
        outside = self.external(node)
        if outside is not None:
            return variable_value(self.tree, outside.number, self._known, depth + 1) if outside.plain else None
        if self._named(node) in self._given:
            return self._given[self._named(node)]
        values = self.values_of(node)
        if len(values) == 1:
            return self.value(values[0], depth + 1)
        return self._passed(node, depth) if not values else None

    def _passed(self, node: Mapping[str, Any], depth: int) -> Value:
        """Return what a parameter of a function of the block is given, by whichever call."""
        home, name = self._named(node)
        names = [str(parameter.get("name")) for parameter in (self._functions.get(home) or {}).get("parameters") or ()]
        if name not in names:
            return None
        calls = [list(call.get("arguments") or ()) for call in self._nodes if callee(call) == home]
        return either([self.value(given[names.index(name)], depth + 1) for given in calls if len(given) == len(names)])

    def _call(self, node: Mapping[str, Any], depth: int) -> Value:
        arguments, name = list(node.get("arguments") or ()), callee(node)
        if name in self._functions:
            return self._result(self._functions[name], arguments, depth)
        if name == "not" and len(arguments) == 1:
            return _in_word(unary("~", self._word(arguments[0], depth + 1)))
        return self._combined(node, arguments, depth) if len(arguments) == _BINARY else None

    def _combined(self, node: Mapping[str, Any], arguments: list[Any], depth: int) -> Value:
        name = callee(node)
        if name == "keccak256":
            return self._hashed(node, arguments, depth)
        if name not in _OPERATORS and name not in _SHIFTS:
            return None
        left, right = (self._word(argument, depth + 1) for argument in arguments)
        if name in _SHIFTS:
            return _in_word(binary(_SHIFTS[name], right, left))
        return binary(_OPERATORS[name], left, right)

    def _result(self, function: Mapping[str, Any], arguments: list[Any], depth: int) -> Value:
        """Return what a function of the block comes to that sets its only result once."""
        name, results = str(function.get("name")), function.get("returnVariables") or ()
        parameters = [(name, str(parameter.get("name"))) for parameter in function.get("parameters") or ()]
        result: Mapping[str, Any] = next(iter(results), {})
        values = self._local.get((name, str(result.get("name"))), []) if len(results) == 1 else []
        if len(values) != 1 or len(parameters) != len(arguments):
            return None
        before = self._given
        self._given = {**before, **{p: self.value(a, depth + 1) for p, a in zip(parameters, arguments, strict=True)}}
        found = self.value(values[0], depth + 1)
        self._given = before
        return found

    def _word(self, node: Any, depth: int) -> Formula | int | None:
        value = self.value(node, depth)
        return value if isinstance(value, Formula) else as_slot(value)

    def _hashed(self, node: Mapping[str, Any], arguments: list[Any], depth: int) -> Value:
        """Return the hash of what the block itself put into memory before."""
        length = as_slot(self.value(arguments[1], depth + 1))
        begin = self.address(arguments[0], depth + 1)
        if length is None or begin is None:
            return None
        if self._memory is None:
            self._memory = Memory(self._block)
        return self._memory.hashed(
            node,
            begin,
            length,
            lambda place: self.address(place, depth + 1),
            lambda value: self.value(value, depth + 1),
        )

    def address(self, node: Any, depth: int = 0) -> tuple[str, int] | None:
        """Return a place in memory, as bytes from where a pointer points; from 0 where the pointer is empty."""
        if not isinstance(node, dict) or depth > MAX_DEPTH:
            return None
        if node.get("nodeType") == "YulFunctionCall":
            name, arguments = callee(node), list(node.get("arguments") or ())
            if name == "mload" and len(arguments) == 1:
                pointer = as_slot(self.value(arguments[0], depth + 1))
                return None if pointer is None else (f"mload({pointer})", 0)
            if name == "add" and len(arguments) == _BINARY:
                places = [self.address(argument, depth + 1) for argument in arguments]
                left, right = places
                if left is None or right is None or (left[0] and right[0]):
                    return None
                return left[0] or right[0], left[1] + right[1]
        if node.get("nodeType") == "YulIdentifier" and self.external(node) is None:
            values = self.values_of(node)
            return self.address(values[0], depth + 1) if len(values) == 1 else None
        number = as_slot(self.value(node, depth + 1))
        return None if number is None else ("", number)


def literal(text: str) -> int | None:
    """Return a Yul number; None for anything else."""
    if re.fullmatch(r"0x[0-9a-fA-F]{1,64}", text):
        return int(text, 16)
    return int(text) if re.fullmatch(r"[0-9]{1,78}", text) else None


def _nodes(root: Any) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield every node with the name of the function of the block that it stands in; empty for none."""
    pending = [(root, "")]
    while pending:
        node, home = pending.pop()
        if isinstance(node, list):
            pending.extend((item, home) for item in node)
        elif isinstance(node, dict):
            yield node, home
            if node.get("nodeType") == "YulFunctionDefinition":
                home = str(node.get("name"))
            pending.extend((value, home) for value in node.values() if isinstance(value, dict | list))


def _in_word(value: Value) -> Value:
    return value % 2**256 if isinstance(value, int) else value
