"""Opinions about two storage layouts of one proxy: which changes keep its data, and which do not."""

from collections.abc import Collection, Sequence

from upgrader.checks.storage._base import FAMILY, Case
from upgrader.findings import Finding, ranked
from upgrader.layout.compare import compare
from upgrader.layout.model import StorageLayout


def examine(
    old: StorageLayout,
    new: StorageLayout,
    history: Sequence[StorageLayout] = (),
    acknowledged: Collection[tuple[str, str]] = (),
) -> tuple[Finding, ...]:
    """Judge whether a proxy that runs on ``old`` may run on ``new``.

    Args:
        old: The layout in use.
        new: The layout that shall be used.
        history: Layouts used before, oldest first: bytes that were live then are not fresh.
        acknowledged: ``(code, subject)`` of warnings that a person has confirmed; they become notes.

    Returns:
        Findings, worst first; none where nothing needs to be said.
    """
    return judge(Case(old, new, compare(old, new, history), frozenset(acknowledged)))


def judge(case: Case) -> tuple[Finding, ...]:
    """Judge facts that were compared already."""
    return ranked(finding for rule in FAMILY.members() for finding in rule(case))


__all__ = ["FAMILY", "Case", "examine", "judge"]
