"""What a node's statements say of one fork: where the fork rules and the fleet's judgement meet.

``forks/`` knows what a schedule implies, ``fleet/`` knows clients and how to weigh; neither knows the other.  Here each
statement becomes one piece of :class:`~upgrader.fleet.evidence.Evidence`.
"""

from collections.abc import Iterator
from typing import Any, Final

from upgrader.fleet.evidence import Evidence, Kind, Layer, Standing
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, NodeFacts
from upgrader.fleet.identity import Identity, Unknown, identify
from upgrader.fleet.readiness import Witness
from upgrader.fleet.version import parse as parse_version
from upgrader.forks import consensus, eth_config
from upgrader.forks.agreement import Agreement
from upgrader.forks.criteria import Head
from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.forks.untrusted import Malformed
from upgrader.units import Seconds, Timestamp

STUCK_AFTER: Final = Seconds(120)
"""How long after a fork a node whose newest block is older than the fork is taken to have missed it: ten slots."""


def witnesses(node: NodeFacts, schedule: ForkSchedule, fork: Fork, now: Timestamp) -> Iterator[Witness]:
    """Yield one witness for each layer that the node has."""
    if node.execution is not None:
        identity = identify(node.execution.client_version, Layer.EXECUTION)
        evidence = (
            _config_evidence(node.execution, schedule, fork),
            _version_evidence(Layer.EXECUTION, identity, fork),
            _head_evidence(node.execution, fork, now),
        )
        yield Witness(Layer.EXECUTION, identity, evidence)
    if node.consensus is not None:
        identity = identify(node.consensus.client_version, Layer.CONSENSUS)
        said = _version_evidence(Layer.CONSENSUS, identity, fork)
        yield Witness(Layer.CONSENSUS, identity, (*_consensus_evidence(node.consensus, fork), said))


def _config_evidence(facts: ExecutionFacts, schedule: ForkSchedule, fork: Fork) -> Evidence:
    config = eth_config.parse(facts.eth_config)
    if isinstance(config, Malformed):
        why = facts.unreachable or facts.missing.get("eth_config", config.reason)
        return Evidence(Layer.EXECUTION, Kind.ETH_CONFIG, Standing.SILENT, why)
    return _weighed(Layer.EXECUTION, Kind.ETH_CONFIG, eth_config.agreement(config, schedule, fork))


def _consensus_evidence(facts: ConsensusFacts, fork: Fork) -> Iterator[Evidence]:
    versions = consensus.parse_fork_schedule(facts.fork_schedule)
    spec = consensus.parse_spec(facts.spec)
    statements: tuple[tuple[Kind, Any], ...] = (
        (
            Kind.FORK_SCHEDULE,
            versions if isinstance(versions, Malformed) else consensus.schedule_agreement(versions, fork),
        ),
        (Kind.SPEC, spec if isinstance(spec, Malformed) else consensus.spec_agreement(spec, fork)),
    )
    for kind, said in statements:
        if isinstance(said, Malformed):
            why = facts.unreachable or facts.missing.get(kind.value, said.reason)
            yield Evidence(Layer.CONSENSUS, kind, Standing.SILENT, why)
        else:
            yield _weighed(Layer.CONSENSUS, kind, said)


def _version_evidence(layer: Layer, identity: Identity | Unknown, fork: Fork) -> Evidence:
    if isinstance(identity, Unknown):
        return Evidence(layer, Kind.VERSION, Standing.SILENT, str(identity))
    minimum = parse_version(fork.minimum_versions.get(identity.client.name, ""))
    if minimum is None or identity.version is None:
        why = f"the first {identity.client.name} release that knows {fork.name} is not recorded"
        return Evidence(layer, Kind.VERSION, Standing.SILENT, why if identity.version else str(identity))
    reached = identity.version >= minimum
    said = f"{identity}, the first release that knows {fork.name} is {minimum}"
    return Evidence(layer, Kind.VERSION, Standing.KNOWS if reached else Standing.LACKS, said)


def _head_evidence(facts: ExecutionFacts, fork: Fork, now: Timestamp) -> Evidence:
    if facts.head is None:
        return Evidence(Layer.EXECUTION, Kind.HEAD, Standing.SILENT, facts.unreachable or "it names no head")
    block = f"block {facts.head.number} of time {facts.head.timestamp}"
    if fork.criterion.is_met(Head(facts.head.number, facts.head.timestamp)):
        return Evidence(Layer.EXECUTION, Kind.HEAD, Standing.KNOWS, f"{block} is past {fork.name}")
    if fork.timestamp is not None and now > fork.timestamp + STUCK_AFTER and not facts.syncing:
        said = f"it stands at {block}, and {fork.name} was at {fork.timestamp}"
        return Evidence(Layer.EXECUTION, Kind.HEAD, Standing.LACKS, said)
    return Evidence(Layer.EXECUTION, Kind.HEAD, Standing.SILENT, f"{block} is before {fork.name}")


def _weighed(layer: Layer, kind: Kind, found: Agreement) -> Evidence:
    return Evidence(layer, kind, Standing(found.standing.value), found.detail)
