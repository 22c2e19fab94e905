"""Who can upgrade a contract: every way, as a graph from the contract back to the keys.

A :class:`Link` says that one address can act on another; a node says what that address is.  A *route* follows the
links from the contract until it reaches somebody who acts alone: an account, a Safe's owners, everybody.  What a
route costs an attacker is how many keys must agree and how long everybody else can see it coming.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from upgrader.governance.safe_state import SafeState
from upgrader.governance.timelock_state import TimelockState
from upgrader.units import ZERO_ADDRESS, Address, Seconds

ANYONE: Final = ZERO_ADDRESS
"""Stands for everybody: the trial of an unrelated sender went through."""

ROUTES_LIMIT: Final = 500
"""Most routes that are followed; a graph with more is not judged."""


class HolderKind(StrEnum):
    """What can hold authority."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    SAFE = "safe"
    TIMELOCK = "timelock"
    PROXY = "proxy"
    CONTRACT = "contract"


class Relation(StrEnum):
    """How one address acts on another."""

    ADMIN = "admin"
    OWNER = "owner"
    ROLE = "role"
    GRANTER = "can grant itself"
    CALLER = "may upgrade"
    ITSELF = "upgrades itself"
    PROPOSER = "proposer"
    TIMELOCK_ADMIN = "makes itself proposer"
    SIGNER = "signer"
    MODULE = "module"
    CODE = "runs code that can change"


@dataclass(frozen=True, slots=True)
class Link:
    """One way in which ``holder`` acts.

    Attributes:
        detail: The role or getter that says so; empty when the relation says it all.
        via: The contract in between whose access control decides (a ProxyAdmin, a beacon); None for none.
    """

    relation: Relation
    holder: Address
    detail: str = ""
    via: Address | None = None


@dataclass(frozen=True, slots=True)
class AuthorityNode:
    """One holder at one block.

    Attributes:
        links: Who acts through it.
        safe: Its state, of a Safe.
        timelock: Its state, of a timelock.
        gaps: Why not everybody who acts through it is known, in words.
    """

    address: Address
    kind: HolderKind
    links: tuple[Link, ...] = ()
    safe: SafeState | None = None
    timelock: TimelockState | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One chain of links from the contract to whoever can begin an upgrade.

    Attributes:
        links: From the contract outward.
        kinds: What each link's holder is.
        keys: How many keys must agree at the end; 0 for everybody, None when it is not known.
        delay: How long the timelocks on the way make everybody wait.
    """

    links: tuple[Link, ...]
    kinds: tuple[HolderKind, ...]
    keys: int | None
    delay: Seconds = Seconds(0)

    @property
    def begins(self) -> Address:
        """Who begins: the last holder of the chain."""
        return self.links[-1].holder

    @property
    def strength(self) -> tuple[float, int]:
        """What makes a route weak, ascending: few keys, then a short wait; unknown counts as less than one key."""
        return (0.5 if self.keys is None else self.keys, self.delay)


@dataclass(frozen=True, slots=True)
class Authority:
    """Every way to upgrade one contract.

    Attributes:
        subject: The proxy or beacon.
        kind: Its kind, empty when it is no proxy that is recognised.
        links: Who can call its upgrade function.
        nodes: Every holder by address.
        gaps: Why there may be more, in words; those of the nodes are beside them.
    """

    subject: Address
    kind: str
    links: tuple[Link, ...]
    nodes: Mapping[Address, AuthorityNode]
    gaps: tuple[str, ...] = ()

    @property
    def all_gaps(self) -> tuple[str, ...]:
        """Every gap of the graph, once."""
        of_nodes = (gap for node in self.nodes.values() for gap in node.gaps)
        return tuple(dict.fromkeys([*self.gaps, *of_nodes]))

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route, weakest first."""
        found = (route for link in self.links for route in _follow(self.nodes, link, frozenset({self.subject})))
        return tuple(sorted(islice(found, ROUTES_LIMIT), key=lambda route: route.strength))

    @property
    def weakest(self) -> Route | None:
        """The route with the fewest keys and the shortest wait; None when nobody can upgrade."""
        routes = self.routes
        return routes[0] if routes else None

    @property
    def safes(self) -> tuple[SafeState, ...]:
        """Every Safe in the graph."""
        return tuple(node.safe for node in self.nodes.values() if node.safe is not None)

    @property
    def timelocks(self) -> tuple[TimelockState, ...]:
        """Every timelock in the graph."""
        return tuple(node.timelock for node in self.nodes.values() if node.timelock is not None)


def behind(node: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> Mapping[Address, AuthorityNode]:
    """Return those of ``nodes`` who act through ``node``, however many others stand between."""
    found: dict[Address, AuthorityNode] = {}
    waiting = [node]
    while waiting:
        for link in waiting.pop().links:
            holder = nodes.get(link.holder)
            if holder is not None and holder is not node and link.holder not in found:
                found[link.holder] = holder
                waiting.append(holder)
    return found


def _follow(nodes: Mapping[Address, AuthorityNode], link: Link, seen: frozenset[Address]) -> Iterator[Route]:
    if link.holder == ANYONE:
        yield Route((link,), (HolderKind.ANYONE,), 0)
        return
    if link.holder in seen and link.relation is not Relation.ITSELF:
        return
    node = nodes.get(link.holder)
    if node is None:
        yield Route((link,), (HolderKind.CONTRACT,), None)
        return
    match node.kind:
        case HolderKind.ACCOUNT | HolderKind.SAFE:
            yield Route((link,), (node.kind,), _keys(nodes, node.address, frozenset()))
        case HolderKind.CONTRACT:
            yield Route((link,), (node.kind,), None)
        case HolderKind.PROXY if link.relation is not Relation.CODE:
            # Who can change its code follows below; what the code lets others do is not known.
            yield Route((link,), (node.kind,), None)
        case _:
            pass
    waits = Seconds(node.timelock.min_delay) if node.timelock else Seconds(0)
    for inner in node.links:
        if inner.relation is Relation.SIGNER:
            continue
        # Whoever changes the timelock's code does not wait for it.
        wait = Seconds(0) if inner.relation is Relation.CODE else waits
        for route in _follow(nodes, inner, seen | {node.address}):
            yield Route((link, *route.links), (node.kind, *route.kinds), route.keys, Seconds(route.delay + wait))


def _keys(nodes: Mapping[Address, AuthorityNode], holder: Address, seen: frozenset[Address]) -> int:
    """Return how many keys make ``holder`` act; of a Safe, its cheapest threshold of owners, Safes among them too."""
    node = nodes.get(holder)
    if node is None or node.safe is None or holder in seen:
        return 1
    costs = sorted(_keys(nodes, owner, seen | {holder}) for owner in node.safe.owners)
    return sum(costs[: node.safe.threshold])
