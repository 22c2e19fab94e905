"""Whether each node of a fleet is a sound member of it: the right chain, up to date, connected, the right program.

Every opinion compares a fact with an expectation: the fleet file's, the network's, or, where there is neither, what
most nodes of the fleet say.  What a node did not say is never held for good: it is a finding where it matters.
"""

from collections.abc import Iterator
from typing import Final

from upgrader.findings import Finding, Severity
from upgrader.fleet.evidence import Layer
from upgrader.fleet.expectation import Expected
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, NodeFacts
from upgrader.fleet.fleet import Half, Policy
from upgrader.fleet.identity import Identity, identify
from upgrader.units import Seconds, Timestamp

CLOCK_SKEW: Final = Seconds(60)
"""How far a newest block may be ahead of our clock before the node or the clock is taken to be wrong."""


def findings(facts: NodeFacts, wanted: Expected, policy: Policy, now: Timestamp) -> Iterator[Finding]:
    """Yield every opinion about one node, apart from its readiness for a fork."""
    name, execution, consensus = facts.node.name, facts.execution, facts.consensus
    if execution is not None and facts.node.execution is not None:
        yield from _reached(name, facts.node.execution, execution)
        if not execution.unreachable:
            yield from _chain(name, execution, wanted)
            yield from _progress(name, execution, wanted, policy, now)
            if not _simulates(execution):
                yield from _peers(name, execution.peers, policy, execution.missing.get("peers", ""))
            yield from _version(name, facts.node.execution, execution.client_version)
    if consensus is not None and facts.node.consensus is not None:
        yield from _reached(name, facts.node.consensus, consensus)
        if not consensus.unreachable:
            yield from _consensus(name, consensus, wanted, policy)
            yield from _version(name, facts.node.consensus, consensus.client_version)
    if execution is not None and consensus is not None:
        yield from _pair(name, execution, consensus)


def _reached(name: str, half: Half, facts: ExecutionFacts | ConsensusFacts) -> Iterator[Finding]:
    if facts.unreachable:
        yield _blocker(
            "node-unreachable",
            name,
            f"its {half.layer.value} client at {half.endpoint.shown} {facts.unreachable}",
            "start the node, or correct its address in the fleet file",
            judged=False,
        )


def _chain(name: str, facts: ExecutionFacts, wanted: Expected) -> Iterator[Finding]:
    if facts.chain_id is None or wanted.chain_id is None:
        why = facts.missing.get("chain_id", "the nodes of the fleet name different chains and none has a majority")
        yield _blocker(
            "node-chain-unknown",
            name,
            f"its chain cannot be judged: {why}",
            "state chain_id under [fleet], and let the node answer eth_chainId",
            judged=False,
        )
    elif facts.chain_id != wanted.chain_id:
        yield _blocker(
            "node-wrong-chain",
            name,
            f"it is on chain {facts.chain_id}, expected {wanted.chain_id}",
            "correct its address, or take it out of the fleet",
        )
        return  # another chain's genesis is another one
    if facts.genesis_hash is None or wanted.genesis_hash is None:
        why = facts.missing.get(
            "genesis_hash", "the nodes of the fleet have different blocks 0 and none has a majority"
        )
        yield _blocker(
            "node-genesis-unknown",
            name,
            f"its genesis cannot be judged: {why}",
            "state genesis_hash under [fleet], and let the node answer eth_getBlockByNumber",
            judged=False,
        )
    elif facts.genesis_hash != wanted.genesis_hash:
        yield _blocker(
            "node-wrong-genesis",
            name,
            f"its block 0 is 0x{facts.genesis_hash.hex()}, expected 0x{wanted.genesis_hash.hex()}",
            "initialise it with the network's genesis, or take it out of the fleet",
        )


def _progress(name: str, facts: ExecutionFacts, wanted: Expected, policy: Policy, now: Timestamp) -> Iterator[Finding]:
    if facts.syncing:
        yield _syncing(name, "its execution client")
    if facts.head is None:
        why = facts.missing.get("head", "no reason given")
        yield _blocker("node-head-unknown", name, f"it names no head: {why}", "look at the node's log", judged=False)
    else:
        if wanted.head is not None and wanted.is_home_of(facts):
            yield from _lag(name, wanted.head - facts.head.number, policy.max_lag, "blocks")
        age = now - facts.head.timestamp
        if policy.max_head_age is not None and age > policy.max_head_age:
            yield _blocker(
                "node-stands-still",
                name,
                f"its newest block, {facts.head.number}, is {age} seconds old, more than {policy.max_head_age}",
                "look at its log and its consensus client: eth_syncing stays false at a fork that a node missed",
            )
        elif policy.max_head_age is not None and -age > CLOCK_SKEW:
            yield _blocker(
                "node-head-in-future",
                name,
                f"its newest block, {facts.head.number}, is {-age} seconds ahead of this machine's clock",
                "set this machine's clock, or find out why the node shows a block that cannot exist yet",
                judged=False,
            )


