"""What is worth saying of a fleet and a fork: readiness in words, old schedules, nodes that differ from the others."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from upgrader.findings import Finding, Severity
from upgrader.fleet.expectation import Expected, majority
from upgrader.fleet.facts import NodeFacts
from upgrader.fleet.fleet import Fleet
from upgrader.fleet.readiness import Readiness, Status
from upgrader.forks import consensus, eth_config
from upgrader.forks.criteria import UINT64_MAX, Head
from upgrader.forks.schedule import Fork, ForkSchedule
from upgrader.forks.untrusted import Malformed
from upgrader.units import BlockNumber, Timestamp

SCHEDULE_AGE: Final = 90
"""Days after which a schedule that knows of no further fork is called old; forks are announced some months ahead."""

_OUTCOMES: Final[Mapping[Status, tuple[str, str, bool]]] = {
    Status.NOT_READY: ("node-fork-not-ready", "upgrade it to a release for {fork}, configured for the network", True),
    Status.KNOWN_ISSUE: ("node-known-issue", "upgrade it to a release without the issue", True),
    Status.RESTART_NEEDED: ("node-restart-needed", "restart it with the network's newest configuration", True),
    Status.DISAGREE: ("node-evidence-disagrees", "look at the node's configuration: its statements conflict", False),
    Status.UNKNOWN: ("node-fork-unknown", "let it answer eth_config or the Beacon API, and state its version", False),
}
"""Status -> finding code, remedy, and whether the status is a judgement or the lack of one."""


def of_readiness(node: NodeFacts, readiness: Readiness, fork: Fork) -> Iterator[Finding]:
    """Yield the opinion that a judgement amounts to; none for a node that is ready for good reasons."""
    name = node.node.name
    if readiness.status is Status.READY:
        if readiness.by_version_only:
            yield Finding(
                "node-ready-by-version",
                Severity.WARNING,
                name,
                f"only its version says that it knows {fork.name}: {'; '.join(readiness.reasons)}",
                "let it answer eth_config or the Beacon API, which show what it was started with",
            )
        return
    halves = [half for half in (node.execution, node.consensus) if half is not None]
    if readiness.status is Status.UNKNOWN and any(half.unreachable for half in halves):
        return  # said once already, as node-unreachable
    code, remedy, judged = _OUTCOMES[readiness.status]
    yield Finding(
        code,
        Severity.BLOCKER,
        name,
        f"{readiness.status.value.replace('_', ' ')} for {fork.name}: {'; '.join(readiness.reasons)}",
        remedy.format(fork=fork.name),
        judged=judged,
    )


def of_schedule(
    fleet: Fleet, schedule: ForkSchedule | None, fork: Fork | None, fork_name: str | None, now: Timestamp
) -> Iterator[Finding]:
    """Yield what is wrong with the schedule itself: missing, without a date, or old."""
    if schedule is None:
        yield Finding(
            "fork-schedule-missing",
            Severity.NOTE,
            fleet.network,
            "no fork schedule is known for this network, so readiness for a fork is not judged",
            f"write networks/forks/{fleet.network}.toml",
        )
        return
    if fork is not None and not fork.scheduled:
        yield Finding(
            "fork-unscheduled",
            Severity.BLOCKER,
            fleet.network,
            f"{fork.name} has no date on {fleet.network} in the schedule of {schedule.retrieved}",
            f"write its date into networks/forks/{fleet.network}.toml once it is set",
            judged=False,
        )
    if fork_name is None and schedule.retrieved is not None and fork is not None:
        to_come = fork.scheduled and not fork.criterion.is_met(Head(BlockNumber(UINT64_MAX), now))
        age = (datetime.fromtimestamp(now, UTC).date() - schedule.retrieved).days
        if not to_come and age > SCHEDULE_AGE:
            yield Finding(
                "fork-schedule-old",
                Severity.WARNING,
                fleet.network,
                f"the fork schedule is {age} days old and knows of no fork to come",
                f"read its sources again and renew networks/forks/{fleet.network}.toml",
            )


def of_statements(node: NodeFacts, schedule: ForkSchedule) -> Iterator[Finding]:
    """Yield what a node's statements show beside the fork: forks that the data lacks, and nonsense."""
    found: list[str] = []
    nonsense: list[str] = []
    if node.execution is not None and node.execution.eth_config is not None:
        config = eth_config.parse(node.execution.eth_config)
        if isinstance(config, Malformed):
            nonsense.append(config.reason)
        else:
            found += [f"one at {when}" for when in eth_config.unknown_forks(config, schedule)]
    if node.consensus is not None and node.consensus.spec is not None:
        spec = consensus.parse_spec(node.consensus.spec)
        if isinstance(spec, Malformed):
            nonsense.append(spec.reason)
        else:
            found += consensus.unknown_forks(spec, schedule)
    if found:
        yield Finding(
            "node-unknown-fork",
            Severity.WARNING,
            node.node.name,
            f"it knows forks that the schedule of {schedule.retrieved} lacks: {', '.join(found)}",
            f"read the sources of networks/forks/{schedule.network}.toml again",
        )
    for reason in nonsense:
        yield Finding(
            "node-answer-malformed",
            Severity.WARNING,
            node.node.name,
            reason,
            "look at the node, or at what is before it",
        )


def of_minority(facts: tuple[NodeFacts, ...], wanted: Expected) -> Iterator[Finding]:
    """Yield the nodes of the chain whose rules are not most nodes' rules: all that can be said without a schedule.

    A staggered upgrade is a normal state, so these are warnings.
    """
    rules: dict[str, tuple[str | None, ...]] = {}
    for node in facts:
        if node.execution is None or node.execution.chain_id != wanted.chain_id:
            continue
        config = eth_config.parse(node.execution.eth_config)
        if not isinstance(config, Malformed):
            entries = (config.current, config.next, config.last)
            rules[node.node.name] = tuple(entry.canonical() if entry else None for entry in entries)
    usual = majority(rules.values())
    for name, own in rules.items():
        if usual is not None and own != usual:
            yield Finding(
                "node-config-differs",
                Severity.WARNING,
                name,
                "its eth_config is not that of most nodes of the fleet",
                "compare its network configuration with theirs",
            )
