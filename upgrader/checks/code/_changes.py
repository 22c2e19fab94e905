"""Constants and immutables of two versions, side by side.

Both live in code, not in storage: an upgrade replaces their values together with the code, which is easily
forgotten, since the source looks the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, Program, mutability, type_string
from upgrader.checks.code._base import Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._places import places_of
from upgrader.checks.code._reach import from_entries, reach
from upgrader.layout.solidity.shape import shape_of


@dataclass(frozen=True, slots=True)
class Member:
    """A variable of a contract in one version.

    Attributes:
        node: Its declaration.
        kind: ``constant``, ``immutable`` or ``mutable``.
    """

    node: Ast
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """A variable of the same name, and not transient, in both versions.

    Attributes:
        label: Its name, after that of its owner where the name alone does not tell.
    """

    label: str
    old: Member
    new: Member


def members_of(contract: Contract, beside: Contract | None = None) -> dict[str, Member]:
    """Return every state variable that is not transient, by name.

    Args:
        contract: Whose variables.
        beside: The other version: private variables that share a name in either are known by the contract that declares
            them, too.
    """
    several = _shared(contract) | (_shared(beside) if beside is not None else frozenset())
    return {
        _label(contract, variable, several): Member(variable, mutability(variable)) for variable in _variables(contract)
    }


def changes_of(case: Case) -> tuple[Change, ...]:
    """Return the variables that both versions have, if both have their AST, and the constants that both use."""
    if case.new.contract is None or case.old_contract is None:
        return ()
    old = members_of(case.old_contract, case.new.contract)
    new = members_of(case.new.contract, case.old_contract)
    changes = [Change(label, old[label], member) for label, member in new.items() if label in old]
    return (*changes, *_used(case.old_contract, case.new.contract))


def _variables(contract: Contract) -> Iterator[Ast]:
    return (variable for variable in contract.variables if variable.get("storageLocation") != "transient")


def _shared(contract: Contract) -> frozenset[str]:
    names = Counter(str(variable.get("name")) for variable in _variables(contract))
    return frozenset(name for name, count in names.items() if count > 1)


def _label(contract: Contract, variable: Ast, several: frozenset[str]) -> str:
    """Return a variable's name; with its contract, which may be called otherwise if it is the implementation itself."""
    name, owner = str(variable.get("name")), contract.program.owners.get(variable["id"])
    if name not in several or owner is None or owner is contract.node:
        return name
    return f"{owner.get('name')}.{name}"


def _used(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the constants of libraries and files that both use: of the same owner, or the only ones of their name."""
    before, after = _constants_used(old), _constants_used(new)
    left = [[key for key in ours if key not in theirs] for ours, theirs in ((before, after), (after, before))]
    counts = [Counter(name for _, name in keys) for keys in left]
    renamed = {key[1]: before[key] for key in left[0]}
    for (owner, name), node in after.items():
        known = before.get((owner, name))
        if known is None and counts[0][name] == counts[1][name] == 1:
            known = renamed[name]
        if known is not None:
            label = f"{owner}.{name}" if owner else name
            yield Change(label, Member(known, "constant"), Member(node, "constant"))


def _constants_used(contract: Contract) -> dict[tuple[str, str], Ast]:
    """Return the constants of libraries and files that code names, by owner and name; slots are the layout's matter."""
    own = {variable["id"] for variable in contract.variables}
    bases = {place.base for place in places_of(contract)}
    found: dict[tuple[str, str], Ast] = {}
    for step in from_entries(contract).values():
        for node in _constants_read(contract.program, step.definition):
            if node["id"] not in own and contract.program.constant(node.get("value") or {}) not in bases:
                owner = contract.program.owners.get(node["id"]) or {}
                found[str(owner.get("name") or ""), str(node.get("name"))] = node
    return found


def _constants_read(program: Program, definition: Ast) -> tuple[Ast, ...]:
    """Return the constants that a body names (kept: many contracts inherit it)."""
    about = "constants read", definition["id"]
    if about not in program.notes:
        nodes = (program.declarations.get(read) or {} for read in body_of(program, definition).reads)
        program.notes[about] = tuple(node for node in nodes if mutability(node) == "constant")
    return cast("tuple[Ast, ...]", program.notes[about])


def sources_of(contract: Contract, variable: Ast) -> tuple[Ast, ...]:
    """Return the expressions that give a constant or an immutable its value."""
    own = [variable["value"]] if isinstance(variable.get("value"), Mapping) else []
    for step in reach(contract, contract.constructors).values():
        writes = body_of(contract.program, step.definition).writes.get(variable["id"], ())
        own += [write.value for write in writes if write.value is not None]
    return tuple(own)


def same_expression(old: Any, new: Any) -> bool:
    """Whether two expressions of different compiler runs are written alike."""
    return bool(shape_of(old) == shape_of(new))


def value_text(contract: Contract, node: Ast) -> str:
    """Return the value of an expression for people: its number where it is constant, else what it is."""
    if node.get("nodeType") == "Literal":
        return str(node.get("value") if node.get("value") is not None else f"0x{node.get('hexValue')}")
    number = contract.program.constant(node)
    if number is None:
        return f"an expression of type {type_string(node)}"
    return hex(number) if type_string(node).startswith(("bytes", "address")) else str(number)
