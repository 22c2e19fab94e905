"""The emergency stop does not work after the upgrade.

Why: the hours after an upgrade are when it is needed.  Blizz was drained in May 2022 "before we could pause due to
our timelock"; Opyn's puts of August 2020 had no pause at all.

Fix: keep the guardian's role, the function and its view through the upgrade.

Example: a new implementation whose ``pause()`` asks for a role that nobody holds.

Source: post-mortems of the incidents named above.
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("pause-broken",)


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block where the guardian pressed and nothing changed."""
    for probe in outcome.simulation.probes:
        if probe.name == "pause" and probe.answer != "held":
            yield Finding(
                "pause-broken",
                Severity.BLOCKER,
                f"{probe.contract}.{probe.subject}",
                f"The guardian called {probe.subject} after the upgrade and {probe.detail}.",
                "keep the guardian's role and the pause in the new code",
            )
