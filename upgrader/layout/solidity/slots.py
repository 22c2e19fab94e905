"""Storage that code reaches through a slot of its own choosing.

Three idioms put state outside the compiler's layout, and no compiler output mentions them: a storage pointer set in
assembly (``assembly { s.slot := POSITION }``: namespaces, diamonds, libraries), the same behind a function that takes
the slot (``StorageSlot.getAddressSlot(SLOT)``), and bare ``sload``/``sstore``.  Where the slot comes to a number, or
to a formula of its arguments, the place is a region; where it does not (an array helper that computes element
positions) it is inside some other region, and nothing is said.  A variable that holds a slot nobody can know from the
source (it is in storage, or the caller passes it) still leads to a struct, whose shape two versions must agree on.  And
where a slot is a constant, but the code that computes it is too involved to follow, that code says where
(:mod:`~upgrader.layout.solidity.untraced`).

Sources: https://eips.ethereum.org/EIPS/eip-2535, https://eips.ethereum.org/EIPS/eip-7201,
https://docs.soliditylang.org/en/latest/assembly.html#access-to-external-variables-functions-and-libraries
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from upgrader.layout.model import RUNTIME, UNTRACED
from upgrader.layout.solidity.constants import evaluate, handed, variable_value
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.untraced import Trace
from upgrader.layout.solidity.values import Formula, Value, as_slot
from upgrader.layout.solidity.walk import IN_ASSEMBLY, External, external_references
from upgrader.layout.solidity.yul import Assembly, literal

_OLD_POINTER: Final = re.compile(r"\b(\w+)_slot\s*:=\s*(\w+)")
_OLD_WORD: Final = re.compile(r"\bs(?:load|store)\(\s*(\w+)")
_ARGUMENT: Final = re.compile(r"<[^<>]*>")
_ANCHOR: Final = re.compile(r"0x|['\"]|[(,] ?\d")
"""A constant inside a hash, in a formula without its arguments; the element of an array that is counted on has none."""
_MAX_HOPS: Final = 32
"""Variables set from one another, and functions that hand on a slot they were given."""

_MAX_STEPS: Final = 4
"""Calls between a slot that is computed and what it is computed from."""

Owners: TypeAlias = AbstractSet[int]
"""The functions whose code runs."""


@dataclass(frozen=True, slots=True)
class Access:
    """One use of a slot.

    Attributes:
        target: What lies there (None: a bare word).
        holder: The variable that holds the slot; None where an expression does.
        expression: What computes it.
        value: What that comes to.
        steps: What parameters are given on the way to it, the innermost call first.
    """

    target: int | None
    holder: int | None
    expression: Any
    value: Value
    steps: tuple[Mapping[int, Any], ...] = ()


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


def reached(tree: Tree, contract: Mapping[str, Any], owners: Owners) -> tuple[Reached, ...]:
    """Return every place that the code of ``owners`` reaches by a slot when a contract runs it, each once."""
    found: dict[tuple[int | None, int | None, str], Reached] = {}
    with tree.running(contract):
        for owner in sorted(owners & tree.assembly.keys()):
            for block in tree.assembly[owner]:
                for access in _kept_accesses(tree, block):
                    for place in _places(tree, owner, owners, access):
                        found.setdefault((place.target, place.base, place.formula), place)
    return tuple(found.values())


def _places(tree: Tree, owner: int, owners: Owners, access: Access, depth: int = 0) -> Iterator[Reached]:
    """Yield the places of one access: its own, or those of every call where the slot is the function's parameter."""
    parameters = _parameters(tree, owner)
    callers = _callers(tree, owner, owners)
    if access.holder not in parameters or (not callers and _enters(tree, owner)) or access.holder in tree.values:
        yield from _own_places(tree, owner, owners, access, depth)
    elif depth < _MAX_HOPS:
        index = parameters.index(access.holder)
        for caller, call in callers:
            argument = _argument(call, index, len(parameters))
            passed = argument.get("referencedDeclaration") if isinstance(argument, dict) else None
            value = handed(tree, access.holder, evaluate(tree, argument)) if access.holder is not None else None
            given = Access(access.target, passed, argument, value)
            yield from _places(tree, caller, owners, given, depth + 1)


