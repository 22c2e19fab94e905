"""``upgrader nodes``: the nodes beneath the contracts: what they run, and whether they are ready for the next fork."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from upgrader.cli.outcome import Console, Outcome, reports
from upgrader.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from upgrader.edges.nodes.poll import NodePoll
    from upgrader.fleet.facts import NodeFacts
    from upgrader.fleet.fleet import Fleet
    from upgrader.forks.schedule import ForkSchedule

ORDER = 200

UNAVAILABLE = 7
"""Exit code when no node of the fleet answers at all."""


def fleet_options(body: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a fleet."""
    body = click.option("--network", metavar="NAME", help="Use networks/NAME.fleet.toml.")(body)
    return click.option("--fleet", metavar="FILE", type=click.Path(path_type=Path), help="Use this fleet file.")(body)


@click.group()
def command() -> None:
    """List the nodes of a fleet; check if they are ready for a fork."""


@command.command("list")
@fleet_options
@reports("nodes.list")
def list_nodes(console: Console, fleet: Path | None, network: str | None) -> Outcome:
    """Say what each node is and where it stands; judges nothing."""
    from upgrader.reports.fleet import inventory_lines, node_document

    path, wanted, _ = _opened(fleet, network)
    console.progress(f"asking {len(wanted.nodes)} node{'' if len(wanted.nodes) == 1 else 's'} of {wanted.network}")
    facts = _poll(wanted).facts(wanted.nodes)
    data = {"network": wanted.network, "nodes": [node_document(node) for node in facts]}
    return Outcome(
        data,
        tuple(inventory_lines(facts)),
        exit=0 if _anybody(facts) else UNAVAILABLE,
        next=f"upgrader nodes check --fleet {_quoted(path)}",
    )


@command.command("check")
@fleet_options
@click.option("--fork", metavar="NAME", help="The fork to be ready for; the next one where none is named.")
@reports("nodes.check")
def check_nodes(console: Console, fleet: Path | None, network: str | None, fork: str | None) -> Outcome:
    """Judge each node: right chain, up to date, connected, the wanted release, ready for the fork."""
    from upgrader.edges.clock import SystemClock
    from upgrader.fleet.readiness import Status
    from upgrader.flows.nodes import check
    from upgrader.reports.fleet import check_lines, fork_document, fork_line, node_document
    from upgrader.reports.text import count_line, finding_lines

    path, wanted, schedule = _opened(fleet, network)
    found = check(wanted, schedule, _poll(wanted), fork_name=fork, now=SystemClock().now(), progress=console.progress)
    ready = sum(judged.status is Status.READY for judged in found.readiness.values())
    known = found.fork is not None and schedule is not None
    lines = [fork_line(found.fork, schedule)] if known and found.fork and schedule else []
    lines += check_lines(found.facts, found.expected, found.readiness)
    lines += ["", *finding_lines(found.findings)] if found.findings else []
    verdict = found.verdict.value.replace("_", " ")
    counted = (
        f"; {ready} of {len(found.readiness)} ready for {found.fork.name}" if found.fork and found.readiness else ""
    )
    lines += ["", f"{verdict}: {count_line(found.findings)}{counted}"]
    expected = found.expected
    data = {
        "network": wanted.network,
        "fork": fork_document(found.fork, schedule) if found.fork and schedule else None,
        "expected": {
            "chain_id": expected.chain_id,
            "genesis_hash": f"0x{expected.genesis_hash.hex()}" if expected.genesis_hash else None,
            "head": expected.head,
        },
        "ready": ready if found.readiness else None,
        "nodes": [node_document(node, found.readiness.get(node.node.name)) for node in found.facts],
    }
    return Outcome(
        data,
        tuple(lines),
        findings=found.findings,
        verdict=found.verdict,
        exit=0 if _anybody(found.facts) else UNAVAILABLE,
        next=f"upgrader nodes list --fleet {_quoted(path)}",
    )


def _opened(file: Path | None, network: str | None) -> tuple[Path, Fleet, ForkSchedule | None]:
    """Read the fleet file and the schedule of its network."""
    import os
    from contextlib import suppress
    from dataclasses import replace

    from upgrader.cli import wiring
    from upgrader.edges.nodes.files import find_fleet, read_fleet, read_schedule

    try:
        root = wiring.project_root()
    except InputError:
        root = Path.cwd()
    path = find_fleet(root, network) if file is None else file
    fleet = read_fleet(path, os.environ)
    if network is not None and fleet.network != network:
        raise InputError(
            f"the fleet is on {fleet.network}, not on {network[:80]!r}",
            remedy="leave out --network, or name another fleet file",
            where=str(path),
        )
    schedule = read_schedule(fleet.network, (path.parent, root / "networks"))
    if schedule is None and fleet.chain_id is None:
        # A fleet may stand on a network that the project has no other business with.
        with suppress(InputError):
            fleet = replace(fleet, chain_id=wiring.network(fleet.network, root).chain_id)
    return path, fleet, schedule


def _poll(fleet: Fleet) -> NodePoll:
    from upgrader.edges.nodes.poll import NodePoll

    return NodePoll(fleet.policy.timeout, fleet.policy.concurrency)


def _anybody(facts: Sequence[NodeFacts]) -> bool:
    halves = [half for node in facts for half in (node.execution, node.consensus) if half is not None]
    return any(not half.unreachable for half in halves)


def _quoted(path: Path) -> str:
    """Return a path as it is typed in this folder."""
    import shlex

    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
