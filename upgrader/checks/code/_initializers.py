"""Which functions initialise a contract, at which version, and whether they can still run on a live proxy.

OpenZeppelin's ``Initializable`` counts: ``initializer`` is version 1, ``reinitializer(n)`` is version n, each runs
only while the proxy's ``_initialized`` is below it.  Version 3 of OpenZeppelin put ``initializer`` on the internal
``__Base_init`` functions too; since version 4.1 those carry ``onlyInitializing``.

Source: https://docs.openzeppelin.com/contracts/5.x/api/proxy#Initializable
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, is_constructor
from upgrader.checks.code._base import Case
from upgrader.checks.code._reach import reach

FIRST: Final = 1
"""The version of ``initializer``."""

_BITS: Final = 512
"""Powers and shifts beyond it are no versions; computing them could take for ever."""

CHAINED: Final = "onlyInitializing"


@dataclass(frozen=True, slots=True)
class Initializer:
    """A function that a transaction can call to initialise.

    Attributes:
        function: The entry.
        version: Its version; None when it is not a constant.
        modified: The function that carries the modifier: the entry or what it calls.
    """

    function: Ast
    version: int | None
    modified: Ast


def initializers_of(contract: Contract) -> tuple[Initializer, ...]:
    """Return every entry that runs under ``initializer`` or ``reinitializer(n)``, directly or one call away."""
    found = []
    for entry in contract.entries:
        for candidate in (entry, *_called_wrappers(contract, entry)):
            version = version_of(contract, candidate)
            if version is not NOT_ONE:
                found.append(Initializer(entry, version if isinstance(version, int) else None, candidate))
                break
    return tuple(found)


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
                return constant_value(contract, arguments[0]) if arguments else None
    return NOT_ONE


def modifier_name(invocation: Ast) -> str:
    """Return the name of an invoked modifier, without the contract it is qualified with."""
    return str((invocation.get("modifierName") or {}).get("name", "")).rpartition(".")[2]


def is_chained(function: Ast) -> bool:
    """Whether a function is a base's initializer, to be called by the initializers of what inherits it."""
    if is_constructor(function) or function.get("visibility") in {"external", "public"}:
        return False
    return any(modifier_name(invocation) in {CHAINED, "initializer"} for invocation in children(function, "modifiers"))


def version_on_proxy(case: Case) -> int:
    """Return the ``_initialized`` that the upgrade meets: as read, else the highest that the old code sets, else 1."""
    if case.pair.initialized is not None:
        return case.pair.initialized
    if case.pair.old is None:
        return 0
    versions = [i.version for i in initializers_of(case.old_contract)] if case.old_contract is not None else []
    return max((version for version in versions if version is not None), default=FIRST)


def can_run(case: Case, initializer: Initializer) -> bool:
    """Whether an initializer can still run on the proxy; one whose version is not constant is trusted."""
    return initializer.version is None or initializer.version > version_on_proxy(case)


def constant_value(contract: Contract, node: Ast) -> int | None:
    """Return the value of a constant integer expression; None when it is none.

    Args:
        contract: Where virtual functions resolve.
        node: Literals, constants, and their sums, products, powers and shifts.
    """
    match node.get("nodeType"):
        case "Literal":
            return _number(str(node.get("value")))
        case "Identifier" | "MemberAccess":
            declared = contract.program.referred(node)
            value = declared.get("value") if declared is not None and declared.get("constant") else None
            return constant_value(contract, value) if isinstance(value, Mapping) else None
        case "TupleExpression" if len(children(node, "components")) == 1:
            return constant_value(contract, children(node, "components")[0])
        case "FunctionCall" if node.get("kind") == "typeConversion" and len(children(node, "arguments")) == 1:
            return constant_value(contract, children(node, "arguments")[0])
        case "BinaryOperation":
            left = constant_value(contract, node.get("leftExpression") or {})
            right = constant_value(contract, node.get("rightExpression") or {})
            return _applied(str(node.get("operator")), left, right)
    return None


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
                return constant_value(contract, statement["expression"])
    return None


def _number(text: str) -> int | None:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        return None


def _applied(operator: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "**" if right >= 0 and left.bit_length() * right <= _BITS:
            return int(left**right)
        case "<<" if 0 <= right <= _BITS:
            return left << right
    return None
