"""What a value depends on: who calls, which state, another contract.

A small taint analysis, by names and without paths.  It follows parameters, locals, return values, internal calls
(as the most derived contract resolves them) and assembly; a local keeps the labels of everything ever assigned to
it.  :mod:`._guards` asks it about conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, is_storage, mutability, parameters, type_identifier
from upgrader.checks.code._body import Edge, How, body_of
from upgrader.checks.code._expressions import callee_of, external_references, inner, yul_calls
from upgrader.checks.code._places import slot_constants
from upgrader.checks.code._reach import callee

SENDER: Final = "sender"
ORIGIN: Final = "origin"
EXTERNAL: Final = "external"
"""A value that another contract, or a computed slot, answered."""
SIGNER: Final = "signer"
"""Whose signature it is that was given."""
SELF: Final = "self"
"""The address that the code runs at: proxy or bare implementation."""
CONSTRUCTION: Final = "construction"
"""Whether the code has been deployed yet; constant for every transaction after that."""

Labels: TypeAlias = frozenset[str | int]
"""The words above, and ids of state variables and struct members."""

NOTHING: Final[Labels] = frozenset()
DEPTH: Final = 16
"""Internal calls followed."""

_YUL_SOURCES: Final = {"caller": SENDER, "origin": ORIGIN, "sload": EXTERNAL, "staticcall": EXTERNAL, "address": SELF}


@dataclass(frozen=True, slots=True)
class Frame:
    """One function being walked.

    Attributes:
        function: The function or modifier whose code it is.
        values: Labels of its parameters and locals, by declaration id; grows while walking.
        rest: What the placeholder ``_`` runs: the modifiers still to come, then the body, each with its arguments.
        depth: Calls between the first function and this one.
    """

    function: Ast
    values: dict[int, Labels]
    rest: tuple[tuple[Ast, dict[int, Labels]], ...] = ()
    depth: int = 0


class Labeller:
    """Labels values in one contract.

    Args:
        contract: The most derived contract, where calls resolve.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.declarations = contract.program.declarations
        self.slots = slot_constants(contract)
        """Constants that stand for what lies at a slot."""
        self.running: list[int] = []
        """Functions being walked; a recursion is not followed."""
        self._answers: dict[tuple[int, frozenset[tuple[int, Labels]]], Labels] = {}
        """What functions return, by their arguments' labels: a call graph is walked as a graph, not as a tree."""

    def of(self, node: Ast, frame: Frame) -> Labels:
        """Return what the value of an expression depends on."""
        match node.get("nodeType"):
            case "Identifier":
                return self._name(node, frame)
            case "MemberAccess":
                return self._member(node, frame)
            case "FunctionCall":
                return self._answer(node, frame)
            case "Assignment":
                return self.of(node.get("rightHandSide") or {}, frame)
            case _:
                return self.union(inner(node), frame)

    def union(self, nodes: list[Ast], frame: Frame) -> Labels:
        """Return what any of several values depends on."""
        return frozenset().union(*(self.of(node, frame) for node in nodes))

    def assign(self, node: Ast, frame: Frame) -> None:
        """Take over an ``Assignment`` to locals."""
        left = node.get("leftHandSide") or {}
        labels = self.of(node.get("rightHandSide") or {}, frame)
        for part in children(left, "components") or [left]:
            target = part.get("referencedDeclaration")
            if isinstance(target, int) and not self.is_state(target):
                # What a variable held on another way still counts: a condition may meet either.
                frame.values[target] = frame.values.get(target, NOTHING) | labels

    def declare(self, node: Ast, frame: Frame) -> None:
        """Take over a ``VariableDeclarationStatement``."""
        value = node.get("initialValue")
        if isinstance(value, Mapping):
            labels = self.of(value, frame)
            for declared in children(node, "declarations"):
                frame.values[declared["id"]] = labels

    def assemble(self, node: Ast, frame: Frame) -> None:
        """Let every local that an assembly block names depend on everything that the block uses."""
        names = {name for name, _ in yul_calls(node)}
        used = [declared for declared, _, _ in external_references(node)]
        labels = {label for word, label in _YUL_SOURCES.items() if word in names}
        known: Labels = frozenset(labels).union(*(self.known(declared, frame) for declared in used))
        if "extcodesize" in names and SELF in known:
            known = (known - {SELF}) | {CONSTRUCTION}
        for declared in used:
            if not self.is_state(declared):
                frame.values[declared] = known

    def known(self, declared: int, frame: Frame) -> Labels:
        """Return the labels of a variable by its declaration."""
        if declared in frame.values:
            return frame.values[declared]
        if not self.is_state(declared):
            return frozenset({declared} & self.slots)
        return frozenset({SELF}) if _is_own_address(self.declarations[declared]) else frozenset({declared})

    def bind(self, expression: Ast, target: Ast, arguments: list[Ast], frame: Frame) -> dict[int, Labels]:
        """Return the labels of a callee's parameters; in ``object.f(…)`` of ``using for`` the object is the first."""
        given = [self.of(argument, frame) for argument in (*receiver(expression, target), *arguments)]
        return {parameter["id"]: labels for parameter, labels in zip(parameters(target), given, strict=False)}

    def callee(self, expression: Ast, frame: Frame) -> Ast | None:
        """Return the function that a call expression runs in this contract; None for built-ins and other contracts."""
        target = expression.get("referencedDeclaration")
        if not isinstance(target, int) or target not in self.declarations:
            return None
        for edge in body_of(self.contract.program, frame.function).edges:
            if edge.node is expression:
                return callee(self.contract, edge, frame.function)
        how = How.VIRTUAL if expression.get("nodeType") == "Identifier" else How.EXACT
        found = callee(self.contract, Edge(target, how, expression), frame.function)
        return found if found is not None and found.get("nodeType") == "FunctionDefinition" else None

    def is_state(self, identity: int) -> bool:
        """Whether a declaration is state: a variable in storage, an immutable, or a member of a struct."""
        declared = self.declarations.get(identity)
        if declared is None or declared.get("nodeType") != "VariableDeclaration":
            return False
        if declared.get("stateVariable"):
            return is_storage(declared) or mutability(declared) == "immutable"
        return (self.contract.program.owners.get(identity) or {}).get("nodeType") == "StructDefinition"

    def _name(self, node: Ast, frame: Frame) -> Labels:
        target = node.get("referencedDeclaration")
        if node.get("name") == "this" and target not in self.declarations:
            return frozenset({SELF})
        return self.known(target, frame) if isinstance(target, int) else NOTHING

    def _member(self, node: Ast, frame: Frame) -> Labels:
        base = node.get("expression") or {}
        match type_identifier(base), node.get("memberName"):
            case "t_magic_message", "sender":
                return frozenset({SENDER})
            case "t_magic_transaction", "origin":
                return frozenset({ORIGIN})
            case _, "code" if self.of(base, frame) == {SELF}:
                return frozenset({CONSTRUCTION})
        target = node.get("referencedDeclaration")
        own = self.known(target, frame) if isinstance(target, int) else NOTHING
        return own | self.of(base, frame)

    def _answer(self, node: Ast, frame: Frame) -> Labels:
        expression = callee_of(node)
        arguments = children(node, "arguments")
        given = self.union(arguments, frame)
        if node.get("kind") in {"typeConversion", "structConstructorCall"}:
            return given
        if type_identifier(expression).startswith("t_function_ecrecover"):
            return frozenset({SIGNER})
        if type_identifier(expression).startswith("t_function_external"):
            return given | {EXTERNAL} | self.union(inner(expression), frame)
        target = self.callee(expression, frame)
        if target is None:
            return given | self.union(inner(expression), frame)
        if frame.depth > DEPTH or target["id"] in self.running:
            return given
        values = self.bind(expression, target, arguments, frame)
        key = target["id"], frozenset(values.items())
        if key not in self._answers:
            self.running.append(target["id"])
            self._answers[key] = self._returned(target, Frame(target, values, (), frame.depth + 1))
            self.running.pop()
        return self._answers[key]

    def _returned(self, function: Ast, frame: Frame) -> Labels:
        answer: set[str | int] = set()
        stack = [function.get("body") or {}]
        while stack:
            node = stack.pop()
            match node.get("nodeType"):
                case "Return" if isinstance(node.get("expression"), Mapping):
                    answer |= self.of(node["expression"], frame)
                case "VariableDeclarationStatement":
                    self.declare(node, frame)
                case "ExpressionStatement" if (node.get("expression") or {}).get("nodeType") == "Assignment":
                    self.assign(node["expression"], frame)
                case "InlineAssembly":
                    self.assemble(node, frame)
                case "ExpressionStatement":
                    pass
                case _:
                    stack.extend(reversed(inner(node)))
        for parameter in parameters(function, "returnParameters"):
            answer |= frame.values.get(parameter["id"], NOTHING)
        return frozenset(answer)


