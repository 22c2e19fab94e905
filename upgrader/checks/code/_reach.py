"""Which bodies a call can reach, and by which way.

An over-approximation in the safe direction: a function that is merely named (taken as a pointer) counts as called.
Message calls to other contracts end a way, calls into linked libraries do not: those run here by DELEGATECALL.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, display
from upgrader.checks.code._body import Body, Edge, How, body_of


class Reached(NamedTuple):
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
    for root in roots:
        found.setdefault(root["id"], Reached(root))
    queue = deque(found.values())
    while queue:
        step = queue.popleft()
        if stop(step.definition):
            continue
        for identity, target, edge in _led_to(contract, step.definition):
            if identity not in found and (modifiers or edge.how is not How.MODIFIER):
                found[identity] = following = Reached(target, step, edge)
                queue.append(following)
    return found


def _led_to(contract: Contract, definition: Ast) -> tuple[tuple[int, Ast, Edge], ...]:
    """Return what a body runs in a contract, each by its id and with the first use of it (kept: every way asks)."""
    known = contract.led_to.get(definition["id"])
    if known is None:
        steps = body_of(contract.program, definition).steps
        targets = ((callee(contract, edge, definition), edge) for edge in steps)
        known = tuple((target["id"], target, edge) for target, edge in targets if target is not None)
        contract.led_to[definition["id"]] = known
    return cast("tuple[tuple[int, Ast, Edge], ...]", known)


def from_entries(contract: Contract) -> Mapping[int, Reached]:
    """Return everything that a transaction can reach (kept: several rules ask)."""
    known = contract.notes.get("from entries")
    if known is None:
        known = contract.notes["from entries"] = reach(contract, contract.entries)
    return cast("Mapping[int, Reached]", known)


def from_anywhere(contract: Contract) -> Mapping[int, Reached]:
    """Return everything that a transaction or the deployment can reach (kept: several rules ask)."""
    known = contract.notes.get("from anywhere")
    if known is None:
        known = contract.notes["from anywhere"] = reach(contract, (*contract.entries, *contract.constructors))
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
