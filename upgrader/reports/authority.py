"""Who can upgrade a contract, as a tree that a person reads from the contract outward."""

from collections.abc import Iterator, Mapping
from typing import Any

from upgrader.governance.authority import ANYONE, Authority, AuthorityNode, HolderKind, Link, Relation, Route
from upgrader.reports.text import visible
from upgrader.units import Address

_DAY = 86_400
_HOUR = 3_600


def authority_lines(authority: Authority) -> tuple[str, ...]:
    """Return the graph as an indented tree, then its weakest route; a holder that was shown above is not repeated."""
    if not authority.links:
        return ("nobody can upgrade it" if not authority.gaps else "it is not known who can upgrade it",)
    shown: set[str] = set()
    lines = [line for link in authority.links for line in _branch(authority.nodes, link, 0, shown)]
    weakest = authority.weakest
    if weakest is not None:
        lines.append(f"weakest: {route_line(weakest)}")
    return tuple(lines)


def holder_lines(node: AuthorityNode, behind: Mapping[Address, AuthorityNode]) -> Iterator[str]:
    """Yield what a holder is, as an indented tree who acts through it, and what is not known of that."""
    yield node_line(node)
    shown: set[str] = {node.address}
    for link in node.links:
        yield from _branch(behind, link, 1, shown)
    for gap in dict.fromkeys(gap for each in (node, *behind.values()) for gap in each.gaps):
        yield f"  not known: {visible(gap)}"


def route_line(route: Route) -> str:
    """Return what a route costs: ``2 keys of safe 0x…, then 2 days``."""
    if route.keys is None:
        who = f"{route.kinds[-1]} {route.begins} (unknown)"
    elif route.keys == 0:
        who = "anybody"
    else:
        who = f"{route.keys} key{'' if route.keys == 1 else 's'} of {route.kinds[-1]} {route.begins}"
    return f"{who}, {'at once' if not route.delay else f'after {duration(route.delay)}'}"


def authority_json(authority: Authority) -> dict[str, Any]:
    """Return the graph as JSON types: links by address, and every holder once."""
    weakest = authority.weakest
    return {
        "subject": authority.subject,
        "kind": authority.kind,
        "links": [_link_json(link) for link in authority.links],
        "holders": {address: node_json(node) for address, node in sorted(authority.nodes.items())},
        "weakest": None
        if weakest is None
        else {"begins": weakest.begins, "keys": weakest.keys, "delay": weakest.delay, "text": route_line(weakest)},
        "gaps": list(authority.all_gaps),
    }


def duration(seconds: int) -> str:
    """Return ``2 days``, ``36 h`` or ``90 s``."""
    if seconds >= _DAY and seconds % _DAY == 0:
        return f"{seconds // _DAY} day{'' if seconds == _DAY else 's'}"
    if seconds >= _HOUR and seconds % _HOUR == 0:
        return f"{seconds // _HOUR} h"
    return f"{seconds} s"


def _branch(nodes: Mapping[Address, AuthorityNode], link: Link, depth: int, shown: set[str]) -> Iterator[str]:
    node = nodes.get(link.holder)
    detail = visible(link.detail, 120)
    relation = detail if detail.startswith(link.relation) else f"{link.relation} {detail}".rstrip()
    via = f" (of {link.via})" if link.via else ""
    seen = link.holder in shown
    yield f"{'  ' * depth}{relation}{via}: {_holder(link, node)}{' (above)' if seen and node and node.links else ''}"
    if node is None or seen:
        return
    shown.add(link.holder)
    for inner in node.links:
        yield from _branch(nodes, inner, depth + 1, shown)


def _holder(link: Link, node: AuthorityNode | None) -> str:
    if link.holder == ANYONE:
        return "anybody"
    return node_line(node) if node else f"{link.holder} (not followed)"


def node_line(node: AuthorityNode) -> str:
    """Return what a holder is: ``Safe 1.4.1 0x…, 2 of 3``."""
    if node.safe is not None:
        safe = node.safe
        guard = f", guard {safe.guard}" if safe.guard else ""
        return f"Safe {visible(safe.version, 20)} {node.address}, {safe.threshold} of {len(safe.owners)}{guard}"
    if node.timelock is not None:
        open_to = "open to anybody" if node.timelock.open_executor else ", ".join(node.timelock.executors) or "nobody"
        return f"timelock {node.address}, {duration(node.timelock.min_delay)}, executor {open_to}"
    doubt = "?" if node.gaps and node.kind is not HolderKind.ACCOUNT else ""
    return f"{node.kind}{doubt} {node.address}"


def _link_json(link: Link) -> dict[str, Any]:
    holder = None if link.holder == ANYONE and link.relation is Relation.CALLER else link.holder
    return {"relation": link.relation.value, "holder": holder, "detail": link.detail, "via": link.via}


def node_json(node: AuthorityNode) -> Mapping[str, Any]:
    """Return a holder as JSON types."""
    document: dict[str, Any] = {"kind": node.kind.value, "links": [_link_json(link) for link in node.links]}
    if node.safe is not None:
        safe = node.safe
        document["safe"] = {
            "version": safe.version,
            "threshold": safe.threshold,
            "owners": list(safe.owners),
            "nonce": safe.nonce,
            "modules": list(safe.modules),
            "guard": safe.guard,
            "module_guard": safe.module_guard,
            "fallback_handler": safe.fallback_handler,
            "singleton": safe.singleton,
        }
    if node.timelock is not None:
        timelock = node.timelock
        document["timelock"] = {
            "min_delay": timelock.min_delay,
            "proposers": list(timelock.proposers),
            "executors": list(timelock.executors),
            "open_executor": timelock.open_executor,
            "cancellers": list(timelock.cancellers),
            "admins": list(timelock.admins),
        }
    if node.gaps:
        document["gaps"] = list(node.gaps)
    return document
