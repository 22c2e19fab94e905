"""``upgrader report``: the pages that signers read."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 65


@click.command()
@upgrade_argument
@reports("report")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write report.html and REVIEW.md from plan and evidence."""
    from upgrader.cli.reporting import dossier_of, write_report

    desk = open_desk(console, upgrade, rpc)
    files = write_report(desk)
    dossier = dossier_of(desk)
    lines = tuple(f"wrote {desk.bundle.folder / path}" for path in files)
    data = {"files": [str(desk.bundle.folder / path) for path in files]}
    return Outcome(data, lines, dossier.findings, dossier.verdict, next=f"upgrader propose {desk.bundle.name}")
