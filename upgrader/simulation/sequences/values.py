"""A value for a parameter: from the pool, near something in the pool, at the edge of its type, or any.

Every value fits its type.  Slippage limits are met by their names, as nearly every venue spells them: what begins
with ``min`` is mostly nothing, ``max`` and ``deadline`` mostly everything, since a call that such a limit refuses
shows little.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from upgrader.simulation.probes import STRANGER
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.pool import Place, Pool, element_of, family
from upgrader.simulation.sequences.surface import Parameter
from upgrader.units import ZERO_ADDRESS, Address

MOST_ITEMS: Final = 3
"""Elements of an array of any length."""

FACTORS: Final = ((1, 10), (1, 4), (1, 2), (3, 4), (9, 10), (11, 10), (4, 3), (2, 1), (4, 1), (10, 1))
"""What numbers are multiplied by, as (numerator, denominator)."""

ABOUT: Final = 40
"""Of a hundred scalars those that the sequence was about before, where there is such a one."""

NOTHING: Final[Mapping[object, Sequence[Any]]] = MappingProxyType({})

KNOWN: Final = 74
NEAR: Final = 12
ANYTHING: Final = 6
"""Of a hundred scalars those taken from the pool, those near one of it, those of the whole type; the rest is at the
edge of the type."""

RELAYED: Final = 80
"""Of a hundred calls that take a target and calldata those that are given a call of something that is there: other
bytes are refused by nearly everything."""

STEPS: Final = (1, -1)

Nested = Callable[[], tuple[Address, bytes]]
"""Makes a call to put into a call's arguments."""


class Values:
    """Draws values.

    Args:
        pool: What was met.
        chance: Makes the choices.
        nested: Makes calls for arguments that take a target and calldata.
        about: Name and family -> what the sequence was about so far.
    """

    def __init__(
        self, pool: Pool, chance: Chance, nested: Nested | None = None, about: Mapping[object, Sequence[Any]] = NOTHING
    ) -> None:
        self._pool = pool
        self._chance = chance
        self._nested = nested
        self._about = about

    def arguments(self, to: Address, selector: bytes, parameters: Sequence[Parameter]) -> list[Any]:
        """Return one value for each parameter."""
        values = [self.value(parameter, (to, selector, index)) for index, parameter in enumerate(parameters)]
        kinds = [parameter.kind for parameter in parameters]
        if self._nested and "bytes" in kinds and "address" in kinds and self._chance.percent(RELAYED):
            values[kinds.index("address")], values[kinds.index("bytes")] = self._nested()
        return values

    def value(self, parameter: Parameter, place: Place | None = None) -> Any:
        """Return a value that fits the parameter's type."""
        array = element_of(parameter)
        whole = self._pool.placed(place) if place else ()
        if array is None and not parameter.kind.startswith("("):
            return self._scalar(parameter, whole)
        if whole and self._chance.percent(50):
            return self._chance.one_of(whole)
        if array is None:
            return tuple(map(self.value, parameter.members))
        element, length = array
        count = self._chance.below(MOST_ITEMS + 1) if length is None else length
        return tuple(self.value(element) for _ in range(count))

    def scaled(self, parameter: Parameter, value: Any) -> Any:
        """Return a number multiplied by one of :data:`FACTORS`, or moved by one; everything else as it is."""
        if family(parameter.kind) != "int":
            return value
        above, below = self._chance.one_of(FACTORS)
        moved = value * above // below if self._chance.percent(80) else value + self._chance.one_of(STEPS)
        return moved if fits(parameter.kind, moved) else value

    def _scalar(self, parameter: Parameter, given: Sequence[Any]) -> Any:
        kind = parameter.kind
        if family(kind) == "int" and (limit := _permissive(parameter)) is not None and self._chance.percent(60):
            return limit
        if kind == "bool":
            return self._chance.percent(50)
        same = self._any_of(kind, self._about.get((parameter.name, family(kind)), ()))
        if same is not None and self._chance.percent(ABOUT):
            return same
        known = [self._any_of(kind, choices) for choices in (given, self._pool.named(parameter), self._pool.of(kind))]
        if kind == "address":
            known.append(self._any_of(kind, tuple(self._pool.accounts)))
            return next((each for each in self._ordered(known) if each is not None), STRANGER)
        draw = self._chance.below(100)
        if draw < KNOWN + NEAR:
            found = next((each for each in self._ordered(known) if each is not None), None)
            if found is not None:
                return found if draw < KNOWN else self.scaled(parameter, found)
        return self._anything(kind) if draw >= 100 - ANYTHING else self._edge(kind)

    def _ordered(self, known: list[Any]) -> list[Any]:
        """Put what is closest in meaning first, mostly."""
        first = self._chance.weighted(range(len(known)), (8, 8, 3, 3)[: len(known)])
        return known[first:] + known[:first]

    def _any_of(self, kind: str, choices: Sequence[Any]) -> Any:
        for _ in range(4):
            if not choices:
                return None
            found = self._chance.one_of(choices)
            if fits(kind, found):
                return found
        return None

    def _edge(self, kind: str) -> Any:
        if family(kind) == "int":
            least, most = bounds(kind)
            edges = [each for each in (0, 1, 2, 3, 10**6, 10**18, most, most // 2, least) if least <= each <= most]
            return self._chance.one_of(edges)
        return _empty(kind)

    def _anything(self, kind: str) -> Any:
        if family(kind) == "int":
            least, most = bounds(kind)
            return least + self._chance.bits(1 + self._chance.below((most - least).bit_length()))
        if kind == "string":
            return "x" * self._chance.below(40)
        if kind == "bytes":
            return self._chance.bits(8 * 40).to_bytes(40)[: self._chance.below(40)]
        if kind.startswith("bytes"):
            size = int(kind[5:])
            return self._chance.bits(8 * size).to_bytes(size)
        return _empty(kind)


def fits(kind: str, value: Any) -> bool:
    """Tell whether a scalar fits a kind."""
    if family(kind) == "int":
        least, most = bounds(kind)
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    if kind == "address":
        return isinstance(value, str)
    if kind in {"bytes", "function"}:
        return isinstance(value, bytes)
    if kind.startswith("bytes"):
        return isinstance(value, bytes) and len(value) == int(kind[5:])
    return isinstance(value, bool if kind == "bool" else str)


def bounds(kind: str) -> tuple[int, int]:
    """Return the least and the largest number of an integer kind."""
    if kind.startswith("uint"):
        return 0, (1 << int(kind[4:] or 256)) - 1
    half = 1 << (int(kind[3:] or 256) - 1)
    return -half, half - 1


def _permissive(parameter: Parameter) -> int | None:
    if parameter.name.startswith("min"):
        return max(bounds(parameter.kind)[0], 0)
    if parameter.name.startswith(("max", "deadline")):
        return bounds(parameter.kind)[1]
    return None


def _empty(kind: str) -> Any:
    if kind == "address":
        return ZERO_ADDRESS
    if kind == "bool":
        return False
    if kind == "string":
        return ""
    return bytes(24) if kind == "function" else bytes(int(kind[5:] or 0))
