"""State that the constructor or an initial value sets, and that the proxy never sees.

Why:
    A constructor and `uint256 fee = 5;` run when the implementation is deployed and write the implementation's own
    storage. The proxy's storage stays as it was: zero. What only they set does not exist for users, which is how
    contracts that inherit `Ownable` or `ERC20` instead of their upgradeable twins end up without owner or name.
    Where an initializer sets the same variable the constructor's write is only misleading.

Fix:
    Move it into the initializer; make it `constant` if it never changes; inherit from contracts-upgradeable.

Example:
    `uint256 internal fee = 5; constructor() { owner = msg.sender; }`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#avoid-initial-values-in-field-declarations
"""

from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract
from upgrader.checks.code._base import FAMILY, Case, acknowledged
from upgrader.checks.code._expressions import is_zero
from upgrader.checks.code._initializers import locks_of
from upgrader.checks.code._setters import Setters
from upgrader.checks.code._variables import State, state_of
from upgrader.findings import Finding, Severity

CODE: Final = "constructor-writes"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every storage variable that gets a value at deployment."""
    contract = case.new.contract
    if contract is None or contract.node.get("abstract"):
        return
    setters = Setters(case, contract)
    locks = locks_of(contract)
    before = _set_before(case)
    states = state_of(contract)
    initialised = (setters.upgrade, setters.spent)
    zero = (i for i in (state.node["id"] for state in states) if not any(uses.touches(i) for uses in initialised))
    unsettable = setters.unsettable(zero)
    for state in states:
        identity = state.node["id"]
        initial = isinstance(state.node.get("value"), Mapping) and not is_zero(state.node["value"])
        if identity in locks or not (initial or setters.built.sets(identity)):
            continue
        yield _weighed(case, setters, state, initial=initial, before=state.label in before, lost=identity in unsettable)


def _weighed(case: Case, setters: Setters, state: State, *, initial: bool, before: bool, lost: bool) -> Finding:
    identity = state.node["id"]
    how = "its initial value" if initial else "what the constructor sets"
    severity = Severity.WARNING
    if before:
        severity, effect = Severity.NOTE, "as it did before"
    elif initial and acknowledged("state-variable-assignment", state.node, _owner(setters.contract, state.node)):
        severity, effect = Severity.NOTE, "acknowledged"
    elif setters.upgrade.touches(identity) or setters.spent.touches(identity):
        effect = "only the initializer counts"
    elif setters.ordinary.sets(identity) and not lost:
        effect = "on the proxy it starts at zero"
    elif identity not in setters.ordinary.reads and state.node.get("visibility") != "public":
        effect = "nothing reads it"
    else:
        severity, effect = Severity.BLOCKER, "on the proxy it is zero, and nothing there can set it"
    if severity is Severity.WARNING and not initial and _constructor_allowed(setters.contract):
        # Most constructors carry the annotation for their lock; it does not excuse state that is lost.
        severity = Severity.NOTE
    return case.finding(
        CODE,
        severity,
        state.label,
        f"{how} stays in the implementation's storage: {effect}",
        "set it in the initializer, or make it constant",
        at=case.new.place(state.node),
    )


def _constructor_allowed(contract: Contract) -> bool:
    return any(acknowledged("constructor", function, _owner(contract, function)) for function in contract.constructors)


def _owner(contract: Contract, node: Ast) -> Ast | None:
    return contract.program.owners.get(node["id"])


def _set_before(case: Case) -> frozenset[str]:
    """Return what deployment set in the old implementation too: the live proxy has lived with that."""
    if case.old_contract is None:
        return frozenset()
    setters = Setters(case, case.old_contract)
    return frozenset(
        state.label
        for state in state_of(case.old_contract)
        if isinstance(state.node.get("value"), Mapping) or setters.built.sets(state.node["id"])
    )
