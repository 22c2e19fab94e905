"""How well a function is guarded: does every way through it depend on who calls?

Conditions are followed, not words.  The walk goes through modifiers, internal calls and assembly, and takes along
each way the strongest condition met, over all ways the weakest::

    NONE     somebody may always pass
    STATE    only state or another contract decides, not who calls
    ORIGIN   who signed the transaction decides, whoever's contract calls
    CALLER   the caller is compared with state, a constant or a role
    SEALED   nobody passes: it always reverts

``require(msg.sender != address(0))`` and ``require(msg.sender == tx.origin)`` exclude nobody that matters and
count as NONE, as does "only through the proxy"; ``a || b`` is as weak as its weaker side; a condition after an
early return guards only the rest; ``if (msg.sender == owner) { _; }`` lets everybody else pass without a revert.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, type_identifier
from upgrader.checks.code._expressions import callee_of, external_references, inner, yul_calls
from upgrader.checks.code._labels import (
    CONSTRUCTION,
    DEPTH,
    EXTERNAL,
    ORIGIN,
    SELF,
    SENDER,
    Frame,
    Labeller,
    Labels,
    yul_labels,
)
from upgrader.checks.code._reach import reach

_EXTERNAL_VIEW: Final = "t_function_external_view"
_WHO: Final = frozenset({SENDER, ORIGIN})


class Strength(IntEnum):
    """How much a condition excludes."""

    NONE = 0
    STATE = 1
    ORIGIN = 2
    CALLER = 3
    SEALED = 4


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
    return bool(hooks & reach(contract, (upgrade,)).keys()) or guard_of(contract, upgrade).strength >= Strength.ORIGIN


class _Walk:
    def __init__(self, contract: Contract, *, protects_body: bool) -> None:
        self.contract = contract
        self.labeller = Labeller(contract)
        self.protects_body = protects_body
        self.known: dict[tuple[int, frozenset[tuple[int, Labels]]], Guard] = {}
        self.answers: dict[tuple[int, frozenset[tuple[int, Labels]], bool], Guard] = {}

    def function(self, function: Ast, values: dict[int, Labels], depth: int) -> Guard:
        """Return the guard of a function whose parameters have these labels."""
        running = self.labeller.running
        key = function["id"], frozenset(values.items())
        if depth > DEPTH or function["id"] in running:
            return OPEN
        if key not in self.known:
            running.append(function["id"])
            self.known[key] = self._wrapped(function, values, depth)
            running.pop()
        return self.known[key]

    def _wrapped(self, function: Ast, values: dict[int, Labels], depth: int) -> Guard:
        """Walk a function from its first modifier inwards."""
        frame = Frame(function, values, (), depth)
        chain: list[tuple[Ast, dict[int, Labels]]] = []
        for invocation in children(function, "modifiers"):
            declared = self.contract.program.referred(invocation.get("modifierName"))
            if declared is not None and declared.get("nodeType") == "ModifierDefinition":
                modifier = self.contract.most_derived(declared)
                chain.append((modifier, self.labeller.bind({}, modifier, children(invocation, "arguments"), frame)))
        chain.append((function, values))
        return self._link(tuple(chain), depth)

    def _link(self, chain: tuple[tuple[Ast, dict[int, Labels]], ...], depth: int) -> Guard:
        """Walk the first of the chain; its placeholder walks the rest."""
        if not chain:
            return OPEN
        definition, values = chain[0]
        body = definition.get("body")
        if not isinstance(body, Mapping):
            return OPEN
        ways = self.statement(body, Frame(definition, values, chain[1:], depth))
        return ways.on.either(ways.out)

    # ---- statements ----------------------------------------------------------------------------------------

    def statement(self, node: Ast, frame: Frame) -> _Ways:  # noqa: C901, PLR0911 - one case a kind of statement
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
            case "RevertStatement" | "Throw":
                return _Ways(SEALED)
            case "ExpressionStatement":
                return _Ways(self._bare(node.get("expression") or {}, frame))
            case "VariableDeclarationStatement":
                self.labeller.declare(node, frame)
                value = node.get("initialValue")
                return _Ways(self.expression(value, frame)) if isinstance(value, Mapping) else _Ways()
            case "InlineAssembly":
                guard = self._assembly(node, frame)
                self.labeller.assemble(node, frame)
                return _Ways(guard)
            case "DoWhileStatement":
                return self.statement(node.get("body") or {}, frame)
            case "WhileStatement" | "ForStatement":
                return _Ways(OPEN, self.statement(node.get("body") or {}, frame).out)
            case "TryStatement":
                ways = [self.statement(clause.get("block") or {}, frame) for clause in children(node, "clauses")]
                return _any_of(ways) if ways else _Ways()
        return _Ways()

    def _block(self, statements: list[Ast], frame: Frame) -> _Ways:
        on, out = OPEN, SEALED
        for statement in statements:
            ways = self.statement(statement, frame)
            out = out.either(on.both(ways.out))
            on = on.both(ways.on)
            if on.strength is Strength.SEALED:
                break
        return _Ways(on, out)

    def _if(self, node: Ast, frame: Frame) -> _Ways:
        condition = node.get("condition") or {}
        before = self.expression(condition, frame)
        branches = (node.get("trueBody"), node.get("falseBody"))
        insides = []
        for branch, other in (branches, branches[::-1]):
            inside = self.statement(branch, frame) if isinstance(branch, Mapping) else _Ways()
            if self.protects_body and _has_placeholder(other) and not _has_placeholder(branch):
                inside = _Ways(SEALED, SEALED)
            insides.append(inside)
        passed = [self.condition(condition, frame, truth=truth) for truth in (True, False)]
        on = _forked(passed, [inside.on for inside in insides])
        out = _forked(passed, [inside.out for inside in insides])
        return _Ways(before.both(on), before.both(out))

    def _bare(self, node: Ast, frame: Frame) -> Guard:
        """Return what a whole statement excludes: a view called for nothing but its revert is a check, too."""
        guard = self.expression(node, frame)
        if node.get("nodeType") == "FunctionCall" and type_identifier(callee_of(node)).startswith(_EXTERNAL_VIEW):
            caller = SENDER in self.labeller.union(children(node, "arguments"), frame)
            return guard.both(Guard(Strength.CALLER if caller else Strength.STATE))
        return guard

    # ---- expressions ---------------------------------------------------------------------------------------

    def expression(self, node: Ast, frame: Frame) -> Guard:
        """Return what evaluating an expression excludes by itself: require, revert and guarded internal calls."""
        match node.get("nodeType"):
            case "FunctionCall":
                return self._call(node, frame)
            case "Assignment":
                self.labeller.assign(node, frame)
            case "Conditional":
                return self.expression(node.get("condition") or {}, frame)
            case "BinaryOperation" if node.get("operator") in {"&&", "||"}:
                return self.expression(node.get("leftExpression") or {}, frame)
        guard = OPEN
        for child in inner(node):
            guard = guard.both(self.expression(child, frame))
        return guard

    def _call(self, node: Ast, frame: Frame) -> Guard:
        expression = callee_of(node)
        arguments = children(node, "arguments")
        guard = OPEN
        for child in (*inner(expression), *arguments):
            guard = guard.both(self.expression(child, frame))
        built_in = expression.get("referencedDeclaration") not in self.contract.program.declarations
        match expression.get("name"):
            case "require" | "assert" if built_in and arguments:
                return guard.both(self.condition(arguments[0], frame, truth=True))
            case "revert" if built_in:
                return SEALED
        target = self.labeller.callee(expression, frame)
        if target is None:
            return guard
        values = self.labeller.bind(expression, target, arguments, frame)
        return guard.both(self.function(target, values, frame.depth + 1))

    # ---- conditions ----------------------------------------------------------------------------------------

    def condition(self, node: Ast, frame: Frame, *, truth: bool) -> Guard:
        """Return what is excluded where ``node`` must be ``truth``."""
        match node.get("nodeType"):
            case "TupleExpression" if len(children(node, "components")) == 1:
                return self.condition(children(node, "components")[0], frame, truth=truth)
            case "UnaryOperation" if node.get("operator") == "!":
                return self.condition(node.get("subExpression") or {}, frame, truth=not truth)
            case "Literal":
                return SEALED if (node.get("value") == "true") is not truth else OPEN
            case "BinaryOperation" if node.get("operator") in {"&&", "||"}:
                return self._joined(node, frame, truth=truth)
            case "BinaryOperation" if node.get("operator") in {"==", "!="}:
                return self._equality(node, frame, equal=(node.get("operator") == "==") is truth)
        return self._answer(node, frame, truth=truth)

    def _answer(self, node: Ast, frame: Frame, *, truth: bool) -> Guard:
        """Return what a value excludes; where a function does nothing but return it, its expression is followed."""
        target = self.labeller.callee(callee_of(node), frame) if node.get("nodeType") == "FunctionCall" else None
        statements = children((target or {}).get("body") or {}, "statements")
        answer = statements[0].get("expression") if len(statements) == 1 else None
        running = self.labeller.running
        if target is None or not isinstance(answer, Mapping) or statements[0].get("nodeType") != "Return":
            return _graded(self.labeller.of(node, frame))
        if frame.depth >= DEPTH or target["id"] in running:
            return OPEN
        values = self.labeller.bind(callee_of(node), target, children(node, "arguments"), frame)
        key = target["id"], frozenset(values.items()), truth
        if key not in self.answers:
            running.append(target["id"])
            self.answers[key] = self.condition(answer, Frame(target, values, (), frame.depth + 1), truth=truth)
            running.pop()
        return self.answers[key]

    def _joined(self, node: Ast, frame: Frame, *, truth: bool) -> Guard:
        sides = [node.get("leftExpression") or {}, node.get("rightExpression") or {}]
        if (node.get("operator") == "&&") is not truth:
            # Under construction is a way that no transaction can take; what remains decides.
            kept = [side for side in sides if self.labeller.of(side, frame) != {CONSTRUCTION}]
            guards = [self.condition(side, frame, truth=truth) for side in kept]
            return guards[0].either(guards[-1]) if guards else OPEN
        guards = [self.condition(side, frame, truth=truth) for side in sides]
        return guards[0].both(guards[1])

    def _equality(self, node: Ast, frame: Frame, *, equal: bool) -> Guard:
        left, right = node.get("leftExpression") or {}, node.get("rightExpression") or {}
        labels = (self.labeller.of(left, frame), self.labeller.of(right, frame))
        union = labels[0] | labels[1]
        if SENDER in union and union <= _WHO and (all(labels) or _is_zero(left) or _is_zero(right)):
            return OPEN
        guard = _graded(union)
        if guard.strength is Strength.CALLER and not equal and any(side == {SENDER} for side in labels):
            return OPEN  # everybody but one
        return guard

    # ---- assembly ------------------------------------------------------------------------------------------

    def _assembly(self, node: Ast, frame: Frame) -> Guard:
        """Return what ``if iszero(eq(caller(), sload(owner.slot))) { revert(0, 0) }`` and its like exclude."""
        tree = node.get("AST")
        if not isinstance(tree, Mapping):  # compilers before 0.6 give the text only
            names = {name for name, _ in yul_calls(node)}
            return Guard(Strength.CALLER) if {"caller", "revert"} <= names else OPEN
        known = {src: self.labeller.known(declared, frame) for declared, _, src in external_references(node)}
        values: dict[str, Labels] = {}
        guard = OPEN
        for statement in children(tree, "statements"):
            if statement.get("nodeType") in {"YulVariableDeclaration", "YulAssignment"}:
                labels = yul_labels(statement.get("value") or {}, values, known)
                for name in (*children(statement, "variables"), *children(statement, "variableNames")):
                    values[str(name.get("name"))] = labels
            elif statement.get("nodeType") == "YulIf" and _reverts(statement.get("body") or {}):
                guard = guard.both(_refused(statement.get("condition") or {}, values, known, truth=False))
        return guard


def _refused(node: Ast, values: Mapping[str, Labels], known: Mapping[str, Labels], *, truth: bool) -> Guard:
    """Return what is excluded where a Yul expression must be ``truth``: not zero, or zero."""
    name = (node.get("functionName") or {}).get("name")
    arguments = children(node, "arguments")
    if name == "iszero" and len(arguments) == 1:
        return _refused(arguments[0], values, known, truth=not truth)
    differ = truth if name in {"xor", "sub"} else name == "eq" and not truth
    if differ and any(yul_labels(argument, values, known) == {SENDER} for argument in arguments):
        return OPEN  # everybody but one
    return _graded(yul_labels(node, values, known))


def _graded(labels: Labels) -> Guard:
    depends = frozenset(label for label in labels if isinstance(label, int))
    if labels & _WHO:
        return Guard(Strength.CALLER if SENDER in labels else Strength.ORIGIN, depends)
    if SELF in labels:
        return OPEN  # "only through the proxy" says where the code runs, not for whom
    return Guard(Strength.STATE, depends) if depends or EXTERNAL in labels else OPEN


def _any_of(ways: list[_Ways]) -> _Ways:
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


def _has_placeholder(node: Ast | None) -> bool:
    if not isinstance(node, Mapping):
        return False
    return node.get("nodeType") == "PlaceholderStatement" or any(_has_placeholder(child) for child in inner(node))


def _is_zero(node: Ast) -> bool:
    if node.get("nodeType") == "FunctionCall" and node.get("kind") == "typeConversion":
        return all(_is_zero(argument) for argument in children(node, "arguments"))
    return node.get("nodeType") == "Literal" and str(node.get("value")) in {"0", "0x0", "0x" + "0" * 40}


def _reverts(block: Ast) -> bool:
    return any(
        statement.get("nodeType") == "YulExpressionStatement"
        and ((statement.get("expression") or {}).get("functionName") or {}).get("name") in {"revert", "invalid"}
        for statement in children(block, "statements")
    )
