"""``upgrader deploy``: put the new code on the chain and compare it with the build."""

from pathlib import Path

import click

from upgrader.cli.desk import open_desk, sending_options, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 50
DIFFERS = 5
"""Exit code when deployed code is not what was built."""


@click.command()
@upgrade_argument
@sending_options
@reports("deploy")
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
    """Deploy the new code of UPGRADE; compare it with the build.

    Addresses come from CREATE2; code, immutables and libraries are compared.
    """
    from upgrader.flows.deploy import compare_deployed, deploy

    desk = open_desk(console, upgrade, rpc)
    opened, chain = desk.opened, desk.chain()
    if execute:
        sender = desk.sender(chain, account, passphrase_file)
        desk.require_confirmation(f"Deploy {len(opened.plan.deployments)} contracts on {desk.network.name}.", confirm)
        done = deploy(opened, chain, sender, desk.bundle.journal(), console.progress)
    else:
        done = compare_deployed(opened, chain)
    lines = []
    for item in done:
        state = "not there yet: would be deployed" if not item.present else item.problem or "equals the build"
        lines.append(f"{item.contract} at {item.address}: {state}")
        lines += [
            f"  immutable {immutable.name}: {immutable.value}"
            + (" (its own address)" if immutable.self_address else "")
            for immutable in item.immutables
        ]
    differs = any(item.problem for item in done)
    missing = any(not item.present for item in done)
    if missing and not execute:
        lines.append("nothing was sent")
    name = desk.bundle.name
    following = f"upgrader deploy {name} --execute --account ALIAS" if missing else f"upgrader propose {name}"
    return Outcome(
        {
            "executed": execute,
            "implementations": [
                {
                    "contract": item.contract,
                    "address": item.address,
                    "present": item.present,
                    "problem": item.problem,
                    "immutables": {immutable.name: immutable.value for immutable in item.immutables},
                }
                for item in done
            ],
        },
        tuple(lines),
        exit=DIFFERS if differs else 0,
        next=following,
    )
