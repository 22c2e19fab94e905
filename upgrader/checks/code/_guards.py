"""How well a function is guarded: does every way through it depend on who calls?

Conditions are followed, not words.  The walk goes through modifiers, internal calls (as the most derived contract
resolves them) and assembly, carries what a value depends on (the caller, which state) through parameters, locals
and return values, and takes along each way the strongest condition met, over all ways the weakest::

    NONE     somebody may always pass
    STATE    only state or another contract decides, not who calls
    CALLER   the caller is compared with state, a constant or a role
    SEALED   nobody passes: it always reverts

``require(msg.sender != address(0))`` and ``require(msg.sender == tx.origin)`` exclude nobody that matters and
count as NONE; ``a || b`` is as weak as its weaker side; a condition after an early return guards only the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, is_storage, mutability, parameters, type_identifier
from upgrader.checks.code._body import Edge, How, body_of, callee_of, external_references, inner, yul_calls
from upgrader.checks.code._reach import callee, reach

SENDER: Final = "sender"
ORIGIN: Final = "origin"
EXTERNAL: Final = "external"
"""Label of a value that another contract answered."""

Labels: TypeAlias = frozenset[str | int]
"""What a value depends on: SENDER, ORIGIN, EXTERNAL, and ids of state variables and struct members."""

_NOTHING: Final[Labels] = frozenset()
_YUL_SOURCES: Final = {"caller": SENDER, "origin": ORIGIN, "sload": EXTERNAL, "staticcall": EXTERNAL}
_EXTERNAL_VIEW: Final = "t_function_external_view"
_DEPTH: Final = 16
"""Internal calls followed; deeper ones count as no guard."""


class Strength(IntEnum):
    """How much a condition excludes."""

    NONE = 0
    STATE = 1
    CALLER = 2
    SEALED = 3


@dataclass(frozen=True, slots=True)
class Guard:
    """The weakest way through a function.

    Attributes:
        strength: How much is excluded.
        depends: State variables that the conditions of that strength read.
    """

    strength: Strength
    depends: frozenset[int] = frozenset()

    def both(self, other: "Guard") -> "Guard":
        """One condition after the other."""
        if self.strength != other.strength:
            return max(self, other, key=lambda guard: guard.strength)
        return Guard(self.strength, self.depends | other.depends)

    def either(self, other: "Guard") -> "Guard":
        """Two ways of which one is taken."""
        if self.strength != other.strength:
            return min(self, other, key=lambda guard: guard.strength)
        return Guard(self.strength, self.depends | other.depends)


OPEN: Final = Guard(Strength.NONE)
SEALED: Final = Guard(Strength.SEALED)


@dataclass(frozen=True, slots=True)
class _Ways:
    """What guards the ways that go on behind a statement, and those that leave the function inside it."""

    on: Guard = OPEN
    out: Guard = SEALED


@dataclass(frozen=True, slots=True)
class _Frame:
    """One function being walked.

    Attributes:
        function: The function or modifier whose code it is.
        values: Labels of its parameters and locals, by declaration id; grows while walking.
        rest: What the placeholder ``_`` runs: the modifiers still to come, then the body.
    """

    function: Ast
    values: dict[int, Labels]
    rest: tuple[tuple[Ast, dict[int, Labels]], ...]
    depth: int


def guard_of(contract: Contract, function: Ast, *, protects_body: bool = False) -> Guard:
    """Return how well a function is guarded in ``contract``.

    Args:
        contract: The most derived contract.
        function: An entry function or an internal hook.
        protects_body: True where a way that skips the body is harmless (an initializer under
            ``if (!done) { _; }``), False where returning without revert means consent (``_authorizeUpgrade``).
    """
    return _Walk(contract, protects_body=protects_body).function(function, {}, 0)


def passes_authorization(contract: Contract, upgrade: Ast) -> bool:
    """Whether an upgrade function asks for permission: in ``_authorizeUpgrade``, or by a guard on the caller.

    Whether that permission is worth anything is for ``uups-open-authorize`` to judge.
    """
    hooks = {function["id"] for function in contract.named("_authorizeUpgrade")}
    return bool(hooks & reach(contract, (upgrade,)).keys()) or guard_of(contract, upgrade).strength >= Strength.CALLER


class _Walk:
    def __init__(self, contract: Contract, *, protects_body: bool) -> None:
        self.contract = contract
        self.declarations = contract.program.declarations
        self.protects_body = protects_body
        self.running: list[int] = []

    # ---- functions -----------------------------------------------------------------------------------------

    def function(self, function: Ast, values: dict[int, Labels], depth: int) -> Guard:
        if depth > _DEPTH or function["id"] in self.running:
            return OPEN
        self.running.append(function["id"])
        chain: list[tuple[Ast, dict[int, Labels]]] = []
        for invocation in children(function, "modifiers"):
            modifier = self._modifier(invocation)
            if modifier is not None:
                frame = _Frame(function, values, (), depth)
                arguments = [self.labels(a, frame) for a in children(invocation, "arguments")]
                chain.append((modifier, _bound(modifier, arguments)))
        chain.append((function, values))
        guard = self._link(tuple(chain), depth)
        self.running.pop()
        return guard

    def _modifier(self, invocation: Ast) -> Ast | None:
        declared = self.contract.program.referred(invocation.get("modifierName"))
        if declared is None or declared.get("nodeType") != "ModifierDefinition":
            return None
        return self.contract.most_derived(declared)

    def _link(self, chain: tuple[tuple[Ast, dict[int, Labels]], ...], depth: int) -> Guard:
        """Walk the first of the chain; its placeholder walks the rest."""
        if not chain:
            return OPEN
        definition, values = chain[0]
        body = definition.get("body")
        if not isinstance(body, Mapping):
            return OPEN
        ways = self.statement(body, _Frame(definition, values, chain[1:], depth))
        return ways.on.either(ways.out)

    # ---- statements ----------------------------------------------------------------------------------------

    def statement(self, node: Ast, frame: _Frame) -> _Ways:  # noqa: C901, PLR0911 - one case a kind of statement
        match node.get("nodeType"):
            case "Block" | "UncheckedBlock":
                return self._block(children(node, "statements"), frame)
            case "PlaceholderStatement":
                return _Ways(self._link(frame.rest, frame.depth))
            case "IfStatement":
                return self._if(node, frame)
            case "Return":
                value = node.get("expression")
                return _Ways(SEALED, self.expression(value, frame) if isinstance(value, Mapping) else OPEN)
            case "RevertStatement":
                return _Ways(SEALED)
            case "ExpressionStatement":
                return _Ways(self._bare(node.get("expression") or {}, frame))
            case "VariableDeclarationStatement":
                return self._declaration(node, frame)
            case "InlineAssembly":
                guard = self._assembly(node, frame)
                self._assembly_values(node, frame)
                return _Ways(guard)
            case "DoWhileStatement":
                return self.statement(node.get("body") or {}, frame)
            case "WhileStatement" | "ForStatement":
                inside = self.statement(node.get("body") or {}, frame)
                return _Ways(OPEN, inside.out)
            case "TryStatement":
                ways = [self.statement(clause.get("block") or {}, frame) for clause in children(node, "clauses")]
                return _merged(ways) if ways else _Ways()
            case _:
                return _Ways()

    def _block(self, statements: list[Ast], frame: _Frame) -> _Ways:
        on, out = OPEN, SEALED
        for statement in statements:
            ways = self.statement(statement, frame)
            out = out.either(on.both(ways.out))
            on = on.both(ways.on)
            if on.strength is Strength.SEALED:
                break
        return _Ways(on, out)

    def _if(self, node: Ast, frame: _Frame) -> _Ways:
        condition = node.get("condition") or {}
        before = self.expression(condition, frame)
        branches = (node.get("trueBody"), node.get("falseBody"))
        insides = []
        for branch in branches:
            inside = self.statement(branch, frame) if isinstance(branch, Mapping) else _Ways()
            if self.protects_body and frame.rest and _skips(branch, branches):
                inside = _Ways(SEALED, SEALED)
            insides.append(inside)
        passed = [self.condition(condition, frame, truth=truth) for truth in (True, False)]
        on = _forked(passed, [inside.on for inside in insides])
        out = _forked(passed, [inside.out for inside in insides])
        return _Ways(before.both(on), before.both(out))

    def _declaration(self, node: Ast, frame: _Frame) -> _Ways:
        value = node.get("initialValue")
        if not isinstance(value, Mapping):
            return _Ways()
        labels = self.labels(value, frame)
        for declared in children(node, "declarations"):
            frame.values[declared["id"]] = labels
        return _Ways(self.expression(value, frame))

    # ---- expressions ---------------------------------------------------------------------------------------

    def expression(self, node: Ast, frame: _Frame) -> Guard:
        """Return what evaluating an expression excludes by itself: require, revert and guarded internal calls."""
        match node.get("nodeType"):
            case "FunctionCall":
                return self._call(node, frame)
            case "Assignment":
                self._assign(node, frame)
            case "Conditional":
                return self.expression(node.get("condition") or {}, frame)
            case "BinaryOperation" if node.get("operator") in {"&&", "||"}:
                return self.expression(node.get("leftExpression") or {}, frame)
        guard = OPEN
        for child in inner(node):
            guard = guard.both(self.expression(child, frame))
        return guard

    def _bare(self, node: Ast, frame: _Frame) -> Guard:
        """Return what a whole statement excludes: a view called for nothing but its revert is a check, too."""
        guard = self.expression(node, frame)
        if node.get("nodeType") == "FunctionCall" and type_identifier(callee_of(node)).startswith(_EXTERNAL_VIEW):
            caller = SENDER in self._union(children(node, "arguments"), frame)
            return guard.both(Guard(Strength.CALLER if caller else Strength.STATE))
        return guard

    def _assign(self, node: Ast, frame: _Frame) -> None:
        left = node.get("leftHandSide") or {}
        labels = self.labels(node.get("rightHandSide") or {}, frame)
        for part in children(left, "components") or [left]:
            target = part.get("referencedDeclaration")
            if isinstance(target, int) and not self._is_state(target):
                # What a variable held on another way still counts: a condition may meet either.
                frame.values[target] = frame.values.get(target, _NOTHING) | labels

    def _call(self, node: Ast, frame: _Frame) -> Guard:
        expression = callee_of(node)
        arguments = children(node, "arguments")
        guard = OPEN
        for child in (*inner(expression), *arguments):
            guard = guard.both(self.expression(child, frame))
        name = expression.get("name")
        if name in {"require", "assert"} and expression.get("referencedDeclaration") not in self.declarations:
            return guard.both(self.condition(arguments[0], frame, truth=True)) if arguments else guard
        if name == "revert" and expression.get("referencedDeclaration") not in self.declarations:
            return SEALED
        target = self._callee(expression, frame)
        if target is None:
            return guard
        labels = [self.labels(argument, frame) for argument in _receiver(expression, target) + arguments]
        return guard.both(self.function(target, _bound(target, labels), frame.depth + 1))

    def _callee(self, expression: Ast, frame: _Frame) -> Ast | None:
        target = expression.get("referencedDeclaration")
        if not isinstance(target, int) or target not in self.declarations:
            return None
        for edge in body_of(self.contract.program, frame.function).edges:
            if edge.node is expression:
                return callee(self.contract, edge, frame.function)
        how = How.VIRTUAL if expression.get("nodeType") == "Identifier" else How.EXACT
        found = callee(self.contract, Edge(target, how, expression), frame.function)
        return found if found is not None and found.get("nodeType") == "FunctionDefinition" else None

    # ---- conditions ----------------------------------------------------------------------------------------

    def condition(self, node: Ast, frame: _Frame, *, truth: bool) -> Guard:
        """Return what is excluded where ``node`` must be ``truth``."""
        match node.get("nodeType"):
            case "TupleExpression" if len(children(node, "components")) == 1:
                return self.condition(children(node, "components")[0], frame, truth=truth)
            case "UnaryOperation" if node.get("operator") == "!":
                return self.condition(node.get("subExpression") or {}, frame, truth=not truth)
            case "Literal":
                return SEALED if (node.get("value") == "true") is not truth else OPEN
            case "BinaryOperation":
                left, right = node.get("leftExpression") or {}, node.get("rightExpression") or {}
                if node.get("operator") in {"&&", "||"}:
                    sides = [self.condition(side, frame, truth=truth) for side in (left, right)]
                    together = (node.get("operator") == "&&") is truth
                    return sides[0].both(sides[1]) if together else sides[0].either(sides[1])
                if node.get("operator") in {"==", "!="}:
                    return self._equality(left, right, frame, equal=(node.get("operator") == "==") is truth)
        return self._graded(self.labels(node, frame))

    def _equality(self, left: Ast, right: Ast, frame: _Frame, *, equal: bool) -> Guard:
        labels = (self.labels(left, frame), self.labels(right, frame))
        union = labels[0] | labels[1]
        who = frozenset({SENDER, ORIGIN})
        if SENDER in union and union <= who and (all(labels) or _is_zero(left) or _is_zero(right)):
            return OPEN
        guard = self._graded(union)
        if guard.strength is Strength.CALLER and not equal and any(side == {SENDER} for side in labels):
            return Guard(Strength.NONE if union <= who else Strength.STATE, guard.depends)  # everybody but one
        return guard

    def _graded(self, labels: Labels) -> Guard:
        depends = frozenset(label for label in labels if isinstance(label, int))
        if SENDER in labels or ORIGIN in labels:
            return Guard(Strength.CALLER, depends)
        return Guard(Strength.STATE if depends or EXTERNAL in labels else Strength.NONE, depends)

    # ---- values --------------------------------------------------------------------------------------------

    def labels(self, node: Ast, frame: _Frame) -> Labels:
        """Return what the value of an expression depends on."""
        match node.get("nodeType"):
            case "Identifier":
                target = node.get("referencedDeclaration")
                if target in frame.values:
                    return frame.values[target]
                return frozenset({target}) if isinstance(target, int) and self._is_state(target) else _NOTHING
            case "MemberAccess":
                return self._member(node, frame)
            case "FunctionCall":
                return self._answer(node, frame)
            case "Assignment":
                return self.labels(node.get("rightHandSide") or {}, frame)
            case _:
                return self._union(list(inner(node)), frame)

    def _member(self, node: Ast, frame: _Frame) -> Labels:
        base = node.get("expression") or {}
        if type_identifier(base) == "t_magic_message" and node.get("memberName") == "sender":
            return frozenset({SENDER})
        if type_identifier(base) == "t_magic_transaction" and node.get("memberName") == "origin":
            return frozenset({ORIGIN})
        target = node.get("referencedDeclaration")
        own = frozenset({target}) if isinstance(target, int) and self._is_state(target) else _NOTHING
        return own | self.labels(base, frame)

    def _answer(self, node: Ast, frame: _Frame) -> Labels:
        expression = callee_of(node)
        arguments = children(node, "arguments")
        given = self._union(arguments, frame)
        if node.get("kind") in {"typeConversion", "structConstructorCall"}:
            return given
        if type_identifier(expression).startswith("t_function_external"):
            return given | {EXTERNAL} | self._union(list(inner(expression)), frame)
        target = self._callee(expression, frame)
        if target is None:
            return given | self._union(list(inner(expression)), frame)
        if frame.depth > _DEPTH or target["id"] in self.running:
            return given
        self.running.append(target["id"])
        labels = [self.labels(argument, frame) for argument in _receiver(expression, target) + arguments]
        answer = self._returned(target, _bound(target, labels), frame.depth + 1)
        self.running.pop()
        return answer

    def _returned(self, function: Ast, values: dict[int, Labels], depth: int) -> Labels:
        frame = _Frame(function, values, (), depth)
        named = [parameter["id"] for parameter in parameters(function, "returnParameters")]
        answer: set[str | int] = set()
        stack = [function.get("body") or {}]
        while stack:
            node = stack.pop()
            match node.get("nodeType"):
                case "Return" if isinstance(node.get("expression"), Mapping):
                    answer |= self.labels(node["expression"], frame)
                case "VariableDeclarationStatement":
                    self._declaration_labels(node, frame)
                case "ExpressionStatement" if (node.get("expression") or {}).get("nodeType") == "Assignment":
                    self._assign(node["expression"], frame)
                case "InlineAssembly":
                    self._assembly_values(node, frame)
                case "IfStatement" | "Block" | "UncheckedBlock" | "ForStatement" | "WhileStatement" | "TryStatement":
                    stack.extend(reversed(list(inner(node))))
        for identity in named:
            answer |= frame.values.get(identity, _NOTHING)
        return frozenset(answer)

    def _declaration_labels(self, node: Ast, frame: _Frame) -> None:
        if isinstance(node.get("initialValue"), Mapping):
            labels = self.labels(node["initialValue"], frame)
            for declared in children(node, "declarations"):
                frame.values[declared["id"]] = labels

    def _union(self, nodes: list[Ast], frame: _Frame) -> Labels:
        return frozenset().union(*(self.labels(node, frame) for node in nodes))

    def _is_state(self, identity: int) -> bool:
        declared = self.declarations.get(identity)
        if declared is None or declared.get("nodeType") != "VariableDeclaration":
            return False
        if declared.get("stateVariable"):
            return is_storage(declared) or mutability(declared) == "immutable"
        return (self.contract.program.owners.get(identity) or {}).get("nodeType") == "StructDefinition"

    # ---- assembly ------------------------------------------------------------------------------------------

    def _assembly(self, node: Ast, frame: _Frame) -> Guard:
        """Return what ``if iszero(eq(caller(), sload(owner))) { revert(0, 0) }`` and its like exclude."""
        tree = node.get("AST")
        if not isinstance(tree, Mapping):
            names = {name for name, _ in yul_calls(node)}
            return Guard(Strength.CALLER) if {"caller", "revert"} <= names else OPEN
        known = {
            src: frame.values.get(declared, frozenset({declared}) if self._is_state(declared) else _NOTHING)
            for declared, _, src in external_references(node)
        }
        values: dict[str, Labels] = {}
        guard = OPEN
        for statement in children(tree, "statements"):
            _yul_assign(statement, values, known)
            if statement.get("nodeType") == "YulIf" and _reverts(statement.get("body") or {}):
                guard = guard.both(self._graded(_yul_labels(statement.get("condition") or {}, values, known)))
        return guard

    def _assembly_values(self, node: Ast, frame: _Frame) -> None:
        """Let every local that a block names depend on everything that the block uses."""
        names = {name for name, _ in yul_calls(node)}
        used = [declared for declared, _, _ in external_references(node)]
        labels: set[str | int] = {declared for declared in used if self._is_state(declared)}
        labels |= {label for word, label in _YUL_SOURCES.items() if word in names}
        labels = labels.union(*(frame.values.get(declared, _NOTHING) for declared in used))
        for declared in used:
            if not self._is_state(declared):
                frame.values[declared] = frozenset(labels)


def _bound(function: Ast, labels: list[Labels]) -> dict[int, Labels]:
    return {parameter["id"]: given for parameter, given in zip(parameters(function), labels, strict=False)}


def _receiver(expression: Ast, target: Ast) -> list[Ast]:
    """Return the object of ``object.f(…)`` where f is attached by ``using for`` and takes it as first argument."""
    base = expression.get("expression")
    if expression.get("nodeType") != "MemberAccess" or not isinstance(base, Mapping) or not parameters(target):
        return []
    static = type_identifier(base).startswith(("t_type$", "t_module", "t_super")) or base.get("name") == "super"
    return [] if static else [base]


def _merged(ways: list[_Ways]) -> _Ways:
    on, out = SEALED, SEALED
    for way in ways:
        on, out = on.either(way.on), out.either(way.out)
    return _Ways(on, out)


def _forked(passed: list[Guard], insides: list[Guard]) -> Guard:
    """Return what guards the two ways of a condition that lead to the same place.

    Where both are open the condition excludes nobody: one of them is always taken.
    """
    if all(inside.strength is Strength.NONE for inside in insides):
        return OPEN
    return passed[0].both(insides[0]).either(passed[1].both(insides[1]))


def _skips(branch: Ast | None, branches: tuple[Ast | None, Ast | None]) -> bool:
    """Whether this branch leaves out the placeholder that the other one has."""
    return any(_has_placeholder(other) for other in branches if other is not branch) and not _has_placeholder(branch)


def _has_placeholder(node: Ast | None) -> bool:
    if not isinstance(node, Mapping):
        return False
    return node.get("nodeType") == "PlaceholderStatement" or any(_has_placeholder(child) for child in inner(node))


def _is_zero(node: Ast) -> bool:
    if node.get("nodeType") == "FunctionCall" and node.get("kind") == "typeConversion":
        return all(_is_zero(argument) for argument in children(node, "arguments"))
    return node.get("nodeType") == "Literal" and str(node.get("value")) in {"0", "0x0", "0x" + "0" * 40}


def _yul_assign(statement: Ast, values: dict[str, Labels], known: Mapping[str, Labels]) -> None:
    if statement.get("nodeType") not in {"YulVariableDeclaration", "YulAssignment"}:
        return
    labels = _yul_labels(statement.get("value") or {}, values, known)
    for name in (*children(statement, "variables"), *children(statement, "variableNames")):
        values[str(name.get("name"))] = labels


def _yul_labels(node: Ast, values: Mapping[str, Labels], known: Mapping[str, Labels]) -> Labels:
    match node.get("nodeType"):
        case "YulIdentifier":
            return values.get(str(node.get("name")), _NOTHING) | known.get(str(node.get("src")), _NOTHING)
        case "YulFunctionCall":
            name = node["functionName"].get("name")
            own: Labels = frozenset({_YUL_SOURCES[name]}) if name in _YUL_SOURCES else _NOTHING
            return own.union(*(_yul_labels(argument, values, known) for argument in children(node, "arguments")))
    return _NOTHING


def _reverts(block: Ast) -> bool:
    return any(
        statement.get("nodeType") == "YulExpressionStatement"
        and (statement.get("expression") or {}).get("functionName", {}).get("name") in {"revert", "invalid"}
        for statement in children(block, "statements")
    )
