"""What ``schedule``, ``execute`` and ``cancel`` share: show the transaction, and send it only when told to."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from upgrader.cli.desk import Desk, open_desk, sending_options, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

if TYPE_CHECKING:
    from upgrader.edges.rpc import RpcChain
    from upgrader.flows.carry_out import Intended
    from upgrader.flows.opened import Opened
    from upgrader.ports import Sender

Intend: TypeAlias = "Callable[[Opened, RpcChain, Sender | None], Intended]"
"""Computes the one next transaction from the chain."""


def sending_command(name: str, summary: str, step: Callable[[], Intend]) -> click.Command:
    """Return the command that shows or sends one step of an upgrade.

    Args:
        name: Of the command.
        summary: Its help.
        step: Imports and returns what computes the step; called when the command runs, so that help stays light.
    """

    @click.command(name, help=summary)
    @upgrade_argument
    @sending_options
    @reports(name)
    def command(console: Console, /, upgrade: str, rpc: tuple[str, ...], **options: Any) -> Outcome:
        return send_or_show(open_desk(console, upgrade, rpc), step(), **options)

    return command


def send_or_show(
    desk: Desk,
    intend: Intend,
    *,
    execute: bool,
    account: str | None,
    confirm: str | None,
    passphrase_file: Path | None,
) -> Outcome:
    """Compute the step from the chain, show it, and carry it out with ``--execute``."""
    from upgrader.flows.carry_out import carry_out
    from upgrader.flows.opened import stand
    from upgrader.reports.text import visible
    from upgrader.units import hexed

    opened, chain = desk.opened, desk.chain()
    sender = desk.sender(chain, account, passphrase_file) if account or execute else None
    intended = intend(opened, chain, sender)
    call, name = intended.call, desk.handle
    lines = [
        f"{intended.step}: {visible(call.label)}",
        f"  to    {call.to}",
        f"  value {call.value}",
        f"  data  {visible(hexed(call.data), 200)}",
    ]
    data = {"step": intended.step, "to": call.to, "value": str(call.value), "data": hexed(call.data), "sent": execute}
    if not execute or sender is None:
        lines.append("nothing was sent")
        return Outcome(data, tuple(lines), next=f"upgrader {intended.step} {name} --execute --account ALIAS")
    desk.require_confirmation(f"Send this to {desk.network.name}?", confirm)
    receipt = carry_out(intended, chain, sender, desk.bundle.journal())
    after = stand(opened, chain)
    lines.append(f"sent in {hexed(receipt.transaction)}, block {receipt.block}, {receipt.gas_used} gas: {after.stage}")
    data |= {
        "transaction": hexed(receipt.transaction),
        "block": int(receipt.block),
        "gas_used": receipt.gas_used,
        "stage": after.stage.value,
        "ready_at": after.ready_at,
    }
    return Outcome(data, tuple(lines), next=after.next_step(name))
