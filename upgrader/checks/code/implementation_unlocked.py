"""A stranger can initialise the bare implementation.

Why:
    The constructor runs for the implementation alone, so an implementation with an initializer but without
    `_disableInitializers()` in its constructor can be initialised by anybody, who then owns it. For code that
    can delegatecall or selfdestruct, and for UUPS code, ownership of the implementation has been enough to
    destroy it under its proxies (Parity 2017; Wormhole 2022, a bounty of 10 M USD): that blocks. For code that
    can do neither, behind a transparent or beacon proxy, it is an embarrassment and a phishing aid: a warning. A lock
    that only one branch of the constructor sets is none. An initializer that runs through a proxy only (`onlyProxy`)
    needs no lock.

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

from upgrader.checks.code._ast import Contract, display
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._delegation import own_delegations
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._initializers import initializers_of, is_locked
from upgrader.checks.code._reach import from_entries
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODE: Final = "implementation-unlocked"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge whether the constructor locks the implementation."""
    contract = case.new.contract
    if contract is None or contract.node.get("abstract"):
        return
    initializers = sorted(
        (i for i in initializers_of(contract) if guard_of(contract, i.function, bare=True).strength < Strength.SEALED),
        key=lambda i: i.version or 0,
    )
    if not initializers or is_locked(contract):
        return
    dropped = case.old_contract is not None and is_locked(case.old_contract)
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


def _powers(case: Case, contract: Contract) -> list[str]:
    """Return what an owner of the bare implementation could do to its proxies."""
    own = own_delegations(contract)
    steps = from_entries(contract).values()
    found = [danger for step in steps for danger in body_of(contract.program, step.definition).dangers]
    dangers = {danger.kind for danger in found if danger.node.get("src") not in own}
    powers = ["is UUPS"] if case.is_uups else []
    return powers + [f"can {kind}" for kind in sorted(dangers)]
