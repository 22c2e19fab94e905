"""A function that asked who calls, or ran once, and that everybody may call now.

Why:
    An upgrade that drops a modifier changes no layout and no signature, and every test of the old callers still
    passes. SafeMoon's upgrade of 2023 opened `burn`, which took tokens from any holder it was given: 8.9 M USD were
    gone within hours. What counts is what the weakest way through the function asks for: that the caller is one whom
    the contract's state names (an owner, a role, who holds this item, a list that those in charge write), or that the
    function has not run yet. A modifier that locked out a second entry, or asked whether trading is halted, counts as
    well. A condition that only moved elsewhere is followed there, also into a list that only those in charge write
    (what was queued) and into transient storage; a check of the caller's own balance is no authority, and neither is
    that he takes what he is paid.

Fix:
    Restore the condition. Where everybody shall call it from now on, acknowledge the finding.

Example:
    `function burn(address from, uint256 amount) public onlyOwner` becomes the same without `onlyOwner`

Source:
    https://www.halborn.com/blog/post/explained-the-safemoon-hack-march-2023 ;
    https://swcregistry.io/docs/SWC-105
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import (
    Contract,
    children,
    display,
    is_container,
    mutability,
    selector_of,
    type_identifier,
    type_string,
)
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import callee_of, yul_calls
from upgrader.checks.code._guards import guard_of, guard_of_writes
from upgrader.checks.code._initializers import is_called_like_one, modifier_name, written_by
from upgrader.checks.code._reach import reach
from upgrader.checks.code._self_calls import UPGRADES
from upgrader.checks.code._strength import Guard, Strength
from upgrader.checks.code._variables import names_someone
from upgrader.findings import Finding, Severity

CODE: Final = "guard-lost"
CODES: Final = (CODE,)

_ADMITTED: Final = re.compile(r"mapping\((?:address|contract [\w.]+)(?: \w+)? => bool(?: \w+)?\)")


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare, function by function, whom the old code let pass and whom the new code does."""
    contract, old = case.new.contract, case.old_contract
    if contract is None or old is None or contract is old:
        return
    before = {selector_of(entry): entry for entry in old.entries}
    for entry in contract.entries:
        known = before.get(selector_of(entry))
        if known is None or _judged_elsewhere(entry) or not (_acts(contract, entry) and _acts(old, known)):
            continue
        was = _asked(old, known)
        if was is None and (dropped := _dropped(old, known, contract, entry)) is not None:
            yield _finding(case, entry, _named(old, dropped), Guard(Strength.NONE))
        now = guard_of(contract, entry, protects_body=True) if was else Guard(Strength.SEALED)
        paid = now.strength is Strength.CALLER and not now.depends and _pays_caller(contract, entry)
        if was is None or now.strength is Strength.SIGNED or (now.strength >= was.strength and not paid):
            continue
        if was.strength is Strength.STATE and _locks_the_transaction(contract, entry):
            continue
        if not _queued(contract, entry, now):
            yield _finding(case, entry, _named(old, was), now)


def _finding(case: Case, entry: Ast, names: str, now: Guard) -> Finding:
    asks = {Strength.ORIGIN: "it asks who signed the transaction (tx.origin) now, whoever's contract calls"}
    return case.finding(
        CODE,
        Severity.WARNING,
        display(entry),
        f"it asked {names} before it let anybody pass: {asks.get(now.strength, 'everybody may call it now')}",
        "restore the condition, or acknowledge that everybody shall call it",
        at=case.new.place(entry),
        evidence={"asked": names},
    )


def _asked(contract: Contract, entry: Ast) -> Guard | None:
    """Return the old condition, if it is one of authority, or one that lets a function run once; None otherwise."""
    guard = guard_of(contract, entry, protects_body=True)
    declared = [contract.program.declarations[identity] for identity in guard.depends]
    pays = any(_takes_from_caller(contract, step.definition) for step in reach(contract, (entry,)).values())
    named = (
        node
        for node in declared
        if (names_someone(node) and not (pays and _is_contract(node))) or _admits(contract, node)
    )
    if guard.strength in {Strength.CALLER, Strength.ORIGIN} and any(named):
        return guard
    once = guard.depends & written_by(contract, entry) and not any(is_container(node) for node in declared)
    return guard if guard.strength is Strength.STATE and once else None


def _judged_elsewhere(entry: Ast) -> bool:
    """Whether a function has no name to be compared by, or is an upgrade's or an initializer's, which have rules."""
    name = str(entry.get("name"))
    return not selector_of(entry) or name in UPGRADES or is_called_like_one(entry)


def _queued(contract: Contract, entry: Ast, now: Guard) -> bool:
    """Whether the new condition looks up, in a list, what only those in charge can have written there."""
    lists = all(is_container(contract.program.declarations[identity]) for identity in now.depends)
    if now.strength is not Strength.STATE or not now.depends or not lists:
        return False
    return _kept_by_few(contract, now.depends, [each for each in contract.entries if each["id"] != entry["id"]])


