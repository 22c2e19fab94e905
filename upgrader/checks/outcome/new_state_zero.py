"""New state is zero on the live proxy.

Why: a proxy that lives never runs the new code's ``initialize``; whatever only that sets stays zero.  Ronin's bridge
accepted withdrawals with a vote threshold of zero in August 2024 (12 million USD), because one reinitializer of two
was never called.

Fix: set it in a ``reinitializer(n)`` that the upgrade calls, or waive it with the reason why zero is right.

Example: Perpetual Protocol 2.8.4's ``getMarkPriceConfig()`` answers ``[0, 0]`` until the owner sets it.

Source: https://www.halborn.com/blog/post/explained-the-ronin-network-hack-august-2024
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("new-state-zero",)


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block for each new view that answers nothing but zeroes."""
    for probe in outcome.simulation.probes:
        if probe.name == "new state":
            yield Finding(
                "new-state-zero",
                Severity.BLOCKER,
                f"{probe.contract}.{probe.subject}",
                f"The new view {probe.subject} answers zero on the upgraded proxy.",
                "set it in a reinitializer that the upgrade calls, or waive it with the reason why zero is right",
            )
