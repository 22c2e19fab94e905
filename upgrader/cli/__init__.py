"""The command line: the only floor that prints, asks and exits.

Each command is one file in ``cli/commands``; :mod:`upgrader.cli.wiring` joins its flow to the edges.
"""

from upgrader.cli.app import main

__all__ = ["main"]
