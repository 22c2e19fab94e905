"""Which bodies a call can reach, and by which way.

An over-approximation in the safe direction: a function that is merely named (taken as a pointer) counts as called.
Message calls to other contracts end a way, calls into linked libraries do not: those run here by DELEGATECALL.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, display
from upgrader.checks.code._body import Body, Edge, How, body_of


@dataclass(frozen=True, slots=True)
class Reached:
    """A function or modifier that can run.

    Attributes:
        definition: Its node.
        caller: By way of what; None for a root.
        edge: The use in the caller; None for a root.
    """

    definition: Ast
    caller: "Reached | None" = None
    edge: Edge | None = None

    def way(self) -> tuple["Reached", ...]:
        """Return the way from the root to here."""
        steps: list[Reached] = []
        step: Reached | None = self
        while step is not None:
            steps.append(step)
            step = step.caller
        return tuple(reversed(steps))


def callee(contract: Contract, edge: Edge, caller: Ast) -> Ast | None:
    """Return what ``edge`` runs when ``contract`` is the most derived one; None when it leaves the contract.

    Args:
        contract: The most derived contract.
        edge: A use of a function in the body of ``caller``.
        caller: The function or modifier whose body it is.
    """
    declared = contract.program.declarations.get(edge.target)
    if declared is None or edge.how is How.EXTERNAL:
        return None
    match edge.how:
        case How.VIRTUAL | How.MODIFIER:
            return contract.most_derived(declared)
        case How.SUPER:
            owner = contract.program.owners.get(caller["id"])
            return contract.after(declared, owner) if owner is not None else declared
        case _:
            return declared


def reach(
    contract: Contract,
    roots: Iterable[Ast],
    stop: Callable[[Ast], bool] = lambda _: False,
    *,
    modifiers: bool = True,
) -> dict[int, Reached]:
    """Return every function and modifier that the roots can run, by id, each with a shortest way to it.

    Args:
        contract: The most derived contract.
        roots: Functions to start from.
        stop: Functions that are reached but not looked into.
        modifiers: Whether modifiers count.
    """
    found: dict[int, Reached] = {}
    queue: deque[Reached] = deque(Reached(root) for root in roots)
    while queue:
        step = queue.popleft()
        if step.definition["id"] in found:
            continue
        found[step.definition["id"]] = step
        if stop(step.definition):
            continue
        for edge in body_of(contract.program, step.definition).edges:
            if edge.how is How.MODIFIER and not modifiers:
                continue
            target = callee(contract, edge, step.definition)
            if target is not None and target["id"] not in found:
                queue.append(Reached(target, step, edge))
    return found


def from_entries(contract: Contract) -> Mapping[int, Reached]:
    """Return everything that a transaction can reach (kept: several rules ask)."""
    known = contract.notes.get("from entries")
    if known is None:
        known = contract.notes["from entries"] = reach(contract, contract.entries)
    return cast("Mapping[int, Reached]", known)


def bodies(contract: Contract, roots: Iterable[Ast]) -> Iterator[tuple[Reached, Body]]:
    """Yield what :func:`reach` finds, each with the facts of its body."""
    for step in reach(contract, roots).values():
        yield step, body_of(contract.program, step.definition)


def way_text(contract: Contract, step: Reached) -> str:
    """Return ``C.f() > Base.g()`` for people."""
    return " > ".join(name_of(contract, passed.definition) for passed in step.way())


def name_of(contract: Contract, definition: Ast) -> str:
    """Return ``Owner.function(types)``."""
    owner = contract.program.owners.get(definition["id"])
    return f"{owner.get('name')}.{display(definition)}" if owner is not None else display(definition)
