"""Code that can hand the proxy over or end it: `delegatecall` and `selfdestruct`.

Why:
    What an implementation runs by DELEGATECALL runs with the proxy's storage, balance and name: a target that a
    caller can choose may overwrite the proxy's implementation slot. SELFDESTRUCT in the same place sends the
    proxy's ether away and, on chains without EIP-6780, removes it; on a bare implementation that a stranger can
    initialise it bricks every proxy behind it (Parity 2017: 513,774 ETH). Looked for in Solidity, in inline
    assembly and in the compiled code, along every call that a transaction can start: bases, modifiers, internal
    libraries, and external libraries, which run by DELEGATECALL themselves.

Fix:
    Use a call or an internal library. Where the operation is meant and its target fixed, say so with
    `@custom:oz-upgrades-unsafe-allow` (on the statement, function or contract that holds it) or
    `@custom:oz-upgrades-unsafe-allow-reachable` (on a function that leads to it, or on the implementation itself, for
    all that it can reach): it stays visible as a note.

Example:
    `assembly { let ok := delegatecall(gas(), target, 0, calldatasize(), 0, 0) }`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#potentially-unsafe-operations ;
    https://eips.ethereum.org/EIPS/eip-6780 ; https://github.com/OpenZeppelin/openzeppelin-upgrades/issues/168
"""

import re
from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, display
from upgrader.checks.code._base import FAMILY, Case, acknowledged
from upgrader.checks.code._base import acknowledged_reachable as reachable
from upgrader.checks.code._body import Danger, body_of
from upgrader.checks.code._delegation import own_delegations
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._places import writes_implementation
from upgrader.checks.code._reach import Reached, from_entries, name_of, reach, way_text
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODES: Final = ("unsafe-delegatecall", "unsafe-selfdestruct")

_UPGRADING: Final = frozenset({"upgradeTo", "upgradeToAndCall"})
_STEP: Final = re.compile(r"_*upgrade(?:Beacon)?ToAndCall\w*")
"""Names of the internal functions that do it: ``ERC1967Utils.upgradeToAndCall``, ``_upgradeToAndCallSecure``."""

_ACKNOWLEDGED: Final = "is acknowledged in the source, or is the upgrade itself"
_MEANING: Final = {
    "delegatecall": "runs other code with the proxy's storage and balance",
    "selfdestruct": "sends the proxy's ether away and may remove it",
}


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every delegatecall and selfdestruct that a transaction can reach."""
    if case.new.contract is None:
        yield from _in_bytecode(case, frozenset())
        return
    seen: set[str] = set()
    for kind in ("delegatecall", "selfdestruct"):
        for finding in _in_source(case, case.new.contract, kind):
            seen.add(kind)
            yield finding
    if _links(case):
        seen.add("delegatecall")  # the call of an external library is a DELEGATECALL in the code
    yield from _in_bytecode(case, frozenset(seen))


def _in_source(case: Case, contract: Contract, kind: str) -> Iterator[Finding]:
    everything = from_entries(contract)
    if not any(danger.kind == kind for step in everything.values() for danger in _dangers(contract, step)):
        return
    own = own_delegations(contract)
    open_ways = reach(contract, contract.entries, stop=lambda function: _allows(contract, function, kind))
    for identity, step in everything.items():
        for danger in _dangers(contract, step):
            if danger.kind != kind:
                continue
            if danger.node.get("src") in own:
                yield _finding(case, contract, danger, step, allowed="can only run the contract's own code")
            elif identity not in open_ways or _is_allowed(contract, step.definition, danger):
                yield _finding(case, contract, danger, step, allowed=_ACKNOWLEDGED)
            else:
                yield _finding(case, contract, danger, open_ways[identity], allowed="")


def _finding(case: Case, contract: Contract, danger: Danger, step: Reached, *, allowed: str) -> Finding:
    what = f"{danger.kind} in {danger.where} in {name_of(contract, step.definition)}"
    return case.finding(
        f"unsafe-{danger.kind}",
        Severity.NOTE if allowed else Severity.BLOCKER,
        display(step.definition),
        f"{what} {allowed or _MEANING[danger.kind]}",
        "make sure that a stranger cannot choose its target"
        if allowed
        else "remove it, or acknowledge it in the source where its target is fixed",
        at=case.new.place(danger.node, step.definition),
        evidence={"way": way_text(contract, step)},
    )


def _is_allowed(contract: Contract, definition: Ast, danger: Danger) -> bool:
    """Whether the statement or the function that holds the operation carries the acknowledgement itself."""
    around = (*danger.said, *_context(contract, definition))
    return acknowledged(danger.kind, *around) or _allows(contract, definition, danger.kind)


def _dangers(contract: Contract, step: Reached) -> list[Danger]:
    return body_of(contract.program, step.definition).dangers


def _context(contract: Contract, definition: Ast) -> tuple[Ast | None, ...]:
    return definition, contract.program.owners.get(definition["id"])


def _allows(contract: Contract, function: Ast, kind: str) -> bool:
    """Whether what lies behind a function is acknowledged: by annotation, or because it is the upgrade itself."""
    if reachable(kind, *_context(contract, function), contract.node):
        return True
    if kind != "delegatecall":
        return False
    if function.get("visibility") in {"external", "public"}:
        return function.get("name") in _UPGRADING and _passes_authorization(contract, function)
    # Who may set what runs may run it: whether it is everybody is for `uups-open-authorize` to judge.
    return _STEP.fullmatch(str(function.get("name"))) is not None and writes_implementation(contract, function)


def _links(case: Case) -> bool:
    runtime = case.new.artifact.runtime
    return runtime is not None and bool(runtime.links)


def _in_bytecode(case: Case, explained: frozenset[str]) -> Iterator[Finding]:
    """Judge the compiled code where the source is not there or does not show what the code has."""
    code = case.new.opcodes
    if code is None:
        return
    before = case.old.opcodes if case.old is not None else None
    counts = {"delegatecall": code.delegatecalls, "selfdestruct": code.selfdestructs}
    had = {
        "delegatecall": before.delegatecalls if before is not None else 0,
        "selfdestruct": before.selfdestructs if before is not None else 0,
    }
    for kind, count in counts.items():
        if not count or kind in explained:
            continue
        own = kind == "delegatecall" and ((case.is_uups and count == 1) or (_links(case) and case.new.contract is None))
        kept = count <= had[kind]
        severity = Severity.NOTE if own else Severity.WARNING if kept else Severity.BLOCKER
        yield case.finding(
            f"unsafe-{kind}",
            severity,
            "",
            f"its code can reach {count} {kind.upper()} instruction{'s' if count > 1 else ''}"
            + (", as the upgrade function or a linked library needs" if own else f": it {_MEANING[kind]}"),
            "give its sources, so that the way to it and its target can be judged",
            judged=kind == "selfdestruct",
            evidence={"instructions": str(count), "before": str(had[kind])},
        )


def _passes_authorization(contract: Contract, upgrade: Ast) -> bool:
    """Whether an upgrade function asks for permission: in ``_authorizeUpgrade``, or by a guard on the caller.

    Whether that permission is worth anything is for ``uups-open-authorize`` to judge.
    """
    hooks = {function["id"] for function in contract.named("_authorizeUpgrade")}
    return bool(hooks & reach(contract, (upgrade,)).keys()) or guard_of(contract, upgrade).strength >= Strength.ORIGIN
