"""A fleet of three geth on Sepolia, and what its nodes say when all is well."""

from dataclasses import replace

from upgrader.fleet.clients._base import named
from upgrader.fleet.evidence import Layer
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, HeadBlock, NodeFacts
from upgrader.fleet.fleet import Endpoint, Fleet, Half, Node
from upgrader.fleet.version import parse
from upgrader.forks.fork_id import fork_hash_at

NOW = 1_791_200_000
"""A day before Sepolia's Amsterdam."""

HEAD = HeadBlock(9_000_000, b"\x90" * 32, NOW - 8)
LIGHTHOUSE = "Lighthouse/v8.3.0-e42406d/x86_64-linux"
GETH = "Geth/v1.17.7-stable-b9f3a3d9/linux-amd64/go1.24"


def node(name, *, want="1.17.7", pair=False):
    """Return one node of the fleet file."""
    execution = Half(Layer.EXECUTION, Endpoint("http://x:1", "http://x:1"), named("geth"), parse(want))
    consensus = Half(Layer.CONSENSUS, Endpoint("http://x:2", "http://x:2"), named("lighthouse"), None)
    return Node(name, execution, consensus if pair else None)


def config(schedule, *activations):
    """Return an honest answer to eth_config: rules at the given times, the last one repeated."""
    entries = [
        {
            "activationTime": when,
            "chainId": hex(schedule.chain_id),
            "forkId": f"0x{fork_hash_at(schedule, when).hex()}",
            "blobSchedule": _blobs(schedule.blobs_at(when)),
            "precompiles": {},
            "systemContracts": {},
        }
        for when in activations
    ]
    following = entries[1] if len(entries) > 1 else None
    return {"current": entries[0], "next": following, "last": entries[-1] if following else None}


def execution(schedule, **changes):
    """Return what a sound execution node says, with changes."""
    bpo2, amsterdam = schedule.named("bpo2").timestamp, schedule.named("amsterdam").timestamp
    sound = ExecutionFacts(
        client_version=GETH,
        chain_id=schedule.chain_id,
        genesis_hash=schedule.genesis_hash,
        head=HEAD,
        syncing=False,
        peers=50,
        eth_config=config(schedule, bpo2, amsterdam),
    )
    return replace(sound, **changes)


def consensus(schedule, **changes):
    """Return what a sound consensus node says, with changes."""
    spec = {f"{f.consensus.upper()}_FORK_EPOCH": str(f.epoch) for f in schedule.forks if f.consensus}
    spec["BLOB_SCHEDULE"] = [
        {"EPOCH": str(f.epoch), "MAX_BLOBS_PER_BLOCK": str(f.blobs.maximum)}
        for f in schedule.forks
        if f.name.startswith("bpo")
    ]
    sound = ConsensusFacts(
        client_version=LIGHTHOUSE,
        head_slot=11_000_000,
        sync_distance=0,
        syncing=False,
        execution_offline=False,
        peers=80,
        genesis_validators_root=schedule.clock.genesis_validators_root,
        fork_schedule=[
            {"current_version": f"0x{f.version.hex()}", "epoch": str(f.epoch)} for f in schedule.forks if f.version
        ],
        spec=spec,
    )
    return replace(sound, **changes)


class Recorded:
    """A node reader that answers from what was recorded."""

    def __init__(self, facts, hashes=None):
        self._facts = {said.node.name: said for said in facts}
        self._hashes = hashes

    def facts(self, nodes):
        """Return the record of each node."""
        return tuple(self._facts[wanted.name] for wanted in nodes)

    def blocks(self, nodes, height):
        """Return one hash for all, or the recorded ones."""
        del height
        said = {wanted.name: (self._hashes or {}).get(wanted.name, b"\x01" * 32) for wanted in nodes}
        return {name: digest for name, digest in said.items() if digest is not None}


def fleet_of(*said, network="sepolia", **fields):
    """Return a fleet of the nodes that the facts are of, and its reader."""
    return Fleet(network, tuple(facts.node for facts in said), **fields), Recorded(said)


def single(schedule, name="a", **changes):
    """Return the facts of an execution-only node."""
    return NodeFacts(node(name), execution(schedule, **changes))


def pair(schedule, name="a", *, el=None, cl=None):
    """Return the facts of a node with both layers."""
    return NodeFacts(node(name, pair=True), execution(schedule, **(el or {})), consensus(schedule, **(cl or {})))


def _blobs(limits):
    return {"target": limits.target, "max": limits.maximum, "baseFeeUpdateFraction": limits.fraction}
