"""Who sets a variable, and whether that can still happen on a proxy that is live already."""

from collections.abc import Iterable
from dataclasses import dataclass

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract
from upgrader.checks.code._base import Case
from upgrader.checks.code._body import Body, Write
from upgrader.checks.code._expressions import is_zero
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._initializers import can_run, initializers_of
from upgrader.checks.code._reach import bodies
from upgrader.checks.code._strength import Strength
from upgrader.checks.code._variables import state_of


@dataclass(frozen=True, slots=True)
class Uses:
    """How a group of functions uses state, by variable id.

    Attributes:
        writes: Assignments.
        aliased: Used as a whole by reference, so perhaps written.
    """

    reads: frozenset[int]
    writes: dict[int, list[Write]]
    aliased: frozenset[int]
    divisors: frozenset[int]

    def touches(self, identity: int) -> bool:
        """Whether the group writes a variable, or may."""
        return identity in self.writes or identity in self.aliased

    def sets(self, identity: int) -> bool:
        """Whether the group gives a variable another value than the zero it starts with, or may."""
        return identity in self.aliased or any(
            write.value is None or not is_zero(write.value) for write in self.writes.get(identity, ())
        )


class Setters:
    """The functions of a contract by when they can run.

    Args:
        case: Says what has run on the proxy already.
        contract: The new implementation.
    """

    def __init__(self, case: Case, contract: Contract) -> None:
        initializers = initializers_of(contract)
        self.contract = contract
        once = {initializer.function["id"] for initializer in initializers}
        self.entries = [entry for entry in contract.entries if entry["id"] not in once]
        self.ordinary = uses_of(contract, self.entries)
        """Functions that run at any time."""
        self.upgrade = uses_of(contract, (i.function for i in initializers if can_run(case, i)))
        """Initializers that can still run."""
        self.spent = uses_of(contract, (i.function for i in initializers if not can_run(case, i)))
        """Initializers that have run, or never will."""
        self.built = uses_of(contract, contract.constructors)
        """Constructors: what they write stays in the implementation."""

    def unsettable(self, candidates: Iterable[int]) -> frozenset[int]:
        """Return the variables that stay zero because whoever may set them is named by variables that stay zero.

        An owner that only the owner can set, a role that only its holders can grant: the greatest set that is
        closed under this, so that a ring of them is found, too.

        Args:
            candidates: Variables that are zero on the proxy when the upgrade is done.
        """
        zero = set(candidates)
        ways = []
        for entry in self.entries:
            if entry.get("stateMutability") in {"view", "pure"}:
                continue
            uses = uses_of(self.contract, (entry,))
            targets = {identity for identity in zero if uses.sets(identity)}
            if targets:
                ways.append((targets, guard_of(self.contract, entry)))
        known = {state.node["id"] for state in state_of(self.contract)}
        while True:
            settable = {
                identity
                for targets, guard in ways
                if guard.strength < Strength.ORIGIN or not (named := guard.depends & known) or not named <= zero
                for identity in targets & zero
            }
            if not settable:
                return frozenset(zero)
            zero -= settable


def uses_of(contract: Contract, functions: Iterable[Ast]) -> Uses:
    """Return how everything that ``functions`` can run uses state."""
    return uses_in([body for _, body in bodies(contract, functions)])


def uses_in(facts: list[Body]) -> Uses:
    """Return how some bodies use state, without what they call."""
    writes: dict[int, list[Write]] = {}
    for body in facts:
        for identity, places in body.writes.items():
            writes.setdefault(identity, []).extend(places)
    return Uses(
        frozenset().union(*(body.reads for body in facts)),
        writes,
        frozenset().union(*(body.aliased for body in facts)),
        frozenset().union(*(body.divisors for body in facts)),
    )