def _kept_by_few(contract: Contract, listed: frozenset[int], writers: Iterable[Ast]) -> bool:
    """Whether somebody writes lists, and only those in charge do."""
    guards = [guard_of_writes(contract, each, listed) for each in writers]
    asked = [guard for guard in guards if guard.strength is not Strength.SEALED]
    return bool(asked) and all(guard.strength >= Strength.CALLER for guard in asked)


def _admits(contract: Contract, node: Ast) -> bool:
    """Whether a variable says of each account whether it may, as those in charge decide, however it is called."""
    told = _ADMITTED.fullmatch(type_string(node)) is not None
    return told and _kept_by_few(contract, frozenset({node["id"]}), contract.entries)


def _is_contract(node: Ast) -> bool:
    return type_identifier(node).startswith("t_contract")


def _dropped(old: Contract, known: Ast, contract: Contract, entry: Ast) -> Guard | None:
    """Return what the modifiers asked of state, a lock or a switch, where the new function reads none of it."""
    invoked = {modifier_name(each) for each in children(known, "modifiers")}
    if not invoked or invoked & {modifier_name(each) for each in children(entry, "modifiers")}:
        return None
    guard = guard_of(old, {**known, "body": {"nodeType": "Block", "statements": []}}, protects_body=True)
    declared = [old.program.declarations[identity] for identity in guard.depends]
    if guard.strength is not Strength.STATE or not declared or any(is_container(node) for node in declared):
        return None
    written = frozenset(
        identity
        for each in children(known, "modifiers")
        if (modifier := old.program.referred(each.get("modifierName"))) is not None
        for identity in written_by(old, old.most_derived(modifier))
    )
    locks = bool(guard.depends & written)
    switches = all(type_identifier(node).startswith(("t_bool", "t_enum")) for node in declared)
    now = {
        str(contract.program.declarations[identity].get("name"))
        for step in reach(contract, (entry,)).values()
        for identity in body_of(contract.program, step.definition).reads
    }
    kept = any(str(node.get("name")) in now for node in declared)
    return guard if (locks or switches) and not kept else None


def _locks_the_transaction(contract: Contract, entry: Ast) -> bool:
    """Whether a function asks transient storage, by the word, what it asked storage before."""
    blocks = (
        block
        for step in reach(contract, (entry,)).values()
        for block in body_of(contract.program, step.definition).assembly
    )
    return any(name == "tload" for block in blocks for name, _ in yul_calls(block))


def _takes_from_caller(contract: Contract, definition: Ast) -> bool:
    """Whether a body tells another contract who calls, and has it act: a token that is to move, which asks nobody."""
    return any(
        type_identifier(callee_of(call)).startswith(("t_function_external_nonpayable", "t_function_external_payable"))
        and any(type_string(part) == "address" and _is_caller(part) for part in children(call, "arguments"))
        for call in body_of(contract.program, definition).calls.values()
    )


def _pays_caller(contract: Contract, entry: Ast) -> bool:
    """Whether a function sends the caller ether: that this succeeds says of who calls only that he takes it."""
    calls = (
        callee_of(call)
        for step in reach(contract, (entry,)).values()
        for call in body_of(contract.program, step.definition).calls.values()
    )
    return any(
        type_identifier(callee).startswith(("t_function_barecall", "t_function_send"))
        and _is_caller(_unwrapped(callee.get("expression") or {}))
        for callee in calls
    )


def _unwrapped(node: Ast) -> Ast:
    while node.get("kind") == "typeConversion" and children(node, "arguments"):
        node = children(node, "arguments")[0]
    return node


def _is_caller(node: Ast) -> bool:
    """Whether an expression is ``msg.sender``, or the parameter that is handed on in its place."""
    if node.get("nodeType") == "Identifier":
        return True
    called = callee_of(node) if node.get("nodeType") == "FunctionCall" else node
    return called.get("memberName") == "sender" or called.get("name") == "_msgSender"


def _named(contract: Contract, guard: Guard) -> str:
    declared = [contract.program.declarations[identity] for identity in guard.depends]
    names = {str(node.get("name")) for node in declared if mutability(node) != "constant"}  # not where it lies
    return ", ".join(sorted(names)) or ", ".join(sorted(str(node.get("name")) for node in declared))


def _acts(contract: Contract, entry: Ast) -> bool:
    """Whether calling a function can change anything."""
    if entry.get("nodeType") != "FunctionDefinition" or entry.get("stateMutability") in {"view", "pure"}:
        return False
    bodies = [body_of(contract.program, step.definition) for step in reach(contract, (entry,)).values()]
    return any(body.writes or body.aliased or body.assembly or body.calls for body in bodies)
