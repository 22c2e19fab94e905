"""The upgrade was not put through the markets, or not through all of them.

Why: what was not run shows nothing.  A regression without differences means something only together with what was
compared; a signer must see at a glance that it was less than it could have been.

Fix: run ``upgrader simulate`` without ``--no-regression`` and ``--condition``; write the project's own scenarios
(docs/market-regression.md) where it has none.

Example: only the calm market was run before an upgrade of the margin rules.

Source: knowledge of Aevo (December 2025), whose upgrade was never tried on an expiry
"""

from collections.abc import Iterator

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.regression import Regression

CODES = ("market-unseen",)


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Warn of what was left out by choice, note what could not be run."""
    for omitted in regression.unseen:
        yield Finding(
            "market-unseen",
            Severity.WARNING if omitted.chosen else Severity.NOTE,
            "market regression",
            omitted.what,
            "run it in full before anyone signs" if omitted.chosen else "see docs/market-regression.md",
        )
