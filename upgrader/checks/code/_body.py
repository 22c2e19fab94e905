"""What one function's body does, learnt in a single walk: calls, storage reads and writes, dangerous operations.

The walk looks at one body only and judges nothing; which bodies an upgrade can reach is :mod:`._reach`, and the
facts of a body are kept with the program, so that a base that fifty contracts inherit is read once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Program, children, type_identifier
from upgrader.checks.code._expressions import callee_of, external_references, inner, yul_calls

_YUL_DANGER: Final = {
    "delegatecall": "delegatecall",
    "callcode": "delegatecall",
    "selfdestruct": "selfdestruct",
    "suicide": "selfdestruct",
}
_ZERO: Final[Ast] = {"nodeType": "Literal", "value": "0"}
"""What ``delete`` assigns."""


class How(Enum):
    """How a call finds its callee."""

    VIRTUAL = "by name: the most derived override runs"
    SUPER = "super.f(): the next implementation in the linearisation runs"
    EXACT = "Base.f(), an internal library function or a free function: exactly this one runs"
    LIBRARY = "an external library function: DELEGATECALL to the linked library"
    MODIFIER = "a modifier: the most derived override wraps the function"
    EXTERNAL = "a message call to another contract; its code is not part of this one"


@dataclass(frozen=True, slots=True)
class Edge:
    """A body's use of a function, modifier or base constructor.

    Attributes:
        target: Id of the declaration named in the source.
        how: How the callee is found.
        node: The expression, for its place.
        said: The statements around it that carry NatSpec of their own.
    """

    target: int
    how: How
    node: Ast
    said: tuple[Ast, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """A delegatecall (callcode counts) or a selfdestruct.

    Attributes:
        kind: ``delegatecall`` or ``selfdestruct``.
        node: The expression, or the assembly block.
        target: The expression delegated to, where it is Solidity.
        where: ``Solidity`` or ``assembly``.
        said: The statements around it that carry NatSpec of their own.
    """

    kind: str
    node: Ast
    target: Ast | None
    where: str
    said: tuple[Ast, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One assignment to a state variable or to a member of a struct.

    Attributes:
        node: The expression, for its place.
        value: The expression assigned to it or to a part of it; None where it is not one expression.
    """

    node: Ast
    value: Ast | None


@dataclass(slots=True)
class Body:
    """What one function, modifier or initial value does.

    Attributes:
        edges: Functions, modifiers and base constructors that it uses.
        dangers: Delegatecalls and selfdestructs of its own.
        reads: Variables and struct members read, with the first place.
        writes: Variables and struct members written.
        aliased: Reference-typed variables used as a whole (a storage pointer, an assembly slot), which may be
            written where this walk does not see it.
        divisors: Variables and members that something is divided by.
        assembly: Inline assembly blocks.
        calls: The call of each called expression, by the expression's id.
        steps: Of the edges that lead to one function in one way, the first.
    """

    edges: list[Edge] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)
    reads: dict[int, Ast] = field(default_factory=dict)
    writes: dict[int, list[Write]] = field(default_factory=dict)
    aliased: set[int] = field(default_factory=set)
    divisors: set[int] = field(default_factory=set)
    assembly: list[Ast] = field(default_factory=list)
    calls: dict[int, Ast] = field(default_factory=dict)
    steps: tuple[Edge, ...] = ()


def body_of(program: Program, definition: Ast) -> Body:
    """Return the facts of a function, a modifier or a state variable's initial value.

    Args:
        program: The run it belongs to, which keeps the answer.
        definition: A ``FunctionDefinition``, ``ModifierDefinition`` or ``VariableDeclaration``.
    """
    known = program.facts.get(definition["id"])
    if isinstance(known, Body):
        return known
    walk = _Walk(program)
    for invocation in children(definition, "modifiers"):
        walk.invocation(invocation)
    for part in ("body", "value"):
        if isinstance(definition.get(part), Mapping):
            walk.visit(definition[part])
    program.facts[definition["id"]] = body = walk.body
    first: dict[tuple[int, How], Edge] = {}
    for edge in body.edges:
        first.setdefault((edge.target, edge.how), edge)
    body.steps = tuple(first.values())
    return body


