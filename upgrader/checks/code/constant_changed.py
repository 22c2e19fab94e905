"""A constant that changed, or that changed places between code and storage.

Why:
    A constant is part of the code: an upgrade changes it for every open position at once, without a transaction
    that says so. So is what a function without parameters answers that only returns a number: the decimals of a
    token, a cap, an offset. A constant or an immutable that becomes a storage variable reads zero on the live proxy
    until something sets it; a storage variable that becomes a constant ignores whatever the proxy had stored. A slot
    of transient storage may change: nothing is in it when a transaction begins.

Fix:
    Say the change in the release notes; set the new variable in a reinitializer.

Example:
    `uint256 constant MAX_LEVERAGE = 10;` becomes `uint256 public maxLeverage;`

Source:
    https://github.com/crytic/slither/wiki/Upgradeability-Checks#variables-that-should-not-be-constant
"""

import re
from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, display, parameters, type_string
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._changes import Change, changes_of, same_expression, value_text
from upgrader.checks.code._places import keeps_nothing
from upgrader.findings import Finding, Severity

CHANGED: Final = "constant-changed"
TO_STORAGE: Final = "constant-to-storage"
IMMUTABLE_TO_STORAGE: Final = "immutable-to-storage"
FROM_STORAGE: Final = "storage-to-constant"
CODES: Final = (CHANGED, TO_STORAGE, IMMUTABLE_TO_STORAGE, FROM_STORAGE)

_VERSION: Final = re.compile("version|revision", re.IGNORECASE)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the variables that both versions have."""
    yield from _answers(case)
    for change in changes_of(case):
        at = case.new.place(change.new.node)
        match change.old.kind, change.new.kind:
            case "constant", "constant":
                yield from _values(case, change, at)
            case "constant" | "immutable", "mutable":
                code = TO_STORAGE if change.old.kind == "constant" else IMMUTABLE_TO_STORAGE
                yield case.finding(
                    code,
                    Severity.WARNING,
                    change.label,
                    f"it was {change.old.kind} and is read from storage now, where the proxy holds nothing yet",
                    "set it in a reinitializer that the upgrade calls",
                    at=at,
                )
            case "mutable", "constant" | "immutable":
                yield case.finding(
                    FROM_STORAGE,
                    Severity.WARNING,
                    change.label,
                    f"it was read from storage and is {change.new.kind} now: what the proxy stored is ignored",
                    "make sure that the value in the code is the one in storage",
                    at=at,
                )


def _answers(case: Case) -> Iterator[Finding]:
    """Compare the numbers that functions of one name do nothing but return; which version it is may change."""
    old, new = case.old_contract, case.new.contract
    if old is None or new is None or old is new:
        return
    before = {new.program.signature(function): function for function in _returning(old)}
    for function in _returning(new):
        known = before.get(new.program.signature(function))
        if known is None or known is function or _VERSION.search(str(function.get("name"))):
            continue
        was, now = _number(old, known), _number(new, function)
        if was is not None and now is not None and was != now:
            yield case.finding(
                CHANGED,
                Severity.WARNING,
                display(function),
                f"it always answered {was} and answers {now} now",
                "make sure that the change is meant for everything that is open",
                at=case.new.place(function),
                evidence={"before": str(was), "now": str(now)},
            )


def _returning(contract: Contract) -> Iterator[Ast]:
    """Yield the functions without parameters that run in a contract and whose whole body is one return."""
    for function in contract.functions:
        statements = children(function.get("body") or {}, "statements")
        alone = len(statements) == 1 and statements[0].get("nodeType") == "Return"
        if alone and not parameters(function) and contract.most_derived(function) is function:
            yield function


def _number(contract: Contract, function: Ast) -> int | None:
    (statement,) = children(function.get("body") or {}, "statements")
    return contract.program.constant(statement.get("expression") or {})


def _values(case: Case, change: Change, at: str) -> Iterator[Finding]:
    old_contract, contract = case.old_contract, case.new.contract
    if old_contract is None or contract is None:
        return
    was, now = _value(old_contract, change.old.node), _value(contract, change.new.node)
    if was is None or now is None:
        alike = same_expression(change.old.node.get("value"), change.new.node.get("value"))
    else:
        alike = was == now
    if alike:
        return
    if keeps_nothing(old_contract, change.old.node) and keeps_nothing(contract, change.new.node):
        return
    text = type_string(change.new.node).startswith(("string", "bytes memory", "bytes storage"))
    before = value_text(old_contract, change.old.node.get("value") or {})
    after = value_text(contract, change.new.node.get("value") or {})
    yield case.finding(
        CHANGED,
        Severity.NOTE if text else Severity.WARNING,
        change.label,
        f"it was {before} and is {after} now",
        "make sure that the change is meant for everything that is open",
        at=at,
        evidence={"before": before, "now": after},
    )


def _value(contract: Contract, variable: Ast) -> int | None:
    return contract.program.constant(variable.get("value") or {})
