"""A stranger can initialise the upgraded proxy again.

Why: an initializer that answers once more hands roles and parameters to whoever calls first.  Audius lost 18.5
million AUDIO in July 2022, Pike 1.68 million USD in April 2024, because the flag that closes ``initialize`` had moved.

Fix: keep the storage of the initialised flag where it is, and guard every initializer with ``initializer`` or
``reinitializer(n)``.

Example: a base contract inserted before ``Initializable`` moves ``_initialized`` onto fresh, zero bytes.

Source: knowledge of the incidents named above; https://docs.openzeppelin.com/contracts/5.x/api/proxy#Initializable
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("proxy-reinitialisable",)


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block where a stranger's call went through; ask for a look where the refusal was not the guard's own."""
    for probe in outcome.simulation.probes:
        if probe.name != "reinitialise" or probe.answer == "held":
            continue
        failed = probe.answer == "failed"
        message = (
            f"A stranger's call of {probe.subject} on the proxy went through."
            if failed
            else f"A stranger's call of {probe.subject} was refused, but not by the guard: {probe.detail}."
        )
        yield Finding(
            "proxy-reinitialisable",
            Severity.BLOCKER if failed else Severity.WARNING,
            f"{probe.contract}.{probe.subject}",
            message,
            "guard it with initializer or reinitializer(n), and keep _initialized in place",
            {"answer": probe.detail},
        )