def _consensus(name: str, facts: ConsensusFacts, wanted: Expected, policy: Policy) -> Iterator[Finding]:
    root, own = wanted.genesis_validators_root, facts.genesis_validators_root
    if root is not None and own is None:
        why = facts.missing.get("genesis_validators_root", "no reason given")
        yield _blocker(
            "node-chain-unknown",
            name,
            f"the network of its consensus client cannot be judged: {why}",
            "let it answer /eth/v1/beacon/genesis",
            judged=False,
        )
    elif root is not None and own is not None and own != root:
        yield _blocker(
            "node-wrong-chain",
            name,
            f"its validators root is 0x{own.hex()}, expected 0x{root.hex()}",
            "correct its address, or start it for the right network",
        )
        return  # another network has other slots
    if facts.syncing:
        yield _syncing(name, "its consensus client")
    if facts.execution_offline:
        yield _blocker(
            "node-execution-offline",
            name,
            "its consensus client cannot reach its execution client",
            "check the Engine API address and the JWT secret of the pair",
        )
    if facts.head_slot is not None and wanted.slot is not None:
        yield from _lag(name, wanted.slot - facts.head_slot, policy.max_lag, "slots")
    yield from _peers(name, facts.peers, policy, facts.missing.get("peers", ""))


def _lag(name: str, lag: int, limit: int, unit: str) -> Iterator[Finding]:
    if lag > limit:
        yield _blocker(
            "node-behind",
            name,
            f"it is {lag} {unit} behind the fleet's median",
            "wait until it has caught up, or look at its log",
        )
    elif -lag > limit:
        yield Finding(
            "node-ahead",
            Severity.WARNING,
            name,
            f"it is {-lag} {unit} ahead of the fleet's median",
            "find out whether the others stand still or this one is wrong",
        )


def _simulates(facts: ExecutionFacts) -> bool:
    """Return whether the node is a development chain, which has no peers."""
    identity = identify(facts.client_version, Layer.EXECUTION)
    return isinstance(identity, Identity) and identity.client.development


def _peers(name: str, peers: int | None, policy: Policy, why: str) -> Iterator[Finding]:
    if peers is None and policy.min_peers:
        yield Finding(
            "node-peers-unknown",
            Severity.NOTE,
            name,
            f"it does not say how many peers it has: {why or 'no reason given'}",
            "enable the net namespace of its API, or set min_peers = 0 under [fleet]",
        )
    elif peers is not None and peers < policy.min_peers:
        yield _blocker(
            "node-no-peers",
            name,
            f"it has {peers} peers, fewer than {policy.min_peers}",
            "open its peer-to-peer port, or set min_peers under [fleet]",
        )


def _version(name: str, half: Half, said: str) -> Iterator[Finding]:
    identity = identify(said, half.layer)
    if not isinstance(identity, Identity) or identity.version is None:
        why = identity.reason if not isinstance(identity, Identity) else f"{identity.client.name} without a version"
        yield Finding(
            "node-version-unknown",
            Severity.WARNING if half.want is None else Severity.BLOCKER,
            name,
            f"its {half.layer.value} client cannot be recognised: {why}",
            "let it answer its own version, without a proxy that hides it",
            judged=False,
        )
        return
    if half.client is not None and identity.client is not half.client:
        yield _blocker(
            "node-client-differs",
            name,
            f"its {half.layer.value} client is {identity.client.name}, the fleet file says {half.client.name}",
            "correct the fleet file or the address: another program answers here",
        )
    elif half.want is not None and identity.version != half.want:
        older = identity.version < half.want
        yield Finding(
            "node-version-differs",
            Severity.BLOCKER if older else Severity.WARNING,
            name,
            f"it runs {identity.client.name} {identity.version}, the fleet file wants {half.want}",
            "upgrade it" if older else "correct want in the fleet file, or find out who upgraded it",
        )


def _pair(name: str, execution: ExecutionFacts, consensus: ConsensusFacts) -> Iterator[Finding]:
    behind = identify(consensus.execution_version, Layer.EXECUTION)
    answering = identify(execution.client_version, Layer.EXECUTION)
    if not isinstance(behind, Identity) or not isinstance(answering, Identity):
        return
    if (behind.client, behind.version) != (answering.client, answering.version):
        yield Finding(
            "node-pair-differs",
            Severity.WARNING,
            name,
            f"its consensus client drives {behind}, and its execution address answers as {answering}",
            "check that both addresses of the node belong to one pair",
        )


def _syncing(name: str, who: str) -> Finding:
    return _blocker("node-syncing", name, f"{who} says that it is syncing", "wait until it has caught up")


def _blocker(code: str, name: str, message: str, remedy: str, *, judged: bool = True) -> Finding:
    return Finding(code, Severity.BLOCKER, name, message, remedy, judged=judged)
