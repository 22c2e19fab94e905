"""Which functions initialise a contract, at which version, and whether they can still run on a live proxy.

OpenZeppelin's ``Initializable`` counts: ``initializer`` is version 1, ``reinitializer(n)`` is version n, each runs
only while the proxy's ``_initialized`` is below it.  Version 3 of OpenZeppelin put ``initializer`` on the internal
``__Base_init`` functions too; since version 4.1 those carry ``onlyInitializing``.

Source: https://docs.openzeppelin.com/contracts/5.x/api/proxy#Initializable
"""

import operator as op
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import (
    Contract,
    children,
    is_constructor,
    is_container,
    is_state,
    is_storage,
    parameters,
    selector_of,
)
from upgrader.checks.code._base import Case, said_to_be_initializer
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._places import slots_written
from upgrader.checks.code._reach import bodies, reach
from upgrader.checks.code._strength import Strength

FIRST: Final = 1
"""The version of ``initializer``."""

LAST: Final = 2**64 - 1
"""The version behind which there is none, which ``_disableInitializers`` sets."""

_NAME: Final = re.compile(r"_*(?:(?:re)?init(?:iali[sz]e)?|set[uU]p)_?(?:[vV]?[0-9]+)?")
"""Names of functions that are meant to run once; ``initMarket`` may run once a market."""

_COMPARED: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "==": op.eq,
    "!=": op.ne,
    "<": op.lt,
    ">": op.gt,
    "<=": op.le,
    ">=": op.ge,
}

CHAINED: Final = "onlyInitializing"


@dataclass(frozen=True, slots=True)
class Initializer:
    """A function that a transaction can call to initialise.

    Attributes:
        function: The entry.
        version: Its version; None when it is not a constant, or when it has a flag of its own instead.
        flags: The state that it tests and sets so that it runs once.
        own_flag: Whether it does so without the modifiers of ``Initializable``.
        again: Whether its modifier is ``reinitializer``.
    """

    function: Ast
    version: int | None
    flags: frozenset[int]
    own_flag: bool = False
    again: bool = False


def initializers_of(contract: Contract) -> tuple[Initializer, ...]:
    """Return every entry that initialises once: under the modifiers, directly or one call away, or by its own flag."""
    known = contract.notes.get("initializers")
    if known is None:
        found = (_initializer(contract, entry) for entry in contract.entries)
        known = contract.notes["initializers"] = tuple(one for one in found if one is not None)
    return cast("tuple[Initializer, ...]", known)


def _initializer(contract: Contract, entry: Ast) -> Initializer | None:
    for candidate in (entry, *_called_wrappers(contract, entry)):
        version = version_of(contract, candidate)
        if version is not NOT_ONE:
            again = any(modifier_name(m) == "reinitializer" for m in children(candidate, "modifiers"))
            flags = _tested_by_modifiers(contract, candidate)
            return Initializer(entry, version if isinstance(version, int) else None, flags, again=again)
    return _flagged(contract, entry) if is_called_like_one(entry) else None


def _flagged(contract: Contract, entry: Ast) -> Initializer | None:
    """Return an entry that runs once by a flag of its own: one of the contract, not one of each market or account."""
    guard = guard_of(contract, entry, protects_body=True)
    flags = guard.depends & written_by(contract, entry)
    one_of_many = any(is_container(contract.program.declarations[identity]) for identity in guard.depends)
    if guard.strength is not Strength.STATE or not flags or one_of_many:
        return None
    return Initializer(entry, None, flags, own_flag=True)


def is_called_like_one(entry: Ast) -> bool:
    """Whether a function that changes state has one of the names of those that run once for the whole contract."""
    changes = entry.get("stateMutability") not in {"view", "pure"}
    return changes and _NAME.fullmatch(str(entry.get("name", ""))) is not None


