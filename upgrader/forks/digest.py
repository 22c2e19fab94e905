"""The consensus layer's fork digest, blob-parameter-only forks included.

From Fulu on the digest also covers the blob limits in force, so that nodes that missed a blob-parameter-only fork
part ways.  The text of EIP-7892 masks with the big-endian limit; what clients run is the form of consensus-specs,
which masks with ``sha256(uint64le(epoch) || uint64le(maximum))``, and only that form reproduces its 26 vectors.

Source: https://github.com/ethereum/consensus-specs/blob/master/specs/fulu/beacon-chain.md#modified-compute_fork_digest
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.units import WORD, Hash32

_DIGEST_BYTES = 4


@dataclass(frozen=True, slots=True)
class BlobParameters:
    """One entry of the consensus layer's BLOB_SCHEDULE.

    Attributes:
        epoch: First epoch in which it holds.
        maximum: MAX_BLOBS_PER_BLOCK.
    """

    epoch: int
    maximum: int


def fork_digest(version: bytes, genesis_validators_root: Hash32, blobs: BlobParameters | None) -> bytes:
    """Return the four-byte digest under which nodes of one fork gossip.

    Args:
        version: CURRENT_VERSION of the fork, four bytes.
        genesis_validators_root: From the beacon genesis state.
        blobs: Parameters in force from Fulu on (before its first schedule entry: Electra's); None before Fulu.
    """
    # ForkData is an SSZ container of two fields, so its root is the hash of two 32-byte chunks.
    root = hashlib.sha256(version.ljust(WORD, b"\0") + genesis_validators_root).digest()
    base = root[:_DIGEST_BYTES]
    if blobs is None:
        return base
    mask = hashlib.sha256(blobs.epoch.to_bytes(8, "little") + blobs.maximum.to_bytes(8, "little")).digest()
    return bytes(a ^ b for a, b in zip(base, mask, strict=False))


def blob_parameters(entries: Iterable[BlobParameters], epoch: int) -> BlobParameters | None:
    """Return the entry in force at ``epoch``; None before the first."""
    passed = [entry for entry in entries if entry.epoch <= epoch]
    return max(passed, key=lambda entry: entry.epoch) if passed else None


def digest_of(schedule: ForkSchedule, fork: Fork) -> bytes | None:
    """Return the digest in force once ``fork`` has come on a network; None when the data does not suffice."""
    if schedule.clock is None or schedule.clock.genesis_validators_root is None or fork.epoch is None:
        return None
    passed = [f for f in schedule.forks if f.epoch is not None and f.epoch <= fork.epoch]
    version = next((f.version for f in reversed(passed) if f.version is not None), None)
    if version is None:
        return None
    blobs = None
    if any(f.consensus == "fulu" for f in passed):
        entries = [BlobParameters(f.epoch, f.blobs.maximum) for f in passed if f.epoch is not None and f.blobs]
        # Deneb's limit is not part of the schedule, whose base is Electra's; Fulu itself sets none of its own.
        blobs = blob_parameters(entries, fork.epoch)
    return fork_digest(version, schedule.clock.genesis_validators_root, blobs)
