"""``upgrader plan``: observe, compile, compare, and write the plan."""

import click

from upgrader.cli.commands._checking_live import known_past
from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 40


@click.command()
@upgrade_argument
@click.option("--history", multiple=True, metavar="REF", help="An earlier implementation; CONTRACT=REF where several.")
@click.option("--sources", type=click.Path(file_okay=False), help="Verified sources, laid out as Sourcify does.")
@reports("plan")
def command(
    console: Console, upgrade: str, rpc: tuple[str, ...], history: tuple[str, ...], sources: str | None
) -> Outcome:
    """Write the plan of UPGRADE, and what the checks think of it."""
    from upgrader.cli import wiring
    from upgrader.cli.reporting import operation_lines, record_drawings
    from upgrader.findings import verdict_of
    from upgrader.flows.evidence import record_plan
    from upgrader.flows.opened import require_unscheduled
    from upgrader.flows.past import record_layouts
    from upgrader.flows.plan import make_plan
    from upgrader.plan.build_record import side_record
    from upgrader.plan.governing import Governing
    from upgrader.reports.text import count_line, finding_lines, visible
    from upgrader.units import hexed

    desk = open_desk(console, upgrade, rpc)
    chain = desk.chain()
    require_unscheduled(desk.bundle, chain)
    planned = make_plan(
        desk.project,
        desk.manifest,
        chain,
        wiring.sources(desk.root),
        commit=wiring.commit(desk.root),
        say=console.progress,
        records=known_past(desk, chain, history, sources),
        scenarios=wiring.scenarios(desk.root, desk.project).files(),
    )
    plan = planned.plan
    builds = {
        name: {"old": side_record(pair.old), "new": side_record(pair.new.artifact, pair.new.creation_code)}
        for name, pair in planned.pairs.items()
    }
    findings = record_plan(desk.bundle, plan, planned.findings, builds)
    record_layouts(desk.bundle, plan, planned.checked)
    record_drawings(desk, planned)
    hashes = Governing(plan, plan.state.safe.nonce if plan.state.safe else 0).hashes()
    verdict = verdict_of(findings)
    lines = [
        f"{desk.bundle.name}: {visible(plan.summary)}",
        f"observed at block {plan.state.block} of chain {plan.state.chain_id}",
        "",
        *operation_lines(desk, plan),
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
