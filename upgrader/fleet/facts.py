"""What a node said of itself at one moment: untrusted, incomplete, without opinion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from upgrader.fleet.fleet import Node
from upgrader.units import BlockNumber, ChainId, Hash32, Timestamp


@dataclass(frozen=True, slots=True)
class HeadBlock:
    """A node's newest block."""

    number: BlockNumber
    hash: Hash32
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class ExecutionFacts:
    """What an execution node said; None for what it did not say.

    Attributes:
        unreachable: Why nothing is known; empty when the node answered.
        client_version: ``web3_clientVersion``; empty when it did not say.
        genesis_hash: Hash of block 0.
        syncing: False when it says that it is not.
        eth_config: The result of ``eth_config`` as parsed JSON.
        missing: Fact -> why it is missing, in the node's words.
        seconds: How long it took to answer everything.
    """

    unreachable: str = ""
    client_version: str = ""
    chain_id: ChainId | None = None
    genesis_hash: Hash32 | None = None
    head: HeadBlock | None = None
    syncing: bool | None = None
    peers: int | None = None
    eth_config: Any = None
    missing: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ConsensusFacts:
    """What a consensus node said; None for what it did not say.

    Attributes:
        unreachable: Why nothing is known; empty when the node answered.
        client_version: ``/eth/v1/node/version``.
        execution_version: The execution client behind it, from ``/eth/v2/node/version``; empty when it did not say.
        head_slot: Its newest slot.
        sync_distance: Slots that it knows to be behind.
        syncing: False when it says that it is not.
        execution_offline: Whether it cannot reach its execution client.
        genesis_validators_root: Which network it is on.
        fork_schedule: ``data`` of ``/eth/v1/config/fork_schedule`` as parsed JSON.
        spec: ``data`` of ``/eth/v1/config/spec`` as parsed JSON.
        missing: Fact -> why it is missing, in the node's words.
        seconds: How long it took to answer everything.
    """

    unreachable: str = ""
    client_version: str = ""
    execution_version: str = ""
    head_slot: int | None = None
    sync_distance: int | None = None
    syncing: bool | None = None
    execution_offline: bool | None = None
    peers: int | None = None
    genesis_validators_root: Hash32 | None = None
    fork_schedule: Any = None
    spec: Any = None
    missing: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """Both halves of one node; None for a half that it does not have."""

    node: Node
    execution: ExecutionFacts | None = None
    consensus: ConsensusFacts | None = None
