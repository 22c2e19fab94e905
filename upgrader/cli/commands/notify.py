"""``upgrader notify``: notices for traders, institutions and regulators, and a calendar file."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 110


@click.command()
@upgrade_argument
@reports("notify")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write notices and a calendar from plan and simulation.

    Traders, institutions and regulators get one each.  The chain is asked when UPGRADE was scheduled and executed;
    where it cannot be asked, dates are marked as assumed.  Nothing is sent.
    """
    from upgrader.cli.reporting import write_notices
    from upgrader.errors import UnavailableError
    from upgrader.flows.dated import Dates, dates_of
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    try:
        dates = dates_of(desk.opened, desk.chain())
    except UnavailableError as error:
        console.progress(f"notify: dates are assumed, since the chain could not be asked: {visible(str(error), 400)}")
        dates = Dates()
    files = write_notices(desk, dates)
    lines = tuple(f"wrote {visible(desk.place(path))}" for path in files)
    data = {"files": [str(desk.bundle.folder / path) for path in files]}
    return Outcome(data, lines, next=f"upgrader status {desk.bundle.name}")
