"""The slots that code chooses itself: by a constant in assembly, or through a library that takes the slot."""

from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, mutability
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import external_references, yul_calls
from upgrader.checks.code._reach import from_anywhere, reach
from upgrader.layout.solidity.constants import as_slot, evaluate
from upgrader.layout.solidity.declared import DeclaredTypes
from upgrader.layout.solidity.slots import Reached, reached
from upgrader.layout.solidity.walk import IN_ASSEMBLY
from upgrader.layout.types import Struct
from upgrader.layout.wellknown import ADMIN, BEACON, IMPLEMENTATION

_DECIDING: Final = frozenset({IMPLEMENTATION, ADMIN, BEACON})
"""Slots whose content decides which code a proxy runs. Source: https://eips.ethereum.org/EIPS/eip-1967"""


def places_of(contract: Contract) -> tuple[Reached, ...]:
    """Return every place that a contract reaches by a slot of its own choosing."""
    known = contract.notes.get("places")
    if known is None:
        known = contract.notes["places"] = reached(contract.program.tree, contract.node, set(from_anywhere(contract)))
    return cast("tuple[Reached, ...]", known)


def writes_implementation(contract: Contract, entry: Ast) -> bool:
    """Whether a function can write a slot that decides which code the proxy runs."""
    held = {place.target for place in places_of(contract) if place.base in _DECIDING}
    if not held or not any(_stores(contract, step.definition, held) for step in reach(contract, (entry,)).values()):
        return False
    places = reached(contract.program.tree, contract.node, set(reach(contract, (entry,))))
    return any(place.base in _DECIDING for place in places)


def words_stored(contract: Contract, entry: Ast) -> frozenset[int]:
    """Return the slots that assembly writes when a function runs, as far as they come to a number."""
    tree, found = contract.program.tree, set[int]()
    for step in reach(contract, (entry,)).values():
        for block in body_of(contract.program, step.definition).assembly:
            for name, call in yul_calls(block):
                slot = children(call, "arguments")[:1] if name == "sstore" else []
                value = evaluate(tree, {"nodeType": IN_ASSEMBLY, "block": block, "value": slot[0]}) if slot else None
                base = as_slot(value)
                found |= {base} if base is not None else set()
    return frozenset(found)


def slot_constants(contract: Contract) -> frozenset[int]:
    """Return the constants by which code reaches a slot: each stands for what lies there."""
    known = contract.notes.get("slot constants")
    if known is None:
        bases = {place.base for place in places_of(contract)} - {None}
        constants = (variable for variable in contract.variables if bases and mutability(variable) == "constant")
        values = {variable["id"]: contract.program.constant(variable.get("value") or {}) for variable in constants}
        known = frozenset(identity for identity, value in values.items() if value in bases)
        contract.notes["slot constants"] = known
    return cast("frozenset[int]", known)


def slots_written(contract: Contract, entry: Ast) -> frozenset[int]:
    """Return those of them at whose slots a function writes: itself in assembly, or by a function it hands one to."""
    named = slot_constants(contract)
    found = set[int]()
    for step in reach(contract, (entry,)).values() if named else ():
        body = body_of(contract.program, step.definition)
        if not named & body.reads.keys():
            continue
        if _sstores(contract, step.definition):
            found |= named & body.reads.keys()
        for edge in body.edges:
            target = contract.program.declarations.get(edge.target) or {}
            if target.get("body") and _sstores(contract, target):
                call = body.calls.get(edge.node.get("id", -1), {})
                found |= {i for i in named if any(_sources(part, i) for part in (edge.node, call.get("arguments")))}
    return frozenset(found)


def slots_of_members(contract: Contract) -> dict[int, int]:
    """Return which member of a placed struct lies at which slot, by the slot: the last one where several share it."""
    types = DeclaredTypes(contract.program.tree, {}, set())
    found: dict[int, int] = {}
    for place in places_of(contract):
        struct = contract.program.tree.node(place.target)
        if struct is None or struct["nodeType"] != "StructDefinition" or place.base is None:
            continue
        kind = types.types[types.struct(struct)]
        names = {str(member.get("name")): int(member["id"]) for member in children(struct, "members")}
        members = kind.members if isinstance(kind, Struct) and kind.members is not None else ()
        found |= {place.base + member.slot: names[member.name] for member in members}
    return found


def keeps_nothing(contract: Contract, constant: Ast) -> bool:
    """Whether a constant is used only as a slot of transient storage, which is empty when a transaction begins."""
    tree, used = contract.program.tree, 0
    for owner, references in tree.references.items():
        if constant["id"] not in references:
            continue
        blocks = tree.assembly.get(owner, ())
        named = [(block, src) for block in blocks for c, _, src in external_references(block) if c == constant["id"]]
        outside = {src for block, src in named} != _sources(tree.declarations[owner], constant["id"])
        if outside or not all(_is_transient_slot(block, src) for block, src in named):
            return False
        used += len(named)
    return used > 0


def _sources(node: Any, identity: int) -> set[str]:
    """Return the places below a node where a declaration is named, in Solidity and in assembly."""
    found: set[str] = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            if identity in {item.get("referencedDeclaration"), item.get("declaration")}:
                found.add(str(item.get("src")))
            pending += [value for value in item.values() if isinstance(value, dict | list)]
    return found


def _is_transient_slot(block: Ast, src: str) -> bool:
    calls = [(name, children(call, "arguments")) for name, call in yul_calls(block)]
    return any(name in {"tload", "tstore"} and given and given[0].get("src") == src for name, given in calls)


def _stores(contract: Contract, definition: Ast, held: AbstractSet[int | None]) -> bool:
    """Whether a body stores by slot: ``sstore``, or an assignment to one of the structs that lie there."""
    if _sstores(contract, definition):
        return True
    owners = (contract.program.owners.get(identity) or {} for identity in body_of(contract.program, definition).writes)
    return any(owner.get("id") in held for owner in owners if owner)


def _sstores(contract: Contract, definition: Ast) -> bool:
    blocks = body_of(contract.program, definition).assembly
    return any(name == "sstore" for block in blocks for name, _ in yul_calls(block))
