"""The format of ``networks/forks/<network>.toml``.

These classes mirror the file key by key; pydantic validates them at the border, and :meth:`ScheduleFile.schedule`
turns the file into the domain's :class:`~upgrader.forks.schedule.ForkSchedule`.  A mistyped key is an error: a fork
whose ``timestmap`` went unread would never be waited for.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field

from upgrader.forks.criteria import UINT64_MAX, ByBlock, ByTimestamp, Criterion, Unscheduled
from upgrader.forks.schedule import DEFAULT_EPOCH_SLOTS, DEFAULT_SLOT, BlobLimits, ConsensusClock, Fork, ForkSchedule
from upgrader.units import BlockNumber, ChainId, Hash32, Seconds, Timestamp

STRICT: Final = ConfigDict(extra="forbid")
"""``__pydantic_config__`` of every table: unknown keys are errors."""

VERSION_BYTES: Final = 4
"""Length of a consensus-layer fork version. Source: consensus-specs, type Version."""


def _hex(length: int) -> BeforeValidator:
    def parse(text: object) -> bytes:
        try:
            data = bytes.fromhex(text[2:]) if isinstance(text, str) and text.startswith("0x") else b""
        except ValueError:
            data = b""
        if len(data) != length:
            raise ValueError(f"must be 0x and {length * 2} hex digits")
        return data

    return BeforeValidator(parse)


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""Lower-case letters, digits, dashes and underscores."""

Uint64 = Annotated[int, Field(strict=True, ge=0, le=UINT64_MAX)]
Hash = Annotated[bytes, _hex(32)]
Version = Annotated[bytes, _hex(VERSION_BYTES)]


@dataclass(frozen=True, slots=True)
class BlobsTable:
    """``blobs = { target = 6, max = 9, fraction = 5007716 }``."""

    __pydantic_config__ = STRICT
    target: Uint64
    max: Uint64
    fraction: Uint64


@dataclass(frozen=True, slots=True)
class ForkTable:
    """``[[fork]]``; with neither ``block`` nor ``timestamp`` the fork is unscheduled."""

    __pydantic_config__ = STRICT
    name: Name
    block: Uint64 | None = None
    timestamp: Uint64 | None = None
    consensus: Name | None = None
    epoch: Uint64 | None = None
    version: Version | None = None
    blobs: BlobsTable | None = None
    minimum: dict[str, str] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        if self.block is not None and self.timestamp is not None:
            raise ValueError("a fork has a block or a timestamp, not both")

    def fork(self) -> Fork:
        """Return the domain's fork."""
        criterion: Criterion = Unscheduled()
        if self.block is not None:
            criterion = ByBlock(BlockNumber(self.block))
        elif self.timestamp is not None:
            criterion = ByTimestamp(Timestamp(self.timestamp))
        return Fork(
            name=self.name,
            criterion=criterion,
            consensus=self.consensus or "",
            epoch=self.epoch,
            version=self.version,
            blobs=BlobLimits(self.blobs.target, self.blobs.max, self.blobs.fraction) if self.blobs else None,
            minimum_versions=self.minimum,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class ConsensusTable:
    """``[consensus]``."""

    __pydantic_config__ = STRICT
    genesis_time: Uint64
    seconds_per_slot: Annotated[int, Field(strict=True, ge=1, le=3600)] = DEFAULT_SLOT
    slots_per_epoch: Annotated[int, Field(strict=True, ge=1, le=4096)] = DEFAULT_EPOCH_SLOTS
    genesis_validators_root: Hash | None = None

    def clock(self) -> ConsensusClock:
        """Return the domain's clock."""
        return ConsensusClock(
            genesis_time=Timestamp(self.genesis_time),
            seconds_per_slot=Seconds(self.seconds_per_slot),
            slots_per_epoch=self.slots_per_epoch,
            genesis_validators_root=Hash32(self.genesis_validators_root) if self.genesis_validators_root else None,
        )


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """The whole file."""

    __pydantic_config__ = STRICT
    network: Name
    chain_id: Annotated[int, Field(strict=True, ge=1, lt=2**256)]
    genesis_hash: Hash
    retrieved: date
    sources: Annotated[list[str], Field(min_length=1)]
    genesis_time: Uint64 = 0
    consensus: ConsensusTable | None = None
    fork: Annotated[list[ForkTable], Field(max_length=200)] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [name for table in self.fork for name in {table.name, table.consensus} if name]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise ValueError(f"the fork {min(repeated)} stands twice")
        if self.consensus is None:
            return
        clock = self.consensus.clock()
        for table in self.fork:
            if table.epoch is None or table.timestamp is None:
                continue
            # EIP-7892: the execution layer activates at the start of the consensus layer's epoch.  At epoch 0 it may
            # have been active since its own, earlier genesis.
            if table.epoch > 0 and clock.start_of(table.epoch) != table.timestamp:
                raise ValueError(
                    f"{table.name}: epoch {table.epoch} begins at {clock.start_of(table.epoch)}, not {table.timestamp}"
                )

    def schedule(self) -> ForkSchedule:
        """Return the domain's schedule."""
        return ForkSchedule(
            network=self.network,
            chain_id=ChainId(self.chain_id),
            genesis_hash=Hash32(self.genesis_hash),
            genesis_time=Timestamp(self.genesis_time),
            forks=tuple(sorted((table.fork() for table in self.fork), key=lambda fork: fork.criterion)),
            clock=self.consensus.clock() if self.consensus else None,
            retrieved=self.retrieved,
            sources=tuple(self.sources),
        )
