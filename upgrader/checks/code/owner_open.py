"""A function that everybody may call writes who is in charge.

Why:
    An owner that anybody can become owns nothing. Such a function is seldom called `initialize`: `reset`, `claim`,
    `initializeAgain`, a forgotten internal setter made public. In charge is whoever the code compares the caller
    with elsewhere: an address it keeps once (not the owner of each position), a role, a list of admins. A function
    with any condition on who calls or who signed is not meant, nor one that runs once, nor the second of two steps
    (`require(msg.sender == pendingOwner)`), nor one that the old code offered to everybody already.

Fix:
    Restrict it, or put `reinitializer(n)` on it and call it with the upgrade.

Example:
    `function claim() external { owner = msg.sender; }`

Source:
    https://github.com/crytic/slither/wiki/Detector-Documentation#unprotected-upgradeable-contract ;
    https://swcregistry.io/docs/SWC-105
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import (
    Contract,
    children,
    display,
    selector_of,
    type_identifier,
)
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._guards import guard_of, guard_of_writes
from upgrader.checks.code._initializers import initializers_of, is_called_like_one
from upgrader.checks.code._places import slots_of_members, words_stored
from upgrader.checks.code._setters import uses_of
from upgrader.checks.code._strength import Guard, Strength
from upgrader.checks.code._variables import IN_CHARGE, names_someone, state_of
from upgrader.findings import Finding, Severity

CODE: Final = "owner-open"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Find what everybody may call and that writes whom the code compares its callers with."""
    contract = case.new.contract
    if contract is None or contract is case.old_contract:
        return
    for entry, written in _open_entries(contract):
        if case.old_contract is not None and _offered(case.old_contract, entry):
            continue
        uses = uses_of(contract, (entry,))
        for identity in sorted(written & _compared(contract)):
            name = str(contract.program.declarations[identity].get("name"))
            sets = uses.sets(identity) or identity not in uses.writes  # which assembly writes by its slot
            taken = sets and IN_CHARGE.search(name) is not None and not _is_list(contract, identity)
            yield case.finding(
                CODE,
                Severity.BLOCKER if taken else Severity.WARNING,
                display(entry),
                f"everybody may call it, and it writes {name}, which other functions compare their caller with",
                "restrict it, or put reinitializer(n) on it",
                at=case.new.place(entry),
                evidence={"variable": name},
            )


def _open_entries(contract: Contract) -> Iterator[tuple[Ast, frozenset[int]]]:
    """Yield the functions that write who may be in charge and ask nobody who they are, with what they write."""
    someone = frozenset(state.node["id"] for state in state_of(contract) if names_someone(state.node))
    once: set[int] | None = None
    for entry in contract.entries if someone else ():
        if entry.get("stateMutability") in {"view", "pure"} or is_called_like_one(entry):
            continue
        uses = uses_of(contract, (entry,))
        written = frozenset(i for i in someone & uses.writes.keys() if uses.sets(i) or not _is_list(contract, i))
        for identity in (someone - written) & uses.aliased:
            inside = _members(contract, identity) & uses.writes.keys()
            if inside and _is_open(guard_of_writes(contract, entry, inside)):
                yield entry, frozenset({identity})
        written = written if written and _is_open(guard_of_writes(contract, entry, written)) else frozenset()
        by_slot = someone & _stored(contract, entry)
        if by_slot and _is_open(guard_of(contract, entry, protects_body=True)):
            written |= by_slot
        if not written:
            continue
        if once is None:
            once = {initializer.function["id"] for initializer in initializers_of(contract)}
        if entry["id"] not in once:
            yield entry, written


def _members(contract: Contract, identity: int) -> frozenset[int]:
    """Return the members of the struct that a variable is, and of the structs in it: a set's lists."""
    found, pending = set[int](), [contract.program.declarations[identity]]
    while pending:
        kind = pending.pop().get("typeName") or {}
        struct = contract.program.referred(kind) or contract.program.referred(kind.get("pathNode")) or {}
        new = [member for member in children(struct, "members") if member["id"] not in found]
        found |= {member["id"] for member in new}
        pending += new
    return frozenset(found)


def _is_open(guard: Guard) -> bool:
    return guard.strength is Strength.NONE


def _stored(contract: Contract, entry: Ast) -> frozenset[int]:
    """Return the members of placed structs that assembly writes by their slot."""
    slots = words_stored(contract, entry)
    members = slots_of_members(contract) if slots else {}
    return frozenset(members[slot] for slot in slots & members.keys())


def _offered(contract: Contract, entry: Ast) -> bool:
    """Whether a contract offers the same to everybody."""
    return any(selector_of(known) == selector_of(entry) for known, _ in _open_entries(contract))


def _compared(contract: Contract) -> frozenset[int]:
    """Return the state that callers are compared with."""
    guards = [guard_of(contract, function) for function in (*contract.entries, *contract.named("_authorizeUpgrade"))]
    return frozenset[int]().union(*(guard.depends for guard in guards if guard.strength is Strength.CALLER))


def _is_list(contract: Contract, identity: int) -> bool:
    """Whether a variable holds many: what a caller takes out of it is its own, as a rule."""
    return not type_identifier(contract.program.declarations[identity]).startswith(("t_address", "t_contract"))
