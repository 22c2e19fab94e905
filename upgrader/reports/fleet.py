"""A fleet in words: one line a node for a person, one object a node for a program.

Whatever a node said is untrusted and goes through :func:`~upgrader.reports.text.visible` before it is shown; the JSON
form keeps it as it is, since JSON escapes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from upgrader.fleet.evidence import Layer
from upgrader.fleet.expectation import Expected
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, NodeFacts
from upgrader.fleet.fleet import Half
from upgrader.fleet.identity import Identity, identify
from upgrader.fleet.readiness import Readiness
from upgrader.forks.digest import digest_of
from upgrader.forks.eth_config import EthConfig, ForkConfig, parse
from upgrader.forks.fork_id import fork_hash_at
from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.reports.text import visible

NOT_SAID: Final = "-"
_WIDTH: Final = 60
"""Characters of one cell."""


def inventory_lines(facts: Sequence[NodeFacts]) -> list[str]:
    """Return a table of what each node says."""
    head = ("NODE", "ROLE", "CLIENT", "CHAIN", "GENESIS", "HEAD", "PEERS", "SYNCING", "RULES")
    rows: list[tuple[str, ...]] = []
    for node in facts:
        execution = node.execution
        if _silent(node):
            rows.append((node.node.name, node.node.role, _clients(node)))
            continue
        rows.append(
            (
                node.node.name,
                node.node.role,
                _clients(node),
                _shown(execution.chain_id if execution else None),
                f"0x{execution.genesis_hash.hex()[:8]}…" if execution and execution.genesis_hash else NOT_SAID,
                _head(node),
                _both(*(half.peers for half in _halves(node))),
                _both(*(_yes(half.syncing) for half in _halves(node))),
                _rules(execution),
            )
        )
    return _table(head, rows)


def check_lines(facts: Sequence[NodeFacts], expected: Expected, readiness: Mapping[str, Readiness]) -> list[str]:
    """Return a table of how each node stands to what is expected of it."""
    head = ("NODE", "CLIENT", "HEAD", "LAG", "PEERS", "SYNCING", *(("FORK",) if readiness else ()))
    rows: list[tuple[str, ...]] = []
    for node in facts:
        ready = (readiness[node.node.name].status.value.replace("_", " "),) if readiness else ()
        if _silent(node):
            rows.append((node.node.name, _clients(node), NOT_SAID, NOT_SAID, NOT_SAID, NOT_SAID, *ready))
            continue
        rows.append(
            (
                node.node.name,
                _clients(node),
                _head(node),
                _lag(node, expected),
                _both(*(half.peers for half in _halves(node))),
                _both(*(_yes(half.syncing) for half in _halves(node))),
                *ready,
            )
        )
    return _table(head, rows)


def fork_line(fork: Fork, schedule: ForkSchedule) -> str:
    """Return what the fork is: its names, its date and the identifiers that nodes show once it has come."""
    names = f"{fork.name}/{fork.consensus}" if fork.consensus else fork.name
    when = f"{_utc(fork.timestamp)} ({fork.criterion})" if fork.timestamp is not None else str(fork.criterion)
    if fork.timestamp is None:
        return f"fork {names}: {when}"
    return f"fork {names}: {when}, fork id 0x{fork_hash_at(schedule, fork.timestamp).hex()}"


def fork_document(fork: Fork, schedule: ForkSchedule) -> dict[str, Any]:
    """Return a fork as JSON types."""
    digest = digest_of(schedule, fork)
    return {
        "name": fork.name,
        "consensus": fork.consensus or None,
        "activation": str(fork.criterion),
        "timestamp": fork.timestamp,
        "epoch": fork.epoch,
        "fork_id": f"0x{fork_hash_at(schedule, fork.timestamp).hex()}" if fork.timestamp is not None else None,
        "digest": f"0x{digest.hex()}" if digest else None,
        "source": fork.source or None,
        "schedule_retrieved": schedule.retrieved.isoformat() if schedule.retrieved else None,
    }


def node_document(facts: NodeFacts, readiness: Readiness | None = None) -> dict[str, Any]:
    """Return everything known of a node as JSON types."""
    node = facts.node
    document: dict[str, Any] = {"name": node.name, "role": node.role, "zone": node.zone}
    if facts.execution is not None and node.execution is not None:
        document["execution"] = _execution_document(node.execution, facts.execution)
    if facts.consensus is not None and node.consensus is not None:
        document["consensus"] = _consensus_document(node.consensus, facts.consensus)
    if readiness is not None:
        document["readiness"] = {"status": readiness.status.value, "reasons": list(readiness.reasons)}
    return document


def _execution_document(half: Half, facts: ExecutionFacts) -> dict[str, Any]:
    config = parse(facts.eth_config) if facts.eth_config is not None else None
    head = facts.head
    return _common(half, facts) | {
        "chain_id": facts.chain_id,
        "genesis_hash": f"0x{facts.genesis_hash.hex()}" if facts.genesis_hash else None,
        "head": {"number": head.number, "hash": f"0x{head.hash.hex()}", "timestamp": head.timestamp} if head else None,
        "eth_config": {name: _config_document(getattr(config, name)) for name in ("current", "next", "last")}
        if isinstance(config, EthConfig)
        else None,
    }


def _consensus_document(half: Half, facts: ConsensusFacts) -> dict[str, Any]:
    root = facts.genesis_validators_root
    return _common(half, facts) | {
        "head_slot": facts.head_slot,
        "sync_distance": facts.sync_distance,
        "execution_offline": facts.execution_offline,
        "execution_version": facts.execution_version or None,
        "genesis_validators_root": f"0x{root.hex()}" if root else None,
    }


def _common(half: Half, facts: ExecutionFacts | ConsensusFacts) -> dict[str, Any]:
    identity = identify(facts.client_version, half.layer)
    known = identity if isinstance(identity, Identity) else None
    return {
        "endpoint": half.endpoint.shown,
        "unreachable": facts.unreachable or None,
        "client": known.client.name if known else None,
        "version": str(known.version) if known and known.version else None,
        "version_text": facts.client_version or None,
        "syncing": facts.syncing,
        "peers": facts.peers,
        "missing": dict(facts.missing),
        "seconds": round(facts.seconds, 3),
    }


def _config_document(entry: ForkConfig | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {"activation": entry.activation, "fork_id": f"0x{entry.fork_id.hex()}" if entry.fork_id else None}


def _clients(node: NodeFacts) -> str:
    """Return who answers, or why nobody does."""
    halves = ((Layer.EXECUTION, node.execution), (Layer.CONSENSUS, node.consensus))
    return " + ".join(_client(layer, facts) for layer, facts in halves if facts is not None)


def _client(layer: Layer, facts: ExecutionFacts | ConsensusFacts) -> str:
    if facts.unreachable:
        return facts.unreachable
    identity = identify(facts.client_version, layer)
    return str(identity) if isinstance(identity, Identity) else f"? {facts.client_version}".rstrip()


def _silent(node: NodeFacts) -> bool:
    return all(half.unreachable for half in _halves(node))


def _halves(node: NodeFacts) -> tuple[ExecutionFacts | ConsensusFacts, ...]:
    return tuple(half for half in (node.execution, node.consensus) if half is not None)


def _lag(node: NodeFacts, expected: Expected) -> str:
    """Return the blocks that a node of the chain is behind the median; nothing for a node of another chain."""
    if node.execution is None or node.execution.head is None or expected.head is None:
        return NOT_SAID
    if not expected.is_home_of(node.execution):
        return NOT_SAID
    return str(expected.head - node.execution.head.number)


def _head(node: NodeFacts) -> str:
    block = node.execution.head.number if node.execution and node.execution.head else None
    return _both(block, f"slot {node.consensus.head_slot}" if node.consensus and node.consensus.head_slot else None)


def _rules(facts: ExecutionFacts | None) -> str:
    config = parse(facts.eth_config) if facts and facts.eth_config is not None else None
    if not isinstance(config, EthConfig):
        return NOT_SAID
    entries = (config.current, config.next)
    shown = [f"0x{entry.fork_id.hex()}" if entry.fork_id else "no id" for entry in entries if entry]
    return f"{' → '.join(shown)} at {_utc(config.next.activation)}" if config.next else shown[0]


def _both(*values: object) -> str:
    """Return one cell for two layers; what a node does not say is left out."""
    return " / ".join(str(value) for value in values if value is not None) or NOT_SAID


def _yes(value: bool | None) -> str | None:  # noqa: FBT001 - three-valued, as nodes answer
    return None if value is None else "yes" if value else "no"


def _shown(value: object) -> str:
    return NOT_SAID if value is None else str(value)


def _utc(timestamp: int) -> str:
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"timestamp {timestamp}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [[visible(cell, _WIDTH) for cell in row] for row in (head, *rows)]
    full = [row for row in cells if len(row) == len(head)]
    widths = [max(len(row[column]) for row in full) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in cells]
