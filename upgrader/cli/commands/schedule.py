"""``upgrader schedule``: put an upgrade into its timelock."""

from upgrader.cli.commands._sending import Intend, sending_command

ORDER = 90


def _step() -> Intend:
    from upgrader.flows.carry_out import intend_schedule

    return intend_schedule


command = sending_command("schedule", "Schedule UPGRADE in its timelock, once enough have signed.", _step)
