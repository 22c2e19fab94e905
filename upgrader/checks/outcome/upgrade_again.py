"""After going back, the upgrade cannot be repeated as it was.

Why: a reinitializer runs once in the life of a proxy, and going back to older code does not give it back.  Whoever
upgrades again in a hurry, with the call of the first time, is refused after two signatures and two days.

Fix: plan the next upgrade without the call, or with a reinitializer of a higher version.

Example: ``initializeV2(uint256) reinitializer(2)`` was spent by the upgrade that is being undone.

Source: https://docs.openzeppelin.com/contracts/5.x/api/proxy#Initializable-reinitializer-uint64-
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("reinitializer-spent", "upgrade-again-refused")


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Say which calls are spent, and warn where there is no way forward at all."""
    for probe in outcome.simulation.probes:
        if probe.answer == "held":
            continue
        if probe.name == "upgrade again":
            yield Finding(
                "reinitializer-spent",
                Severity.WARNING,
                f"{probe.contract} {probe.subject}",
                "After this rollback the upgrade cannot be repeated with its call: its reinitializer is spent.",
                "plan the next upgrade without the call, or with a reinitializer of a higher version",
            )
        elif probe.name == "upgrade again without its call":
            yield Finding(
                "upgrade-again-refused",
                Severity.WARNING,
                probe.contract,
                "After this rollback the proxy refuses the code it ran before it.",
                "find out why before going back: the way forward is lost",
            )
