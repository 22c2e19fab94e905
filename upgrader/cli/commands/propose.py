"""``upgrader propose``: fix the nonce and write what owners sign."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 70


@click.command()
@upgrade_argument
@click.option("--nonce", type=int, help="The Safe's nonce to use.  [default: its present one]")
@reports("propose")
def command(console: Console, upgrade: str, rpc: tuple[str, ...], nonce: int | None) -> Outcome:
    """Fix the Safe's nonce and write what owners sign.

    Writes hashes, typed data and Safe transaction-builder JSON.  Once UPGRADE is scheduled, this prepares its
    cancellation at the Safe's next nonce.
    """
    from upgrader.cli.reporting import write_report
    from upgrader.flows.propose import propose
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    done = propose(desk.opened, desk.chain(agree=True), nonce=nonce)
    write_report(desk)
    hashes = done.governing.hashes()
    lines = [
        *(f"{label:<14} {value}" for label, value in hashes.items()),
        f"{'Safe nonce':<14} {done.governing.nonce}",
        *(f"wrote {visible(desk.place(path))}" for path in done.files),
    ]
    after = "sign" if done.governing.safe else "schedule"
    data = {"nonce": done.governing.nonce, "hashes": dict(hashes), "files": list(done.files)}
    return Outcome(data, tuple(lines), next=f"upgrader {after} {desk.bundle.name} --account ALIAS")
