"""A function that callers use is gone, answers otherwise, or asks for more.

Why:
    Keepers, front ends, other contracts and indexers call the proxy by the old interface. A function that is gone
    reverts for them (or falls into `fallback`); one that returns other types decodes to nonsense, silently; one
    that is no longer `view` reverts for every contract that calls it statically; one that is no longer `payable`
    reverts when it is sent ether.

Fix:
    Keep the old function beside the new one, or announce the change and update every caller first.

Example:
    `function mark() external view returns (uint256)` becomes `returns (int256, bool)`

Source:
    https://docs.soliditylang.org/en/latest/abi-spec.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from upgrader.build import Ast
from upgrader.calls import canonical_type, selector
from upgrader.checks.code._ast import Contract, children, display, parameters, selector_of
from upgrader.checks.code._base import FAMILY, Case, Code
from upgrader.checks.code._initializers import initializers_of
from upgrader.findings import Finding, Severity

REMOVED: Final = "abi-removed"
RETURN: Final = "abi-changed-return"
MUTABILITY: Final = "abi-changed-mutability"
ENUM: Final = "abi-changed-enum"
CODES: Final = (REMOVED, RETURN, MUTABILITY, ENUM)

_SHOWN: Final = 3
"""Members in the message: enough to see the pattern."""

_STATIC: Final = frozenset({"view", "pure"})


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare every function that the proxy answers now with what it will answer."""
    if case.old is None or case.old.artifact.abi is None or case.new.artifact.abi is None:
        return
    new = case.new.functions
    for signature, entry in case.old.functions.items():
        if signature in new:
            yield from _compared(case, signature, entry, new[signature])
        else:
            yield _removed(case, signature, str(entry.get("name")))
    yield from _ordinals(case)
    for kind in ("receive", "fallback"):
        if _has(case.old, kind) and not _has(case.new, kind):
            yield _removed(case, f"{kind}()", kind)


def _removed(case: Case, signature: str, name: str) -> Finding:
    others = sorted(other for other, entry in case.new.functions.items() if entry.get("name") == name)
    spent = selector(signature).hex() in _initializers(case)
    return case.finding(
        REMOVED,
        Severity.NOTE if spent else Severity.WARNING,
        signature,
        f"its parameters changed: it is {', '.join(others)} now"
        if others
        else "it is gone: whoever calls it will fail",
        "keep it beside its successor, or tell whoever calls it",
        evidence={"now": ", ".join(others)} if others else {},
    )


def _initializers(case: Case) -> frozenset[str]:
    """Return the selectors of the old initializers, which nobody can call any more."""
    found = initializers_of(case.old_contract) if case.old_contract is not None else ()
    return frozenset(selector_of(initializer.function) for initializer in found)


def _compared(case: Case, signature: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    before, after = _returns(old), _returns(new)
    if before != after:
        yield case.finding(
            RETURN,
            Severity.WARNING,
            signature,
            f"it returned {before} and returns {after} now: callers decode it wrongly, or fail",
            "give the new answer a new function",
            evidence={"before": before, "now": after},
        )
    was, now = _mutability(old), _mutability(new)
    stricter = (was in _STATIC and now not in _STATIC) or (was == "payable" and now != "payable")
    if stricter:
        yield case.finding(
            MUTABILITY,
            Severity.WARNING,
            signature,
            f"it was {was} and is {now} now: "
            + ("static callers will fail" if was in _STATIC else "sending ether to it will fail"),
            "keep its mutability, or tell whoever calls it",
            evidence={"before": was, "now": now},
        )


def _ordinals(case: Case) -> Iterator[Finding]:
    """Find the functions whose callers mean another member of an enum by the number that they give or get."""
    old, new = case.old_contract, case.new.contract
    if old is None or new is None or old is new:
        return
    before = {selector_of(entry): entry for entry in old.entries}
    for entry in new.entries:
        known = before.get(selector_of(entry)) if selector_of(entry) else None
        for was, now in zip(_enums(old, known or {}), _enums(new, entry), strict=False):
            if now[: len(was)] == was or set(was).isdisjoint(now):
                continue
            moved = [f"{at} was {name} and is {now[at]}" for at, name in enumerate(was[: len(now)]) if now[at] != name]
            yield case.finding(
                ENUM,
                Severity.WARNING,
                display(entry),
                f"the members of an enum changed: {'; '.join(moved[:_SHOWN]) or 'the last are gone'}",
                "add members at the end, or give the new enum a new function",
                at=case.new.place(entry),
            )


def _enums(contract: Contract, entry: Ast) -> list[tuple[str, ...]]:
    """Return the members of the enums among the parameters and answers of a function, arrays of them included."""
    found = []
    for parameter in (*parameters(entry), *parameters(entry, "returnParameters")):
        kind = parameter.get("typeName") or {}
        while kind.get("nodeType") == "ArrayTypeName":
            kind = kind.get("baseType") or {}
        node = contract.program.referred(kind) or contract.program.referred(kind.get("pathNode"))
        if node is not None and node.get("nodeType") == "EnumDefinition":
            found.append(tuple(str(member.get("name")) for member in children(node, "members")))
    return found


def _returns(entry: Mapping[str, Any]) -> str:
    return f"({','.join(canonical_type(output) for output in entry.get('outputs', ()))})"


def _mutability(entry: Mapping[str, Any]) -> str:
    """Compilers before 0.5 have two flags instead of a word."""
    if entry.get("stateMutability"):
        return str(entry["stateMutability"])
    return "view" if entry.get("constant") else "payable" if entry.get("payable") else "nonpayable"


def _has(code: Code, kind: str) -> bool:
    return any(entry.get("type") == kind for entry in code.artifact.abi or ())
