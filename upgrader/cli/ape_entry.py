"""``ape upgrader …``: the same commands under Ape's roof.

Ape imports this module for every ``ape --help``, so it must stay as light as :mod:`upgrader.cli.app`.
"""

from upgrader.cli.app import cli

__all__ = ["cli"]
