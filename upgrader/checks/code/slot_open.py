"""A function that everybody may call writes storage wherever its caller says.

Why:
    Whoever may choose the slot may choose the proxy's implementation, its owner, any balance: no other rule of the
    contract holds any more. The slot is followed from the function's parameters through every call to the `sstore`,
    or to the struct that assembly places there (`StorageSlot.getAddressSlot(slot).value = …`). One that is computed
    from an argument, by a hash or from a constant, is not meant.

Fix:
    Write a slot that the code names, or restrict the function to those who may upgrade.

Example:
    `function poke(bytes32 slot, bytes32 value) external { assembly { sstore(slot, value) } }`

Source:
    https://swcregistry.io/docs/SWC-124
"""

from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, display, parameters, selector_of
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import Body, body_of
from upgrader.checks.code._expressions import external_references, yul_calls
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._labels import DEPTH, receiver
from upgrader.checks.code._reach import callee, reach
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODE: Final = "slot-open"
CODES: Final = (CODE,)

_STEPS: Final = 2_000
"""Calls followed from one function."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Find the functions that let everybody write a slot of his choice, and did not before."""
    contract = case.new.contract
    if contract is None or contract is case.old_contract:
        return
    before = {selector_of(entry) for entry in _open(case.old_contract)} if case.old_contract is not None else set()
    for entry in _open(contract):
        if selector_of(entry) not in before:
            yield case.finding(
                CODE,
                Severity.BLOCKER,
                display(entry),
                "everybody may call it, and it writes the slot that its caller names: the implementation, the owner, "
                "any balance",
                "write a slot that the code names, or restrict it to those who may upgrade",
                at=case.new.place(entry),
            )


def _open(contract: Contract) -> Iterator[Ast]:
    for entry in contract.entries:
        if entry.get("stateMutability") in {"view", "pure"} or not parameters(entry):
            continue
        if _writes_given_slot(contract, entry) and guard_of(contract, entry).strength is Strength.NONE:
            yield entry


def _writes_given_slot(contract: Contract, entry: Ast) -> bool:
    """Whether a function stores at one of its arguments, by itself or through what it calls."""
    if not any(body_of(contract.program, step.definition).assembly for step in reach(contract, (entry,)).values()):
        return False
    stored = frozenset[int]().union(*(_owners(contract, body) for body in _bodies(contract, entry)))
    seen: set[tuple[int, frozenset[int]]] = set()
    pending = [(entry, frozenset(parameter["id"] for parameter in parameters(entry)))]
    while pending and len(seen) < _STEPS:
        function, given = pending.pop()
        if not given or (function["id"], given) in seen:
            continue
        seen.add((function["id"], given))
        body = body_of(contract.program, function)
        if any(_stores(contract, block, given, stored) for block in body.assembly):
            return True
        for edge in body.edges:
            target = callee(contract, edge, function)
            if target is not None:
                call = body.calls.get(edge.node.get("id", -1)) or edge.node
                arguments = (*receiver(edge.node, target), *children(call, "arguments"))
                passed = zip(parameters(target), arguments, strict=False)
                pending.append((target, frozenset(p["id"] for p, value in passed if _is_given(contract, value, given))))
    return False


def _bodies(contract: Contract, entry: Ast) -> Iterator[Body]:
    return (body_of(contract.program, step.definition) for step in reach(contract, (entry,)).values())


def _owners(contract: Contract, body: Body) -> frozenset[int]:
    """Return the structs of which a body writes a member."""
    owners = (contract.program.owners.get(identity) or {} for identity in body.writes)
    return frozenset(owner["id"] for owner in owners if owner.get("nodeType") == "StructDefinition")


def _stores(contract: Contract, block: Ast, given: frozenset[int], stored: frozenset[int]) -> bool:
    """Whether assembly writes a slot that was given, or places a struct there of which a member is written."""
    references = list(external_references(block))
    named = {src for declared, slot, src in references if not slot and declared in given}
    slots = [children(call, "arguments")[:1] for name, call in yul_calls(block) if name == "sstore"]
    if any(str(slot[0].get("src")) in named for slot in slots if slot):
        return True
    pointers = {src: declared for declared, slot, src in references if slot}
    for statement in children(block.get("AST") or {}, "statements"):
        value = statement.get("value") or {}
        if statement.get("nodeType") == "YulAssignment" and str(value.get("src")) in named:
            targets = (pointers.get(str(name.get("src"))) for name in children(statement, "variableNames"))
            if any(_struct(contract, target) in stored for target in targets if target is not None):
                return True
    return False


def _struct(contract: Contract, pointer: int) -> int | None:
    kind = (contract.program.tree.node(pointer) or {}).get("typeName") or {}
    node = contract.program.referred(kind) or contract.program.referred(kind.get("pathNode"))
    return node["id"] if node is not None else None


def _is_given(contract: Contract, node: Ast, given: frozenset[int], depth: int = 0) -> bool:
    """Whether a value is an argument, an element of one, a conversion of it, or a local that is nothing else."""
    match node.get("nodeType"):
        case "Identifier":
            target = node.get("referencedDeclaration")
            if target in given or not isinstance(target, int) or depth >= DEPTH:
                return target in given
            first, *others = contract.program.tree.values.get(target) or [None]
            return isinstance(first, Mapping) and not others and _is_given(contract, first, given, depth + 1)
        case "IndexAccess":
            return _is_given(contract, node.get("baseExpression") or {}, given, depth)
        case "FunctionCall" if node.get("kind") == "typeConversion":
            return any(_is_given(contract, argument, given, depth) for argument in children(node, "arguments"))
        case "TupleExpression" if len(children(node, "components")) == 1:
            return _is_given(contract, children(node, "components")[0], given, depth)
    return False
