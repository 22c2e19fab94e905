"""Who can upgrade an address, through every proxy, role, timelock and Safe on the way.

Those who can call the upgrade function are found by :mod:`upgrader.proxies._holders`; then each of them is
identified, then those who act through them, and so on until accounts are reached.  A holder that is itself a proxy
adds whoever can change its code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from upgrader.calls import encode_call
from upgrader.governance.authority import ANYONE, Authority, AuthorityNode, HolderKind, Link, Relation, Route
from upgrader.governance.identify import identify
from upgrader.inquiry import Inquiry, ReadCall, gather
from upgrader.proxies._base import Proxy, stored_address
from upgrader.proxies._holders import holders_of, proxies_behind
from upgrader.proxies._recognise import recognise
from upgrader.units import WORD, Address

__all__ = [
    "Authority",
    "AuthorityNode",
    "Link",
    "Relation",
    "Route",
    "acting_through",
    "resolve_authority",
    "resolve_many",
]

A = TypeVar("A")
B = TypeVar("B")

DEPTH_LIMIT: Final = 8
"""Most holders behind one another; real set-ups have three or four."""

NODES_LIMIT: Final = 200
"""Most holders for each address that is asked about."""


@dataclass(frozen=True, slots=True)
class _Direct:
    """What one address says of its own upgrade."""

    proxy: Proxy | None
    links: tuple[Link, ...] = ()
    gaps: tuple[str, ...] = ()


def resolve_authority(address: Address) -> Inquiry[Authority]:
    """Ask for every way to upgrade ``address``.

    Args:
        address: A proxy of any kind, or a beacon.

    Returns:
        The graph; without links and without gaps where nobody can (a clone, a renounced owner).
    """
    (authority,) = yield from resolve_many((address,))
    return authority


def resolve_many(addresses: Sequence[Address]) -> Inquiry[tuple[Authority, ...]]:
    """Ask for many addresses in as many rounds as the deepest of them takes; holders they share are asked once."""
    directs = yield from gather(_direct(address) for address in addresses)
    first = _unmet((link for direct in directs for link in direct.links), {})
    nodes = yield from _followed(first, NODES_LIMIT * len(addresses))
    return tuple(_authority(address, direct, nodes) for address, direct in zip(addresses, directs, strict=True))


def acting_through(addresses: Sequence[Address]) -> Inquiry[Mapping[Address, AuthorityNode]]:
    """Ask what addresses are that hold authority themselves, and everybody who acts through them.

    Args:
        addresses: Safes, timelocks, accounts and other contracts.

    Returns:
        Every one of them and every holder behind them, by address.
    """
    return (yield from _followed(list(dict.fromkeys(addresses)), NODES_LIMIT * len(addresses)))


def _followed(frontier: list[Address], limit: int) -> Inquiry[dict[Address, AuthorityNode]]:
    """Ask what holders are, then who acts through them, and so on."""
    nodes: dict[Address, AuthorityNode] = {}
    for _ in range(DEPTH_LIMIT):
        if not frontier or len(nodes) + len(frontier) > limit:
            break
        found = yield from gather(_node(holder) for holder in frontier)
        nodes.update(zip(frontier, found, strict=True))
        frontier = _unmet((link for node in found for link in node.links), nodes)
    return nodes


def _authority(address: Address, direct: _Direct, known: Mapping[Address, AuthorityNode]) -> Authority:
    """Return the part of the graph that belongs to one address."""
    if direct.proxy is None:
        return Authority(address, "", (), {}, (f"{address} is no proxy and no beacon that is recognised",))
    nodes: dict[Address, AuthorityNode] = {}
    unmet = _unmet(direct.links, nodes)
    while met := [holder for holder in unmet if holder in known]:
        nodes |= {holder: known[holder] for holder in met}
        unmet = _unmet((link for node in nodes.values() for link in node.links), nodes)
    gaps = direct.gaps
    if unmet:
        gaps += (f"there are more holders than are followed here, beginning with {unmet[0]}",)
    return Authority(address, direct.proxy.kind, direct.links, nodes, gaps)


def _unmet(links: Iterable[Link], nodes: Mapping[Address, AuthorityNode]) -> list[Address]:
    return list(dict.fromkeys(link.holder for link in links if link.holder != ANYONE and link.holder not in nodes))


def _node(holder: Address) -> Inquiry[AuthorityNode]:
    """Ask what a holder is, and who can change its code where it is a proxy."""
    identified, direct = yield from _pair(identify(holder), _direct(holder))
    if direct.proxy is None or direct.proxy.kind == "safe":
        return identified
    if identified.kind is HolderKind.CONTRACT:
        return AuthorityNode(holder, HolderKind.PROXY, direct.links, gaps=direct.gaps)
    changers = tuple(
        replace(link, relation=Relation.CODE, detail=link.detail or link.relation) for link in direct.links
    )
    return replace(identified, links=identified.links + changers, gaps=identified.gaps + direct.gaps)


def _direct(address: Address) -> Inquiry[_Direct]:
    """Ask who can call the upgrade function of ``address`` itself."""
    recognised, beacon = yield from _pair(recognise(address), _as_beacon(address))
    proxy = recognised or beacon
    if proxy is None:
        return _Direct(None)
    if proxy.kind == "safe":
        return _Direct(proxy, (Link(Relation.ITSELF, address),), proxy.doubts)
    holders, behind = yield from _pair(holders_of(proxy), proxies_behind(proxy))
    return _Direct(proxy, holders.links + behind, proxy.doubts + holders.gaps)


def _as_beacon(address: Address) -> Inquiry[Proxy | None]:
    """Ask whether the address is a beacon: it names an implementation and has an owner."""
    implementation, owner = yield (
        ReadCall(address, encode_call("implementation()")),
        ReadCall(address, encode_call("owner()")),
    )
    target = stored_address(implementation)
    if target is None or not isinstance(owner, bytes) or len(owner) != WORD:
        return None
    return Proxy(address, "beacon", target, beacon=address)


def _pair(one: Inquiry[A], other: Inquiry[B]) -> Inquiry[tuple[A, B]]:
    """Run two inquiries with different answers in the same rounds."""
    both: list[Inquiry[Any]] = [one, other]
    first, second = yield from gather(both)
    return first, second
