"""Values that generated calls are made of, as they were met: in views' answers, in calldata, in events.

A value is kept under what is known of its meaning: the very parameter that it was given for, its name and kind, its
kind alone.  The newest are kept, each once; the order is that in which they were met, so that equal lessons give
equal pools.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from upgrader.simulation.sequences.surface import Parameter
from upgrader.units import Address, Timestamp, address

MOST_KEPT: Final = 48
"""Values kept under one key."""

DAY: Final = 86_400

SHORTEST: Final = 30
LONGEST: Final = 45 * DAY
"""Numbers of seconds that a contract may mean as a duration."""

PAST: Final = DAY
HORIZON: Final = 400 * DAY
"""Numbers from this long before now to this long after it are taken for times."""

SENDER: Final = -1
"""The place of a function's callers."""

Place: TypeAlias = tuple[Address, bytes, int]
"""A parameter: whose, of which function, which one."""


@dataclass
class Pool:
    """What was met so far.

    Attributes:
        start: Now, against which numbers are taken for times.
        accounts: Who sends transactions or holds a role, in the order in which they were met.
        holders: Who holds a role of a contract.
        needed: The role that a function of a contract asks for.
        holding: Tokens of which a contract under management has some -> the most that one has.
    """

    start: Timestamp
    accounts: dict[Address, None] = field(default_factory=dict)
    holders: dict[tuple[Address, bytes], dict[Address, None]] = field(default_factory=dict)
    needed: dict[tuple[Address, bytes], bytes] = field(default_factory=dict)
    holding: dict[Address, int] = field(default_factory=dict)
    _kept: dict[object, dict[Any, None]] = field(default_factory=dict)

    def given(self, place: Place, value: Any) -> None:
        """Keep what a call gave for a parameter."""
        self._keep(place, value)

    def met(self, parameter: Parameter, value: Any) -> None:
        """Keep a value of a known name and kind, and what is in it."""
        for leaf, inner in leaves(parameter, value):
            kept = _read(leaf.kind, inner)
            self._keep((leaf.name, family(leaf.kind)), kept)
            self._keep(family(leaf.kind), kept)
            if isinstance(kept, int) and not isinstance(kept, bool):
                self._number(kept)

    def sent(self, account: Address, function: tuple[Address, bytes] | None = None) -> None:
        """Keep an account that acts, and the function that it called."""
        self.accounts.setdefault(account, None)
        self._keep("address", account)
        if function is not None:
            self._keep((*function, SENDER), account)

    def holds(self, contract: Address, role: bytes, account: Address) -> None:
        """Keep that an account holds a role."""
        self.sent(account)
        self.holders.setdefault((contract, role), {})[account] = None

    def trusted(self, function: tuple[Address, bytes]) -> Sequence[Address]:
        """Return who holds the role that a function asks for; nobody where neither is known."""
        role = self.needed.get(function)
        return () if role is None else tuple(self.holders.get((function[0], role), ()))

    def met_address(self, account: Address) -> None:
        """Keep an address of which nothing else is known."""
        self._keep("address", account)

    def word(self, value: bytes) -> None:
        """Keep a word of unknown meaning: as an address where it looks like one, as a number, as it is."""
        number = int.from_bytes(value)
        if not any(value[:12]) and number >> (8 * 12):
            self._keep("address", address("0x" + value[12:].hex()))
        elif number < 1 << 128:
            self._keep("int", number)
            self._number(number)
        self._keep("bytes32", value)

    def placed(self, place: Place) -> Sequence[Any]:
        """Return what calls gave for a parameter."""
        return self._of(place)

    def named(self, parameter: Parameter) -> Sequence[Any]:
        """Return scalars of this name and kind."""
        return self._of((parameter.name, family(parameter.kind))) if parameter.name else ()

    def of(self, kind: str) -> Sequence[Any]:
        """Return scalars of a kind; of integers those of every size."""
        return self._of(family(kind))

    @property
    def times(self) -> Sequence[Timestamp]:
        """Moments that something may happen at."""
        return self._of("time")

    @property
    def durations(self) -> Sequence[int]:
        """Spans that something may take, in seconds."""
        return self._of("duration")

    def _number(self, number: int) -> None:
        if self.start - PAST <= number <= self.start + HORIZON:
            self._keep("time", number)
        elif SHORTEST <= number <= LONGEST:
            self._keep("duration", number)

    def _keep(self, key: object, value: Any) -> None:
        kept = self._kept.setdefault(key, {})
        kept.pop(value, None)
        kept[value] = None
        if len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]

    def _of(self, key: object) -> Sequence[Any]:
        return tuple(self._kept.get(key, ()))


def family(kind: str) -> str:
    """Return what a kind is kept as: integers of all sizes are one, and arrays of them are none."""
    return "int" if kind.startswith(("uint", "int")) and not kind.endswith("]") else kind


def element_of(parameter: Parameter) -> tuple[Parameter, int | None] | None:
    """Return an array's element and its fixed length (None: any); None for what is no array."""
    if not parameter.kind.endswith("]"):
        return None
    kind, _, length = parameter.kind[:-1].rpartition("[")
    return Parameter(parameter.name, kind, parameter.members), int(length) if length else None


def leaves(parameter: Parameter, value: Any) -> Iterator[tuple[Parameter, Any]]:
    """Yield the scalars in a value."""
    if array := element_of(parameter):
        for item in value:
            yield from leaves(array[0], item)
    elif parameter.kind.startswith("("):
        for member, item in zip(parameter.members, value, strict=True):
            yield from leaves(member, item)
    else:
        yield parameter, value


def _read(kind: str, value: Any) -> Any:
    return address(value) if kind == "address" else value