def written_by(contract: Contract, entry: Ast) -> frozenset[int]:
    """Return the state that a function writes, or what it calls does; a constant stands for the slot it names."""
    named = frozenset(i for _, body in bodies(contract, (entry,)) for i in body.writes if is_state(contract, i))
    return named | slots_written(contract, entry)


class _NotOne:
    """The answer of :func:`version_of` for functions that are no initializers."""


NOT_ONE: Final = _NotOne()


def version_of(contract: Contract, function: Ast) -> int | _NotOne | None:
    """Return the version a function's modifier sets, None where it is not constant, NOT_ONE without such a modifier."""
    for invocation in children(function, "modifiers"):
        match modifier_name(invocation):
            case "initializer":
                return _revision(contract) or FIRST
            case "reinitializer":
                arguments = children(invocation, "arguments")
                return contract.program.constant(arguments[0]) if arguments else None
    return NOT_ONE


def lets_caller_choose(function: Ast) -> bool:
    """Whether the version that a function's modifier sets is one of its arguments."""
    given = {parameter["id"] for parameter in parameters(function)}
    return any(
        argument.get("referencedDeclaration") in given
        for invocation in children(function, "modifiers")
        if modifier_name(invocation) == "reinitializer"
        for argument in children(invocation, "arguments")
    )


def modifier_name(invocation: Ast) -> str:
    """Return the name of an invoked modifier, without the contract it is qualified with."""
    return str((invocation.get("modifierName") or {}).get("name", "")).rpartition(".")[2]


def is_chained(function: Ast) -> bool:
    """Whether a function is a base's initializer, to be called by the initializers of what inherits it."""
    if is_constructor(function) or function.get("visibility") == "external":
        return False
    if said_to_be_initializer(function):
        return True
    runs_once = (modifier_name(each) in {CHAINED, "initializer"} for each in children(function, "modifiers"))
    return function.get("visibility") != "public" and any(runs_once)


def version_on_proxy(case: Case) -> int:
    """Return the ``_initialized`` that the upgrade meets: as read, else the highest that the old code sets, else 1.

    Code that is known and has nothing that initialises, nor inherits it, has left it at zero.
    """
    if case.pair.initialized is not None:
        return case.pair.initialized
    old = case.old_contract
    if case.pair.old is None or (old is not None and not initializers_of(old) and not locks_of(old) and _is_whole(old)):
        return 0
    versions = [i.version for i in initializers_of(case.old_contract)] if case.old_contract is not None else []
    return max((version for version in versions if version is not None), default=FIRST)


def _is_whole(contract: Contract) -> bool:
    """Whether a contract has no initializer either that only what it inherits could reach."""
    return not contract.inherits("Initializable") and not any(is_chained(function) for function in contract.functions)


def can_run(case: Case, initializer: Initializer) -> bool:
    """Whether an initializer can still run on the proxy; one whose version is not constant is trusted.

    One with a flag of its own is taken to have run where the old code has it too.
    """
    if initializer.own_flag:
        entries = case.old_contract.entries if case.old_contract is not None else ()
        return all(selector_of(entry) != selector_of(initializer.function) for entry in entries)
    return initializer.version is None or initializer.version > version_on_proxy(case)


def is_locked(contract: Contract) -> bool:
    """Whether a constructor disables the initializers: by the call, by the modifier, or by setting what they test.

    One that does so under a condition leaves them open where it does not hold.
    """
    locks = locks_of(contract)
    for constructor in contract.constructors:
        if any(modifier_name(m) in {"initializer", "reinitializer"} for m in children(constructor, "modifiers")):
            return True
        if _always_sets(contract, constructor.get("body") or {}, locks):
            return True
    initial = (v["id"] for v in contract.variables if is_storage(v) and isinstance(v.get("value"), Mapping))
    return not locks.isdisjoint(initial)


