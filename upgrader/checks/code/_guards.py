"""How well a function is guarded: does every way through it depend on who calls?

Conditions are followed, not words.  The walk goes through modifiers, internal calls and assembly, and takes along
each way the strongest condition met, over all ways the weakest::

    NONE     somebody may always pass
    STATE    only state or another contract decides, not who calls
    SIGNED   a signature is compared with state: whoever has it may pass, perhaps again
    ORIGIN   who signed the transaction decides, whoever's contract calls
    CALLER   the caller is compared with state, a constant or a role
    SEALED   nobody passes: it always reverts

``require(msg.sender != address(0))`` and ``require(msg.sender == tx.origin)`` exclude nobody that matters and
count as NONE, as does "only through the proxy"; ``a || b`` is as weak as its weaker side; a condition after an
early return guards only the rest; ``if (msg.sender == owner) { _; }`` lets everybody else pass without a revert.
``require(msg.sender == address(this))`` is as weak as the weakest function that makes the contract call itself with
what its caller says.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, is_container, type_identifier
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import (
    callee_of,
    external_references,
    has_placeholder,
    inner,
    is_zero,
    yul_calls,
)
from upgrader.checks.code._labels import (
    CONSTRUCTION,
    DEPTH,
    SELF,
    SENDER,
    Frame,
    Labeller,
    Labels,
    yul_labels,
)
from upgrader.checks.code._self_calls import self_callers
from upgrader.checks.code._strength import (
    OPEN,
    SEALED,
    WHO,
    Guard,
    Strength,
    Ways,
    any_of,
    asks_itself,
    exceeded,
    forked,
    graded,
    refused,
    reverts,
)

_EXTERNAL_VIEW: Final = "t_function_external_view"
_SIDES: Final = ("left", "right")


def guard_of(
    contract: Contract, function: Ast, *, protects_body: bool = False, trusts_self: bool = False, bare: bool = False
) -> Guard:
    """Return how well a function is guarded in ``contract``.

    Args:
        contract: The most derived contract.
        function: An entry function or an internal hook.
        protects_body: True where a way that skips the body is harmless (an initializer under
            ``if (!done) { _; }``), False where returning without revert means consent (``_authorizeUpgrade``).
        trusts_self: True to take a call of the contract to itself for one that only few can bring about.
        bare: True for a call of the implementation itself, at the address that it keeps of itself.
    """
    return _Walk(contract, protects_body=protects_body, trusts_self=trusts_self, bare=bare).function(function, {}, 0)


def guard_of_writes(contract: Contract, function: Ast, watched: frozenset[int]) -> Guard:
    """Return how well those ways through a function are guarded on which it, or what it calls, writes variables.

    Args:
        contract: The most derived contract.
        function: An entry function.
        watched: Ids of the variables.

    Returns:
        SEALED where it never writes any of them.
    """
    walk = _Walk(contract, watched=watched)
    walk.function(function, {}, 0)
    return walk.writing


def open_doors(contract: Contract) -> tuple[tuple[Ast, Guard], ...]:
    """Return the functions that make a contract call itself with what their caller says, and their guards."""
    known = contract.notes.get("doors")
    if known is None:
        contract.notes["doors"] = ()  # one that only the contract itself may call opens nothing
        known = tuple((entry, _of_door(contract, entry, taken)) for entry, taken in self_callers(contract))
        contract.notes["doors"] = known
    return cast("tuple[tuple[Ast, Guard], ...]", known)


def _of_door(contract: Contract, entry: Ast, taken: frozenset[int]) -> Guard:
    """Return what guards a call of what the caller says, and whoever stored what is called.

    A lookup in a mapping asks whether somebody proposed just this; a lock or a pause asks nothing about it.
    """
    guard = guard_of(contract, entry)
    if taken:
        stored = SEALED
        for writer in contract.entries:
            stored = stored.either(guard_of_writes(contract, writer, taken))
        guard = guard.both(stored)
    if guard.strength is not Strength.STATE or not guard.depends:
        return guard
    asked = any(is_container(contract.program.declarations[identity]) for identity in guard.depends)
    return Guard(Strength.CALLER) if asked else OPEN


class _Walk:
    def __init__(
        self,
        contract: Contract,
        *,
        protects_body: bool = False,
        trusts_self: bool = False,
        bare: bool = False,
        watched: frozenset[int] = frozenset(),
    ) -> None:
        self.contract = contract
        self.protects_body = protects_body
        self.trusts_self = trusts_self
        self.bare = bare
        self.watched = watched
        self.labeller = Labeller(contract)
        self.writing = SEALED
        """What guards the writes that were met in the statement at hand."""
        self.known: dict[tuple[int, frozenset[tuple[int, Labels]]], Ways] = {}
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
        ways = self.known[key]
        self.writing = self.writing.either(ways.writes)
        return ways.on.either(ways.out)

    def _wrapped(self, function: Ast, values: dict[int, Labels], depth: int) -> Ways:
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

    def _link(self, chain: tuple[tuple[Ast, dict[int, Labels]], ...], depth: int) -> Ways:
        """Walk the first of the chain; its placeholder walks the rest."""
        definition, values = chain[0] if chain else ({}, {})
        body = definition.get("body")
        if not isinstance(body, Mapping):
            return Ways()
        return self.statement(body, Frame(definition, values, chain[1:], depth))

    # ---- statements ----------------------------------------------------------------------------------------

    def statement(self, node: Ast, frame: Frame) -> Ways:
        """Return what guards the ways on, out of the function, and to the writes in a statement."""
        outside, self.writing = self.writing, SEALED
        ways = self._ways(node, frame)
        inside, self.writing = self.writing, outside
        return ways if inside is SEALED else Ways(ways.on, ways.out, ways.writes.either(inside))

    def _ways(self, node: Ast, frame: Frame) -> Ways:  # noqa: C901, PLR0911 - one case a kind of statement
        match node.get("nodeType"):
            case "Block" | "UncheckedBlock":
                return self._block(children(node, "statements"), frame)
            case "PlaceholderStatement":
                inside = self._link(frame.rest, frame.depth)
                return Ways(inside.on.either(inside.out), writes=inside.writes)
            case "IfStatement":
                return self._if(node, frame)
            case "Return":
                value = node.get("expression")
                return Ways(SEALED, self.expression(value, frame) if isinstance(value, Mapping) else OPEN)
            case "RevertStatement" | "Throw":
                return Ways(SEALED)
            case "ExpressionStatement":
                return Ways(self._bare(node.get("expression") or {}, frame))
            case "VariableDeclarationStatement":
                self.labeller.declare(node, frame)
                value = node.get("initialValue")
                return Ways(self.expression(value, frame)) if isinstance(value, Mapping) else Ways()
            case "InlineAssembly":
                guard = self._assembly(node, frame)
                self._note(node, frame)
                self.labeller.assemble(node, frame)
                return Ways(guard)
            case "DoWhileStatement":
                return self.statement(node.get("body") or {}, frame)
            case "WhileStatement" | "ForStatement":
                return replace(self.statement(node.get("body") or {}, frame), on=OPEN)
            case "TryStatement":
                ways = [self.statement(clause.get("block") or {}, frame) for clause in children(node, "clauses")]
                return any_of(ways) if ways else Ways()
        return Ways()

    def _block(self, statements: list[Ast], frame: Frame) -> Ways:
        on, out, writes = OPEN, SEALED, SEALED
        for statement in statements:
            ways = self.statement(statement, frame)
            out = out.either(on.both(ways.out))
            writes = writes.either(on.both(ways.writes))
            on = on.both(ways.on)
            if on.strength is Strength.SEALED:
                break
        return Ways(on, out, writes)

    def _if(self, node: Ast, frame: Frame) -> Ways:
        condition = node.get("condition") or {}
        before = self.expression(condition, frame)
        branches = (node.get("trueBody"), node.get("falseBody"))
        insides = []
        for branch, other in (branches, branches[::-1]):
            inside = self.statement(branch, frame) if isinstance(branch, Mapping) else Ways()
            if self.protects_body and has_placeholder(other) and not has_placeholder(branch):
                inside = Ways(SEALED, SEALED, inside.writes)
            insides.append(inside)
        passed = [self.condition(condition, frame, truth=truth) for truth in (True, False)]
        on = forked(passed, [inside.on for inside in insides])
        out = forked(passed, [inside.out for inside in insides])
        writes = [guard.both(inside.writes) for guard, inside in zip(passed, insides, strict=True)]
        return Ways(before.both(on), before.both(out), before.both(writes[0].either(writes[1])))

    def _bare(self, node: Ast, frame: Frame) -> Guard:
        """Return what a whole statement excludes: a view called for nothing but its revert is a check, too."""
        guard = self.expression(node, frame)
        if node.get("nodeType") == "FunctionCall" and type_identifier(callee_of(node)).startswith(_EXTERNAL_VIEW):
            caller = SENDER in self.labeller.union(children(node, "arguments"), frame)
            return guard.both(Guard(Strength.CALLER if caller else Strength.STATE))
        return guard

    def expression(self, node: Ast, frame: Frame) -> Guard:
        """Return what evaluating an expression excludes by itself: require, revert and guarded internal calls."""
        self._note(node, frame)
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

    def _note(self, node: Ast, frame: Frame) -> None:
        """Note that the statement at hand writes what is watched, if this node does."""
        writes = body_of(self.contract.program, frame.function).writes if self.watched else {}
        for identity in self.watched & writes.keys():
            if any(write.node is node for write in writes[identity]):
                self.writing = OPEN

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

    def condition(self, node: Ast, frame: Frame, *, truth: bool) -> Guard:  # noqa: PLR0911 - one case an operator
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
            case "BinaryOperation" if node.get("operator") in {"<", ">", "<=", ">="}:
                return exceeded(*(self.labeller.of(node.get(f"{side}Expression") or {}, frame) for side in _SIDES))
        return self._answer(node, frame, truth=truth)

    def _answer(self, node: Ast, frame: Frame, *, truth: bool) -> Guard:
        """Return what a value excludes; where a function ends in returning it, its expression is followed."""
        target = self.labeller.callee(callee_of(node), frame) if node.get("nodeType") == "FunctionCall" else None
        *before, last = children((target or {}).get("body") or {}, "statements") or [{}]
        straight = all(statement.get("nodeType") == "VariableDeclarationStatement" for statement in before)
        answer = last.get("expression") if straight and last.get("nodeType") == "Return" else None
        if target is None or not isinstance(answer, Mapping):
            labels = self.labeller.of(node, frame)
            if not truth and node.get("nodeType") == "IndexAccess" and (SENDER in labels or self.watched):
                return OPEN  # everybody who is not listed, and to write what is not written yet
            return graded(labels)
        running = self.labeller.running
        if frame.depth >= DEPTH or target["id"] in running:
            return OPEN
        values = self.labeller.bind(callee_of(node), target, children(node, "arguments"), frame)
        key = target["id"], frozenset(values.items()), truth
        if key not in self.answers:
            running.append(target["id"])
            inside = Frame(target, values, (), frame.depth + 1)
            for statement in before:
                self.labeller.declare(statement, inside)
            self.answers[key] = self.condition(answer, inside, truth=truth)
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

    def _equality(self, node: Ast, frame: Frame, *, equal: bool) -> Guard:  # noqa: PLR0911 - one case a comparison
        left, right = node.get("leftExpression") or {}, node.get("rightExpression") or {}
        for side, other in ((left, right), (right, left)):
            if side.get("kind") == "bool":
                return self.condition(other, frame, truth=(side.get("value") == "true") is equal)
            if is_zero(side) and other.get("nodeType") == "IndexAccess":
                return self._answer(other, frame, truth=not equal)
        labels = (self.labeller.of(left, frame), self.labeller.of(right, frame))
        union = labels[0] | labels[1]
        if self.bare and labels[0] == labels[1] == {SELF}:
            return OPEN if equal else SEALED
        if union == {SENDER, SELF} and all(labels) and equal:
            return self._by_itself()
        if SENDER in union and union <= WHO and (all(labels) or is_zero(left) or is_zero(right)):
            return OPEN
        guard = graded(union)
        if guard.strength is Strength.CALLER and not equal and any(side == {SENDER} for side in labels):
            return OPEN  # everybody but one
        return guard

    def _by_itself(self) -> Guard:
        """Return what is excluded where only the contract itself may call."""
        guard = Guard(Strength.CALLER)
        for _, door in () if self.trusts_self else open_doors(self.contract):
            guard = guard.either(door if door.strength < Strength.SIGNED else Guard(Strength.CALLER))
        return guard

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
            elif statement.get("nodeType") == "YulIf" and reverts(statement.get("body") or {}):
                condition = statement.get("condition") or {}
                own = asks_itself(condition, values, known)
                guard = guard.both(self._by_itself() if own else refused(condition, values, known, truth=False))
        return guard
