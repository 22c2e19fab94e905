"""New state that the code reads and that nothing sets on the live proxy.

Why:
    `initialize` ran when the proxy was deployed and never runs again. A variable that an upgrade adds is zero on
    every live proxy until something that can still run sets it: a vote threshold of zero (Ronin), a divisor of
    zero, an owner that is nobody. Variables that only ordinary functions write (counters, setters, mappings) are
    meant to start at zero and are not blocked; one that `initialize` sets and an ordinary function can set too
    is a warning, because the upgrade alone leaves it at zero.

Fix:
    Set it in a `reinitializer(n)` that the upgrade calls in the same transaction.

Example:
    `uint256 fee; function initialize() external initializer { fee = 5; } … return amount / fee;`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts ;
    https://roninblockchain.substack.com/p/post-mortem-ronin-bridge-august-2024
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, is_container, type_identifier
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import Body, Write
from upgrader.checks.code._guards import Strength, guard_of
from upgrader.checks.code._initializers import can_run, initializers_of
from upgrader.checks.code._reach import bodies
from upgrader.checks.code._variables import new_state
from upgrader.findings import Finding, Severity

CODE: Final = "initializer-missing"
CODES: Final = (CODE,)


@dataclass(frozen=True, slots=True)
class _Uses:
    """How a group of functions uses state, by variable id."""

    reads: dict[int, Ast]
    writes: dict[int, list[Write]]
    aliased: frozenset[int]
    divisors: frozenset[int]


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every variable that the upgrade adds."""
    contract = case.new.contract
    if contract is None or case.pair.old is None:
        return
    fresh = [state for state in new_state(case) if not type_identifier(state.node).startswith("t_struct")]
    if not fresh:
        return
    dead = [i.function for i in initializers_of(contract) if not can_run(case, i)]
    migrating = [i.function for i in initializers_of(contract) if can_run(case, i)]
    once = {function["id"] for function in (*dead, *migrating)}
    ordinary = [entry for entry in contract.entries if entry["id"] not in once]
    live, upgrade, gone = _uses(contract, ordinary), _uses(contract, migrating), _uses(contract, dead)
    built = _uses(contract, contract.constructors)
    for variable in fresh:
        identity = variable.node["id"]
        if identity in upgrade.writes or identity in upgrade.aliased:
            continue
        in_code = identity in live.reads or identity in upgrade.reads
        lost = identity in gone.writes or identity in built.writes or variable.node.get("value") is not None
        if not (in_code or (lost and variable.node.get("visibility") == "public")):
            continue
        at = case.new.place(variable.node)
        written = identity in live.writes or identity in live.aliased
        if written and lost and _only_behind_itself(contract, ordinary, identity):
            yield _never(case, variable.label, at, "only what has run already, or a function that it guards, sets it")
        elif is_container(variable.node):
            continue
        elif not written:
            why = "only what has run already sets it" if lost else "nothing sets it"
            yield _never(case, variable.label, at, why)
        elif lost or identity in live.divisors:
            yield _later(case, variable.label, at, divides=identity in live.divisors)


def _only_behind_itself(contract: Contract, entries: list[Ast], identity: int) -> bool:
    """Whether every function that writes a variable admits only callers whom the same variable names."""
    for entry in entries:
        if any(identity in body.writes or identity in body.aliased for _, body in bodies(contract, (entry,))):
            guard = guard_of(contract, entry)
            if guard.strength < Strength.CALLER or identity not in guard.depends:
                return False
    return True


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


def _uses(contract: Contract, functions: Iterable[Ast]) -> _Uses:
    reads: dict[int, Ast] = {}
    writes: dict[int, list[Write]] = {}
    facts: list[Body] = [body for _, body in bodies(contract, functions)]
    for body in facts:
        reads.update(body.reads)
        for identity, places in body.writes.items():
            writes.setdefault(identity, []).extend(places)
    return _Uses(
        reads,
        writes,
        frozenset().union(*(body.aliased for body in facts)),
        frozenset().union(*(body.divisors for body in facts)),
    )
