"""The upgrade writes storage that no layout explains.

Why: a word without a name is a word that nobody reviewed.  Signers of other tools find ``TODO: slot was not decoded``
in their diffs and sign nevertheless.

Fix: give the source that declares it (a library's struct, a namespace), or mend the code that writes it.

Example: a migration that writes to a hard-coded slot.

Source: https://github.com/ethereum-optimism/superchain-ops/issues/1224
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("storage-write-unexplained", "storage-write-elsewhere")


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block for unexplained words of managed contracts, note words of other accounts."""
    for change in outcome.simulation.changes:
        if change.variables:
            continue
        managed = change.contract in outcome.kinds
        yield Finding(
            "storage-write-unexplained" if managed else "storage-write-elsewhere",
            Severity.BLOCKER if managed else Severity.NOTE,
            f"{change.contract} {change.slot}",
            f"The execution changed a word that no layout explains, from {change.before} to {change.after}.",
            "give the source that declares this slot, or mend the code that writes it",
            {"slot": change.slot, "before": change.before, "after": change.after},
            judged=False,
        )
