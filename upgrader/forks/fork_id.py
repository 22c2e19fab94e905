"""The four bytes that say which rules a node follows: FORK_HASH and FORK_NEXT.

``FORK_HASH`` is the CRC-32 (IEEE) of the genesis hash followed by every fork that the node has passed, each as a
big-endian uint64, in ascending order and without repetitions; forks active at genesis are left out.  ``FORK_NEXT`` is
the next fork that the node knows, or zero.  Because the checksum is chained, one hash proves *every* fork before it.

Source: https://eips.ethereum.org/EIPS/eip-2124 (blocks), https://eips.ethereum.org/EIPS/eip-6122 (then timestamps).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upgrader.errors import InputError
from upgrader.forks.criteria import UINT64_MAX, ByBlock, ByTimestamp, Criterion, Head
from upgrader.forks.schedule import ForkSchedule
from upgrader.units import BlockNumber, Timestamp

FIRST_TIMESTAMP: Final = 1_438_269_973
"""A FORK_NEXT above this is a time: the timestamp of mainnet's genesis block, which no chain's height has reached."""

_UINT64_BYTES: Final = 8
_HASH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class ForkId:
    """What a node announces to its peers.

    Attributes:
        hash: FORK_HASH, four bytes.
        next: FORK_NEXT, a block number or a timestamp; zero when the node knows of no further fork.
    """

    hash: bytes
    next: int


class Compatibility(StrEnum):
    """What the validation rules make of a remote fork id."""

    COMPATIBLE = "compatible"
    REMOTE_STALE = "remote stale"
    LOCAL_INCOMPATIBLE_OR_STALE = "local incompatible or stale"


def fork_id(schedule: ForkSchedule, head: Head) -> ForkId:
    """Return what a node that knows ``schedule`` announces at ``head``."""
    stages = _stages(schedule)
    for stage in stages:
        if stage.until is None or not stage.until.is_met(head):
            return ForkId(stage.hash, _value(stage.until))
    raise AssertionError("the last stage has no end")


def fork_hash_at(schedule: ForkSchedule, timestamp: Timestamp) -> bytes:
    """Return FORK_HASH for a block at ``timestamp``, late enough to have passed every fork that counts in blocks."""
    return fork_id(schedule, Head(BlockNumber(UINT64_MAX), timestamp)).hash


def validate(schedule: ForkSchedule, head: Head, remote: ForkId) -> Compatibility:
    """Judge a remote fork id by the rules of EIP-2124, as EIP-6122 extends them.

    Args:
        schedule: The forks that the local node knows.
        head: The local node's newest block.
        remote: What the other side announced.
    """
    stages = _stages(schedule)
    here = next(i for i, stage in enumerate(stages) if stage.until is None or not stage.until.is_met(head))
    hashes = [stage.hash for stage in stages]
    if remote.hash == hashes[here]:
        # Rule 1: the same rules now; 1a: but a fork that the remote announces has already passed here, unknown to us.
        passed = remote.next and _has_passed(remote.next, head, counts_blocks=_counts_blocks(schedule, stages[here]))
        return Compatibility.LOCAL_INCOMPATIBLE_OR_STALE if passed else Compatibility.COMPATIBLE
    if remote.hash in hashes[:here]:
        # Rule 2: the remote is behind; fine while it knows the fork that ended the stage it is in.
        stage = stages[hashes.index(remote.hash)]
        return Compatibility.COMPATIBLE if remote.next == _value(stage.until) else Compatibility.REMOTE_STALE
    # Rule 3: the remote is ahead on our own path, and we are still syncing. Rule 4: it is on another path.
    ahead = remote.hash in hashes[here + 1 :]
    return Compatibility.COMPATIBLE if ahead else Compatibility.LOCAL_INCOMPATIBLE_OR_STALE


def encode(identity: ForkId) -> bytes:
    """Return the RLP list ``[FORK_HASH, FORK_NEXT]`` as it stands in the ``eth`` entry of a node record."""
    number = identity.next.to_bytes((identity.next.bit_length() + 7) // 8, "big")
    payload = bytes([0x80 + _HASH_BYTES]) + identity.hash
    payload += number if len(number) == 1 and number[0] < 0x80 else bytes([0x80 + len(number)]) + number  # noqa: PLR2004 - RLP: a small byte stands for itself
    return bytes([0xC0 + len(payload)]) + payload


def decode(data: bytes) -> ForkId:
    """Return the fork id in ``data``.

    Raises:
        InputError: The bytes are not the canonical RLP of a fork id.
    """
    digits = data[7:] if len(data) > 6 and data[6] > 0x80 else data[6:7].strip(b"\x80")  # noqa: PLR2004 - RLP header
    identity = ForkId(data[2 : 2 + _HASH_BYTES], int.from_bytes(digits, "big"))
    if len(digits) > _UINT64_BYTES or len(identity.hash) != _HASH_BYTES or encode(identity) != data:
        raise InputError(
            f"0x{data[:32].hex()} is not a fork id", remedy="give the RLP list of four bytes and one uint64"
        )
    return identity


@dataclass(frozen=True, slots=True)
class _Stage:
    """The time between two forks: the hash announced in it, and the fork that ends it."""

    hash: bytes
    until: Criterion | None


def _stages(schedule: ForkSchedule) -> list[_Stage]:
    checksum = zlib.crc32(schedule.genesis_hash)
    stages = []
    for criterion in _points(schedule):
        stages.append(_Stage(checksum.to_bytes(_HASH_BYTES, "big"), criterion))
        checksum = zlib.crc32(_value(criterion).to_bytes(_UINT64_BYTES, "big"), checksum)
    stages.append(_Stage(checksum.to_bytes(_HASH_BYTES, "big"), None))
    return stages


def _points(schedule: ForkSchedule) -> Iterator[Criterion]:
    """Yield the distinct criteria after genesis that have a date, ascending."""
    before: Criterion | None = None
    for criterion in sorted(fork.criterion for fork in schedule.forks):
        match criterion:
            case ByBlock(number=number):
                counts = number > 0
            case ByTimestamp(timestamp=timestamp):
                counts = timestamp > schedule.genesis_time
            case _:
                counts = False
        if counts and criterion != before:
            before = criterion
            yield criterion


def _value(criterion: Criterion | None) -> int:
    match criterion:
        case ByBlock(number=number):
            return number
        case ByTimestamp(timestamp=timestamp):
            return timestamp
        case _:
            return 0


def _counts_blocks(schedule: ForkSchedule, stage: _Stage) -> bool:
    """Return whether the end of ``stage`` is told by block number; past the last fork, whether the network ever is."""
    if stage.until is not None:
        return isinstance(stage.until, ByBlock)
    return not any(isinstance(criterion, ByTimestamp) for criterion in _points(schedule))


def _has_passed(point: int, head: Head, *, counts_blocks: bool) -> bool:
    here = head.number if counts_blocks else head.timestamp
    return here >= point or (point > FIRST_TIMESTAMP and head.timestamp >= point)
