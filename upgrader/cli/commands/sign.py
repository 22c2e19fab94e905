"""``upgrader sign``: show what is signed, then sign it."""

from pathlib import Path

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports
from upgrader.errors import InputError

ORDER = 80


@click.command()
@upgrade_argument
@click.option("--account", help="Who signs: an Ape alias, a keystore file, dev:N on a test network.")
@click.option("--action", type=click.Choice(["schedule", "cancel"]), default="schedule", show_default=True)
@click.option("--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="For the account.")
@click.option("--confirm", metavar="NAME", help="The upgrade's name, instead of typing it.")
@reports("sign")
def command(  # noqa: PLR0913 - click passes one argument an option
    console: Console,
    upgrade: str,
    rpc: tuple[str, ...],
    *,
    account: str | None,
    action: str,
    passphrase_file: Path | None,
    confirm: str | None,
) -> Outcome:
    """Show UPGRADE decoded, compare it with the chain, then sign it."""
    from upgrader.cli import wiring
    from upgrader.cli.reporting import signing_lines
    from upgrader.flows.opened import require_fresh
    from upgrader.flows.propose import require_judged, require_proposed, sign
    from upgrader.plan.governing import Action
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    opened, what = desk.opened, Action(action)
    if what is Action.SCHEDULE:
        require_judged(opened)
        require_fresh(opened.plan, desk.chain(agree=True))
    governing = require_proposed(opened)
    screen = signing_lines(desk, governing, what)
    for line in screen:
        # Not progress: --quiet must not hide what is signed.
        click.echo(line, err=True)
    if account is None:
        raise InputError("nobody was named to sign", remedy="give --account ALIAS (or dev:N on a test network)")
    desk.require_confirmation("Sign this?", confirm)
    quiet = console.no_input or console.as_json
    signer = wiring.signer(account, test=desk.network.test, no_input=quiet, passphrase_file=passphrase_file)
    file = sign(opened, signer, what)
    have = len(opened.signatures(what))
    need = opened.plan.state.safe.threshold if opened.plan.state.safe else 0
    verb = "schedule" if what is Action.SCHEDULE else "cancel"
    after = f"upgrader {verb} {desk.handle}" if have >= need else f"upgrader signatures {desk.handle}"
    return Outcome(
        {"owner": file.owner, "action": action, "file": file.path, "signatures": have, "threshold": need},
        (
            f"{file.owner} signed to {action} {opened.plan.name} ({have} of {need})",
            f"wrote {visible(desk.place(file.path))}",
        ),
        next=after,
    )
