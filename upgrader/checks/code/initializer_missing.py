"""New state that the code reads and that nothing sets on the live proxy.

Why:
    `initialize` ran when the proxy was deployed and never runs again. A variable that an upgrade adds is zero on
    every live proxy until something that can still run sets it: a vote threshold of zero (Ronin), a divisor of
    zero, an owner that is nobody. Variables that only ordinary functions write (counters, setters, mappings) are
    meant to start at zero and are not blocked; one that `initialize` sets and an ordinary function can set too
    is a warning, because the upgrade alone leaves it at zero. So is one that another implementation of the same proxy
    may set: a member of storage that a library gives to every facet, or a variable of a base that a contract beside
    this one inherits and sets, or anything where the fallback delegates to other code.

Fix:
    Set it in a `reinitializer(n)` that the upgrade calls in the same transaction.

Example:
    `uint256 fee; function initialize() external initializer { fee = 5; } … return amount / fee;`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts ;
    https://roninblockchain.substack.com/p/post-mortem-ronin-bridge-august-2024
"""

from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, Program, is_container, nodes_of, type_identifier
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import is_zero
from upgrader.checks.code._reach import bodies
from upgrader.checks.code._setters import Setters
from upgrader.checks.code._variables import State, new_state
from upgrader.findings import Finding, Severity

CODE: Final = "initializer-missing"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every variable that the upgrade adds."""
    contract = case.new.contract
    if contract is None or case.pair.old is None:
        return
    fresh = [state for state in new_state(case) if not type_identifier(state.node).startswith("t_struct")]
    if not fresh:
        return
    setters = Setters(case, contract)
    zero = (state.node["id"] for state in fresh if not setters.upgrade.touches(state.node["id"]))
    unsettable = setters.unsettable(zero)
    for state in fresh:
        found = _judged(case, setters, state, unsettable)
        if found is not None:
            yield found


def _judged(case: Case, setters: Setters, state: State, unsettable: frozenset[int]) -> Finding | None:
    identity, at = state.node["id"], case.new.place(state.node)
    initial = isinstance(state.node.get("value"), Mapping) and not is_zero(state.node["value"])
    lost = initial or setters.spent.sets(identity) or setters.built.sets(identity)
    in_code = identity in setters.ordinary.reads or identity in setters.upgrade.reads
    read = in_code or (lost and state.node.get("visibility") == "public")
    if setters.upgrade.touches(identity) or not read:
        return None
    settable = setters.ordinary.sets(identity)
    if settable and lost and identity in unsettable:
        return _never(case, state.label, at, "only what has run already sets it, or somebody whom only it could name")
    if is_container(state.node):
        return None
    if not settable and not lost and (beside := _beside(setters.contract, state)):
        return _elsewhere(case, state.label, at, beside)
    if not settable:
        return _never(case, state.label, at, "only what has run already sets it" if lost else "nothing sets it")
    divides = identity in setters.ordinary.divisors
    return _later(case, state.label, at, divides=divides) if lost or divides else None


def _beside(contract: Contract, state: State) -> str:
    """Return who else may set a variable on the same proxy; empty where nobody is known to."""
    program = contract.program
    doors = [entry for entry in contract.entries if entry.get("kind") in {"fallback", "receive"}]
    if any(danger.kind == "delegatecall" for _, body in bodies(contract, doors) for danger in body.dangers):
        return "the code that its fallback delegates to"
    home = program.owners.get(state.node["id"]) or {}
    if home.get("nodeType") == "StructDefinition":
        owner = program.owners.get(home["id"])
        return "another facet" if owner is None or owner.get("contractKind") == "library" else ""
    for node in program.declarations.values():
        bases = node.get("linearizedBaseContracts") or ()
        if home.get("id") not in bases or contract.node["id"] in bases or node.get("abstract"):
            continue
        own = [function for base in bases if base in program.declarations for function in _functions(program, base)]
        if any(state.node["id"] in body_of(program, function).writes for function in own):
            return str(node.get("name"))
    return ""


def _functions(program: Program, base: int) -> list[Ast]:
    return [node for node in nodes_of(program.declarations[base]) if node.get("nodeType") == "FunctionDefinition"]


def _elsewhere(case: Case, label: str, at: str, beside: str) -> Finding:
    return case.finding(
        CODE,
        Severity.WARNING,
        label,
        f"it is read, and nothing here sets it: {beside} has to, on the same proxy, or it stays zero",
        "make sure that what sets it is upgraded with this, and is called",
        at=at,
    )


def _never(case: Case, label: str, at: str, why: str) -> Finding:
    return case.finding(
        CODE,
        Severity.BLOCKER,
        label,
        f"it is read, and {why}: on the live proxy it stays zero",
        "set it in a reinitializer that the upgrade calls",
        at=at,
    )


def _later(case: Case, label: str, at: str, *, divides: bool) -> Finding:
    return case.finding(
        CODE,
        Severity.WARNING,
        label,
        "the upgrade leaves it zero until an ordinary function sets it" + (", and it is divided by" if divides else ""),
        "set it in a reinitializer that the upgrade calls, or say why zero is right",
        at=at,
    )
