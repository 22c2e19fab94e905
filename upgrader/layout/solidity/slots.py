"""Storage that code reaches through a slot of its own choosing.

Three idioms put state outside the compiler's layout, and no compiler output mentions them: a storage pointer set in
assembly (``assembly { s.slot := POSITION }``: namespaces, diamonds, libraries), the same behind a function that takes
the slot (``StorageSlot.getAddressSlot(SLOT)``), and bare ``sload``/``sstore``.  Where the slot comes to a number, or
to a formula of its arguments, the place is a region; where it does not (an array helper that computes element
positions) it is inside some other region, and nothing is said.  A variable that holds a slot nobody can know from the
source (it is in storage, or the caller passes it) still leads to a struct, whose shape two versions must agree on.

Sources: https://eips.ethereum.org/EIPS/eip-2535, https://eips.ethereum.org/EIPS/eip-7201,
https://docs.soliditylang.org/en/latest/assembly.html#access-to-external-variables-functions-and-libraries
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from upgrader.layout.model import RUNTIME
from upgrader.layout.solidity.constants import evaluate, variable_value
from upgrader.layout.solidity.tree import External, Tree, external_references
from upgrader.layout.solidity.values import Formula, Value, as_slot
from upgrader.layout.solidity.yul import Assembly, literal

_OLD_POINTER: Final = re.compile(r"\b(\w+)_slot\s*:=\s*(\w+)")
_OLD_WORD: Final = re.compile(r"\bs(?:load|store)\(\s*(\w+)")
_ARGUMENT: Final = re.compile(r"<[^<>]*>")
_ANCHOR: Final = re.compile(r"0x|['\"]|[(,] ?\d")
"""A constant inside a hash, in a formula without its arguments; the element of an array that is counted on has none."""
_MAX_HOPS: Final = 32
"""Variables set from one another, and functions that hand on a slot they were given."""

Access: TypeAlias = tuple[int | None, int | None, Value]
"""What lies there (None: a bare word), the variable that holds the slot (None: an expression does), and the slot."""

Calls: TypeAlias = Mapping[int, list[tuple[int, Mapping[str, Any]]]]
"""Calls of each function: the owner whose code calls, and the node."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One place that code reaches by a slot.

    Attributes:
        target: What lies there: a struct, or a pointer to a mapping or an array (a declaration's id); None for a bare
            word.
        base: Its first slot; None with a formula.
        formula: How the slot is computed from arguments; empty with a base.
        name: The constant that holds the slot, ``Library.POSITION``, else the function that spells it out.
        at: ``file:line`` of either.
    """

    target: int | None
    base: int | None
    formula: str
    name: str
    at: str


def reached(tree: Tree, contract: Mapping[str, Any], owners: set[int]) -> tuple[Reached, ...]:
    """Return every place that the code of ``owners`` reaches by a slot when a contract runs it, each once."""
    found: dict[tuple[int | None, int | None, str], Reached] = {}
    calls = _calls_by_target(tree, owners)
    with tree.running(contract):
        for owner in sorted(owners):
            for block in tree.assembly.get(owner, ()):
                for access in _kept_accesses(tree, block):
                    for place in _places(tree, owner, calls, access):
                        found.setdefault((place.target, place.base, place.formula), place)
    return tuple(found.values())


def _places(tree: Tree, owner: int, calls: Calls, access: Access, depth: int = 0) -> Iterator[Reached]:
    """Yield the places of one access: its own, or those of every call where the slot is the function's parameter."""
    target, number, value = access
    parameters = _parameters(tree, owner)
    callers = calls.get(owner, ())
    if number not in parameters or (not callers and _enters(tree, owner)):
        named = _constant_behind(tree, number) or tree.node(owner)
        places = tuple(_place(tree, target, named, value))
        yield from places or _somewhere(tree, target, number, named)
    elif depth < _MAX_HOPS:
        for caller, call in callers:
            argument = _argument(call, parameters.index(number), len(parameters))
            passed = argument.get("referencedDeclaration") if isinstance(argument, dict) else None
            yield from _places(tree, caller, calls, (target, passed, evaluate(tree, argument)), depth + 1)


def _place(tree: Tree, target: int | None, named: Mapping[str, Any] | None, value: Value) -> Iterator[Reached]:
    """Yield one place under the name of the constant that holds its slot, else of the function that spells it out."""
    name, at = _title(tree, named)
    if isinstance(value, Formula):
        # A bare argument, or a hash of arguments, says nothing about where; one over a constant and an argument does.
        if "(" in value and _ANCHOR.search(_ARGUMENT.sub("", value)):
            yield Reached(target, None, str(value), name, at)
        return
    base = as_slot(value)
    if base is not None:
        yield Reached(target, base, "", name, at)


def _somewhere(
    tree: Tree, target: int | None, holder: int | None, named: Mapping[str, Any] | None
) -> Iterator[Reached]:
    """Yield a struct of several members at a slot that only a variable knows; one of a single member has no order."""
    struct = tree.node(target)
    several = struct is not None and len(struct.get("members") or ()) > 1
    if struct is not None and several and (tree.node(holder) or {}).get("nodeType") == "VariableDeclaration":
        name, at = _title(tree, named)
        yield Reached(target, None, f"{RUNTIME}{struct.get('name', '')}", name, at)


def _title(tree: Tree, named: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return how a place is called after the declaration that names its slot, and the ``file:line`` of that."""
    if named is None:
        return "", ""
    scope = tree.node(named.get("scope"))
    name = f"{scope['name']}.{named['name']}" if scope else str(named.get("name", ""))
    return name, tree.place(named)


def _enters(tree: Tree, owner: int) -> bool:
    """Whether a transaction can enter by a function, whose arguments are the caller's then."""
    return (tree.node(owner) or {}).get("visibility") in {"public", "external"}


def _kept_accesses(tree: Tree, block: Mapping[str, Any]) -> tuple[Access, ...]:
    """Return what a block reaches; it is asked again for every contract that can run it."""
    known = tree.accesses.get(id(block))
    if known is None:
        dispatched = tree.dispatched
        known = tuple(_accesses(tree, block))
        if dispatched == tree.dispatched:
            tree.accesses[id(block)] = known
    return known


def _accesses(tree: Tree, block: Mapping[str, Any]) -> Iterator[Access]:
    """Yield what one assembly block reaches."""
    if isinstance(block.get("operations"), str) and "AST" not in block:
        yield from _old_accesses(tree, block)
        return
    assembly = Assembly(tree, block)
    for target, value in assembly.assignments():
        pointed = _pointed_at(tree, assembly.external(target))
        if pointed is not None:
            yield pointed, assembly.source(value), assembly.value(value)
    for slot in assembly.storage_words():
        yield None, assembly.source(slot), assembly.value(slot)


def _old_accesses(tree: Tree, block: Mapping[str, Any]) -> Iterator[Access]:
    """Solc 0.5 gives assembly as text; only the plain forms are read."""
    names = {reference.name: reference for reference in external_references(block)}
    plain = {name: reference.number for name, reference in names.items() if reference.plain}
    for pointer, source in _OLD_POINTER.findall(block["operations"]):
        pointed = _pointed_at(tree, names.get(f"{pointer}_slot"))
        if pointed is not None:
            yield pointed, plain.get(source), _old_value(tree, source, plain)
    for source in _OLD_WORD.findall(block["operations"]):
        yield None, plain.get(source), _old_value(tree, source, plain)


def _old_value(tree: Tree, source: str, names: Mapping[str, int]) -> Value:
    if source in names:
        return variable_value(tree, names[source], {}, 0)
    return literal(source)


def _pointed_at(tree: Tree, reference: External | None) -> int | None:
    """Return what a storage pointer points to, when its slot is what is named: a struct, or else the pointer itself."""
    node = tree.node(reference.number) if reference is not None and reference.slot else None
    if node is None or node.get("nodeType") != "VariableDeclaration" or node.get("stateVariable"):
        return None
    kind = node.get("typeName") or {}
    target = kind.get("referencedDeclaration", (kind.get("pathNode") or {}).get("referencedDeclaration"))
    struct = tree.node(target)
    return target if struct is not None and struct["nodeType"] == "StructDefinition" else node["id"]


def _parameters(tree: Tree, owner: int) -> list[int]:
    node = tree.node(owner) or {}
    return [parameter["id"] for parameter in (node.get("parameters") or {}).get("parameters", ()) if "id" in parameter]


def _calls_by_target(tree: Tree, owners: set[int]) -> Calls:
    found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for owner in sorted(owners):
        for call in tree.calls.get(owner, ()):
            target = (call.get("expression") or {}).get("referencedDeclaration")
            if isinstance(target, int):
                found.setdefault(target, []).append((owner, call))
    return found


def _argument(call: Mapping[str, Any], index: int, count: int) -> Any:
    arguments = call.get("arguments") or ()
    if len(arguments) == count - 1:  # bound with `using for`: the first argument stands before the dot
        arguments = [(call.get("expression") or {}).get("expression"), *arguments]
    return arguments[index] if index < len(arguments) else None


def _constant_behind(tree: Tree, number: int | None) -> Mapping[str, Any] | None:
    """Return the constant that a variable is, or that a local was set from; None without one."""
    for _ in range(_MAX_HOPS):
        node = tree.node(number)
        if node is None or node.get("nodeType") != "VariableDeclaration":
            return None
        if node.get("constant"):
            return node
        values = tree.values.get(number if number is not None else -1, [])
        if len(values) != 1 or values[0] is None:
            return None
        number = values[0].get("referencedDeclaration")
    return None
