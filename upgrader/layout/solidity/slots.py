"""Storage that code reaches through a slot of its own choosing.

Three idioms put state outside the compiler's layout, and no compiler output mentions them: a storage pointer set in
assembly (``assembly { s.slot := POSITION }``: namespaces, diamonds, libraries), the same behind a function that takes
the slot (``StorageSlot.getAddressSlot(SLOT)``), and bare ``sload``/``sstore``.  Where the slot comes to a number, or
to a formula of its arguments, the place is a region; where it does not (an array helper that computes element
positions) it is inside some other region, and nothing is said.

Sources: https://eips.ethereum.org/EIPS/eip-2535, https://eips.ethereum.org/EIPS/eip-7201,
https://docs.soliditylang.org/en/latest/assembly.html#access-to-external-variables-functions-and-libraries
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.layout.solidity.constants import evaluate, variable_value
from upgrader.layout.solidity.tree import External, Tree, external_references
from upgrader.layout.solidity.values import Formula, Value, as_slot
from upgrader.layout.solidity.yul import Assembly, literal

_OLD_POINTER: Final = re.compile(r"\b(\w+)_slot\s*:=\s*(\w+)")
_OLD_WORD: Final = re.compile(r"\bs(?:load|store)\(\s*(\w+)")
_MAX_HOPS: Final = 32


@dataclass(frozen=True, slots=True)
class Reached:
    """One place that code reaches by a slot.

    Attributes:
        struct: The struct that lies there; None for a bare word.
        base: Its first slot; None with a formula.
        formula: How the slot is computed from arguments; empty with a base.
        name: The constant that holds the slot, ``Library.POSITION``; empty where the slot is spelled out in place.
        at: ``file:line`` of that constant, or of the code.
    """

    struct: int | None
    base: int | None
    formula: str
    name: str
    at: str


def reached(tree: Tree, owners: set[int]) -> tuple[Reached, ...]:
    """Return every place that the code of ``owners`` reaches by a slot, each once."""
    found: dict[tuple[int | None, int | None, str], Reached] = {}
    calls = _calls_by_target(tree, owners)
    for owner in sorted(owners):
        for block in tree.assembly.get(owner, ()):
            for struct, number, value in _accesses(tree, block):
                for place in _places(tree, owner, calls, struct, number, value):
                    found.setdefault((place.struct, place.base, place.formula), place)
    return tuple(found.values())


def _places(
    tree: Tree,
    owner: int,
    calls: Mapping[int, list[Mapping[str, Any]]],
    struct: int | None,
    number: int | None,
    value: Value,
) -> Iterator[Reached]:
    """Yield the places of one access: its own, or those of every call where the slot is the function's parameter."""
    parameters = _parameters(tree, owner)
    if number in parameters:
        for call in calls.get(owner, ()):
            argument = _argument(call, parameters.index(number), len(parameters))
            yield from _place(tree, struct, _constant_of(tree, argument), evaluate(tree, argument))
    else:
        yield from _place(tree, struct, _constant_behind(tree, number), value)


def _place(tree: Tree, struct: int | None, constant: Mapping[str, Any] | None, value: Value) -> Iterator[Reached]:
    name = at = ""
    if constant is not None:
        scope = tree.node(constant.get("scope"))
        name = f"{scope['name']}.{constant['name']}" if scope else str(constant.get("name", ""))
        at = tree.place(constant)
    if isinstance(value, Formula):
        # A bare argument says nothing about where; a hash over a constant and an argument does.
        if "(" in value:
            yield Reached(struct, None, str(value), name, at)
        return
    base = as_slot(value)
    if base is not None:
        yield Reached(struct, base, "", name, at)


def _accesses(tree: Tree, block: Mapping[str, Any]) -> Iterator[tuple[int | None, int | None, Value]]:
    """Yield ``(struct id or None, id of the variable that holds the slot, the slot)`` of one assembly block."""
    if isinstance(block.get("operations"), str) and "AST" not in block:
        yield from _old_accesses(tree, block)
        return
    assembly = Assembly(tree, block)
    for target, value in assembly.assignments():
        struct = _struct_behind(tree, assembly.external(target))
        if struct is not None:
            yield struct, assembly.source(value), assembly.value(value)
    for slot in assembly.storage_words():
        yield None, assembly.source(slot), assembly.value(slot)


def _old_accesses(tree: Tree, block: Mapping[str, Any]) -> Iterator[tuple[int | None, int | None, Value]]:
    """Solc 0.5 gives assembly as text; only the plain forms are read."""
    names = {reference.name: reference for reference in external_references(block)}
    plain = {name: reference.number for name, reference in names.items() if reference.plain}
    for pointer, source in _OLD_POINTER.findall(block["operations"]):
        struct = _struct_behind(tree, names.get(f"{pointer}_slot"))
        if struct is not None:
            yield struct, plain.get(source), _old_value(tree, source, plain)
    for source in _OLD_WORD.findall(block["operations"]):
        yield None, plain.get(source), _old_value(tree, source, plain)


def _old_value(tree: Tree, source: str, names: Mapping[str, int]) -> Value:
    if source in names:
        return variable_value(tree, names[source], {}, 0)
    return literal(source)


def _struct_behind(tree: Tree, reference: External | None) -> int | None:
    """Return the struct that a storage pointer points to, when its slot is what is named."""
    node = tree.node(reference.number) if reference is not None and reference.slot else None
    if node is None or node.get("nodeType") != "VariableDeclaration":
        return None
    kind = node.get("typeName") or {}
    target = kind.get("referencedDeclaration", (kind.get("pathNode") or {}).get("referencedDeclaration"))
    struct = tree.node(target)
    return target if struct is not None and struct["nodeType"] == "StructDefinition" else None


def _parameters(tree: Tree, owner: int) -> list[int]:
    node = tree.node(owner) or {}
    return [parameter["id"] for parameter in (node.get("parameters") or {}).get("parameters", ()) if "id" in parameter]


def _calls_by_target(tree: Tree, owners: set[int]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for owner in owners:
        for call in tree.calls.get(owner, ()):
            target = (call.get("expression") or {}).get("referencedDeclaration")
            if isinstance(target, int):
                found.setdefault(target, []).append(call)
    return found


def _argument(call: Mapping[str, Any], index: int, count: int) -> Any:
    arguments = call.get("arguments") or ()
    if len(arguments) == count - 1:  # bound with `using for`: the first argument stands before the dot
        arguments = [(call.get("expression") or {}).get("expression"), *arguments]
    return arguments[index] if index < len(arguments) else None


def _constant_of(tree: Tree, expression: Any) -> Mapping[str, Any] | None:
    number = expression.get("referencedDeclaration") if isinstance(expression, dict) else None
    return _constant_behind(tree, number)


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
