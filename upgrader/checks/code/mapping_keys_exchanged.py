"""Keys of a nested mapping that changed places, in its declaration or in a function that uses it.

Why:
    `mapping(address owner => mapping(address spender => …))` and the same with `spender` first have one layout and
    one type, so nothing about the bytes changed. But entries were written under the one order of keys and are looked
    up under the other: nothing is found, or what somebody else wrote. It is the same mistake as two variables of one
    type that are swapped, one level down. The same holds for a function that looked entries up under one order and
    does so under the other now (DEI 2023, 6.5 M USD: `burnFrom` read the allowance that the caller had given, not the
    one that he had been given). One that uses both orders keeps a symmetric table, and is not meant.

Fix:
    Keep the order of the keys. Where only the names were wrong and the code uses the keys as before, the warning can
    be acknowledged.

Example:
    `allowances[owner][spender]` becomes `allowances[spender][owner]`, with the names of the declaration

Source:
    https://docs.soliditylang.org/en/latest/types.html#mapping-types (names of keys, from 0.8.18 on) ;
    https://www.halborn.com/blog/post/explained-the-deus-dao-hack-may-2023
"""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, display
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._variables import state_of
from upgrader.findings import Finding, Severity

_Lookup: TypeAlias = tuple[str, tuple[str, ...]]

CODE: Final = "mapping-keys-exchanged"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the names of the keys of every mapping that both versions have."""
    if case.new.contract is None or case.old_contract is None:
        return
    before = {state.label: _keys(state.node) for state in state_of(case.old_contract)}
    for state in state_of(case.new.contract):
        old, new = before.get(state.label, ()), _keys(state.node)
        if old != new and sorted(old) == sorted(new):
            yield case.finding(
                CODE,
                Severity.WARNING,
                state.label,
                f"its keys were {_order(old)} and are {_order(new)}: entries are looked up under the other order",
                "keep the order of the keys, or acknowledge that only their names were wrong",
                at=case.new.place(state.node),
                evidence={"before": _order(old), "now": _order(new)},
            )
    yield from _looked_up(case, case.new.contract, case.old_contract)


def _looked_up(case: Case, contract: Contract, old: Contract) -> Iterator[Finding]:
    """Compare the keys under which each function that both versions have looks entries up."""
    known = {display(function): found for function in old.functions if (found := _lookups(old, function))}
    for function in contract.functions if known else ():
        before = known.get(display(function), frozenset())
        now = _lookups(contract, function) if before else frozenset()
        for name, keys in sorted(now - before):
            other = name, keys[::-1]
            if keys != keys[::-1] and other in before and other not in now:
                yield case.finding(
                    CODE,
                    Severity.WARNING,
                    display(function),
                    f"it looked {name} up under {_order(keys[::-1])} and does under {_order(keys)}",
                    "restore the order of the keys, or acknowledge that it was wrong before",
                    at=case.new.place(function),
                    evidence={"before": _order(keys[::-1]), "now": _order(keys)},
                )


def _lookups(contract: Contract, function: Ast) -> frozenset[_Lookup]:
    """Return ``(mapping, its keys)`` of the entries of nested mappings that a function itself names."""
    kept = contract.program.notes
    about = CODE, function["id"]
    if about not in kept:
        kept[about] = frozenset(_looked_at(contract.program.tree.lookups.get(function["id"], ())))
    return cast("frozenset[_Lookup]", kept[about])


def _looked_at(accesses: Iterable[Ast]) -> Iterator[_Lookup]:
    for access in accesses:
        node, keys = access, list[str]()
        while node.get("nodeType") == "IndexAccess":
            keys.append(_spelled(node.get("indexExpression") or {}))
            node = node.get("baseExpression") or {}
        if len(keys) > 1 and all(keys):
            yield _spelled(node), tuple(reversed(keys))


def _spelled(node: Ast) -> str:
    """Return a plain expression as it is written, whatever it is called where it comes from; empty for any other."""
    match node.get("nodeType"):
        case "Identifier":
            return str(node.get("name"))
        case "MemberAccess":
            base = _spelled(node.get("expression") or {})
            return base and f"{base}.{node.get('memberName')}"
        case "FunctionCall" if not children(node, "arguments"):
            name = _spelled(node.get("expression") or {})
            return "msg.sender" if name == "_msgSender" else name and f"{name}()"
    return ""


def _keys(variable: Ast) -> tuple[str, ...]:
    """Return the names of the keys of a mapping, outermost first; empty names for keys without one."""
    names: list[str] = []
    kind: Ast = variable.get("typeName") or {}
    while kind.get("nodeType") == "Mapping":
        names.append(str(kind.get("keyName") or ""))
        kind = kind.get("valueType") or {}
    return tuple(names)


def _order(names: tuple[str, ...]) -> str:
    return " => ".join(name or "?" for name in names)
