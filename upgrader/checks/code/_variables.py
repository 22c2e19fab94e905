"""The state a contract has, and which of it the old implementation did not have.

State is a variable of the contract, or a member of a struct that lives at a slot of its own: one annotated with
``@custom:storage-location`` (ERC-7201), or one that assembly places (``$.slot := SLOT``).

Source: https://eips.ethereum.org/EIPS/eip-7201
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from upgrader.build import Artifact, Ast
from upgrader.checks.code._ast import (
    Contract,
    children,
    documentation,
    is_container,
    is_storage,
    nodes_of,
    parameters,
    type_identifier,
    type_string,
)
from upgrader.checks.code._base import Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import external_references
from upgrader.checks.code._reach import from_anywhere

IN_CHARGE: Final = re.compile(
    r"owner|admin|role|govern|guardian|operator|keeper|minter|manager|auth|upgrader|proposer|signer|ward", re.IGNORECASE
)
"""What those in charge are called."""

_OF_EACH: Final = re.compile(r"mapping\((?:u?int\d*|(?:address|contract [^=]*?)[^=]*=> mapping\()")
"""Who holds each item, and whom each account trusts for itself, is no authority over the contract."""


@dataclass(frozen=True, slots=True)
class State:
    """One variable.

    Attributes:
        node: Its declaration: a state variable or a struct member.
        label: ``fee`` or ``MarketStorage.fee``.
    """

    node: Ast
    label: str


def state_of(contract: Contract) -> tuple[State, ...]:
    """Return every variable in persistent storage, the members of placed structs included."""
    known = contract.notes.get("state")
    if known is None:
        known = contract.notes["state"] = tuple(_state(contract))
    return cast("tuple[State, ...]", known)


def _state(contract: Contract) -> list[State]:
    found = [State(variable, str(variable.get("name"))) for variable in contract.variables if is_storage(variable)]
    for struct in placed_structs(contract):
        found += [State(member, f"{struct.get('name')}.{member.get('name')}") for member in children(struct, "members")]
    return found


def placed_structs(contract: Contract) -> tuple[Ast, ...]:
    """Return the structs that live at a slot of their own and that the contract uses."""
    found: dict[int, Ast] = {}
    for base in contract.lineage:
        for node in nodes_of(base):
            if node.get("nodeType") == "StructDefinition" and "@custom:storage-location" in documentation(node):
                found[node["id"]] = node
    for struct in _placed_by_assembly(contract):
        found[struct["id"]] = struct
    return tuple(found.values())


def new_state(case: Case) -> tuple[State, ...]:
    """Return the state of the new implementation that the old one did not have.

    A variable that takes over the place of one that is gone was renamed, and is not new; neither is one whose bytes
    are known to be old, in a struct of another name, say.
    """
    contract = case.new.contract
    if contract is None or case.pair.old is None:
        return ()
    known = _old_labels(case)
    if known is None:
        return ()
    taken, arrived = _renamed(case.pair.old, case.pair.new), case.pair.arrived
    return tuple(
        state
        for state in state_of(contract)
        if state.label not in known
        and state.label not in taken
        and (arrived is None or state.node.get("name") in arrived)
        and "oz-renamed-from" not in documentation(state.node)
    )


def _old_labels(case: Case) -> frozenset[str] | None:
    if case.old_contract is not None:
        return frozenset(state.label for state in state_of(case.old_contract))
    layout = case.pair.old.storage_layout if case.pair.old is not None else None
    return frozenset(str(entry.get("label")) for entry in _entries(layout)) if layout is not None else None


def _renamed(old: Artifact, new: Artifact) -> frozenset[str]:
    """Return new labels that stand exactly where a label stands that is gone."""
    before = {_spot(entry): str(entry.get("label")) for entry in _entries(old.storage_layout)}
    after = {str(entry.get("label")): _spot(entry) for entry in _entries(new.storage_layout)}
    return frozenset(label for label, spot in after.items() if spot in before and before[spot] not in after)


def _spot(entry: Mapping[str, object]) -> tuple[str, str]:
    return str(entry.get("slot")), str(entry.get("offset"))


def _entries(layout: Mapping[str, object] | None) -> list[Mapping[str, object]]:
    entries = (layout or {}).get("storage")
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, Iterable) else []


def _placed_by_assembly(contract: Contract) -> Iterator[Ast]:
    tree = contract.program.tree
    for step in from_anywhere(contract).values():
        given = {parameter["id"] for parameter in parameters(step.definition)}
        for block in body_of(contract.program, step.definition).assembly:
            references = list(external_references(block))
            if any(declaration in given for declaration, _, _ in references):
                continue  # StorageSlot and its like: the caller says where, so the struct is no variable
            for declaration, slot, _ in references:
                pointer = tree.node(declaration) if slot else None
                if pointer is not None and type_identifier(pointer).startswith("t_struct"):
                    struct = contract.program.referred(pointer.get("typeName"))
                    if struct is not None:
                        yield struct


def names_someone(variable: Ast) -> bool:
    """Whether a variable is one address, or a collection that is called after those in charge."""
    if type_identifier(variable).startswith(("t_address", "t_contract")):
        return True
    each = _OF_EACH.match(type_string(variable)) is not None
    several = is_container(variable) or type_identifier(variable).startswith("t_struct")
    return several and not each and IN_CHARGE.search(str(variable.get("name"))) is not None
