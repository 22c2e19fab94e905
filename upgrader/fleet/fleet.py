"""A fleet: the nodes of one network that one operator answers for, and what is expected of each."""

from dataclasses import dataclass, field
from typing import Final

from upgrader.fleet.clients._base import Client
from upgrader.fleet.evidence import Layer
from upgrader.fleet.version import Version
from upgrader.units import ChainId, Hash32, Seconds

MAX_LAG: Final = 3
"""Blocks that a node may be behind the fleet's median: one poll takes seconds, a block twelve."""

MIN_PEERS: Final = 1
"""Peers below which a node follows nobody."""

TIMEOUT: Final = Seconds(5)
"""How long one node may take to answer everything."""

CONCURRENCY: Final = 100
"""Nodes asked at once. Measured: 1,000 loopback nodes take 1.8 s with 100 and 1.4 s with 500."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a node answers.

    Attributes:
        url: The whole address; may hold a password or a key, so it is neither shown nor compared.
        shown: The same without anything secret.
    """

    url: str = field(repr=False, compare=False)
    shown: str


@dataclass(frozen=True, slots=True)
class Half:
    """One layer of a node, as the fleet file expects it.

    Attributes:
        layer: Execution or consensus.
        endpoint: Where it answers: JSON-RPC, or the Beacon API.
        client: The client it shall be; None when any is right.
        want: The release it shall run; None when any is right.
    """

    layer: Layer
    endpoint: Endpoint
    client: Client | None = None
    want: Version | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One node: an execution client, a consensus client, or both as a pair.

    Attributes:
        name: Unique in the fleet.
        role: What it serves, in the operator's words.
        zone: Where it stands, in the operator's words.
    """

    name: str
    execution: Half | None = None
    consensus: Half | None = None
    role: str = ""
    zone: str = ""

    @property
    def halves(self) -> tuple[Half, ...]:
        """The layers that it has."""
        return tuple(half for half in (self.execution, self.consensus) if half is not None)


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as healthy.

    Attributes:
        max_lag: Blocks behind the fleet's median head.
        min_peers: Fewest peers; zero for networks without peers.
        max_head_age: Age of the newest block beyond which a node stands still; None where blocks have no rhythm.
        timeout: How long one node may take.
        concurrency: Nodes asked at once.
    """

    max_lag: int = MAX_LAG
    min_peers: int = MIN_PEERS
    max_head_age: Seconds | None = None
    timeout: Seconds = TIMEOUT
    concurrency: int = CONCURRENCY


@dataclass(frozen=True, slots=True)
class Fleet:
    """Nodes of one network.

    Attributes:
        network: Name of the network; its fork schedule is ``networks/forks/<network>.toml``.
        chain_id: Expected chain id; None to take the schedule's or, without one, what most nodes say.
        genesis_hash: Expected hash of block 0; None likewise.
    """

    network: str
    nodes: tuple[Node, ...]
    chain_id: ChainId | None = None
    genesis_hash: Hash32 | None = None
    policy: Policy = field(default_factory=Policy)
