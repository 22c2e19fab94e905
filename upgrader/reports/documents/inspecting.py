"""Data of ``inspect``: addresses, the graph of everybody who can change them, pending operations."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the graph of authority.

    Attributes:
        relation: What the holder is to what it holds.
        holder: Address; null for whoever calls.
        detail: A role, a function or a condition; empty for none.
        via: Address of the contract that grants it; null for none.
    """

    relation: str
    holder: str | None
    detail: str
    via: str | None


@dataclass(frozen=True, slots=True)
class SafeFacts:
    """A Safe.

    Attributes:
        version: As the Safe says it.
        threshold: Owners that must sign.
        owners: Addresses.
        nonce: Of the next transaction.
        modules: Addresses that act without signatures.
        guard: Of transactions; null for none.
        module_guard: Of module transactions; null for none.
        fallback_handler: Null for none.
        singleton: The implementation.
    """

    version: str
    threshold: int
    owners: list[str]
    nonce: int
    modules: list[str]
    guard: str | None
    module_guard: str | None
    fallback_handler: str | None
    singleton: str | None


@dataclass(frozen=True, slots=True)
class TimelockFacts:
    """A TimelockController.

    Attributes:
        min_delay: Seconds.
        proposers: Addresses.
        executors: Addresses; empty when anybody may.
        open_executor: Whether anybody may execute.
        cancellers: Addresses.
        admins: Addresses that grant roles.
    """

    min_delay: int
    proposers: list[str]
    executors: list[str]
    open_executor: bool
    cancellers: list[str]
    admins: list[str]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody or something in the graph.

    Attributes:
        kind: Account, Safe, timelock, contract ….
        links: Who holds power over it.
        safe: Facts, for a Safe.
        timelock: Facts, for a timelock.
        gaps: What could not be learnt of it.
    """

    kind: str
    links: list[Link]
    safe: SafeFacts | None = None
    timelock: TimelockFacts | None = None
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Weakest:
    """The way in that takes the fewest keys and the least time.

    Attributes:
        begins: Where it begins.
        keys: How many keys it takes.
        delay: Seconds that it takes.
        text: The way in words.
    """

    begins: str | None
    keys: int | None
    delay: int | None
    text: str


@dataclass(frozen=True, slots=True)
class AuthorityGraph:
    """Everybody who can upgrade an address.

    Attributes:
        subject: The address.
        kind: Of its proxy.
        links: Who holds power over it.
        holders: Address -> holder, each once.
        weakest: The weakest way; null where none was found.
        gaps: What could not be learnt; with any, nobody can say that the graph is whole.
    """

    subject: str
    kind: str
    links: list[Link]
    holders: dict[str, Holder]
    weakest: Weakest | None
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that waits in a timelock.

    Attributes:
        timelock: Its address.
        id: Of the operation.
        state: ``waiting`` or ``ready``.
        ready_at: Unix time.
        reproduced: Whether its content was found and hashes to the id.
        calls: To, value and data of each call.
    """

    timelock: str
    id: str
    state: str
    ready_at: int
    reproduced: bool
    calls: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """One address.

    Attributes:
        address: As it was asked for.
        kind: Of proxy, or what else it is.
        implementation: What a proxy runs; null for none.
        admin: A proxy's admin; null for none.
        beacon: A proxy's beacon; null for none.
        arguments: Immutable arguments of a minimal clone.
        doubts: What makes the recognition uncertain.
        authority: Who can change it; null for what nobody can.
        pending: Operations in its timelocks.
        holder: What it is itself, where it is a Safe, a timelock or an admin.
        holders: Address -> everybody who acts through it, there.
    """

    address: str
    kind: str
    implementation: str | None
    admin: str | None
    beacon: str | None
    arguments: str
    doubts: list[str]
    authority: AuthorityGraph | None
    pending: list[Pending]
    holder: Holder | None = None
    holders: dict[str, Holder] | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """What ``inspect`` found.

    Attributes:
        chain_id: Of the chain.
        block: Number at which everything was read.
        addresses: In the order of the command line.
    """

    chain_id: int
    block: int
    addresses: list[Subject]
