"""Keys of a nested mapping whose names changed places.

Why:
    `mapping(address owner => mapping(address spender => …))` and the same with `spender` first have one layout and
    one type, so nothing about the bytes changed. But entries were written under the one order of keys and are looked
    up under the other: nothing is found, or what somebody else wrote. It is the same mistake as two variables of one
    type that are swapped, one level down.

Fix:
    Keep the order of the keys. Where only the names were wrong and the code uses the keys as before, the warning can
    be acknowledged.

Example:
    `allowances[owner][spender]` becomes `allowances[spender][owner]`, with the names of the declaration

Source:
    https://docs.soliditylang.org/en/latest/types.html#mapping-types (names of keys, from 0.8.18 on)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._variables import state_of
from upgrader.findings import Finding, Severity

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
