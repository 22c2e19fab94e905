"""``upgrader execute``: Execute UPGRADE once its delay has passed."""

from pathlib import Path

import click

from upgrader.cli.commands._sending import send_or_show
from upgrader.cli.desk import open_desk, sending_options, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 91


@click.command()
@upgrade_argument
@sending_options
@reports("execute")
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
    """Execute UPGRADE once its delay has passed."""
    from upgrader.flows.carry_out import intend_execute

    return send_or_show(
        open_desk(console, upgrade, rpc),
        lambda opened, chain, _: intend_execute(opened, chain),
        execute=execute,
        account=account,
        confirm=confirm,
        passphrase_file=passphrase_file,
    )
