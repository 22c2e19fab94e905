"""The forks of one network, as data that is read from a file and never compiled in.

A schedule that came with a release is wrong as soon as the next fork is announced: a copy of the network's
configuration from May 2025 holds no Osaka at all, and a tool that trusts it calls every node ready.  So a schedule
carries where each fact came from and when it was read, and whoever judges with it says how old it is.

The file format is that of ``networks/forks/*.toml``; :mod:`upgrader.forks.schedule_file` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from upgrader.forks.criteria import ByTimestamp, Criterion, Head, Unscheduled
from upgrader.units import ChainId, Hash32, Seconds, Timestamp

DEFAULT_SLOT: Final = Seconds(12)
"""Seconds per slot of the mainnet preset. Source: ethereum/consensus-specs configs/mainnet.yaml."""

DEFAULT_EPOCH_SLOTS: Final = 32
"""Slots per epoch of the mainnet preset. Source: ethereum/consensus-specs presets/mainnet/phase0.yaml."""


@dataclass(frozen=True, slots=True)
class BlobLimits:
    """How many blobs a block aims at and may hold (EIP-7840).

    Attributes:
        target: Blobs at which the blob fee stays level.
        maximum: Most blobs in a block; the consensus layer's MAX_BLOBS_PER_BLOCK.
        fraction: baseFeeUpdateFraction.
    """

    target: int
    maximum: int
    fraction: int


@dataclass(frozen=True, slots=True)
class ConsensusClock:
    """How the consensus layer of a network counts time.

    Attributes:
        genesis_time: Timestamp of slot 0.
        seconds_per_slot: Length of a slot.
        slots_per_epoch: Slots in an epoch.
        genesis_validators_root: Part of every fork digest; None when unknown.
    """

    genesis_time: Timestamp
    seconds_per_slot: Seconds = DEFAULT_SLOT
    slots_per_epoch: int = DEFAULT_EPOCH_SLOTS
    genesis_validators_root: Hash32 | None = None

    def start_of(self, epoch: int) -> Timestamp:
        """Return the time at which ``epoch`` begins."""
        return Timestamp(self.genesis_time + epoch * self.slots_per_epoch * self.seconds_per_slot)


@dataclass(frozen=True, slots=True)
class Fork:
    """A change of a network's rules; never a copy of a chain.

    Attributes:
        name: Its execution-layer name in lower case: ``osaka``, ``bpo2``.
        criterion: When it becomes active on the execution layer.
        consensus: Name of the consensus-layer half (``fulu``); empty when it has none of its own.
        epoch: Epoch at which the consensus layer changes; None when it does not, or is not scheduled.
        version: Four bytes that name the fork on the consensus layer; None for forks without their own, such as the
            blob-parameter-only forks of EIP-7892.
        blobs: Blob limits that the fork sets; None when it leaves them.
        minimum_versions: Client name -> the first release that knows the fork on this network; a lower bound.
        source: Where the date stands.
    """

    name: str
    criterion: Criterion
    consensus: str = ""
    epoch: int | None = None
    version: bytes | None = None
    blobs: BlobLimits | None = None
    minimum_versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""

    @property
    def timestamp(self) -> Timestamp | None:
        """Activation time of a fork that activates by time, else None."""
        return self.criterion.timestamp if isinstance(self.criterion, ByTimestamp) else None

    @property
    def scheduled(self) -> bool:
        """Whether it has a date."""
        return not isinstance(self.criterion, Unscheduled)


@dataclass(frozen=True, slots=True)
class ForkSchedule:
    """Every fork of one network that the data knows, in order of activation.

    Attributes:
        network: ``mainnet``, ``sepolia``, …
        chain_id: EIP-155 chain id.
        genesis_hash: Hash of block 0.
        genesis_time: Timestamp of block 0.
        forks: Sorted by criterion.
        clock: The consensus layer's time; None for networks without one.
        retrieved: The day on which the data was read from its sources; None when unknown.
        sources: Where the data was read.
    """

    network: str
    chain_id: ChainId
    genesis_hash: Hash32
    genesis_time: Timestamp = Timestamp(0)
    forks: tuple[Fork, ...] = ()
    clock: ConsensusClock | None = None
    retrieved: date | None = None
    sources: tuple[str, ...] = ()

    def named(self, name: str) -> Fork | None:
        """Return the fork with that execution- or consensus-layer name, in any case."""
        wanted = name.lower()
        return next((fork for fork in self.forks if wanted and wanted in (fork.name, fork.consensus)), None)

    def active(self, head: Head) -> tuple[Fork, ...]:
        """Return the forks whose rules apply to ``head``, oldest first."""
        return tuple(fork for fork in self.forks if fork.criterion.is_met(head))

    def upcoming(self, head: Head) -> tuple[Fork, ...]:
        """Return the forks that have a date and have not come at ``head``, next first."""
        return tuple(fork for fork in self.forks if fork.scheduled and not fork.criterion.is_met(head))

    def blobs_at(self, timestamp: Timestamp) -> BlobLimits | None:
        """Return the blob limits in force at a time; None before the first fork that sets any."""
        limits = [f.blobs for f in self.forks if f.blobs and f.timestamp is not None and f.timestamp <= timestamp]
        return limits[-1] if limits else None
