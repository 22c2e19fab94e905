"""``upgrader notify``: notices for traders, institutions and regulators, and a calendar file."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 110


@click.command()
@upgrade_argument
@reports("notify")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write the notices of UPGRADE from its plan and simulation; nothing is sent."""
    from upgrader.cli.reporting import write_notices

    desk = open_desk(console, upgrade, rpc)
    files = write_notices(desk)
    lines = tuple(f"wrote {desk.bundle.folder / path}" for path in files)
    data = {"files": [str(desk.bundle.folder / path) for path in files]}
    return Outcome(data, lines, next=f"upgrader status {desk.bundle.name}")
