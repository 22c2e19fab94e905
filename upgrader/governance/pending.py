"""Operations that a timelock still holds: scheduled in its logs, neither done nor cancelled in its state.

The logs give the content, the state decides: whatever the logs say, an operation is pending while its timestamp is
set.  The salt is in a log of its own since version 4, and only when it is not zero; version 3 has none, so the
identifier cannot be recomputed there without knowing it.

Source: https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/TimelockController.sol
"""

from dataclasses import dataclass
from typing import Final

from upgrader.calls import Call, decode_result, encode_call, topic
from upgrader.errors import InputError
from upgrader.governance.timelock import OperationState, OperationStatus, TimelockOperation, status_at
from upgrader.inquiry import Inquiry, Log, ReadCall, ReadFailed, ReadLogs
from upgrader.units import WORD, ZERO_HASH, Address, Hash32, Seconds, Timestamp, Wei, address

SCHEDULED: Final = topic("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)")
SALTED: Final = topic("CallSalt(bytes32,bytes32)")

_SCHEDULED_TYPES: Final = ("address", "uint256", "bytes", "bytes32", "uint256")
_SCHEDULED_TOPICS: Final = 3


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """One operation that may still be executed.

    Attributes:
        operation: Its content; None where the logs do not reproduce the identifier (an unknown salt, missing logs).
        calls: What the logs say it calls; untrusted where ``operation`` is None.
    """

    status: OperationStatus
    calls: tuple[Call, ...]
    operation: TimelockOperation | None = None


@dataclass(frozen=True, slots=True)
class PendingOperations:
    """What a timelock holds at one block.

    Attributes:
        operations: By time of readiness.
        gaps: What could not be read, in words.
    """

    timelock: Address
    operations: tuple[PendingOperation, ...]
    gaps: tuple[str, ...] = ()


def pending_operations(timelock: Address, now: Timestamp) -> Inquiry[PendingOperations]:
    """Ask which operations are scheduled and not yet done.

    Args:
        timelock: The controller.
        now: Time of the block that is read.
    """
    (logs,) = yield (ReadLogs(timelock, ((SCHEDULED, SALTED),)),)
    if isinstance(logs, ReadFailed):
        return PendingOperations(timelock, (), (f"the logs of {timelock} could not be read: {logs.reason}",))
    by_id = _by_id(logs)
    stamps = yield tuple(ReadCall(timelock, encode_call("getTimestamp(bytes32)", identifier)) for identifier in by_id)
    found, gaps = [], []
    for (identifier, own), stamp in zip(by_id.items(), stamps, strict=True):
        if not isinstance(stamp, bytes) or len(stamp) != WORD:
            gaps.append(f"{timelock} does not tell the time of operation 0x{identifier.hex()}")
            continue
        status = status_at(identifier, int.from_bytes(stamp, "big"), now)
        if status.state in (OperationState.WAITING, OperationState.READY):
            found.append(_pending(status, own))
    return PendingOperations(timelock, tuple(sorted(found, key=lambda each: each.status.ready_at or 0)), tuple(gaps))


def _by_id(logs: tuple[Log, ...]) -> dict[Hash32, list[Log]]:
    found: dict[Hash32, list[Log]] = {}
    for log in logs:
        if len(log.topics) > 1:
            found.setdefault(Hash32(log.topics[1]), []).append(log)
    return found


def _pending(status: OperationStatus, logs: list[Log]) -> PendingOperation:
    calls: dict[int, Call] = {}
    salt, predecessor, delay = ZERO_HASH, ZERO_HASH, Seconds(0)
    # An operation that was cancelled and scheduled anew has its logs twice; the later ones are equal but for the delay.
    for log in logs:
        if log.topics[0] == SALTED and len(log.data) == WORD:
            salt = Hash32(log.data)
        elif len(log.topics) == _SCHEDULED_TOPICS:
            try:
                target, value, data, predecessor, delay = decode_result(_SCHEDULED_TYPES, log.data)
            except InputError:
                continue
            calls[int.from_bytes(log.topics[2], "big")] = Call(address(target), data, Wei(value))
    ordered = tuple(calls[index] for index in sorted(calls))
    return PendingOperation(status, ordered, _reproduced(status.id, ordered, salt, predecessor, delay))


def _reproduced(
    identifier: Hash32, calls: tuple[Call, ...], salt: Hash32, predecessor: Hash32, delay: Seconds
) -> TimelockOperation | None:
    """Return the operation whose identifier this is; a single call may have been scheduled as a batch of one."""
    for batch in (False, True):
        if not batch and len(calls) != 1:
            continue
        operation = TimelockOperation(
            targets=tuple(call.to for call in calls),
            values=tuple(call.value for call in calls),
            payloads=tuple(call.data for call in calls),
            salt=salt,
            delay=delay,
            predecessor=Hash32(predecessor),
            batch=batch,
        )
        if operation.id == identifier:
            return operation
    return None