def receiver(expression: Ast, target: Ast) -> list[Ast]:
    """Return the object of ``object.f(…)`` where ``f`` is attached by ``using for`` and takes it as first argument."""
    base = expression.get("expression")
    if expression.get("nodeType") != "MemberAccess" or not isinstance(base, Mapping) or not parameters(target):
        return []
    static = type_identifier(base).startswith(("t_type$", "t_module", "t_super")) or base.get("name") == "super"
    return [] if static else [base]


def yul_labels(node: Ast, values: Mapping[str, Labels], known: Mapping[str, Labels]) -> Labels:
    """Return what a Yul expression depends on.

    Args:
        node: The expression.
        values: Labels of Yul variables by name.
        known: Labels of Solidity names by their place in the source.
    """
    match node.get("nodeType"):
        case "YulIdentifier":
            return values.get(str(node.get("name")), NOTHING) | known.get(str(node.get("src")), NOTHING)
        case "YulFunctionCall":
            name = (node.get("functionName") or {}).get("name")
            own: Labels = frozenset({_YUL_SOURCES[name]}) if name in _YUL_SOURCES else NOTHING
            return own.union(*(yul_labels(argument, values, known) for argument in children(node, "arguments")))
    return NOTHING


def _is_own_address(variable: Ast) -> bool:
    """Whether an immutable holds ``address(this)`` of the implementation (UUPS ``__self``)."""
    value = variable.get("value") or {}
    return mutability(variable) == "immutable" and any(
        argument.get("name") == "this" for argument in children(value, "arguments")
    )
