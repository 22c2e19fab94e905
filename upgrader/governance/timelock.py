"""OpenZeppelin's TimelockController: identifiers, calls, and the life of an operation.

An operation is scheduled, waits, and is executed; its identifier is the hash of everything but the delay.  The
encoding is the same in the versions 3, 4 and 5.  What a single call and a batch of one hash to differs, so
:attr:`TimelockOperation.batch` is part of the identity: executing an element of a batch alone is another operation.

Source: https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/TimelockController.sol
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upgrader.calls import Call, decode_result, encode_call
from upgrader.codec import encode
from upgrader.errors import InputError, UnavailableError
from upgrader.inquiry import Inquiry, ReadCall, ReadFailed
from upgrader.units import ZERO_HASH, Address, Hash32, Seconds, Timestamp, Wei, hexed, keccak

SCHEDULE: Final = "schedule(address,uint256,bytes,bytes32,bytes32,uint256)"
SCHEDULE_BATCH: Final = "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)"
EXECUTE: Final = "execute(address,uint256,bytes,bytes32,bytes32)"
EXECUTE_BATCH: Final = "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)"
CANCEL: Final = "cancel(bytes32)"

_SINGLE: Final = ("address", "uint256", "bytes", "bytes32", "bytes32")
_BATCH: Final = ("address[]", "uint256[]", "bytes[]", "bytes32", "bytes32")

_DONE: Final = 1
"""What ``getTimestamp`` answers for an executed operation (``_DONE_TIMESTAMP`` of the contract)."""


@dataclass(frozen=True, slots=True)
class TimelockOperation:
    """What a timelock is asked to do.

    Attributes:
        targets: Callees, in order.
        values: Wei of each call.
        payloads: Calldata of each call.
        predecessor: Operation that must be done before; zero for none.
        salt: What tells equal operations apart; plans use the digest of the plan.
        delay: Wait that is asked for; at least the timelock's minimum.  Not part of the identifier.
        batch: Whether it is scheduled with ``scheduleBatch``.
    """

    targets: tuple[Address, ...]
    values: tuple[Wei, ...]
    payloads: tuple[bytes, ...]
    salt: Hash32
    delay: Seconds
    predecessor: Hash32 = ZERO_HASH
    batch: bool = True

    def __post_init__(self) -> None:
        """Refuse what no timelock would accept."""
        if not len(self.targets) == len(self.values) == len(self.payloads):
            raise InputError("targets, values and payloads differ in number", remedy="give one of each for every call")
        if not self.batch and len(self.targets) != 1:
            raise InputError(f"{len(self.targets)} calls are no single operation", remedy="schedule them as a batch")

    @property
    def id(self) -> Hash32:
        """The identifier: ``hashOperation`` or ``hashOperationBatch``."""
        return keccak(encode(_BATCH if self.batch else _SINGLE, self._arguments()))

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls as the timelock makes them, without a sender."""
        return tuple(
            Call(to, data, value) for to, value, data in zip(self.targets, self.values, self.payloads, strict=True)
        )

    def _arguments(self) -> tuple[object, ...]:
        rest = (self.predecessor, self.salt)
        if self.batch:
            return (list(self.targets), list(self.values), list(self.payloads), *rest)
        return (self.targets[0], self.values[0], self.payloads[0], *rest)

    def schedule_call(self, timelock: Address) -> Call:
        """Return the call of a proposer that starts the wait."""
        signature = SCHEDULE_BATCH if self.batch else SCHEDULE
        data = encode_call(signature, *self._arguments(), self.delay)
        return Call(timelock, data, label=f"schedule operation {hexed(self.id)} for {self.delay} s later")

    def execute_call(self, timelock: Address) -> Call:
        """Return the call of an executor that carries it out; it must send the values along unless they are there."""
        signature = EXECUTE_BATCH if self.batch else EXECUTE
        data = encode_call(signature, *self._arguments())
        return Call(timelock, data, value=Wei(sum(self.values)), label=f"execute operation {hexed(self.id)}")


def operation_of(calls: tuple[Call, ...], *, salt: Hash32, delay: Seconds) -> TimelockOperation:
    """Return the operation that makes ``calls``: a single one for one call, a batch for several."""
    return TimelockOperation(
        targets=tuple(call.to for call in calls),
        values=tuple(call.value for call in calls),
        payloads=tuple(call.data for call in calls),
        salt=salt,
        delay=delay,
        batch=len(calls) != 1,
    )


def cancel_call(timelock: Address, identifier: Hash32) -> Call:
    """Return the call of a canceller that forgets an operation."""
    return Call(timelock, encode_call(CANCEL, identifier), label=f"cancel operation {hexed(identifier)}")


class OperationState(StrEnum):
    """Where an operation stands."""

    UNSET = "unset"
    WAITING = "waiting"
    READY = "ready"
    DONE = "done"


class OperationEvent(StrEnum):
    """What moves an operation on."""

    SCHEDULED = "CallScheduled"
    ELAPSED = "the delay has passed"
    EXECUTED = "CallExecuted"
    CANCELLED = "Cancelled"


LIFE: Final = {
    OperationState.UNSET: {OperationEvent.SCHEDULED: OperationState.WAITING},
    OperationState.WAITING: {
        OperationEvent.ELAPSED: OperationState.READY,
        OperationEvent.CANCELLED: OperationState.UNSET,
    },
    OperationState.READY: {
        OperationEvent.EXECUTED: OperationState.DONE,
        OperationEvent.CANCELLED: OperationState.UNSET,
    },
    OperationState.DONE: {},
}
"""Everything that can happen to an operation; what is not here reverts."""


def after(state: OperationState, event: OperationEvent) -> OperationState:
    """Return the state after ``event``.

    Raises:
        InputError: The timelock would refuse it in this state.
    """
    following = LIFE[state].get(event)
    if following is None:
        allowed = ", ".join(LIFE[state]) or "nothing more"
        raise InputError(f"an operation that is {state} cannot see {event}", remedy=f"possible now: {allowed}")
    return following


@dataclass(frozen=True, slots=True)
class OperationStatus:
    """An operation as the chain has it at one block.

    Attributes:
        ready_at: When it may be executed; None when it is not scheduled or already done.
    """

    id: Hash32
    state: OperationState
    ready_at: Timestamp | None = None


def operation_status(timelock: Address, identifier: Hash32, now: Timestamp) -> Inquiry[OperationStatus]:
    """Ask where an operation stands.

    Args:
        timelock: The controller.
        identifier: The operation.
        now: Time of the block that is read; the timelock compares with it, so no other clock will do.

    Raises:
        InputError: The address does not answer as a TimelockController does.
        UnavailableError: The node does not answer.
    """
    (answer,) = yield (ReadCall(timelock, encode_call("getTimestamp(bytes32)", identifier)),)
    if isinstance(answer, ReadFailed):
        error = InputError if answer.reverted else UnavailableError
        raise error(
            f"{timelock} does not tell the time of an operation: {answer.reason}",
            remedy="check the RPC, and that this address is a TimelockController on this chain",
        )
    (stamp,) = decode_result(("uint256",), answer)
    return status_at(identifier, stamp, now)


def status_at(identifier: Hash32, stamp: int, now: Timestamp) -> OperationStatus:
    """Return what a stored timestamp means at ``now``: 0 is unset, 1 is done, the rest is when it becomes ready."""
    if stamp in (0, _DONE):
        return OperationStatus(identifier, OperationState.DONE if stamp else OperationState.UNSET)
    state = OperationState.READY if stamp <= now else OperationState.WAITING
    return OperationStatus(identifier, state, Timestamp(stamp))
