"""A variable whose struct is another one of the same declaration, which may have the same shape.

Why:
    Bytes do not show what a struct is for. Where a library or a contract declares two structs side by side, they are
    two on purpose: a variable that was the one and is the other keeps every byte and reads it as something else, the
    addresses of a set as numbers, open longs as shorts. Where the old struct is no longer declared it was renamed, and
    nothing is said.

Fix:
    Keep the struct and add a variable for the other, or acknowledge that what is stored means the same.

Example:
    `EnumerableSet.AddressSet keepers;` becomes `EnumerableSet.UintSet keepers;`

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/utils#EnumerableSet
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, nodes_of
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._variables import state_of
from upgrader.findings import Finding, Severity

CODE: Final = "struct-exchanged"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the structs of the variables that both versions have."""
    old, new = case.old_contract, case.new.contract
    if old is None or new is None or old is new:
        return
    before = {state.label: state.node for state in state_of(old)}
    for state in state_of(new):
        known = before.get(state.label)
        for was, now in _exchanged(old, known, new, state.node, frozenset()) if known is not None else ():
            yield case.finding(
                CODE,
                Severity.WARNING,
                state.label,
                f"it kept {was} and keeps {now} now, and both are still declared: the same bytes mean another thing",
                f"keep {was} and add a variable for {now}, or acknowledge that what is stored means the same",
                at=case.new.place(state.node),
                evidence={"before": was, "now": now},
            )


def _exchanged(
    old: Contract, before: Ast, new: Contract, after: Ast, seen: frozenset[int]
) -> Iterator[tuple[str, str]]:
    """Yield the structs of a variable or a member, and of what they hold, that are others now."""
    was, now = _struct(old, before), _struct(new, after)
    if was is None or now is None or was["id"] in seen:
        return
    names = str(was.get("name")), str(now.get("name"))
    if names[0] != names[1]:
        if {*names} <= _beside(old, was) & _beside(new, now):
            yield names
        return
    members = {str(member.get("name")): member for member in children(now, "members")}
    for member in children(was, "members"):
        if (kept := members.get(str(member.get("name")))) is not None:
            yield from _exchanged(old, member, new, kept, seen | {was["id"]})


def _struct(contract: Contract, variable: Ast) -> Ast | None:
    """Return the struct that a variable holds: itself, in arrays, or as a mapping's value."""
    kind = variable.get("typeName") or {}
    while kind.get("nodeType") in {"Mapping", "ArrayTypeName"}:
        kind = kind.get("valueType") or kind.get("baseType") or {}
    node = contract.program.referred(kind) or contract.program.referred(kind.get("pathNode"))
    return node if node is not None and node.get("nodeType") == "StructDefinition" else None


def _beside(contract: Contract, struct: Ast) -> set[str]:
    """Return the structs that are declared together with one: in its library, or in any contract of the lineage."""
    owner = contract.program.owners.get(struct["id"])
    homes = contract.lineage if owner in contract.lineage else [owner] if owner is not None else []
    structs = (node for home in homes for node in nodes_of(home) if node.get("nodeType") == "StructDefinition")
    return {str(node.get("name")) for node in structs}
