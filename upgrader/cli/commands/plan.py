"""``upgrader plan``: observe, compile, compare, and write the plan."""

from typing import TYPE_CHECKING, Any

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

if TYPE_CHECKING:
    from upgrader.flows.plan import Pair

ORDER = 40


@click.command()
@upgrade_argument
@reports("plan")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write the plan of UPGRADE: calls, addresses, hashes, and what the checks think of it."""
    from upgrader.cli import wiring
    from upgrader.cli.reporting import record_drawings
    from upgrader.findings import verdict_of
    from upgrader.flows.evidence import record_plan
    from upgrader.flows.plan import make_plan
    from upgrader.plan.governing import Governing
    from upgrader.reports.text import count_line, finding_lines, visible
    from upgrader.units import hexed

    desk = open_desk(console, upgrade, rpc)
    chain = desk.chain()
    planned = make_plan(
        desk.project,
        desk.manifest,
        chain,
        wiring.sources(desk.root),
        commit=wiring.commit(desk.root),
        say=console.progress,
    )
    plan = planned.plan
    builds = {name: _build(pair) for name, pair in planned.pairs.items()}
    findings = record_plan(desk.bundle, plan, planned.findings, builds)
    record_drawings(desk, planned)
    hashes = Governing(plan, plan.state.safe.nonce if plan.state.safe else 0).hashes()
    verdict = verdict_of(findings)
    lines = [
        f"{desk.bundle.name}: {visible(plan.summary)}",
        f"observed at block {plan.state.block} of chain {plan.state.chain_id}",
        "",
        *(f"  {index}. {visible(operation.describe())}" for index, operation in enumerate(plan.operations, 1)),
        "",
        *(f"  {label:<14} {value}" for label, value in hashes.items()),
        "",
        *finding_lines(findings),
        f"{verdict.value}: {count_line(findings)}",
    ]
    data = {
        "bundle": str(desk.bundle.folder),
        "digest": hexed(plan.digest),
        "block": int(plan.state.block),
        "operations": [operation.describe() for operation in plan.operations],
        "calls": [{"to": call.to, "value": str(call.value), "data": hexed(call.data)} for call in plan.calls],
        "hashes": dict(hashes),
    }
    after = f"upgrader simulate {desk.bundle.name}" if verdict.value == "safe" else f"upgrader plan {desk.bundle.name}"
    return Outcome(data, tuple(lines), findings, verdict, next=after)


def _build(pair: "Pair") -> dict[str, Any]:
    from upgrader.units import hexed

    new = pair.new.artifact
    return {
        "old": {
            "contract": pair.old.qualified,
            "origin": pair.old.origin,
            "compiler": pair.old.compiler.version,
            "storage_layout": pair.old.storage_layout,
            "abi": list(pair.old.abi or ()),
        },
        "new": {
            "contract": new.qualified,
            "origin": new.origin,
            "compiler": new.compiler.version,
            "settings": dict(new.compiler.settings),
            "creation_code": hexed(pair.new.creation_code),
            "creation_hash": hexed(pair.new.creation_hash),
            "storage_layout": new.storage_layout,
            "abi": list(new.abi or ()),
        },
    }
