"""What a slot is made from, where it does not come to a number: all code that the expression leads to.

A slot that a loop computes, or a function with too many branches, is as fixed as a literal, but only running the code
would say where it is.  Two versions have it at one place if that code says the same in both; so the code, with the
values of the constants in it, stands for the number.  Where what is stored, who calls or another contract decides, the
code says nothing about the place.

Source: https://docs.soliditylang.org/en/latest/contracts.html#pure-functions
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upgrader.layout.solidity.constants import variable_value
from upgrader.layout.solidity.memory import callee
from upgrader.layout.solidity.shape import shape_text
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.values import written
from upgrader.layout.solidity.walk import IN_ASSEMBLY, NAMED, external_references
from upgrader.layout.solidity.yul import Assembly
from upgrader.units import keccak

_DIGITS: Final = 16
_AT_RUN_TIME: Final = ("t_magic_message", "t_magic_block", "t_magic_transaction")
_CALLS: Final = ("t_function_external", "t_function_barecall", "t_function_barestaticcall")
_CODE: Final = frozenset({"creationCode", "runtimeCode"})
_PURE: Final = frozenset(
    {"add", "sub", "mul", "div", "sdiv", "mod", "smod", "exp", "not", "lt", "gt", "slt", "sgt", "eq", "iszero", "and"}
    | {"or", "xor", "byte", "shl", "shr", "sar", "addmod", "mulmod", "signextend"}
)
"""Yul's functions that read nothing but their arguments."""

_READING: Final = frozenset(
    {"sload", "tload", "calldataload", "calldatasize", "calldatacopy", "caller", "callvalue", "origin", "address"}
    | {"balance", "selfbalance", "call", "staticcall", "delegatecall", "gas", "timestamp", "number", "coinbase"}
    | {"prevrandao", "difficulty", "blockhash", "basefee", "chainid", "extcodehash", "extcodesize", "returndatacopy"}
)
"""Those whose answer is not in the code."""


class Trace:
    """Everything that expressions are made from.

    Args:
        tree: Resolves what they name.
        expressions: Nodes of the AST, or of a block of assembly (:data:`~upgrader.layout.solidity.walk.IN_ASSEMBLY`).

    Attributes:
        declarations: Ids of what they name, and of what that is made from; only some where ``at_run_time``.
        at_run_time: Whether storage, memory, the transaction or another contract takes part.
    """

    def __init__(self, tree: Tree, expressions: Iterable[Any]) -> None:
        self.tree = tree
        self.declarations: set[int] = set()
        self.at_run_time = False
        self._texts: list[str] = []
        for expression in expressions:
            self._say(expression)
            self._visit(expression)

    @property
    def digest(self) -> str:
        """Digits that are equal where the code says the same."""
        return keccak("\n".join(self._texts).encode("utf-8", "surrogatepass")).hex()[:_DIGITS]

    def _say(self, node: Any) -> None:
        inside = isinstance(node, Mapping) and node.get("nodeType") == IN_ASSEMBLY
        self._texts.append(shape_text(node["value"] if inside else node))

    def _visit(self, root: Any) -> None:
        pending = [root]
        while pending and not self.at_run_time:
            node = pending.pop()
            if isinstance(node, list):
                pending += reversed(node)
            elif isinstance(node, dict):
                if node.get("nodeType") == IN_ASSEMBLY:
                    self._yul(node)
                    continue
                self._node(node)
                pending += [value for key, value in node.items() if key != NAMED and isinstance(value, dict | list)]

    def _node(self, node: Mapping[str, Any]) -> None:
        base = (node.get("expression") or {}).get("typeDescriptions") or {}
        kind = str(base.get("typeIdentifier", ""))
        if kind.startswith(_AT_RUN_TIME) or (node.get("nodeType") == "FunctionCall" and kind.startswith(_CALLS)):
            self.at_run_time = True
        if node.get("nodeType") == "YulFunctionCall" and callee(node) in _READING:
            self.at_run_time = True
        if node.get("nodeType") == "InlineAssembly":
            for reference in external_references(node):
                self.at_run_time |= not reference.plain
                self._declared(self.tree.node(reference.number))
        if node.get("memberName") in _CODE:
            self._built(node.get("expression") or {})
        declared = self.tree.node(node.get("referencedDeclaration"))
        if declared is not None and declared["nodeType"] == "FunctionDefinition":
            self._declared(self.tree.overriding(declared) if node.get("nodeType") == "Identifier" else declared)
        else:
            self._declared(declared)

    def _built(self, kind: Mapping[str, Any]) -> None:
        """Say what the code of a contract is made from: its name says nothing of it, and a comment changes its end."""
        for named in kind.get("arguments") or ():
            contract = self.tree.node(named.get("referencedDeclaration"))
            for base in self.tree.lineage(contract) if contract is not None else ():
                path = self.tree.paths.get(base["id"], "")
                self._texts.append(self.tree.texts.get(path) or shape_text(base))

    def _declared(self, node: Mapping[str, Any] | None) -> None:
        if node is None or node["id"] in self.declarations or self.at_run_time:
            return
        self.declarations.add(node["id"])
        if node["nodeType"] == "FunctionDefinition":
            self._say(node.get("body"))
            self._visit(node.get("body"))
        elif node["nodeType"] == "VariableDeclaration":
            self._variable(node)

    def _variable(self, node: Mapping[str, Any]) -> None:
        if node.get("constant"):
            value = variable_value(self.tree, node["id"], {}, 0)
            if value is None:
                self._say(node.get("value"))
                self._visit(node.get("value"))
            else:
                self._texts.append(written(value))
        elif node.get("mutability") == "immutable":
            self._texts.append(str(node.get("name")))
        elif node.get("stateVariable") or node.get("storageLocation") == "storage":
            self.at_run_time = True
        else:
            for given in self.tree.values.get(node["id"], ()):
                if given is None:  # a compound assignment: where it stands says what it does
                    self._declared(self.tree.node(self.tree.owners.get(node["id"])))
                else:
                    self._say(given)
                    self._visit(given)

    def _yul(self, inside: Mapping[str, Any]) -> None:
        assembly = Assembly(self.tree, inside["block"])
        pending, seen = [inside["value"]], set[int]()
        while pending and not self.at_run_time:
            node = pending.pop()
            if isinstance(node, list):
                pending += reversed(node)
            elif isinstance(node, dict) and id(node) not in seen:
                seen.add(id(node))
                outside = assembly.external(node)
                if outside is not None:
                    self.at_run_time |= not outside.plain
                    self._declared(self.tree.node(outside.number))
                elif node.get("nodeType") == "YulIdentifier":
                    given = assembly.values_of(node)
                    self.at_run_time |= None in given
                    for value in given:
                        self._say(value)
                    pending += given
                elif node.get("nodeType") == "YulFunctionCall":
                    function = assembly.function(callee(node))
                    self.at_run_time |= function is None and callee(node) not in _PURE
                    if function is not None and id(function) not in seen:
                        self._say(function)
                        pending.append(function)
                    pending += node.get("arguments") or ()
                else:
                    pending += [value for value in node.values() if isinstance(value, dict | list)]
