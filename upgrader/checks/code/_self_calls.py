"""Which functions make the contract call itself with what their caller says.

A function under ``require(msg.sender == address(this))`` is meant to be entered by one way: a call that the contract
makes to itself.  So whoever decides what the contract calls decides over it.  From each entry its arguments are
followed through locals and internal calls to every message call: one to the own address, or to an address that the
caller names, with data that the caller names too; and one to an upgrade function of its own.  A ``delegatecall`` to
itself does not count, because it keeps who calls, and neither does a target that was compared with the own address.
Where target or data were stored before, whoever may store them takes part.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, parameters, type_identifier
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import callee_of, external_references, inner, yul_calls
from upgrader.checks.code._labels import receiver
from upgrader.checks.code._reach import callee

_STEPS: Final = 5_000
"""Calls followed from one entry; where they do not suffice, the entry counts."""

_DEPTH: Final = 16
"""Locals set from one another."""

GIVEN: Final = "given"
"""What the caller of the entry says."""
OWN: Final = "own"
"""The address that the code runs at."""

UPGRADES: Final = {"upgradeTo": 1, "upgradeToAndCall": 2}
"""Names of upgrade functions, with the number of their parameters."""

_UPGRADE_SELECTORS: Final = frozenset({0x3659CFE6, 0x4F1EF286})
"""Of ``upgradeTo(address)`` and ``upgradeToAndCall(address,bytes)``."""

_STORED: Final = "#"
"""Before the id of a state variable."""

_Origins: TypeAlias = frozenset[str]
_GIVEN: Final[_Origins] = frozenset({GIVEN})


def self_callers(contract: Contract) -> tuple[tuple[Ast, frozenset[int]], ...]:
    """Return the entries that make a contract call itself with what their caller says.

    Each comes with the state that what is called was taken from; none where its caller says all of it.
    """
    known = contract.notes.get("self callers")
    if known is None:
        changing = [entry for entry in contract.entries if entry.get("stateMutability") not in {"view", "pure"}]
        found = ((entry, _calls_itself(contract, entry)) for entry in changing)
        known = tuple((entry, taken) for entry, taken in found if taken is not None)
        contract.notes["self callers"] = known
    return cast("tuple[tuple[Ast, frozenset[int]], ...]", known)


def _calls_itself(contract: Contract, entry: Ast) -> frozenset[int] | None:
    """Walk every internal call with what its parameters come from."""
    first = {parameter["id"]: frozenset({GIVEN}) for parameter in parameters(entry)}
    pending: list[tuple[Ast, Mapping[int, _Origins]]] = [(entry, first)]
    seen: set[tuple[int, frozenset[tuple[int, _Origins]]]] = set()
    found: frozenset[int] | None = None
    while pending:
        function, values = pending.pop()
        key = function["id"], frozenset(values.items())
        if key in seen:
            continue
        seen.add(key)
        code = _Code(contract, function, values)
        if len(seen) > _STEPS:
            return frozenset()
        for taken in map(code.reaches_itself, code.calls()):
            if taken is not None and (found is None or not taken):
                found = taken
        if found == frozenset():
            return found
        body = body_of(contract.program, function)
        for edge in body.edges:
            target = callee(contract, edge, function)
            if target is not None:
                given = children(body.calls.get(edge.node.get("id", -1)) or edge.node, "arguments")
                passed = zip(parameters(target), (*receiver(edge.node, target), *given), strict=False)
                pending.append((target, {p["id"]: code.target(argument) for p, argument in passed}))
    return found


class _Code:
    """The body of one function, with what its parameters come from."""

    def __init__(self, contract: Contract, function: Ast, values: Mapping[int, _Origins]) -> None:
        self.program = contract.program
        self.function = function
        self.values = values
        self.elsewhere = set(self._compared())

    def calls(self) -> Iterator[Ast]:
        """Yield every call in it, and every block of assembly."""
        tree, number = self.program.tree, self.function["id"]
        yield from tree.calls.get(number, ())
        yield from tree.assembly.get(number, ())

    def reaches_itself(self, call: Ast) -> frozenset[int] | None:
        """Return the state that a call of the contract to itself is taken from; None where it is no such call."""
        if call.get("nodeType") == "InlineAssembly":
            return frozenset() if self._in_assembly(call) else None
        function, arguments = callee_of(call), children(call, "arguments")
        kind, whom = type_identifier(function), function.get("expression") or {}
        target = self.target(whom)
        if kind.startswith("t_function_barecall_"):
            chosen = [self._is_chosen(argument) if OWN in target else self.origins(argument) for argument in arguments]
            data = frozenset[str]().union(*chosen)
            return _taken(target, data) if target and data - {OWN} else None
        named = UPGRADES.get(str(function.get("memberName"))) == len(arguments)
        return frozenset() if named and kind.startswith("t_function_external") and target == {OWN} else None

    def target(self, node: Ast) -> _Origins:
        """Return what an address comes from; nothing of the caller where it was compared with the own one."""
        origins = self.origins(node)
        return origins - {GIVEN} if _root(node) in self.elsewhere else origins

    def origins(self, node: Ast, depth: int = 0) -> _Origins:
        """Return whether a value depends on what the caller says, or is the own address."""
        match node.get("nodeType"):
            case "Identifier" if node.get("name") == "this" and type_identifier(node).startswith("t_contract"):
                return frozenset({OWN})
            case "Identifier":
                return self._named(node.get("referencedDeclaration"), depth)
            case "MemberAccess" if node.get("memberName") == "data" and type_identifier(
                node.get("expression") or {}
            ).startswith("t_magic_message"):
                return frozenset({GIVEN})
            case "IndexAccess":  # what is in storage under a key that the caller names is not what the caller says
                return self.origins(node.get("baseExpression") or {}, depth + 1)
        if depth > _DEPTH:
            return frozenset()
        return frozenset[str]().union(*(self.origins(child, depth + 1) for child in inner(node)))

    def _named(self, number: object, depth: int) -> _Origins:
        if not isinstance(number, int):
            return frozenset()
        known = self.values.get(number, frozenset())
        declared = self.program.declarations.get(number) or self.program.tree.node(number) or {}
        if declared.get("stateVariable"):
            return frozenset({f"{_STORED}{number}"})
        if depth > _DEPTH:
            return known
        given = [value for value in self.program.tree.values.get(number, ()) if value is not None]
        return known.union(*(self.origins(value, depth + 1) for value in given))

    def _is_chosen(self, data: Ast) -> _Origins:
        """Return who says which function is called: all of the data, or an upgrade's arguments."""
        function, arguments = callee_of(data), children(data, "arguments")
        first = next(iter(arguments), {})
        if type_identifier(function).startswith("t_function_abiencodecall"):
            return _GIVEN if first.get("memberName") in UPGRADES else frozenset()
        if type_identifier(function).startswith("t_function_abiencodewith"):
            upgrades = str(first.get("value", "")).partition("(")[0] in UPGRADES
            upgrades |= (first.get("expression") or {}).get("memberName") in UPGRADES
            upgrades |= self.program.constant(first) in _UPGRADE_SELECTORS
            return _GIVEN if upgrades else self.origins(first)
        return self.origins(data)

    def _in_assembly(self, block: Ast) -> bool:
        names = {src: declared for declared, _, src in external_references(block)}
        copies = any(name == "calldatacopy" for name, _ in yul_calls(block))

        def origins(node: Ast) -> _Origins:
            """Return what a Yul expression comes from, as far as it names variables of Solidity."""
            own = frozenset({OWN}) if (node.get("functionName") or {}).get("name") == "address" else frozenset[str]()
            named = self._named(names.get(str(node.get("src"))), 0)
            if names.get(str(node.get("src"))) in self.elsewhere:
                named -= {GIVEN}
            return own.union(named, *(origins(argument) for argument in children(node, "arguments")))

        for name, call in yul_calls(block):
            arguments = children(call, "arguments")
            if name == "call" and len(arguments) > 3 and origins(arguments[1]) & {OWN, GIVEN}:  # noqa: PLR2004 - gas, to, value, data
                return copies or GIVEN in origins(arguments[3])
        return False

    def _compared(self) -> Iterator[int]:
        """Yield the variables that a condition compares with the own address."""
        for node in self.program.tree.comparisons.get(self.function["id"], ()):
            sides = node.get("leftExpression") or {}, node.get("rightExpression") or {}
            for one, other in (sides, sides[::-1]):
                root = _root(other)
                if root is not None and self.origins(one) == {OWN}:
                    yield root


def _taken(target: _Origins, data: _Origins) -> frozenset[int]:
    """Return the state that decides over a call, of what its target and its data come from."""
    parts = [part for part in (target, data) if not part & {GIVEN, OWN}]
    return frozenset(int(each.removeprefix(_STORED)) for part in parts for each in part)


def _root(node: Ast) -> int | None:
    """Return the variable that an expression is nothing but, through conversions; None for any other."""
    while node.get("nodeType") == "FunctionCall" and node.get("kind") == "typeConversion":
        node = next(iter(children(node, "arguments")), {})
    number = node.get("referencedDeclaration")
    return number if isinstance(number, int) else None
