"""A stranger can initialise the bare implementation.

Why:
    The constructor runs for the implementation alone, so an implementation with an initializer but without
    `_disableInitializers()` in its constructor can be initialised by anybody, who then owns it. For code that
    can delegatecall or selfdestruct, and for UUPS code, ownership of the implementation has been enough to
    destroy it under its proxies (Parity 2017; Wormhole 2022, a bounty of 10 M USD): that blocks. For code that
    can do neither, behind a transparent or beacon proxy, it is an embarrassment and a phishing aid: a warning.

Fix:
    `/// @custom:oz-upgrades-unsafe-allow constructor` and `constructor() { _disableInitializers(); }`
    (OpenZeppelin 3: `constructor() initializer {}`).

Example:
    `contract Vault is Initializable { function initialize(address owner) external initializer { … } }`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#initializing-the-implementation-contract
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, display
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._initializers import initializers_of, modifier_name
from upgrader.checks.code._reach import bodies, reach
from upgrader.findings import Finding, Severity

CODE: Final = "implementation-unlocked"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge whether the constructor locks the implementation."""
    contract = case.new.contract
    if contract is None or contract.node.get("abstract"):
        return
    initializers = initializers_of(contract)
    if not initializers or _is_locked(contract):
        return
    dropped = case.old_contract is not None and _is_locked(case.old_contract)
    powers = _powers(case, contract)
    yield case.finding(
        CODE,
        Severity.BLOCKER if powers else Severity.WARNING,
        display(initializers[0].function),
        "anybody can initialise the bare implementation"
        + (f", which {' and '.join(powers)}" if powers else "; it can neither delegatecall nor selfdestruct")
        + ("; the old one was locked" if dropped else ""),
        "call _disableInitializers() in its constructor",
        at=case.new.place(initializers[0].function),
        evidence={"locked before": "yes" if dropped else "no"} if case.old_contract is not None else {},
    )


def _is_locked(contract: Contract) -> bool:
    """Whether a constructor disables the initializers: by the call, by the modifier, or by setting what they test."""
    tested = _tested_by_initializers(contract)
    for constructor in contract.constructors:
        if any(modifier_name(m) in {"initializer", "reinitializer"} for m in children(constructor, "modifiers")):
            return True
        for step in reach(contract, (constructor,)).values():
            body = body_of(contract.program, step.definition)
            if tested & body.writes.keys():
                return True
    return False


def _tested_by_initializers(contract: Contract) -> frozenset[int]:
    """Return the state that initializers both read and write under their modifiers, such as ``_initialized``."""
    found: set[int] = set()
    for initializer in initializers_of(contract):
        for invocation in children(initializer.modified, "modifiers"):
            declared = contract.program.referred(invocation.get("modifierName"))
            if declared is None or declared.get("nodeType") != "ModifierDefinition":
                continue
            facts = [body for _, body in bodies(contract, (contract.most_derived(declared),))]
            read = {identity for body in facts for identity in body.reads}
            written = {identity for body in facts for identity in body.writes}
            found |= {identity for identity in read & written if _is_state(contract, identity)}
    return frozenset(found)


def _is_state(contract: Contract, identity: int) -> bool:
    declared: Ast = contract.program.declarations.get(identity) or {}
    owner = contract.program.owners.get(identity) or {}
    return bool(declared.get("stateVariable")) or owner.get("nodeType") == "StructDefinition"


def _powers(case: Case, contract: Contract) -> list[str]:
    """Return what an owner of the bare implementation could do to its proxies."""
    dangers = {danger.kind for _, body in bodies(contract, contract.entries) for danger in body.dangers}
    powers = ["is UUPS"] if case.is_uups else []
    return powers + [f"can {kind}" for kind in sorted(dangers)]
