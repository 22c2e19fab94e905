"""The upgrade changes who holds a role.

Why: an upgrade that also moves ownership or a role is two changes in one signature; signers must not find the second
afterwards.

Fix: leave roles alone in the upgrade, or change them in a proposal of their own.

Example: a reinitializer that grants ``DEFAULT_ADMIN_ROLE`` to the deployer.

Source: https://docs.openzeppelin.com/contracts/5.x/access-control
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("roles-changed",)


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block for each role or owner that differs between the branches."""
    for probe in outcome.simulation.probes:
        if probe.name == "roles":
            yield Finding(
                "roles-changed",
                Severity.BLOCKER,
                f"{probe.contract}.{probe.subject}",
                f"The answer changed with the upgrade: {probe.detail}.",
                "change roles in a proposal of their own, or declare why they change here",
            )
