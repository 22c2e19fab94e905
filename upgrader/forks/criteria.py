"""When a fork becomes active: at a block number, at a timestamp, or not yet decided.

Ethereum counted its forks in blocks until the merge and counts them in seconds since, so the criteria have one total
order: every block number comes before every timestamp, and both come before *unscheduled*.  The order is that of
`EIP-6122 <https://eips.ethereum.org/EIPS/eip-6122>`_.
"""

from dataclasses import dataclass
from functools import total_ordering
from typing import Final

from upgrader.units import BlockNumber, Timestamp

UINT64_MAX: Final = 2**64 - 1
"""The largest block number, timestamp or epoch; as an epoch it means *never* (FAR_FUTURE_EPOCH)."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a node has come.

    Attributes:
        number: Its newest block.
        timestamp: That block's time.
    """

    number: BlockNumber
    timestamp: Timestamp


@total_ordering
class Criterion:
    """The condition under which a fork is active; its kinds are the three classes below."""

    __slots__ = ()

    def is_met(self, head: Head) -> bool:
        """Return whether the rules of the fork apply to the block ``head``."""
        raise NotImplementedError

    @property
    def position(self) -> tuple[int, int]:
        """Kind, then value: what the total order compares."""
        raise NotImplementedError

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Criterion):
            return NotImplemented
        return self.position < other.position


@dataclass(frozen=True, slots=True)
class ByBlock(Criterion):
    """Active from a block number; zero means from genesis."""

    number: BlockNumber

    def is_met(self, head: Head) -> bool:
        """Return whether ``head`` has reached the number."""
        return head.number >= self.number

    @property
    def position(self) -> tuple[int, int]:
        """Block numbers come first."""
        return 0, self.number

    def __str__(self) -> str:
        return f"block {self.number}"


@dataclass(frozen=True, slots=True)
class ByTimestamp(Criterion):
    """Active from a block time."""

    timestamp: Timestamp

    def is_met(self, head: Head) -> bool:
        """Return whether ``head`` has reached the time."""
        return head.timestamp >= self.timestamp

    @property
    def position(self) -> tuple[int, int]:
        """Timestamps come after block numbers."""
        return 1, self.timestamp

    def __str__(self) -> str:
        return f"timestamp {self.timestamp}"


@dataclass(frozen=True, slots=True)
class Unscheduled(Criterion):
    """Named, but without a date."""

    def is_met(self, head: Head) -> bool:  # noqa: ARG002 - the signature of every criterion
        """Return False: nobody has reached a date that is not set."""
        return False

    @property
    def position(self) -> tuple[int, int]:
        """Unscheduled forks come last."""
        return 2, 0

    def __str__(self) -> str:
        return "unscheduled"
