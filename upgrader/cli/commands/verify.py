"""``upgrader verify``: compare the chain with what the plan wanted."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 100
DIFFERS = 5


@click.command()
@upgrade_argument
@reports("verify")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Compare the chain with what UPGRADE wanted: code and admins."""
    from upgrader.flows.carry_out import verify_goal
    from upgrader.flows.deploy import compare_deployed
    from upgrader.reports.text import visible

    desk = open_desk(console, upgrade, rpc)
    opened, chain = desk.opened, desk.chain()
    problems = list(verify_goal(opened, chain))
    compared = compare_deployed(opened, chain)
    problems += [f"{item.contract} at {item.address}: {item.problem}" for item in compared if item.problem]
    name = desk.handle
    good = [f"✓ {step.contract} runs {step.after}" for step in opened.plan.upgrades] if not problems else []
    lines = (*good, *(f"✗ {visible(problem)}" for problem in problems))
    return Outcome(
        {"verified": not problems, "problems": problems},
        lines,
        exit=DIFFERS if problems else 0,
        next=f"upgrader status {name}" if problems else f"upgrader notify {name}",
    )
