"""Functions that the proxy did not have before this upgrade.

Why:
    Every external function of the new code, also one that came with a base nobody looked at, can be called by
    everybody from the moment of the upgrade. KiloEx lost 7.5 M USD through a public `execute` that its trusted
    forwarder inherited. The list is short enough to be read before signing. A new function that calls whatever its
    caller names, and that everybody may call, is a warning of its own: what the contract holds and may do is theirs.

Fix:
    Read each name; override what should not be callable so that it reverts, or restrict it.

Example:
    `contract MarketV2 is MarketV1, MulticallUpgradeable { }` adds `multicall(bytes[])`

Source:
    https://www.halborn.com/blog/post/explained-the-kiloex-hack-april-2025
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.calls import selector
from upgrader.checks.code._ast import display, parameters, selector_of, type_identifier
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._expressions import callee_of, inner
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODE: Final = "function-public-inherited"
CODES: Final = (CODE,)

_BARE_CALL: Final = "t_function_barecall"
"""How the compiler names the type of ``target.call``."""

_SHOWN: Final = 12
"""Names in the message; the evidence has all of them."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """List the functions that the new implementation adds."""
    if case.old is None or case.old.artifact.abi is None or case.new.artifact.abi is None:
        return
    added = sorted(case.new.functions.keys() - case.old.functions.keys())
    if not added:
        return
    owners = {signature: _owner(case, signature) for signature in added}
    named = [f"{owners[signature]}.{signature}" if owners[signature] else signature for signature in added]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    yield case.finding(
        CODE,
        Severity.NOTE,
        "",
        f"it adds {len(added)} external function{'s' if len(added) > 1 else ''}: {', '.join(named[:_SHOWN])}{more}",
        "make sure that each of them may be called by everybody who can",
        evidence={"functions": ", ".join(named)},
    )
    yield from _relays(case, added)


def _relays(case: Case, added: list[str]) -> Iterator[Finding]:
    """Warn of each new function through which everybody calls anything in the contract's name."""
    contract = case.new.contract
    if contract is None:
        return
    wanted = {selector(signature).hex() for signature in added}
    for function in contract.entries:
        if selector_of(function) not in wanted or not _calls_what_it_is_told(function):
            continue
        if guard_of(contract, function).strength < Strength.SIGNED:
            yield case.finding(
                CODE,
                Severity.WARNING,
                display(function),
                "everybody makes it call whatever they name, with what this contract holds and may do",
                "restrict who calls, or override it so that it reverts",
                at=case.new.place(function),
            )


def _calls_what_it_is_told(function: Ast) -> bool:
    """Whether the target of a call in its own body comes from its arguments: ``target.call(data)``."""
    own = {parameter["id"] for parameter in parameters(function)}
    nodes = [function.get("body") or {}]
    while nodes:
        node = nodes.pop()
        nodes += inner(node)
        if node.get("nodeType") == "FunctionCall":
            callee = callee_of(node)
            if type_identifier(callee).startswith(_BARE_CALL) and _root(callee.get("expression") or {}) in own:
                return True
    return False


def _root(node: Ast) -> int | None:
    """Return what an expression begins with, through members, elements and conversions."""
    while True:
        match node.get("nodeType"):
            case "MemberAccess":
                node = node.get("expression") or {}
            case "IndexAccess":
                node = node.get("baseExpression") or {}
            case "FunctionCall" if node.get("kind") == "typeConversion":
                node = (node.get("arguments") or [{}])[0]
            case _:
                return node.get("referencedDeclaration")


def _owner(case: Case, signature: str) -> str:
    """Return the base that declares a function; empty for the contract itself, getters, and without an AST."""
    contract = case.new.contract
    if contract is None:
        return ""
    wanted = selector(signature).hex()
    for function in contract.entries:
        if selector_of(function) == wanted:
            owner = contract.program.owners.get(function["id"]) or {}
            return "" if owner.get("id") == contract.node.get("id") else str(owner.get("name", ""))
    return ""
