"""``upgrader report``: the pages that signers read."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 65


@click.command()
@upgrade_argument
@reports("report")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write report.html and REVIEW.md from plan and evidence.

    Where markets were run, regression.html shows what both codes did in them.  All three are written anew into the
    bundle, from what it holds; no chain is asked.
    """
    from upgrader.cli.reporting import dossier_of, write_report
    from upgrader.findings import Verdict
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    files = write_report(desk)
    dossier = dossier_of(desk)
    lines = tuple(f"wrote {visible(desk.place(path))}" for path in files)
    data = {"files": [str(desk.bundle.folder / path) for path in files]}
    after = "plan" if dossier.verdict is not Verdict.SAFE else "status" if desk.opened.proposed else "propose"
    return Outcome(data, lines, dossier.findings, dossier.verdict, next=f"upgrader {after} {desk.handle}")
