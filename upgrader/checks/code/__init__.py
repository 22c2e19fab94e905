"""Upgrade safety of the code itself: what an implementation must not do, and what it must not stop doing.

One file a rule; its docstring is its page in the catalogue (``docs/catalogue.md``).
"""

from upgrader.checks.code._base import FAMILY, Case, CodePair
from upgrader.checks.code._opcodes import opcodes_of
from upgrader.checks.code._touched import touched
from upgrader.findings import Finding, ranked
from upgrader.layout.solidity.tree import reading_ast

__all__ = ["FAMILY", "CodePair", "examine", "opcodes_of", "touched"]


def examine(pair: CodePair) -> tuple[Finding, ...]:
    """Return what every rule finds, worst first.

    Args:
        pair: The new implementation, the old one, and what is known of the proxy; rules that need more than
            there is stay silent and are named by ``code-unjudged``.

    Raises:
        InputError: An AST does not have the form that solc gives it.
    """
    case = Case(pair)
    with reading_ast(pair.new):
        return ranked(finding for judge in FAMILY.members() for finding in judge(case))
