"""``upgrader simulate``: the plan through its real governance on a fork, both codes through the markets."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from upgrader.cli.commands._markets import regression_lines, script_outcome
from upgrader.cli.desk import Desk, open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from upgrader.flows.simulating import Simulated, Tools

ORDER = 60
FAILED = 4
"""Exit code when the upgrade did not go through."""


@click.command()
@upgrade_argument
@click.option("--condition", "conditions", multiple=True, metavar="NAME", help="Only this market; may be repeated.")
@click.option("--replay", type=click.IntRange(0), metavar="N", help="Past transactions to re-execute on both codes.")
@click.option("--fuzz", type=click.IntRange(0), metavar="N", help="Call sequences to generate and run on both codes.")
@click.option("--seed", type=click.IntRange(0), help="Decides which sequences are generated.")
@click.option(
    "--quick",
    is_flag=True,
    help="Prove nothing by mining and on another EVM; shrink two differences at most; do not go on after the delay "
    "where the markets as of now show an undeclared difference.",
)
@click.option("--cluster", default="", metavar="URL", help="Run the markets on a dask cluster: tcp://host:port.")
@click.option("--no-regression", is_flag=True, help="Leave the markets and the past out; the evidence says so.")
@click.option("--resume", is_flag=True, help="Go on where a regression was interrupted, at its block.")
@click.option("--script", metavar="FILE", help="Run one saved script alone and show what differs; records nothing.")
@reports("simulate")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    console: Console,
    upgrade: str,
    rpc: tuple[str, ...],
    conditions: tuple[str, ...],
    replay: int | None,
    fuzz: int | None,
    seed: int | None,
    quick: bool,  # noqa: FBT001 - click passes flags by name
    cluster: str,
    no_regression: bool,  # noqa: FBT001 - likewise
    resume: bool,  # noqa: FBT001 - likewise
    script: str | None,
) -> Outcome:
    """Run UPGRADE through its real governance on a fork; judge it.

    Then the project's market scenarios, generated calls and the last transactions of real users are run on the old and
    on the new code; every difference that upgrade.toml does not declare blocks.  What is left out is a finding.
    """
    from upgrader.errors import InputError
    from upgrader.flows.simulating import simulate_upgrade

    figures: dict[str, int | None] = {"traffic": replay, "sequences": fuzz, "seed": seed}
    given: dict[str, Any] = {name: figure for name, figure in figures.items() if figure is not None}
    narrowed = conditions or resume or quick or given or cluster
    if (no_regression or script) and (narrowed or (no_regression and script)):
        raise InputError(
            "--no-regression and --script go with no other option",
            remedy="give one of them alone, or leave both out",
        )
    desk = open_desk(console, upgrade, rpc)
    opened, manifest = desk.opened, desk.manifest
    tools = _tools(desk, cluster, resume=resume)
    markets = replace(tools.markets, conditions=conditions, proved=not quick, wanted=not no_regression)
    tools = replace(tools, markets=replace(markets, **given))
    if script is not None:
        return script_outcome(desk, tools, _saved(desk, script))
    try:
        done = simulate_upgrade(opened, manifest, desk.project, tools, console.progress)
    except KeyboardInterrupt:
        if _stopped(desk, tools):
            again = " ".join(["upgrader simulate", desk.bundle.name, "--resume", *_same(conditions, figures, cluster)])
            words = f"{again} --quick" if quick else again
            click.echo(f"the regression's results so far are kept; go on with `{words}`", err=True)
        raise
    return _outcome(desk, done)


def _tools(desk: Desk, cluster: str, *, resume: bool) -> "Tools":
    from upgrader.cli import wiring
    from upgrader.flows.simulating import Tools

    chain = desk.chain()
    markets = wiring.markets(desk.root, desk.project, desk.bundle.name, chain, cluster)
    at = wiring.sweeps(desk.root, desk.bundle.name, chain).unfinished() if resume else None
    return Tools(chain, wiring.sources(desk.root), wiring.sandboxes(desk.root, desk.bundle.name, chain), markets, at)


def _stopped(desk: Desk, tools: "Tools") -> bool:
    from upgrader.cli import wiring

    return wiring.sweeps(desk.root, desk.bundle.name, desk.chain()).stopped and tools.markets.wanted


def _same(conditions: tuple[str, ...], figures: "Mapping[str, int | None]", cluster: str) -> "Iterator[str]":
    """Yield the options that make another run the same one."""
    yield from (f"--condition {name}" for name in conditions)
    named = {"traffic": "replay", "sequences": "fuzz", "seed": "seed"}
    yield from (f"--{named[name]} {figure}" for name, figure in figures.items() if figure is not None)
    if cluster:
        yield f"--cluster {cluster}"


def _saved(desk: Desk, text: str) -> Path:
    """Return a saved script's path; a bare name is one of the bundle's."""
    from upgrader.flows.evidence import SCRIPTS

    inside = desk.bundle.folder / SCRIPTS / text
    return inside if "/" not in text and not Path(text).is_file() and inside.is_file() else Path(text)


def _outcome(desk: Desk, done: "Simulated") -> Outcome:
    from upgrader.cli.reporting import write_report
    from upgrader.findings import verdict_of
    from upgrader.flows.opened import stand
    from upgrader.plan.reading import written
    from upgrader.reports.text import count_line, finding_lines, visible
    from upgrader.simulation.regression import Regression

    write_report(desk)
    simulation, regression, verdict = done.simulation, done.regression.regression, verdict_of(done.findings)
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
        *regression_lines(regression),
        "",
        *finding_lines(done.findings),
        f"{verdict.value}: {count_line(done.findings)}",
    ]
    data = {
        "bundle": str(desk.bundle.folder),
        "simulation": done.document,
        "regression": written(Regression, regression),
        "scripts": [f"evidence/scripts/{name}" for name in sorted(done.regression.scripts)],
        "report": "report.html",
    }
    after = f"upgrader plan {desk.bundle.name}"
    if verdict.value == "safe":  # new code may be on the chain already, and what was proposed is signed next
        after = stand(desk.opened, desk.chain()).next_step(desk.bundle.name)
    return Outcome(data, tuple(lines), done.findings, verdict, exit=0 if simulation.executed else FAILED, next=after)
