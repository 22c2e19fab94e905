"""``check`` where a chain says what runs: a reference to a proxy, and the earlier implementations of an upgrade."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from upgrader.cli.outcome import Console
from upgrader.errors import InputError

if TYPE_CHECKING:
    from upgrader.cli.desk import Desk
    from upgrader.edges.sources import SourceReader
    from upgrader.flows.check import CheckResult
    from upgrader.flows.live import Records
    from upgrader.layout.formats import Described
    from upgrader.ports import Chain


def check_references(
    console: Console, reader: "SourceReader", references: Sequence[str], rpc: Sequence[str], proxy: str | None
) -> "CheckResult":
    """Check OLD, NEW and earlier references; where OLD is a proxy on a chain, against that proxy.

    Args:
        console: Hears of progress.
        reader: Reads references.
        references: OLD, NEW, and what ran before, oldest first.
        rpc: Endpoints in place of the network's own.
        proxy: The proxy's own code; None where nobody named it.
    """
    from upgrader.flows.check import check_pair

    reader.expect(references)
    place = reader.place(references[0])
    before, after, *own = reader.read_all([*references[:2], *([proxy] if proxy else [])])
    beside = own[0] if own else None
    if place is None:  # of what ran earlier nothing but its storage counts
        return check_pair(before, after, history=reader.layouts(references[2:]), proxy=beside)
    earlier = reader.read_all(references[2:])
    live = _check_proxy(console, reader, place, (before, after, beside), earlier, rpc)
    return live or check_pair(before, after, history=earlier, proxy=beside)


def known_past(desk: "Desk", chain: "Chain", history: Sequence[str], sources: str | None) -> "Records":
    """Return what is known of the implementations that the proxies of an upgrade ran before.

    Args:
        desk: The upgrade; the bundles beside it are read.
        chain: Its chain.
        history: ``REF`` of an earlier implementation, oldest first; ``contract=REF`` where several contracts change.
        sources: Folder of verified sources, or None.

    Raises:
        InputError: It is not said which contract a reference is about, or it cannot be read.
    """
    from upgrader.cli import wiring

    reader = wiring.sources(Path.cwd(), verified=Path(sources) if sources else None, rpc=desk.rpc)
    contracts = [change.contract for change in desk.manifest.change]
    return wiring.records(desk.root, reader, chain.chain_id(), _by_contract(history, contracts))


def _by_contract(history: Sequence[str], contracts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in history:
        name, sign, reference = each.partition("=")
        if not sign or name not in contracts:
            if len(contracts) != 1:
                raise InputError(
                    f"{each[:200]!r} names none of the contracts that change: {', '.join(contracts)}",
                    remedy=f"give --history {contracts[0]}=REF",
                )
            name, reference = contracts[0], each
        found[name] = (*found.get(name, ()), reference)
    return found


def _check_proxy(
    console: Console,
    reader: "SourceReader",
    place: tuple[str, str],
    sides: "tuple[Described, Described, Described | None]",
    earlier: "Sequence[Described]",
    rpc: Sequence[str],
) -> "CheckResult | None":
    """Check against the proxy at an address; None where the address is no proxy."""
    from dataclasses import replace

    from upgrader.cli import wiring
    from upgrader.flows.check import described_layout
    from upgrader.flows.live import LivePair, check_live, live_proxy
    from upgrader.units import address

    (network, where), (old, new, proxy) = place, sides
    chain = wiring.chain(network, rpc, say=console.progress)
    at = chain.block()
    there = chain.ask(live_proxy(where, address(where), described_layout(old)), at)
    if there is None:
        return None
    console.progress(f"check: reading the proxy {there.proxy} at block {at.number}")
    records = wiring.records(wiring.root_or_none(), reader, chain.chain_id())
    records = replace(records, given={where: tuple(earlier)})
    return check_live({where: LivePair(there, old, new, proxy=proxy)}, chain, at, records)[where]