def _always_sets(contract: Contract, node: Ast, locks: frozenset[int]) -> bool:
    """Whether a statement sets one of ``locks``, whichever branch is taken."""
    match node.get("nodeType"):
        case "Block" | "UncheckedBlock":
            return any(_always_sets(contract, statement, locks) for statement in children(node, "statements"))
        case "IfStatement":
            taken = _while_unset(contract, node.get("condition") or {}, locks)
            names = ("trueBody", "falseBody") if taken is None else ("trueBody",) if taken else ("falseBody",)
            branches = [node.get(name) for name in names]
            return all(isinstance(branch, Mapping) and _always_sets(contract, branch, locks) for branch in branches)
        case None:
            return False
    return bool(locks & written_by(contract, {"id": node["id"], "body": node}))


def _while_unset(contract: Contract, node: Ast, locks: frozenset[int]) -> bool | None:
    """Return what a condition is while every one of ``locks`` is zero, as it is when a constructor begins."""
    known = _unset_value(contract, node, locks)
    if known is not None:
        return bool(known)
    match node.get("nodeType"), node.get("operator"):
        case "UnaryOperation", "!":
            inner = _while_unset(contract, node.get("subExpression") or {}, locks)
            return None if inner is None else not inner
        case "BinaryOperation", "==" | "!=" | "<" | ">" | "<=" | ">=" as operator:
            sides = [_unset_value(contract, node.get(f"{side}Expression") or {}, locks) for side in ("left", "right")]
            return None if sides[0] is None or sides[1] is None else _COMPARED[operator](sides[0], sides[1])
        case "TupleExpression", _ if len(children(node, "components")) == 1:
            return _while_unset(contract, children(node, "components")[0], locks)
    return None


def _unset_value(contract: Contract, node: Ast, locks: frozenset[int]) -> int | None:
    declared = node.get("referencedDeclaration")
    if declared in locks and not isinstance(contract.program.declarations[declared].get("value"), Mapping):
        return 0
    return contract.program.constant(node)


def locks_of(contract: Contract) -> frozenset[int]:
    """Return the state that decides whether initializers run, such as ``_initialized``."""
    found = frozenset().union(*(initializer.flags for initializer in initializers_of(contract)))
    for modifier in contract.modifiers:
        if modifier.get("name") in {"initializer", "reinitializer"}:
            found |= _tested_by_modifier(contract, modifier)
    return found


def _tested_by_modifiers(contract: Contract, function: Ast) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for invocation in children(function, "modifiers"):
        declared = contract.program.referred(invocation.get("modifierName"))
        if declared is not None and declared.get("nodeType") == "ModifierDefinition":
            found |= _tested_by_modifier(contract, contract.most_derived(declared))
    return found


def _tested_by_modifier(contract: Contract, modifier: Ast) -> frozenset[int]:
    facts = [body for _, body in bodies(contract, (modifier,))]
    read = {identity for body in facts for identity in body.reads}
    written = {identity for body in facts for identity in body.writes}
    return frozenset(identity for identity in read & written if is_state(contract, identity))


def _called_wrappers(contract: Contract, entry: Ast) -> list[Ast]:
    """Return internal functions that ``entry`` calls and that carry the modifier for it."""
    if version_of(contract, entry) is not NOT_ONE:
        return []
    reached = reach(contract, (entry,), stop=lambda f: version_of(contract, f) is not NOT_ONE)
    return [step.definition for step in reached.values() if step.caller and step.definition is not entry]


def _revision(contract: Contract) -> int | None:
    """Return what ``getRevision()`` says: Aave's VersionedInitializable runs ``initializer`` once per revision.

    Source: https://github.com/aave/aave-v3-core (protocol/libraries/aave-upgradeability/VersionedInitializable.sol)
    """
    for function in contract.named("getRevision"):
        for statement in children(function.get("body") or {}, "statements"):
            if statement.get("nodeType") == "Return" and isinstance(statement.get("expression"), Mapping):
                return contract.program.constant(statement["expression"])
    return None
