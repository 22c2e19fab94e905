"""Looking at a fleet: what its nodes say, and whether each is sound and ready for the network's next fork.

Facts come from a :class:`NodeReader`, expectations from the fleet file and the network's fork schedule.  Here the two
meet: each statement of a node is weighed against the schedule (``forks/``), and the fleet's rules judge (``fleet/``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from upgrader.checks.nodes import findings, health, split
from upgrader.checks.nodes.evidence import witnesses
from upgrader.errors import InputError
from upgrader.findings import Finding, Verdict, ranked, verdict_of
from upgrader.fleet.expectation import Expected, expected
from upgrader.fleet.facts import NodeFacts
from upgrader.fleet.fleet import Fleet, Node, Policy
from upgrader.fleet.readiness import Readiness, Status, judge
from upgrader.forks.criteria import UINT64_MAX, Head
from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.ports import Progress
from upgrader.units import BlockNumber, Hash32, Seconds, Timestamp

HEAD_AGE: Final = Seconds(300)
"""Age of the newest block beyond which a node of a network with slots stands still, where the fleet file sets none."""

SETTLED: Final = 2
"""Blocks below the lowest head at which hashes are compared, because honest nodes may differ at the tip."""


class NodeReader(Protocol):
    """Whoever can ask nodes."""

    def facts(self, nodes: Sequence[Node]) -> tuple[NodeFacts, ...]:
        """Ask every node everything, in order; one that does not answer says so in its facts."""
        ...

    def blocks(self, nodes: Sequence[Node], height: BlockNumber) -> Mapping[str, Hash32]:
        """Return the hash of each node's block at ``height``, without those that do not answer."""
        ...


@dataclass(frozen=True, slots=True)
class Checkup:
    """A fleet, judged.

    Attributes:
        facts: What each node said.
        expected: What each should say.
        fork: The fork that readiness was judged for; None without a schedule.
        readiness: Node name -> judgement; empty without a fork that has a date.
        findings: Every opinion, worst first.
        verdict: Safe only when every node is sound and ready.
    """

    facts: tuple[NodeFacts, ...]
    expected: Expected
    fork: Fork | None
    readiness: Mapping[str, Readiness]
    findings: tuple[Finding, ...]
    verdict: Verdict


def check(
    fleet: Fleet,
    schedule: ForkSchedule | None,
    reader: NodeReader,
    *,
    fork_name: str | None,
    now: Timestamp,
    progress: Progress,
) -> Checkup:
    """Ask every node and judge it.

    Args:
        fleet: The nodes and what is expected of them.
        schedule: The network's forks; None when no data knows them.
        reader: Asks the nodes.
        fork_name: The fork to be ready for; None for the next one, or the newest when none is to come.
        now: The time.
        progress: Told what is being done.

    Raises:
        InputError: The fork is not in the schedule, or the fleet file contradicts the schedule.
    """
    fork = _chosen_fork(fleet, schedule, fork_name, now)
    progress(f"asking {len(fleet.nodes)} node{'' if len(fleet.nodes) == 1 else 's'} of {fleet.network}")
    facts = reader.facts(fleet.nodes)
    wanted = expectations(fleet, schedule, facts)
    policy = _policy(fleet, schedule)
    found = [finding for node in facts for finding in health.findings(node, wanted, policy, now)]
    found += _splits(facts, wanted, policy, reader)
    found += findings.of_schedule(fleet, schedule, fork, fork_name, now)
    readiness: dict[str, Readiness] = {}
    if schedule is not None and fork is not None and fork.scheduled:
        readiness = {node.node.name: _readiness(node, wanted, schedule, fork, now) for node in facts}
        # A node elsewhere has its finding already; what it says of this chain's forks adds nothing.
        here = [node for node in facts if not _is_elsewhere(node, wanted)]
        found += [f for node in here for f in findings.of_readiness(node, readiness[node.node.name], fork)]
    if schedule is not None:
        found += [finding for node in facts for finding in findings.of_statements(node, schedule)]
    else:
        found += findings.of_minority(facts, wanted)
    return Checkup(facts, wanted, fork, readiness, ranked(found), verdict_of(found))


def expectations(fleet: Fleet, schedule: ForkSchedule | None, facts: tuple[NodeFacts, ...]) -> Expected:
    """Return what every node should say: the fleet file's word, then the schedule's, then the majority's.

    Raises:
        InputError: The fleet file contradicts the schedule.
    """
    if schedule is None:
        return expected(facts, fleet.chain_id, fleet.genesis_hash)
    if fleet.chain_id not in (None, schedule.chain_id) or fleet.genesis_hash not in (None, schedule.genesis_hash):
        raise InputError(
            f"the fleet file and the fork schedule of {fleet.network} name different chains",
            remedy="correct chain_id and genesis_hash under [fleet], or leave them out",
        )
    root = schedule.clock.genesis_validators_root if schedule.clock else None
    return expected(facts, schedule.chain_id, schedule.genesis_hash, root)


def _chosen_fork(fleet: Fleet, schedule: ForkSchedule | None, fork_name: str | None, now: Timestamp) -> Fork | None:
    if fork_name is None:
        if schedule is None:
            return None
        head = Head(BlockNumber(UINT64_MAX), now)
        upcoming, active = schedule.upcoming(head), schedule.active(head)
        return upcoming[0] if upcoming else active[-1] if active else None
    fork = schedule.named(fork_name) if schedule is not None else None
    if fork is None:
        known = ", ".join(fork.name for fork in schedule.forks) if schedule is not None else "none"
        raise InputError(
            f"no fork {fork_name[:80]!r} is known on {fleet.network}",
            remedy=f"add it to networks/forks/{fleet.network}.toml, or name one of these: {known}",
        )
    return fork


def _policy(fleet: Fleet, schedule: ForkSchedule | None) -> Policy:
    slots = schedule is not None and schedule.clock is not None
    return replace(fleet.policy, max_head_age=HEAD_AGE) if slots and not fleet.policy.max_head_age else fleet.policy


def _splits(facts: tuple[NodeFacts, ...], wanted: Expected, policy: Policy, reader: NodeReader) -> Iterator[Finding]:
    """Compare one settled block among the nodes that are near the fleet's head."""
    near = {
        node.node: node.execution.head.number
        for node in facts
        if node.execution is not None
        and node.execution.head is not None
        and wanted.is_home_of(node.execution)
        and wanted.head is not None
        and abs(wanted.head - node.execution.head.number) <= policy.max_lag
    }
    if len(near) > 1:
        height = BlockNumber(max(0, min(near.values()) - SETTLED))
        hashes = reader.blocks(tuple(near), height)
        yield from split.findings({node.name: hashes.get(node.name) for node in near}, height)


def _readiness(node: NodeFacts, wanted: Expected, schedule: ForkSchedule, fork: Fork, now: Timestamp) -> Readiness:
    if _is_elsewhere(node, wanted):
        return Readiness(Status.UNKNOWN, ("it is not known to be on this chain",))
    return judge(fork.name, tuple(witnesses(node, schedule, fork, now)))


def _is_elsewhere(node: NodeFacts, wanted: Expected) -> bool:
    execution = node.execution
    return execution is not None and not execution.unreachable and not wanted.is_home_of(execution)
