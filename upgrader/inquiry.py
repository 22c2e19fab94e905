"""A question to the chain, separate from whoever asks it.

An :data:`Inquiry` is a generator that yields tuples of reads and is sent the tuple of their answers; its return
value is what it wanted to know.  It does no I/O: the :class:`~upgrader.ports.Chain` port answers it at one block,
hundreds of inquiries share one round trip (:func:`gather`), and a test answers it from a dict (:func:`answer`).
A read that fails is answered with a :class:`ReadFailed` value, never with an exception: whether a revert matters
is for the inquiry to say.  Reads only; nothing here changes a chain.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from upgrader.units import Address, BlockNumber, Slot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadSlot:
    """One storage word; answered with 32 bytes."""

    address: Address
    slot: Slot


@dataclass(frozen=True, slots=True)
class ReadCode:
    """Runtime code; answered with bytes, empty where there is none."""

    address: Address


@dataclass(frozen=True, slots=True)
class ReadCall:
    """A static call; answered with its return data, or :class:`ReadFailed` with its revert data.

    Attributes:
        sender: ``msg.sender`` of the call; None for the zero address.
    """

    to: Address
    data: bytes
    sender: Address | None = None


@dataclass(frozen=True, slots=True)
class ReadLogs:
    """Every log of one address from ``first`` up to the inquiry's block, oldest first; answered with Logs.

    Attributes:
        topics: By position; None matches anything, a tuple matches any of its members.
    """

    address: Address
    topics: tuple[bytes | tuple[bytes, ...] | None, ...] = ()
    first: BlockNumber = BlockNumber(0)


@dataclass(frozen=True, slots=True)
class ReadBalance:
    """Balance in wei; answered with a 32-byte big-endian word."""

    address: Address


Read: TypeAlias = ReadSlot | ReadCode | ReadCall | ReadLogs | ReadBalance


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the chain stores it."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block: BlockNumber
    index: int


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """The answer to a read that gave none.

    Attributes:
        reason: The node's words, untrusted.
        data: Revert data of a call, empty when there was none.
        reverted: True when the chain itself said no (a revert); False when the node could not answer.
    """

    reason: str
    data: bytes = b""
    reverted: bool = False


Answer: TypeAlias = "bytes | tuple[Log, ...] | ReadFailed"
Inquiry: TypeAlias = Generator[tuple[Read, ...], tuple[Any, ...], T]
"""Yields reads, is sent one :data:`Answer` for each (in order), returns ``T``."""


def gather(inquiries: Iterable[Inquiry[T]]) -> Inquiry[tuple[T, ...]]:
    """Run many inquiries as one, in lockstep: each round's reads of all of them go in one yield."""
    running = dict(enumerate(inquiries))
    results: dict[int, T] = {}
    pending: dict[int, tuple[Read, ...]] = {}
    for key, inquiry in list(running.items()):
        _advance(key, inquiry, None, pending, results)
    while pending:
        keys = list(pending)
        answers = yield tuple(read for key in keys for read in pending[key])
        begin = 0
        for key in keys:
            end = begin + len(pending[key])
            _advance(key, running[key], answers[begin:end], pending, results)
            begin = end
    return tuple(results[key] for key in sorted(results))


def run(inquiry: Inquiry[T], answer_all: Callable[[tuple[Read, ...]], tuple[Any, ...]]) -> T:
    """Drive ``inquiry`` to its end with a function that answers a tuple of reads."""
    try:
        reads = next(inquiry)
        while True:
            reads = inquiry.send(answer_all(reads))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's return value is untyped in StopIteration


def answer(inquiry: Inquiry[T], facts: dict[Read, Any], default: Any = None) -> T:
    """Drive ``inquiry`` from a dict, for tests; a read not in ``facts`` gets ``default`` or a ReadFailed."""
    missing = ReadFailed("not among the facts") if default is None else default
    return run(inquiry, lambda reads: tuple(facts.get(read, missing) for read in reads))


def _advance(
    key: int,
    inquiry: Inquiry[T],
    answers: tuple[Any, ...] | None,
    pending: dict[int, tuple[Read, ...]],
    results: dict[int, T],
) -> None:
    pending.pop(key, None)
    try:
        pending[key] = next(inquiry) if answers is None else inquiry.send(answers)
    except StopIteration as stop:
        results[key] = stop.value
