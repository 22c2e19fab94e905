"""``upgrader simulate``: run the plan through its real governance on a fork."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 60
FAILED = 4
"""Exit code when the upgrade did not go through."""


@click.command()
@upgrade_argument
@reports("simulate")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Run UPGRADE through its real Safe and timelock on a fork of the chain, and judge what it did."""
    from upgrader.cli import wiring
    from upgrader.cli.reporting import write_report
    from upgrader.findings import verdict_of
    from upgrader.flows.simulating import simulate_upgrade
    from upgrader.reports.text import count_line, finding_lines, visible

    desk = open_desk(console, upgrade, rpc)
    opened, chain = desk.opened, desk.chain()
    done = simulate_upgrade(
        opened,
        desk.manifest,
        desk.project,
        chain,
        (wiring.sources(desk.root), wiring.sandboxes(chain)),
        console.progress,
    )
    write_report(desk)
    simulation, verdict = done.simulation, verdict_of(done.findings)
    lines = [
        f"{desk.bundle.name} on {simulation.engine}, forked at block {simulation.base_block}",
        *(
            f"  {'✓' if step.succeeded else '✗'} {step.name:<14} {visible(step.label, 200)}"
            + (f"  ({visible(step.detail, 300)})" if step.detail else "")
            for step in simulation.steps
        ),
        "",
        *(
            f"  {visible(change.contract)}.{visible(item.name)}: "
            f"{visible(item.before, 60)} -> {visible(item.after, 60)}"
            for change in simulation.changes
            for item in change.variables
        ),
        f"  {simulation.views_compared} views asked with and without the upgrade, {len(simulation.differences)} differ",
        f"  {sum(probe.answer == 'held' for probe in simulation.probes)} of {len(simulation.probes)} probes held",
        "",
        *finding_lines(done.findings),
        f"{verdict.value}: {count_line(done.findings)}",
    ]
    data = {"bundle": str(desk.bundle.folder), "simulation": done.document, "report": "report.html"}
    after = f"upgrader deploy {desk.bundle.name}" if verdict.value == "safe" else f"upgrader plan {desk.bundle.name}"
    return Outcome(data, tuple(lines), done.findings, verdict, exit=0 if simulation.executed else FAILED, next=after)
