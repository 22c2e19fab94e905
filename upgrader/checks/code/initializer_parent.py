"""The initializer does not initialise its bases, or does so in the wrong order or twice.

Why:
    A constructor calls its bases' constructors; an initializer calls nothing by itself. A base whose
    `__Base_init` is not reached keeps its zeroes: no owner, no name, no domain separator. One that is reached twice
    does twice what it does; an order other than the inheritance's lets a base read what another has not set yet.
    A base whose initializer sets nothing but zeroes needs no call, and neither does one whose variables the
    initializer sets itself. Of two public functions under `initializer` only one can ever run: what the other sets, a
    base's, stays zero unless the first does its work.

Fix:
    Call `__Base_init` of every base once, in the order of the `is` list. Where it is meant to be otherwise, say so
    with `@custom:oz-upgrades-unsafe-allow` and `missing-initializer`, `missing-initializer-call`,
    `duplicate-initializer-call` or `incorrect-initializer-order`: it stays visible as a note.

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
from upgrader.checks.code._base import FAMILY, Case, acknowledged
from upgrader.checks.code._body import body_of
from upgrader.checks.code._initializers import FIRST, Initializer, initializers_of, is_chained
from upgrader.checks.code._reach import callee, name_of, reach
from upgrader.checks.code._setters import Uses, uses_in, uses_of
from upgrader.findings import Finding, Severity

MISSING: Final = "initializer-parent-missing"
ORDER: Final = "initializer-parent-order"
TWICE: Final = "initializer-parent-twice"
CODES: Final = (MISSING, ORDER, TWICE)

_ALLOWED: Final = " (acknowledged)"
_DUPLICATE: Final = "duplicate-initializer-call"

_STEPS: Final = 4_000
"""Calls followed from one initializer; a real one has a few dozen."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge what the initializers reach of the work that bases need done."""
    contract = case.new.contract
    if contract is None or contract.node.get("abstract") or contract.node.get("contractKind", "contract") != "contract":
        return
    initializers = initializers_of(contract)
    yield from _excluded(case, contract, initializers)
    work = _work(contract)
    if not work:
        return
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
        if contract.most_derived(function)["id"] != function["id"] or _is_dead(contract, function):
            continue
        uses = _own_uses(contract, function)
        values = frozenset(i for i in uses.writes if is_state(contract, i) and uses.sets(i))
        if values:
            found[function["id"]] = values
    return found


def _is_dead(contract: Contract, function: Ast) -> bool:
    """Whether a base keeps a function to itself and never calls it: nobody who inherits it could."""
    if function.get("visibility") != "private":
        return False
    edges = (edge for caller in contract.functions for edge in body_of(contract.program, caller).edges)
    return all(edge.target != function["id"] for edge in edges)


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
        word = "missing-initializer-call" if entries else "missing-initializer"
        allowed = acknowledged(word, *entries, contract.node)
        yield case.finding(
            MISSING,
            Severity.NOTE if allowed else _weight(case, lived=lived, entries=entries),
            first,
            f"{name_of(contract, function)} is never called"
            + ("" if entries else ": there is no initializer")
            + (_ALLOWED if allowed else ""),
            f"call {function.get('name')} in the initializer",
            at=case.new.place(entries[0]) if entries else "",
            evidence={"base": owner},
        )


def _excluded(case: Case, contract: Contract, initializers: tuple[Initializer, ...]) -> Iterator[Finding]:
    """Judge first initializers of bases that can no longer run once another has, which does not do their work."""
    firsts = [i.function for i in initializers if i.version == FIRST and not (i.again or i.own_flag)]
    owners = contract.program.owners
    inherited = [first for first in firsts if owners.get(first["id"], {}).get("id") != contract.node.get("id")]
    if len(firsts) < 2 or not inherited:  # noqa: PLR2004 - a single one excludes nobody
        return
    work = {first["id"]: _values(contract, first) for first in inherited}
    written = {first["id"]: uses_of(contract, (first,)).writes.keys() for first in firsts}
    everything = frozenset().union(*work.values())
    mains = [first for first in firsts if first not in inherited] or firsts
    if any(everything <= written[main["id"]] for main in mains):
        return
    main = mains[0]
    before = _bases(case.old_contract)
    for first in inherited:
        if first is main or work[first["id"]] <= written[main["id"]]:
            continue
        lived = str((owners.get(first["id"]) or {}).get("name")) in before
        allowed = acknowledged("missing-initializer-call", main, contract.node)
        yield case.finding(
            MISSING,
            Severity.NOTE if allowed or lived else _weight(case, lived=lived, entries=firsts),
            display(main),
            f"{name_of(contract, first)} is never called, and of two initializers only one can run"
            + (_ALLOWED if allowed else ""),
            f"do its work in {main.get('name')}, and make it internal under onlyInitializing",
            at=case.new.place(main),
            evidence={"base": str((owners.get(first["id"]) or {}).get("name"))},
        )


