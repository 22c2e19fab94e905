"""How much a condition excludes, and what one of Yul does.

Source: https://docs.soliditylang.org/en/latest/units-and-global-variables.html#block-and-transaction-properties
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import children
from upgrader.checks.code._labels import EXTERNAL, ORIGIN, SELF, SENDER, SIGNER, Labels, yul_labels

WHO: Final = frozenset({SENDER, ORIGIN})
"""Labels of who is there."""


class Strength(IntEnum):
    """How much a condition excludes."""

    NONE = 0
    STATE = 1
    SIGNED = 2
    ORIGIN = 3
    CALLER = 4
    SEALED = 5


@dataclass(frozen=True, slots=True)
class Guard:
    """The weakest way through a function.

    Attributes:
        strength: How much is excluded.
        depends: State variables that the conditions of that strength read.
    """

    strength: Strength
    depends: frozenset[int] = frozenset()

    def both(self, other: "Guard") -> "Guard":
        """One condition after the other."""
        if self.strength != other.strength:
            return self if self.strength > other.strength else other
        return self._with(other)

    def either(self, other: "Guard") -> "Guard":
        """Two ways of which one is taken."""
        if self.strength != other.strength:
            return self if self.strength < other.strength else other
        return self._with(other)

    def _with(self, other: "Guard") -> "Guard":
        return self if self.depends >= other.depends else Guard(self.strength, self.depends | other.depends)


OPEN: Final = Guard(Strength.NONE)
SEALED: Final = Guard(Strength.SEALED)


@dataclass(frozen=True, slots=True)
class Ways:
    """What guards the ways that go on behind a statement, those that leave the function inside it, and its writes."""

    on: Guard = OPEN
    out: Guard = SEALED
    writes: Guard = SEALED


def any_of(ways: list[Ways]) -> Ways:
    """Return what guards several ways of which one is taken."""
    on, out, writes = SEALED, SEALED, SEALED
    for way in ways:
        on, out, writes = on.either(way.on), out.either(way.out), writes.either(way.writes)
    return Ways(on, out, writes)


def forked(passed: list[Guard], insides: list[Guard]) -> Guard:
    """Return what guards the two ways of a condition that lead to the same place.

    Where both are open the condition excludes nobody: one of them is always taken.
    """
    if all(inside.strength is Strength.NONE for inside in insides):
        return OPEN
    return passed[0].both(insides[0]).either(passed[1].both(insides[1]))


def refused(node: Ast, values: Mapping[str, Labels], known: Mapping[str, Labels], *, truth: bool) -> Guard:
    """Return what is excluded where a Yul expression must be ``truth``: not zero, or zero."""
    name = (node.get("functionName") or {}).get("name")
    arguments = children(node, "arguments")
    if name == "iszero" and len(arguments) == 1:
        return refused(arguments[0], values, known, truth=not truth)
    differ = truth if name in {"xor", "sub"} else name == "eq" and not truth
    if differ and any(yul_labels(argument, values, known) == {SENDER} for argument in arguments):
        return OPEN  # everybody but one
    return graded(yul_labels(node, values, known))


def reverts(block: Ast) -> bool:
    """Whether a block of Yul ends in a revert."""
    return any(
        statement.get("nodeType") == "YulExpressionStatement"
        and ((statement.get("expression") or {}).get("functionName") or {}).get("name") in {"revert", "invalid"}
        for statement in children(block, "statements")
    )


def asks_itself(node: Ast, values: Mapping[str, Labels], known: Mapping[str, Labels]) -> bool:
    """Whether a Yul condition is ``iszero(eq(caller(), address()))``: what all but the contract itself meet."""
    name, arguments = (node.get("functionName") or {}).get("name"), children(node, "arguments")
    if name == "iszero" and len(arguments) == 1:
        node = arguments[0]
        name, arguments = (node.get("functionName") or {}).get("name"), children(node, "arguments")
        if name != "eq":
            return False
    elif name not in {"xor", "sub"}:
        return False
    return {yul_labels(argument, values, known) for argument in arguments} == {frozenset({SELF}), frozenset({SENDER})}


def exceeded(left: Labels, right: Labels) -> Guard:
    """Return what is excluded where one value must be more, or less, than another.

    Hardly anybody's address is below a constant; and what another contract says that the caller has can be got.
    """
    for side, other in ((left, right), (right, left)):
        if side and side <= WHO and not other:
            return OPEN
        if side & WHO and EXTERNAL in side:
            return Guard(Strength.STATE, graded(left | right).depends)
    return graded(left | right)


def graded(labels: Labels) -> Guard:
    """Return how much a condition excludes that depends on these."""
    depends = frozenset(label for label in labels if isinstance(label, int))
    if labels & WHO:
        return Guard(Strength.CALLER if SENDER in labels else Strength.ORIGIN, depends)
    if SIGNER in labels and depends:
        return Guard(Strength.SIGNED, depends)
    if SELF in labels:
        return OPEN  # "only through the proxy" says where the code runs, not for whom
    return Guard(Strength.STATE, depends) if depends or EXTERNAL in labels else OPEN
