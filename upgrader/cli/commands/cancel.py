"""``upgrader cancel``: Cancel the scheduled operation of UPGRADE."""

from pathlib import Path

import click

from upgrader.cli.commands._sending import send_or_show
from upgrader.cli.desk import open_desk, sending_options, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 92


@click.command()
@upgrade_argument
@sending_options
@reports("cancel")
def command(  # noqa: PLR0913 - click passes one argument an option
    console: Console,
    upgrade: str,
    rpc: tuple[str, ...],
    *,
    execute: bool,
    account: str | None,
    confirm: str | None,
    passphrase_file: Path | None,
) -> Outcome:
    """Cancel the scheduled operation of UPGRADE."""
    from upgrader.flows.carry_out import intend_cancel

    return send_or_show(
        open_desk(console, upgrade, rpc),
        intend_cancel,
        execute=execute,
        account=account,
        confirm=confirm,
        passphrase_file=passphrase_file,
    )