class _Walk:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.body = Body()
        self._said: tuple[Ast, ...] = ()

    def invocation(self, invocation: Ast) -> None:
        for argument in children(invocation, "arguments"):
            self.visit(argument)
        declared = self.program.referred(invocation.get("modifierName"))
        if declared is not None and declared.get("nodeType") == "ModifierDefinition":
            self.body.edges.append(Edge(declared["id"], How.MODIFIER, invocation))

    def visit(self, node: Ast) -> None:
        if node.get("documentation"):  # since solc 0.8.2 statements have some
            outside, self._said = self._said, (*self._said, node)
            self._inside(node)
            self._said = outside
        else:
            self._inside(node)

    def _inside(self, node: Ast) -> None:
        match node.get("nodeType"):
            case "Identifier":
                self._name(node)
            case "MemberAccess":
                self._member(node)
            case "IndexAccess" | "IndexRangeAccess":
                self._element(node)
            case "Assignment":
                self._assignment(node)
            case "UnaryOperation":
                self._unary(node)
            case "BinaryOperation":
                self._operator(node)
            case "FunctionCall":
                self._call(node)
            case "InlineAssembly":
                self._assembly(node)
            case _:
                for child in inner(node):
                    self.visit(child)

    def _name(self, node: Ast) -> None:
        declared = self.program.referred(node)
        if declared is None:
            return
        match declared.get("nodeType"):
            case "FunctionDefinition":
                free = declared["id"] not in self.program.owners
                self.body.edges.append(Edge(declared["id"], How.EXACT if free else How.VIRTUAL, node, self._said))
            case "VariableDeclaration":
                self._read(declared, node)

    def _member(self, node: Ast, *, whole: bool = True) -> None:
        kind = type_identifier(node)
        base: Ast = node.get("expression") or {}
        if node.get("memberName") in {"selector", "address"} and type_identifier(base).startswith("t_function"):
            # f.selector names f without calling it; the object in object.f.selector is still evaluated.
            if base.get("nodeType") == "MemberAccess":
                self.visit(base.get("expression") or {})
            return
        if kind.startswith(("t_function_baredelegatecall", "t_function_barecallcode")):
            self.body.dangers.append(Danger("delegatecall", node, base, "Solidity", self._said))
        declared = self.program.referred(node)
        if declared is not None and declared.get("nodeType") == "FunctionDefinition":
            self._function_member(node, declared, kind, base)
            self.visit(base)  # list.add(x) of a library gets the whole list
            return
        if declared is not None and declared.get("nodeType") == "VariableDeclaration":
            self._read(declared, node, whole=whole)
        self._part_of(base)

    def _function_member(self, node: Ast, declared: Ast, kind: str, base: Ast) -> None:
        if kind.startswith("t_function_delegatecall"):
            how = How.LIBRARY
        elif kind.startswith("t_function_internal"):
            how = How.SUPER if base.get("name") == "super" else How.EXACT
        else:
            how = How.EXTERNAL
        self.body.edges.append(Edge(declared["id"], how, node, self._said))

    def _element(self, node: Ast) -> None:
        self._part_of(node.get("baseExpression") or {})
        for key in ("indexExpression", "startExpression", "endExpression"):
            if isinstance(node.get(key), Mapping):
                self.visit(node[key])

    def _part_of(self, base: Ast) -> None:
        """Visit what a member or an element is taken of: that is a use of a part, not of the whole."""
        declared = self.program.referred(base)
        variable = declared is not None and declared.get("nodeType") == "VariableDeclaration"
        if declared is not None and variable and base.get("nodeType") == "Identifier":
            self._read(declared, base, whole=False)
        elif base.get("nodeType") == "MemberAccess":
            self._member(base, whole=False)
        else:
            self.visit(base)

    def _read(self, declared: Ast, node: Ast, *, whole: bool = True) -> None:
        self.body.reads.setdefault(declared["id"], node)
        if whole and _by_reference(node):
            self.body.aliased.add(declared["id"])

    def _assignment(self, node: Ast) -> None:
        target, value = node.get("leftHandSide") or {}, node.get("rightHandSide") or {}
        plain = node.get("operator") == "="
        self._target(target, node, value if plain else None, read=not plain)
        if node.get("operator") in {"/=", "%="}:
            self._divisor(value)
        self.visit(value)

    def _unary(self, node: Ast) -> None:
        operand = node.get("subExpression") or {}
        if node.get("operator") in {"++", "--", "delete"}:
            deleted = node.get("operator") == "delete"
            self._target(operand, node, _ZERO if deleted else None, read=not deleted)
            return
        self._user_operator(node)
        self.visit(operand)

    def _operator(self, node: Ast) -> None:
        # A chain a + b + c + … leans to the left: walked in a loop, so that its length is no depth.
        chain = [node]
        while (left := chain[-1].get("leftExpression") or {}).get("nodeType") == "BinaryOperation":
            chain.append(left)
        self.visit(chain[-1].get("leftExpression") or {})
        for link in reversed(chain):
            self._user_operator(link)
            if link.get("operator") in {"/", "%"}:
                self._divisor(link.get("rightExpression") or {})
            self.visit(link.get("rightExpression") or {})

    def _user_operator(self, node: Ast) -> None:
        if node.get("function") in self.program.declarations:
            self.body.edges.append(Edge(node["function"], How.EXACT, node))

    def _divisor(self, node: Ast) -> None:
        declared = self.program.referred(node)
        if declared is not None:
            self.body.divisors.add(declared["id"])

    def _target(self, node: Ast, place: Ast, value: Ast | None, *, read: bool) -> None:
        """Record the written variable and the struct members on the way to it."""
        match node.get("nodeType"):
            case "TupleExpression":
                for component in children(node, "components"):
                    self._target(component, place, None, read=read)
            case "IndexAccess" | "IndexRangeAccess":
                self._target(node.get("baseExpression") or {}, place, value, read=read)
                for key in ("indexExpression", "startExpression", "endExpression"):
                    if isinstance(node.get(key), Mapping):
                        self.visit(node[key])
            case "Identifier" | "MemberAccess":
                declared = self.program.referred(node)
                if declared is not None and declared.get("nodeType") == "VariableDeclaration":
                    self.body.writes.setdefault(declared["id"], []).append(Write(place, value))
                    if read:
                        self.body.reads.setdefault(declared["id"], node)
                if node.get("nodeType") == "MemberAccess":
                    self._target(node.get("expression") or {}, place, value, read=read)
            case _:
                self.visit(node)

    def _call(self, node: Ast) -> None:
        callee = callee_of(node)
        kind = type_identifier(callee)
        arguments = children(node, "arguments")
        self.body.calls[callee.get("id", -1)] = node
        if kind.startswith("t_function_selfdestruct"):
            self.body.dangers.append(Danger("selfdestruct", node, None, "Solidity", self._said))
        elif kind.startswith(("t_function_arraypush", "t_function_bytearraypush", "t_function_arraypop")):
            self._target(callee.get("expression") or {}, node, None, read=True)
        elif kind.startswith("t_function_abiencodecall"):
            arguments = arguments[1:]  # abi.encodeCall(f, …) names f without calling it
        for child in (node.get("expression") or {}, *arguments):
            self.visit(child)

    def _assembly(self, node: Ast) -> None:
        self.body.assembly.append(node)
        names = set()
        for name, call in yul_calls(node):
            names.add(name)
            if name in _YUL_DANGER:
                place = {**node, "src": call.get("src", node.get("src", ""))}
                self.body.dangers.append(Danger(_YUL_DANGER[name], place, None, "assembly", self._said))
        for declaration, slot, _ in external_references(node):
            self.body.reads.setdefault(declaration, node)
            if slot and "sstore" in names:
                self.body.aliased.add(declaration)
                self.body.writes.setdefault(declaration, []).append(Write(node, None))


def _by_reference(node: Ast) -> bool:
    kind = type_identifier(node)
    return kind.endswith(("_storage", "_storage_ptr")) or kind.startswith("t_mapping")
