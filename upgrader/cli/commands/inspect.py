"""``upgrader inspect``: what an address is, what it runs, and who can change it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from upgrader.cli.outcome import Console, Outcome, reports
from upgrader.errors import InputError

if TYPE_CHECKING:
    from upgrader.flows.inspect import Inspection, Subject
    from upgrader.governance.pending import PendingOperation, PendingOperations
    from upgrader.units import Address

ORDER = 20

ADDRESSES_LIMIT = 10_000
"""Most addresses of one command."""

FILE_LIMIT = 2_000_000
"""Most bytes of a file of addresses."""

_TREES = 20
"""Most addresses whose authority is drawn; more are listed, one line each."""

_NOT_HELD = frozenset({"minimal_clone", "safe"})
"""Kinds of proxies that are not held against new code: nobody can upgrade the one, its own releases are the other's."""


@click.command()
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@click.option("--network", metavar="NAME", help="A network of the project: networks/NAME.toml.")
@click.option("--rpc", multiple=True, metavar="URL", help="An endpoint, instead of the network file's.")
@reports("inspect")
def command(console: Console, addresses: tuple[str, ...], network: str | None, rpc: tuple[str, ...]) -> Outcome:
    """Say what each ADDRESS is, what it runs and who can change it.

    Shows kind, implementation, the graph of everybody who can upgrade it, and pending operations.

    ADDRESS is an address, a file with one address a line, or - for standard input.
    """
    from upgrader.cli import wiring
    from upgrader.findings import verdict_of
    from upgrader.flows.inspect import inspect
    from upgrader.reports.text import count_line, finding_lines

    wanted = read_addresses(addresses)
    chain = wiring.chain(network, rpc, say=console.progress)
    found = inspect(chain, wanted)
    lines = [*_lines(found), *finding_lines(found.findings)]
    if found.findings:
        lines.append(count_line(found.findings))
    data = {
        "chain_id": chain.chain_id(),
        "block": found.block.number,
        "addresses": [_json(found, each) for each in found.subjects],
    }
    return Outcome(data, tuple(lines), found.findings, verdict_of(found.findings), next=_next(found, network))


def _next(found: "Inspection", network: str | None) -> str:
    """Return how the first proxy that somebody may upgrade is held against new code."""
    from upgrader.cli import wiring

    proxy = next((each.address for each in found.subjects if each.proxy and each.proxy.kind not in _NOT_HELD), None)
    if proxy and network:
        return f"upgrader check {network}:{proxy} NEW"
    try:
        wiring.project_root()
    except InputError:
        return "upgrader init"
    return "upgrader check UPGRADE"


def read_addresses(words: Sequence[str]) -> "list[Address]":
    """Return the addresses that the words of the command line name.

    Raises:
        InputError: A word is neither an address nor a readable file of addresses, or there are too many.
    """
    from upgrader.units import address

    found = []
    for word in words:
        if word.lower().startswith("0x"):
            found.append(address(word))
        else:
            found.extend(_from_file(word))
    if len(found) > ADDRESSES_LIMIT:
        raise InputError(f"{len(found)} addresses were given", remedy=f"give at most {ADDRESSES_LIMIT} at a time")
    return found


def _from_file(name: str) -> "Iterator[Address]":
    from upgrader.units import address

    try:
        with click.open_file(name, "r", encoding="utf-8") as file:
            text = file.read(FILE_LIMIT + 1)
    except (OSError, UnicodeError) as error:
        what = (error.strerror or str(error)) if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(
            f"neither an address nor a file that can be read: {what}",
            remedy="give 0x and forty hex digits, a file with one address a line, or -",
            where=name,
        ) from error
    if len(text) > FILE_LIMIT:
        raise InputError("the file is too large", remedy=f"give at most {FILE_LIMIT} bytes", where=name)
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.partition("#")[0].strip()
        if entry:
            try:
                yield address(entry)
            except InputError as error:
                raise InputError(error.message, remedy=error.remedy, where=f"{name}:{number}") from error


