"""Data of ``nodes list`` and ``nodes check``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeadBlock:
    """A block.

    Attributes:
        number: Its height.
        hash: Its hash.
        timestamp: Unix time.
    """

    number: int
    hash: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class ConfiguredFork:
    """One entry of ``eth_config`` (EIP-7910).

    Attributes:
        activation: Unix time.
        fork_id: Four bytes (EIP-2124); null where the node shows none.
    """

    activation: int
    fork_id: str | None


@dataclass(frozen=True, slots=True)
class EthConfig:
    """A node's own view of its forks (EIP-7910); null where there is none.

    Attributes:
        current: In force.
        next: To come.
        last: The last that it knows of.
    """

    current: ConfiguredFork | None
    next: ConfiguredFork | None
    last: ConfiguredFork | None


@dataclass(frozen=True, slots=True)
class ExecutionClient:
    """The execution half of a node; null is what could not be learnt.

    Attributes:
        endpoint: Without its secrets.
        unreachable: Why it does not answer.
        client: Its name.
        version: Its version.
        version_text: What it says of itself.
        syncing: Whether it is behind and knows it.
        peers: How many.
        missing: Question -> why it got no answer.
        seconds: That the answers took.
        chain_id: Of its chain.
        genesis_hash: Of its chain.
        head: Its newest block.
        eth_config: Its forks.
    """

    endpoint: str
    unreachable: str | None
    client: str | None
    version: str | None
    version_text: str | None
    syncing: bool | None
    peers: int | None
    missing: dict[str, str]
    seconds: float
    chain_id: int | None
    genesis_hash: str | None
    head: HeadBlock | None
    eth_config: EthConfig | None


@dataclass(frozen=True, slots=True)
class ConsensusClient:
    """The consensus half of a node; null is what could not be learnt.

    Attributes:
        endpoint: Without its secrets.
        unreachable: Why it does not answer.
        client: Its name.
        version: Its version.
        version_text: What it says of itself.
        syncing: Whether it is behind and knows it.
        peers: How many.
        missing: Question -> why it got no answer.
        seconds: That the answers took.
        head_slot: Its newest slot.
        sync_distance: Slots that it is behind.
        execution_offline: Whether it cannot reach its execution client.
        execution_version: What it says its execution client is.
        genesis_validators_root: Of its chain.
    """

    endpoint: str
    unreachable: str | None
    client: str | None
    version: str | None
    version_text: str | None
    syncing: bool | None
    peers: int | None
    missing: dict[str, str]
    seconds: float
    head_slot: int | None
    sync_distance: int | None
    execution_offline: bool | None
    execution_version: str | None
    genesis_validators_root: str | None


@dataclass(frozen=True, slots=True)
class ForkReadiness:
    """Whether a node would follow a fork.

    Attributes:
        status: ``ready``, ``not_ready``, ``restart_needed``, ``known_issue``, ``disagree`` or ``unknown``.
        reasons: Why.
    """

    status: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Node:
    """One node.

    Attributes:
        name: As the fleet file names it.
        role: What it is for.
        zone: Where it is.
        execution: Its execution half, if it has one.
        consensus: Its consensus half, if it has one.
        readiness: For the fork, where there is one to be ready for.
    """

    name: str
    role: str
    zone: str
    execution: ExecutionClient | None = None
    consensus: ConsensusClient | None = None
    readiness: ForkReadiness | None = None


@dataclass(frozen=True, slots=True)
class NodesListed:
    """What ``nodes list`` found.

    Attributes:
        network: Of the fleet.
        nodes: In the fleet file's order.
    """

    network: str
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class NextFork:
    """The fork that nodes are held against; null is what is not known.

    Attributes:
        name: Of the execution layer.
        consensus: Its name there.
        activation: In words.
        timestamp: Unix time.
        epoch: Of the consensus layer.
        fork_id: Four bytes (EIP-2124).
        digest: Four bytes of the consensus layer.
        source: Where the date stands.
        schedule_retrieved: Date of the comparison with the source.
    """

    name: str
    consensus: str | None
    activation: str
    timestamp: int | None
    epoch: int | None
    fork_id: str | None
    digest: str | None
    source: str | None
    schedule_retrieved: str | None


@dataclass(frozen=True, slots=True)
class ExpectedChain:
    """What the nodes must agree on; null is what is not known.

    Attributes:
        chain_id: Of the network.
        genesis_hash: Of the network.
        head: Number that most nodes have.
    """

    chain_id: int | None
    genesis_hash: str | None
    head: int | None


@dataclass(frozen=True, slots=True)
class NodesChecked:
    """What ``nodes check`` found; the opinions are the document's findings.

    Attributes:
        network: Of the fleet.
        fork: To be ready for; null where none is scheduled.
        expected: The chain.
        ready: How many nodes are ready for the fork; null without one.
        nodes: In the fleet file's order.
    """

    network: str
    fork: NextFork | None
    expected: ExpectedChain
    ready: int | None
    nodes: list[Node]
