"""A stranger can initialise the bare implementation.

Why: behind UUPS the owner of the implementation can upgrade *it*, to code that destroys it; Wormhole paid a bounty
of ten million dollars for such a case, and Parity's library froze 513,774 ETH.  Behind a transparent proxy whose code
can neither delegatecall nor selfdestruct nothing can be destroyed, but the stranger owns a contract that carries the
protocol's name.

Fix: call ``_disableInitializers()`` in the constructor (before OpenZeppelin 4.3: give it the ``initializer`` modifier).

Example: ``constructor() { _disableInitializers(); }``

Source: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#initializing_the_implementation_contract
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("implementation-initialisable",)


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block for UUPS and for code that can destroy itself, warn otherwise."""
    for probe in outcome.simulation.probes:
        if probe.name != "bare implementation" or probe.answer == "held":
            continue
        if probe.answer == "unclear":
            continue  # arguments of ours were refused; the static rule on the constructor speaks for this case
        grave = outcome.kinds.get(probe.contract) == "uups" or probe.contract in outcome.perilous
        yield Finding(
            "implementation-initialisable",
            Severity.BLOCKER if grave else Severity.WARNING,
            f"{probe.contract}.{probe.subject}",
            f"A stranger's call of {probe.subject} on the bare implementation went through.",
            "call _disableInitializers() in the constructor, or initialise it in the deployment",
            {"kind": outcome.kinds.get(probe.contract, "unknown"), "can destroy itself": str(grave).lower()},
        )
