"""``upgrader execute``: carry out what is ready."""

from upgrader.cli.commands._sending import Intend, sending_command

ORDER = 91


def _step() -> Intend:
    from upgrader.flows.carry_out import intend_execute

    return intend_execute


command = sending_command("execute", "Execute UPGRADE once its delay has passed.", _step)
