"""Anybody may upgrade: `_authorizeUpgrade` lets every caller pass.

Why:
    A UUPS proxy is upgraded by its implementation, and `_authorizeUpgrade` is the only thing that says by whom.
    Empty, or with a condition that does not depend on the caller, it hands the proxy and everything it holds to
    whoever calls first. The guard is looked for along every way through the function: in modifiers, in bases
    reached by `super`, in internal calls such as `_checkRole`, and in assembly. A condition on state alone
    (an allow-list, a delay) is a warning; a function that always reverts freezes the proxy, a warning too. So is
    `tx.origin` in the caller's place, which lets any contract upgrade that the owner is made to call, and a list
    of those who may upgrade that everybody can write. Where only the contract itself may upgrade, every function
    that makes it call itself with what its caller says has to be guarded. Any other function that writes the
    proxy's implementation, admin or beacon slot is held to the same.

Fix:
    Restrict it to the timelock: `function _authorizeUpgrade(address) internal override onlyRole(UPGRADER) {}`.

Example:
    `function _authorizeUpgrade(address) internal override {}`

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/proxy#UUPSUpgradeable
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, display, parameters
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._guards import guard_of, guard_of_writes, open_doors
from upgrader.checks.code._initializers import initializers_of
from upgrader.checks.code._places import writes_implementation
from upgrader.checks.code._reach import reach
from upgrader.checks.code._self_calls import UPGRADES
from upgrader.checks.code._setters import uses_of
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODE: Final = "uups-open-authorize"
FROZEN: Final = "uups-frozen"
CODES: Final = (CODE, FROZEN)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge who may upgrade through the new implementation."""
    contract = case.new.contract
    if contract is None:
        return
    for gate in _gates(case, contract):
        guard = guard_of(contract, gate)
        member, at = display(gate), case.new.place(gate)
        match guard.strength:
            case Strength.NONE:
                doors = _doors(contract, gate)
                yield case.finding(
                    CODE,
                    Severity.BLOCKER,
                    member,
                    f"only the contract itself may call it, but {' and '.join(doors)} lets everybody make it do so"
                    if doors
                    else "no condition depends on who calls: anybody can replace the implementation",
                    f"restrict {' and '.join(doors)}"
                    if doors
                    else "restrict it, for example with onlyRole or onlyOwner held by the timelock",
                    at=at,
                )
            case Strength.STATE | Strength.SIGNED:
                yield case.finding(
                    CODE,
                    Severity.WARNING,
                    member,
                    "its conditions read state but not who calls: whoever meets them can replace the implementation",
                    "compare the caller with the authority that may upgrade, or show why the state alone is enough",
                    at=at,
                )
            case Strength.ORIGIN:
                yield case.finding(
                    CODE,
                    Severity.WARNING,
                    member,
                    "it asks who signed the transaction (tx.origin), not who calls: any contract that the owner calls "
                    "can replace the implementation",
                    "compare msg.sender",
                    at=at,
                )
            case Strength.SEALED:
                yield case.finding(
                    FROZEN,
                    Severity.WARNING,
                    member,
                    "it always reverts: after this upgrade there is no further one",
                    "leave it only if the proxy shall be frozen for good",
                    at=at,
                )
            case Strength.CALLER:
                for writer in _open_writers(contract, guard.depends):
                    yield case.finding(
                        CODE,
                        Severity.WARNING,
                        member,
                        f"it asks a list that everybody can write: {display(writer)} lets every caller pass",
                        f"let only the authority call {display(writer)}",
                        at=case.new.place(writer),
                    )


def _gates(case: Case, contract: Contract) -> list[Ast]:
    """Return the functions whose guard decides: `_authorizeUpgrade` where upgrading passes it, else the entries.

    Where the entry itself asks who calls, that decides and the hook does not.
    """
    hooks = {function["id"]: function for function in contract.named("_authorizeUpgrade")}
    gates: dict[int, Ast] = {}
    for entry in contract.entries:
        if not _upgrades(case, contract, entry):
            continue
        passed = [hooks[identity] for identity in reach(contract, (entry,)) if identity in hooks]
        weak = guard_of(contract, entry).strength is not Strength.CALLER
        # The hook's own guard is the entry's where both ask who calls.
        for gate in passed if passed and (weak or _asks(contract, passed)) else [entry]:
            gates[gate["id"]] = gate
    return list(gates.values())


def _asks(contract: Contract, hooks: list[Ast]) -> bool:
    return all(guard_of(contract, hook).strength is Strength.CALLER for hook in hooks)


def _doors(contract: Contract, gate: Ast) -> list[str]:
    """Return the functions that everybody may use to pass a gate which only the contract itself passes."""
    if guard_of(contract, gate, trusts_self=True).strength is Strength.NONE:
        return []
    return [display(entry) for entry, guard in open_doors(contract) if guard.strength is Strength.NONE]


def _open_writers(contract: Contract, listed: frozenset[int]) -> Iterator[Ast]:
    """Yield the functions that let everybody write variables."""
    once = {initializer.function["id"] for initializer in initializers_of(contract)}
    for entry in contract.entries:
        if entry.get("stateMutability") in {"view", "pure"} or entry["id"] in once:
            continue
        sets = frozenset(identity for identity in listed if uses_of(contract, (entry,)).sets(identity))
        if sets and guard_of_writes(contract, entry, sets).strength is Strength.NONE:
            yield entry


def _upgrades(case: Case, contract: Contract, entry: Ast) -> bool:
    """Whether a function upgrades the proxy: by its name, or because it writes a slot that decides what runs."""
    if entry.get("stateMutability") in {"view", "pure"}:
        return False
    named = case.is_uups and UPGRADES.get(str(entry.get("name"))) == len(parameters(entry))
    return named or writes_implementation(contract, entry)
