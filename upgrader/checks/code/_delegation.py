"""Which delegatecalls can only run the contract's own code.

``multicall`` delegates to ``address(this)``: the same code on the same storage, nothing that a plain call of the
same functions could not do.  The target usually passes through the parameters of a library before it reaches the
instruction, so it is followed from each entry through every call.  This is a proof, not a guess: only a target that
is literally the own address on every way counts, and a local, a condition or an unread expression ends the proof.
"""

from typing import Final, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, parameters, type_identifier
from upgrader.checks.code._body import Danger, body_of
from upgrader.checks.code._expressions import external_references, yul_calls
from upgrader.checks.code._labels import receiver
from upgrader.checks.code._reach import callee

_STEPS: Final = 20_000
"""Calls followed; where they do not suffice, no delegatecall counts as own."""


def own_delegations(contract: Contract) -> frozenset[str]:
    """Return the ``src`` of delegatecalls that can only target the contract itself."""
    known = contract.notes.get("own delegations")
    if known is None:
        known = contract.notes["own delegations"] = _followed(contract)
    return cast("frozenset[str]", known)


def _followed(contract: Contract) -> frozenset[str]:
    """Walk every call with the parameters that are known to hold the own address."""
    own: dict[str, bool] = {}
    seen: set[tuple[int, frozenset[int]]] = set()
    pending: list[tuple[Ast, frozenset[int]]] = [(entry, frozenset()) for entry in contract.entries]
    while pending:
        function, selves = pending.pop()
        if (function["id"], selves) in seen:
            continue
        seen.add((function["id"], selves))
        if len(seen) > _STEPS:
            return frozenset()
        body = body_of(contract.program, function)
        for danger in body.dangers:
            place = str(danger.node.get("src"))
            own[place] = own.get(place, True) and _targets_self(danger, selves)
        for edge in body.edges:
            target = callee(contract, edge, function)
            if target is not None:
                given = children(body.calls.get(edge.node.get("id", -1)) or edge.node, "arguments")
                passed = zip(parameters(target), (*receiver(edge.node, target), *given), strict=False)
                pending.append((target, _selves(contract, passed, selves)))
    return frozenset(place for place, only in own.items() if only)


def _selves(contract: Contract, passed: "zip[tuple[Ast, Ast]]", selves: frozenset[int]) -> frozenset[int]:
    """Return the parameters that receive the own address and are never assigned another."""
    assigned = contract.program.tree.values
    return frozenset(
        parameter["id"]
        for parameter, argument in passed
        if _is_self(argument, selves) and parameter["id"] not in assigned
    )


def _is_self(node: Ast, selves: frozenset[int]) -> bool:
    match node.get("nodeType"):
        case "Identifier":
            if node.get("name") == "this" and type_identifier(node).startswith("t_contract"):
                return True
            return node.get("referencedDeclaration") in selves
        case "FunctionCall" if node.get("kind") == "typeConversion":
            return all(_is_self(argument, selves) for argument in children(node, "arguments"))
        case "TupleExpression" if len(children(node, "components")) == 1:
            return _is_self(children(node, "components")[0], selves)
    return False


def _targets_self(danger: Danger, selves: frozenset[int]) -> bool:
    if danger.target is not None:
        return _is_self(danger.target, selves)
    names = {src: declared for declared, _, src in external_references(danger.node)}
    for name, call in yul_calls(danger.node):
        if name == "delegatecall" and call.get("src") == danger.node.get("src"):
            target = [*children(call, "arguments"), {}, {}][1]
            if target.get("nodeType") == "YulFunctionCall":
                return bool((target.get("functionName") or {}).get("name") == "address")
            return names.get(str(target.get("src"))) in selves
    return False
