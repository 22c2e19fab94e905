"""Which functions an upgrade touches: those that reach a body that the old code does not have.

A body is what a function, a modifier or a constant says, apart from where it stands.  One that a single entry reaches
tells more of that entry than one that all share, so each counts as one over the number of entries that reach it.
A message call from one upgraded contract to a function of another counts half of what that function counts.
"""

from collections import Counter
from collections.abc import Mapping
from math import fsum
from typing import Any, Final

from upgrader.build import Artifact, Ast
from upgrader.checks.code._ast import Contract, contract_of, mutability, selector_of
from upgrader.checks.code._body import How, body_of
from upgrader.checks.code._reach import reach
from upgrader.layout.solidity.shape import shape_text

_THROUGH_A_CALL: Final = 0.5


def touched(pairs: Mapping[str, tuple[Artifact, Artifact]]) -> dict[str, dict[bytes, float]]:
    """Return how much of what changed each function reaches.

    Args:
        pairs: Contracts that are upgraded together: name -> (old, new).

    Returns:
        Name -> selector -> from 0 (nothing) to 1; a contract without an AST on either side is missing.
    """
    own: dict[str, dict[bytes, float]] = {}
    called: dict[str, dict[bytes, frozenset[bytes]]] = {}
    for name, (old, new) in pairs.items():
        before, after = contract_of(old), contract_of(new)
        if before is not None and after is not None:
            own[name], called[name] = _shares(before, after), _outward(after)
    everywhere: dict[bytes, float] = {}
    for shares in own.values():
        for selector, share in shares.items():
            everywhere[selector] = max(share, everywhere.get(selector, 0.0))
    return {
        name: {
            selector: min(
                1.0,
                share + _THROUGH_A_CALL * max((everywhere.get(s, 0.0) for s in called[name][selector]), default=0.0),
            )
            for selector, share in shares.items()
        }
        for name, shares in own.items()
    }


def _shares(old: Contract, new: Contract) -> dict[bytes, float]:
    known = {_said(old, node) for node in _reached(old).values()}
    others = {identity for identity, node in _reached(new).items() if _said(new, node) not in known}
    changed = {selector: others & reached.keys() for selector, reached in _by_entry(new).items()}
    spread = Counter(identity for identities in changed.values() for identity in identities)
    return {
        # Exact, so that no order of sets decides which calls are generated.
        selector: min(1.0, fsum(1 / spread[identity] for identity in identities))
        for selector, identities in changed.items()
    }


def _outward(contract: Contract) -> dict[bytes, frozenset[bytes]]:
    """Return the selectors of other contracts that each entry may call."""
    declarations = contract.program.declarations
    return {
        selector: frozenset(
            bytes.fromhex(called)
            for node in reached.values()
            for edge in body_of(contract.program, node).edges
            if edge.how is How.EXTERNAL and (called := selector_of(declarations.get(edge.target, {})))
        )
        for selector, reached in _by_entry(contract).items()
    }


def _by_entry(contract: Contract) -> dict[bytes, dict[int, Ast]]:
    known: dict[bytes, dict[int, Ast]] | None = contract.notes.get("by entry")
    if known is None:
        known = contract.notes["by entry"] = {
            bytes.fromhex(selector_of(entry)): {
                identity: step.definition for identity, step in reach(contract, (entry,)).items()
            }
            for entry in contract.entries
        }
    return known


def _reached(contract: Contract) -> dict[int, Ast]:
    return {identity: node for reached in _by_entry(contract).values() for identity, node in reached.items()}


def _said(contract: Contract, definition: Ast) -> tuple[Any, ...]:
    """Return what a body says, with the constants that it reads."""
    declarations = contract.program.declarations
    constants = sorted(
        (str(node.get("name")), shape_text(node.get("value")))
        for identity in body_of(contract.program, definition).reads
        if mutability(node := declarations.get(identity, {})) == "constant"
    )
    parts = (definition.get("modifiers"), definition.get("body"))
    return (definition.get("name"), *map(shape_text, parts), *constants)
