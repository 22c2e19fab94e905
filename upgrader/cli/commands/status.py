"""``upgrader status``: where an upgrade stands, who is missing, what comes next."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 101


@click.command()
@upgrade_argument
@reports("status")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Say where UPGRADE stands, who is missing and what comes next."""
    from upgrader.flows.opened import stand
    from upgrader.plan.governing import Action
    from upgrader.plan.signature_file import missing
    from upgrader.reports.moments import moment, span
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    if not desk.bundle.exists("plan.json"):
        return Outcome({"stage": "wanted"}, ("not planned yet",), next=f"upgrader plan {desk.handle}")
    opened, chain = desk.opened, desk.chain()
    where, now = stand(opened, chain), chain.block().timestamp
    left = max(int(where.ready_at) - int(now), 0) if where.ready_at else None
    safe = opened.plan.state.safe
    absent = missing(safe.owners, opened.signatures(Action.SCHEDULE)) if safe else ()
    lines = [
        f"{desk.bundle.name}: {where.stage}",
        f"  signatures  {where.signatures} of {where.threshold}"
        + (f" (missing: {', '.join(absent)})" if absent and where.signatures < where.threshold else ""),
    ]
    if left is not None:
        lines.append(f"  delay left  {span(left)} (ready at {moment(where.ready_at or 0)})")
    if where.undeployed:
        lines.append(f"  not deployed  {', '.join(where.undeployed)}")
    lines += [f"  changed  {visible(item)}" for item in where.drift]
    data = {
        "stage": where.stage.value,
        "signatures": where.signatures,
        "threshold": where.threshold,
        "missing": list(absent),
        "ready_at": where.ready_at,
        "seconds_left": left,
        "undeployed": list(where.undeployed),
        "drift": list(where.drift),
    }
    return Outcome(data, tuple(lines), next=where.next_step(desk.handle))
