"""What a consensus node says of its forks: its fork schedule and its configuration.

``/eth/v1/config/fork_schedule`` lists the versions and their epochs, ``/eth/v1/config/spec`` holds the configuration
itself: ``<NAME>_FORK_EPOCH`` and, since Fulu, BLOB_SCHEDULE (EIP-7892).  Both are read and both are weighed, because
they come from different code in a client: Teku 23.1 dropped entries of one and not of the other.

Source: https://ethereum.github.io/beacon-APIs/#/Config
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.forks.agreement import Agreement, Standing
from upgrader.forks.criteria import UINT64_MAX
from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.forks.untrusted import Malformed, fixed_bytes, integer, mapping, sequence

FAR_FUTURE_EPOCH: Final = UINT64_MAX
"""The epoch of a fork that has no date. Source: consensus-specs, phase0/beacon-chain.md."""

ENTRIES: Final = 256
"""Most entries of a fork schedule or blob schedule that are read."""

SPEC_KEYS: Final = 2048
"""Most members of a configuration; clients answer with some two hundred."""

_EPOCH_KEY: Final = "_FORK_EPOCH"


@dataclass(frozen=True, slots=True)
class ConsensusSpec:
    """The part of a configuration that concerns forks.

    Attributes:
        epochs: Fork name in lower case -> epoch.
        blobs: Epoch -> most blobs per block, from BLOB_SCHEDULE.
    """

    epochs: Mapping[str, int]
    blobs: Mapping[int, int]


def parse_fork_schedule(answer: Any) -> Mapping[bytes, int] | Malformed:
    """Read the ``data`` of ``/eth/v1/config/fork_schedule`` into version -> epoch."""
    try:
        versions: dict[bytes, int] = {}
        for item in sequence(answer, "fork_schedule", ENTRIES):
            entry = mapping(item, "an entry of fork_schedule", 16)
            version = fixed_bytes(entry.get("current_version"), 4, "current_version")
            versions[version] = integer(entry.get("epoch"), "epoch")
    except ValueError as error:
        return Malformed(str(error))
    return versions


def parse_spec(answer: Any) -> ConsensusSpec | Malformed:
    """Read the ``data`` of ``/eth/v1/config/spec``."""
    try:
        members = mapping(answer, "spec", SPEC_KEYS)
        epochs = {
            key.removesuffix(_EPOCH_KEY).lower(): integer(value, key[:80])
            for key, value in members.items()
            if key.endswith(_EPOCH_KEY)
        }
        blobs = {}
        for item in sequence(members.get("BLOB_SCHEDULE") or [], "BLOB_SCHEDULE", ENTRIES):
            entry = mapping(item, "an entry of BLOB_SCHEDULE", 16)
            epoch = integer(entry.get("EPOCH"), "EPOCH")
            blobs[epoch] = integer(entry.get("MAX_BLOBS_PER_BLOCK"), "MAX_BLOBS_PER_BLOCK")
    except ValueError as error:
        return Malformed(str(error))
    return ConsensusSpec(epochs, blobs)


def schedule_agreement(versions: Mapping[bytes, int], fork: Fork) -> Agreement:
    """Say whether a node's fork schedule has ``fork``."""
    if fork.version is None or fork.epoch is None:
        return Agreement(Standing.SILENT, f"{fork.name} has no consensus version of its own")
    label = f"version 0x{fork.version.hex()}"
    if fork.version not in versions:
        return Agreement(Standing.LACKS, f"no {label} in the fork schedule")
    return _compared(versions[fork.version], fork.epoch, label)


def spec_agreement(spec: ConsensusSpec, fork: Fork) -> Agreement:
    """Say whether a node's configuration has ``fork``, by name or, for a blob-only fork, by its blob limit."""
    if fork.epoch is None:
        return Agreement(Standing.SILENT, f"{fork.name} has no epoch in the schedule")
    if not fork.consensus:
        return _blob_agreement(spec, fork.epoch, fork)
    key = f"{fork.consensus.upper()}{_EPOCH_KEY}"
    if fork.consensus not in spec.epochs:
        return Agreement(Standing.LACKS, f"the configuration has no {key}")
    return _compared(spec.epochs[fork.consensus], fork.epoch, key)


def unknown_forks(spec: ConsensusSpec, schedule: ForkSchedule) -> tuple[str, ...]:
    """Return the names of forks that the node has a date for, later than all the schedule knows: old data."""
    known = {fork.consensus for fork in schedule.forks}
    newest = max((fork.epoch for fork in schedule.forks if fork.epoch is not None), default=0)
    later = {name for name, epoch in spec.epochs.items() if newest < epoch < FAR_FUTURE_EPOCH}
    return tuple(sorted(later - known))


def _blob_agreement(spec: ConsensusSpec, epoch: int, fork: Fork) -> Agreement:
    if fork.blobs is None:
        return Agreement(Standing.SILENT, f"{fork.name} does not concern the consensus layer")
    if epoch not in spec.blobs:
        return Agreement(Standing.LACKS, f"BLOB_SCHEDULE has no entry for epoch {epoch}")
    said = f"{spec.blobs[epoch]} blobs from epoch {epoch}"
    if spec.blobs[epoch] != fork.blobs.maximum:
        return Agreement(Standing.DIFFERS, f"{said}, expected {fork.blobs.maximum}")
    return Agreement(Standing.KNOWS, said)


def _compared(epoch: int, expected: int, label: str) -> Agreement:
    if epoch == expected:
        return Agreement(Standing.KNOWS, f"{label} at epoch {epoch}")
    if epoch == FAR_FUTURE_EPOCH:
        return Agreement(Standing.LACKS, f"{label} has no date")
    return Agreement(Standing.DIFFERS, f"{label} at epoch {epoch}, expected {expected}")