def _lines(found: "Inspection") -> Iterator[str]:
    from upgrader.reports.authority import authority_lines, holder_lines, route_line
    from upgrader.reports.text import visible

    drawn = len(found.subjects) <= _TREES
    for each in found.subjects:
        proxy = each.proxy
        yield f"{each.address}: {_title(each)}"
        for doubt in proxy.doubts if proxy else ():
            yield f"  doubt: {visible(doubt)}"
        if each.authority is None:
            if each.node is not None:
                yield from (f"  {line}" for line in holder_lines(each.node, each.behind))
            continue
        if drawn:
            yield from (f"  {line}" for line in authority_lines(each.authority))
        elif (weakest := each.authority.weakest) is not None:
            yield f"  weakest: {route_line(weakest)}"
    for pending in found.pending.values():
        yield from _pending_lines(pending)


def _title(each: "Subject") -> str:
    if each.kind == "account":
        return "account without code"
    if each.proxy is None:
        names = {"contract": "contract, no proxy that is recognised", "beacon": "beacon"}
        return names.get(each.kind, each.kind)
    proxy = each.proxy
    parts = [f"{proxy.kind.replace('_', ' ')} proxy", f"implementation {proxy.implementation or 'unknown'}"]
    if proxy.beacon:
        parts.append(f"beacon {proxy.beacon}")
    if proxy.admin:
        parts.append(f"admin {proxy.admin}")
    return ", ".join(parts)


def _pending_lines(pending: "PendingOperations") -> Iterator[str]:
    from upgrader.reports.text import visible

    if not pending.operations and not pending.gaps:
        yield f"timelock {pending.timelock}: nothing pending"
        return
    for operation in pending.operations:
        yield f"timelock {pending.timelock}: {_pending_line(operation)}"
        for call in operation.calls:
            yield f"  calls {call.to} with 0x{call.data[:4].hex()}… ({len(call.data)} bytes), {call.value} wei"
    for gap in pending.gaps:
        yield f"  not known: {visible(gap)}"


def _pending_line(operation: "PendingOperation") -> str:
    from upgrader.reports.moments import moment

    status = operation.status
    known = "" if operation.operation else ", content as logged, identifier not reproduced"
    return f"{status.state} operation 0x{status.id.hex()}, ready at {moment(status.ready_at or 0)}{known}"


def _json(found: "Inspection", each: "Subject") -> dict[str, Any]:
    from upgrader.reports.authority import authority_json, node_json
    from upgrader.units import hexed

    proxy = each.proxy
    document: dict[str, Any] = {
        "address": each.address,
        "kind": each.kind,
        "implementation": proxy.implementation if proxy else None,
        "admin": proxy.admin if proxy else None,
        "beacon": proxy.beacon if proxy else None,
        "arguments": hexed(proxy.arguments) if proxy else "0x",
        "doubts": list(proxy.doubts) if proxy else [],
        "authority": authority_json(each.authority) if each.authority else None,
    }
    if each.node is not None:
        document["holder"] = dict(node_json(each.node))
        document["holders"] = {address: dict(node_json(node)) for address, node in sorted(each.behind.items())}
    timelocks = [timelock.address for timelock in each.authority.timelocks] if each.authority else [each.address]
    document["pending"] = [
        _operation_json(timelock, operation)
        for timelock in timelocks
        if timelock in found.pending
        for operation in found.pending[timelock].operations
    ]
    return document


def _operation_json(timelock: "Address", operation: "PendingOperation") -> dict[str, Any]:
    from upgrader.units import hexed

    return {
        "timelock": timelock,
        "id": hexed(operation.status.id),
        "state": operation.status.state.value,
        "ready_at": operation.status.ready_at,
        "reproduced": operation.operation is not None,
        "calls": [{"to": call.to, "value": str(call.value), "data": hexed(call.data)} for call in operation.calls],
    }
