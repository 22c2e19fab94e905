"""Constants and immutables of two versions, side by side.

Both live in code, not in storage: an upgrade replaces their values together with the code, which is easily
forgotten, since the source looks the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, mutability, type_string
from upgrader.checks.code._base import Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._reach import reach
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
        label: Its name.
    """

    label: str
    old: Member
    new: Member


def members_of(contract: Contract) -> dict[str, Member]:
    """Return every state variable by name; of private ones that share a name, the most derived."""
    return {
        str(variable.get("name")): Member(variable, mutability(variable))
        for variable in contract.variables
        if variable.get("storageLocation") != "transient"
    }


def changes_of(case: Case) -> tuple[Change, ...]:
    """Return the variables that both versions have, if both have their AST."""
    if case.new.contract is None or case.old_contract is None:
        return ()
    old = members_of(case.old_contract)
    new = members_of(case.new.contract)
    return tuple(Change(label, old[label], member) for label, member in new.items() if label in old)


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
