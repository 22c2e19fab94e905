"""``upgrader cancel``: take a scheduled upgrade back."""

from upgrader.cli.commands._sending import Intend, sending_command

ORDER = 92


def _step() -> Intend:
    from upgrader.flows.carry_out import intend_cancel

    return intend_cancel


command = sending_command("cancel", "Cancel the scheduled operation of UPGRADE.", _step)