def _values(contract: Contract, function: Ast) -> frozenset[int]:
    """Return the state that a function sets, but for what its modifiers do."""
    steps = reach(contract, (function,), modifiers=False).values()
    uses = uses_in([body_of(contract.program, step.definition) for step in steps])
    return frozenset(i for i in uses.writes if is_state(contract, i) and uses.sets(i))


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
            allowed = acknowledged("incorrect-initializer-order", initializer.function, contract.node)
            yield case.finding(
                ORDER,
                Severity.NOTE if allowed else Severity.WARNING,
                display(initializer.function),
                f"it calls {names[0]} after {names[1]}, the inheritance has them the other way round"
                + (_ALLOWED if allowed else ""),
                "call the bases' initializers in the order of inheritance, most basic first",
                at=case.new.place(initializer.function),
            )
            return


def _repeated(
    case: Case, contract: Contract, work: dict[int, frozenset[int]], initializer: Initializer, calls: list[int]
) -> Iterator[Finding]:
    unsaid = _calls(contract, initializer.function, but=_DUPLICATE)
    everywhere = acknowledged(_DUPLICATE, initializer.function, contract.node)
    for identity in dict.fromkeys(calls):
        if calls.count(identity) > 1:
            function = contract.program.declarations[identity]
            adds = not _idempotent(contract, function, work[identity])
            allowed = everywhere or unsaid.count(identity) <= 1
            yield case.finding(
                TWICE,
                Severity.NOTE if allowed else Severity.BLOCKER if adds else Severity.WARNING,
                display(initializer.function),
                f"it runs {name_of(contract, function)} {calls.count(identity)} times"
                + (", which adds up" if adds else ", the last of which counts")
                + (_ALLOWED if allowed else ""),
                "call it once; call the unchained initializers where two bases share one",
                at=case.new.place(initializer.function),
            )


def _idempotent(contract: Contract, function: Ast, values: frozenset[int]) -> bool:
    """Whether running it again with the same arguments changes nothing: it assigns, and neither adds nor pushes."""
    writes = _own_uses(contract, function).writes
    kinds = {write.node.get("nodeType") for identity in values for write in writes.get(identity, ())}
    operators = {write.node.get("operator", "=") for identity in values for write in writes.get(identity, ())}
    return kinds <= {"Assignment"} and operators <= {"="}


def _calls(contract: Contract, entry: Ast, but: str = "") -> list[int]:
    """Return every function that an initializer runs, in the order in which it does, repetitions included.

    Args:
        contract: The implementation.
        entry: The initializer.
        but: An annotation; calls in statements that carry it are left out.
    """
    found: list[int] = []
    _follow(contract, entry, found, [], but)
    return found


def _follow(contract: Contract, function: Ast, found: list[int], on_stack: list[int], but: str) -> None:
    if len(found) > _STEPS or function["id"] in on_stack:
        return
    on_stack.append(function["id"])
    found.append(function["id"])
    for edge in body_of(contract.program, function).edges:
        target = callee(contract, edge, function)
        if but and acknowledged(but, *edge.said):
            continue
        if target is not None and target.get("nodeType") == "FunctionDefinition":
            _follow(contract, target, found, on_stack, but)
    on_stack.pop()


def _bases(contract: Contract | None) -> frozenset[str]:
    return frozenset(str(base.get("name")) for base in contract.lineage) if contract is not None else frozenset()
