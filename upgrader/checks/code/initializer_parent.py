"""The initializer does not initialise its bases, or does so in the wrong order or twice.

Why:
    A constructor calls its bases' constructors; an initializer calls nothing by itself. A base whose
    `__Base_init` is not reached keeps its zeroes: no owner, no name, no domain separator. One that is reached twice
    does twice what it does; an order other than the inheritance's lets a base read what another has not set yet.
    A base whose initializer sets nothing but zeroes needs no call, and neither does one whose variables the
    initializer sets itself.

Fix:
    Call `__Base_init` of every base once, in the order of the `is` list.

Example:
    `contract Vault is OwnableUpgradeable { function initialize() external initializer { cap = 5; } }`

Source:
    https://docs.openzeppelin.com/contracts/5.x/upgradeable#multiple-inheritance ;
    https://github.com/OpenZeppelin/openzeppelin-upgrades/issues/1125
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, display, is_state
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._initializers import Initializer, initializers_of, is_chained
from upgrader.checks.code._reach import callee, name_of, reach
from upgrader.checks.code._setters import Uses, uses_in, uses_of
from upgrader.findings import Finding, Severity

MISSING: Final = "initializer-parent-missing"
ORDER: Final = "initializer-parent-order"
TWICE: Final = "initializer-parent-twice"
CODES: Final = (MISSING, ORDER, TWICE)

_STEPS: Final = 4_000
"""Calls followed from one initializer; a real one has a few dozen."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge what the initializers reach of the work that bases need done."""
    contract = case.new.contract
    if contract is None or contract.node.get("abstract") or contract.node.get("contractKind", "contract") != "contract":
        return
    work = _work(contract)
    if not work:
        return
    initializers = initializers_of(contract)
    yield from _missing(case, contract, work, initializers)
    for initializer in initializers:
        calls = [identity for identity in _calls(contract, initializer.function) if identity in work]
        yield from _ordered(case, contract, work, initializer, calls)
        yield from _repeated(case, contract, work, initializer, calls)


def _work(contract: Contract) -> dict[int, frozenset[int]]:
    """Return the chained initializers of bases that set something, each with what it sets itself, base first."""
    found: dict[int, frozenset[int]] = {}
    for function in reversed(contract.functions):
        owner = contract.program.owners.get(function["id"]) or {}
        if owner.get("id") == contract.node.get("id") or not is_chained(function):
            continue
        if contract.most_derived(function)["id"] != function["id"]:
            continue
        uses = _own_uses(contract, function)
        values = frozenset(i for i in uses.writes if is_state(contract, i) and uses.sets(i))
        if values:
            found[function["id"]] = values
    return found


def _own_uses(contract: Contract, function: Ast) -> Uses:
    """Return what a chained initializer does itself and in plain helpers, without other chained initializers."""
    steps = reach(contract, (function,), lambda f: f["id"] != function["id"] and is_chained(f), modifiers=False)
    own = [step.definition for step in steps.values()]
    return uses_in([body_of(contract.program, f) for f in own if f["id"] == function["id"] or not is_chained(f)])


def _missing(
    case: Case, contract: Contract, work: dict[int, frozenset[int]], initializers: tuple[Initializer, ...]
) -> Iterator[Finding]:
    entries = [initializer.function for initializer in initializers]
    reached = {identity for entry in entries for identity in _calls(contract, entry)}
    written = uses_of(contract, entries).writes.keys()
    before = _bases(case.old_contract)
    for identity, values in work.items():
        function = contract.program.declarations[identity]
        owner = str((contract.program.owners.get(identity) or {}).get("name"))
        if identity in reached or values <= written:
            continue
        # What the proxy that runs lacks is told by initializer-missing; here it is the next proxy that would.
        lived = owner in before
        first = display(entries[0]) if entries else ""
        yield case.finding(
            MISSING,
            _weight(case, lived=lived, entries=entries),
            first,
            f"{name_of(contract, function)} is never called" + ("" if entries else ": there is no initializer"),
            f"call {function.get('name')} in the initializer",
            at=case.new.place(entries[0]) if entries else "",
            evidence={"base": owner},
        )


def _weight(case: Case, *, lived: bool, entries: list[Ast]) -> Severity:
    if case.pair.old is None:
        return Severity.BLOCKER
    return Severity.NOTE if lived and not entries else Severity.WARNING


def _ordered(
    case: Case, contract: Contract, work: dict[int, frozenset[int]], initializer: Initializer, calls: list[int]
) -> Iterator[Finding]:
    order = list(work)
    for earlier, later in pairwise(calls):
        if order.index(later) < order.index(earlier):
            names = [name_of(contract, contract.program.declarations[identity]) for identity in (later, earlier)]
            yield case.finding(
                ORDER,
                Severity.WARNING,
                display(initializer.function),
                f"it calls {names[0]} after {names[1]}, the inheritance has them the other way round",
                "call the bases' initializers in the order of inheritance, most basic first",
                at=case.new.place(initializer.function),
            )
            return


def _repeated(
    case: Case, contract: Contract, work: dict[int, frozenset[int]], initializer: Initializer, calls: list[int]
) -> Iterator[Finding]:
    for identity in dict.fromkeys(calls):
        if calls.count(identity) > 1:
            function = contract.program.declarations[identity]
            adds = not _idempotent(contract, function, work[identity])
            yield case.finding(
                TWICE,
                Severity.BLOCKER if adds else Severity.WARNING,
                display(initializer.function),
                f"it runs {name_of(contract, function)} {calls.count(identity)} times"
                + (", which adds up" if adds else ", the last of which counts"),
                "call it once; call the unchained initializers where two bases share one",
                at=case.new.place(initializer.function),
            )


def _idempotent(contract: Contract, function: Ast, values: frozenset[int]) -> bool:
    """Whether running it again with the same arguments changes nothing: it assigns, and neither adds nor pushes."""
    writes = _own_uses(contract, function).writes
    kinds = {write.node.get("nodeType") for identity in values for write in writes.get(identity, ())}
    operators = {write.node.get("operator", "=") for identity in values for write in writes.get(identity, ())}
    return kinds <= {"Assignment"} and operators <= {"="}


def _calls(contract: Contract, entry: Ast) -> list[int]:
    """Return every function that an initializer runs, in the order in which it does, repetitions included."""
    found: list[int] = []
    _follow(contract, entry, found, [])
    return found


def _follow(contract: Contract, function: Ast, found: list[int], on_stack: list[int]) -> None:
    if len(found) > _STEPS or function["id"] in on_stack:
        return
    on_stack.append(function["id"])
    found.append(function["id"])
    for edge in body_of(contract.program, function).edges:
        target = callee(contract, edge, function)
        if target is not None and target.get("nodeType") == "FunctionDefinition":
            _follow(contract, target, found, on_stack)
    on_stack.pop()


def _bases(contract: Contract | None) -> frozenset[str]:
    return frozenset(str(base.get("name")) for base in contract.lineage) if contract is not None else frozenset()
