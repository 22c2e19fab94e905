"""What is there: the observed world that a plan starts from, all at one block."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from upgrader.layout.model import erc7201
from upgrader.plan.reading import STRICT, AddressField, HashField, SecondsField, TimestampField
from upgrader.units import ZERO_ADDRESS, Address, BlockNumber, ChainId, Slot

ProxyKindName = Literal["uups", "transparent", "beacon"]

INITIALIZED_SLOT: Final = Slot(erc7201("openzeppelin.storage.Initializable"))
"""Where OpenZeppelin 5 keeps ``_initialized`` (its low eight bytes)."""


@dataclass(frozen=True, slots=True)
class FlagPlace:
    """Bytes of a proxy's storage that hold ``_initialized`` as its implementation declares it.

    Attributes:
        slot: Counted from 0.
        offset: Bytes from the low end of the word.
        size: Bytes.
    """

    __pydantic_config__ = STRICT
    slot: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class ContractState:
    """One contract under management.

    Attributes:
        proxy: Where users call it; for a beacon that is itself under management, the beacon.
        kind: How it delegates.
        implementation: The code it runs.
        code_hash: Keccak-256 of that code.
        admin: The ProxyAdmin of a transparent proxy or the beacon of a beacon proxy; None for UUPS.
        interface_version: ``UPGRADE_INTERFACE_VERSION`` of whoever upgrades it; empty before OpenZeppelin 5.
        initialized: ``_initialized`` of the proxy, 1 where it is a bool; None where it is zero or could not be read.
        flag: Where it is read when OpenZeppelin 5's slot is zero: the old implementation's own variable, or None.
    """

    __pydantic_config__ = STRICT
    proxy: AddressField
    kind: ProxyKindName
    implementation: AddressField
    code_hash: HashField
    admin: AddressField | None = None
    interface_version: str = ""
    initialized: int | None = None
    flag: FlagPlace | None = None

    @property
    def is_beacon(self) -> bool:
        """Whether the beacon itself is under management: it keeps none of the storage of the proxies behind it."""
        return self.kind == "beacon" and self.admin == self.proxy


@dataclass(frozen=True, slots=True)
class SafeState:
    """The Safe that proposes, as much of it as a plan relies on.

    Attributes:
        version: What it says it is.
        nonce: Of its next transaction; moves on its own.
        modules: Contracts that act as the Safe without any signature.
        guard: Asked before and after every transaction, or None.
    """

    __pydantic_config__ = STRICT
    address: AddressField
    version: str
    threshold: int
    owners: tuple[AddressField, ...]
    nonce: int
    modules: tuple[AddressField, ...] = ()
    guard: AddressField | None = None


@dataclass(frozen=True, slots=True)
class TimelockState:
    """The timelock that executes.

    Attributes:
        min_delay: Least seconds between scheduling and executing.
        open_executor: Whether anybody may execute a ready operation.
        proposers: Who may schedule.
        executors: Who may execute; empty when anybody may.
    """

    __pydantic_config__ = STRICT
    address: AddressField
    min_delay: SecondsField
    open_executor: bool
    proposers: tuple[AddressField, ...] = ()
    executors: tuple[AddressField, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """The managed world at one block.

    Attributes:
        chain_id: EIP-155 id.
        block: Number of the block it was read at.
        block_hash: Its hash, so that a reorganisation is noticed.
        timestamp: Its time; waivers are compared with this, never with a clock.
        contracts: By the name under ``[contracts]``.
        safe: None where no Safe takes part.
        timelock: None where no timelock takes part.
    """

    __pydantic_config__ = STRICT
    chain_id: ChainId
    block: BlockNumber
    block_hash: HashField
    timestamp: TimestampField
    contracts: Mapping[str, ContractState] = field(default_factory=dict)
    safe: SafeState | None = None
    timelock: TimelockState | None = None

    def running(self, contract: str, implementation: Address, *, code_hash: HashField) -> "State":
        """Return this state with ``contract`` running another implementation."""
        changed = replace(self.contracts[contract], implementation=implementation, code_hash=code_hash)
        return replace(self, contracts={**self.contracts, contract: changed})

    def authority(self) -> Address:
        """Return whoever calls the proxies in the end: the timelock, else the Safe, else nobody."""
        if self.timelock:
            return self.timelock.address
        return self.safe.address if self.safe else ZERO_ADDRESS
