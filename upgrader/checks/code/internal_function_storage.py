"""A pointer to an internal function kept in storage.

Why:
    An internal function pointer is an offset into the code that stored it. After an upgrade the same offset lies
    somewhere else in the new code, and calling it jumps to whatever stands there now.

Fix:
    Store an enum or a selector and choose the function from it.

Example:
    `function(uint256) internal returns (uint256) payoff;`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/faq#internal-functions-in-storage
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, type_identifier
from upgrader.checks.code._base import FAMILY, Case, acknowledged
from upgrader.checks.code._variables import state_of
from upgrader.findings import Finding, Severity

CODE: Final = "internal-function-storage"
CODES: Final = (CODE,)

_DEPTH: Final = 16
"""Types inside types that are looked into; a recursive struct ends here."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Find internal function types in everything that is stored."""
    contract = case.new.contract
    if contract is None:
        return
    for state in state_of(contract):
        if _holds_pointer(contract, state.node.get("typeName"), 0):
            allowed = acknowledged(CODE, state.node, contract.node)
            yield case.finding(
                CODE,
                Severity.NOTE if allowed else Severity.BLOCKER,
                state.label,
                "it stores an internal function, which is an offset into the old code: "
                "called after the upgrade it runs something else",
                "store an enum or a selector instead",
                at=case.new.place(state.node),
            )


def _holds_pointer(contract: Contract, kind: Ast | None, depth: int) -> bool:
    if kind is None or depth > _DEPTH:
        return False
    match kind.get("nodeType"):
        case "FunctionTypeName":
            return "t_function_internal" in type_identifier(kind)
        case "Mapping":
            return _holds_pointer(contract, kind.get("valueType"), depth + 1)
        case "ArrayTypeName":
            return _holds_pointer(contract, kind.get("baseType"), depth + 1)
        case "UserDefinedTypeName":
            declared = contract.program.referred(kind)
            members = children(declared, "members") if declared is not None else []
            return any(_holds_pointer(contract, member.get("typeName"), depth + 1) for member in members)
    return False