def _own_places(tree: Tree, owner: int, owners: Owners, access: Access, depth: int) -> Iterator[Reached]:
    """Yield the places of a slot that a function computes: by itself, or from what every caller gives it."""
    named = _constant_behind(tree, access.holder) or tree.node(owner)
    places = tuple(_place(tree, access.target, named, access.value))
    callers = () if _enters(tree, owner) else _callers(tree, owner, owners)
    if places or isinstance(access.value, int | bytes):
        yield from places
    elif callers and len(access.steps) < _MAX_STEPS and _uses(tree, access, _parameters(tree, owner)):
        for caller, call in callers:
            yield from _own_places(tree, caller, owners, _entered(tree, owner, call, access), depth + 1)
    else:
        yield from _somewhere(tree, access, named)


def _entered(tree: Tree, owner: int, call: Mapping[str, Any], access: Access) -> Access:
    """Return an access as one call of its function makes it."""
    parameters = _parameters(tree, owner)
    given = {number: _argument(call, index, len(parameters)) for index, number in enumerate(parameters)}
    steps = (*access.steps, given)
    known: Mapping[int, Value] = {}
    for step in reversed(steps):
        known = {number: handed(tree, number, evaluate(tree, argument, known)) for number, argument in step.items()}
    return replace(access, steps=steps, value=evaluate(tree, access.expression, known))


def _uses(tree: Tree, access: Access, parameters: Sequence[int]) -> bool:
    """Whether a slot depends on parameters of the function that computes it, or hands on what it is computed from."""
    outermost = access.steps[-1].values() if access.steps else (access.expression,)
    trace = Trace(tree, outermost)
    return not trace.at_run_time and not trace.declarations.isdisjoint(parameters)


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


def _somewhere(tree: Tree, access: Access, named: Mapping[str, Any] | None) -> Iterator[Reached]:
    """Yield what lies at a slot that is not known: by the code that computes it, or by the struct that is there.

    A slot that only a variable knows leads to a struct of several members; one of a single member has no order.
    """
    name, at = _title(tree, named)
    if access.value is None:
        handed = [argument for step in access.steps for argument in step.values()]
        trace = Trace(tree, [access.expression, *handed])
        if not trace.at_run_time:
            yield Reached(access.target, None, f"{UNTRACED}{trace.digest}", name, at)
            return
    struct = tree.node(access.target)
    several = struct is not None and len(struct.get("members") or ()) > 1
    if struct is not None and several and (tree.node(access.holder) or {}).get("nodeType") == "VariableDeclaration":
        yield Reached(access.target, None, f"{RUNTIME}{struct.get('name', '')}", name, at)


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
    known: tuple[Access, ...] | None = tree.accesses.get(id(block))
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
            yield Access(pointed, assembly.source(value), _inside(block, value), assembly.value(value))
    for slot in assembly.storage_words():
        yield Access(None, assembly.source(slot), _inside(block, slot), assembly.value(slot))


def _inside(block: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    return {"nodeType": IN_ASSEMBLY, "block": block, "value": value}


def _old_accesses(tree: Tree, block: Mapping[str, Any]) -> Iterator[Access]:
    """Solc 0.5 gives assembly as text; only the plain forms are read."""
    names = {reference.name: reference for reference in external_references(block)}
    plain = {name: reference.number for name, reference in names.items() if reference.plain}
    for pointer, source in _OLD_POINTER.findall(block["operations"]):
        pointed = _pointed_at(tree, names.get(f"{pointer}_slot"))
        if pointed is not None:
            yield from _old_access(tree, pointed, source, plain)
    for source in _OLD_WORD.findall(block["operations"]):
        yield from _old_access(tree, None, source, plain)


def _old_access(tree: Tree, target: int | None, source: str, names: Mapping[str, int]) -> Iterator[Access]:
    number, value = names.get(source), _old_value(tree, source, names)
    if number is not None or value is not None:
        yield Access(target, number, {"nodeType": "Identifier", "referencedDeclaration": number}, value)


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


def _callers(tree: Tree, owner: int, owners: Owners) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the calls of a function in code that runs: the owner whose code calls, and the node."""
    return [(caller, call) for caller, call in tree.callers.get(owner, ()) if caller in owners]


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
