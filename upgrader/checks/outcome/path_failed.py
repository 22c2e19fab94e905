"""The upgrade does not go through its own governance.

Why: a plan that reverts on a copy of the chain reverts on the chain, after two signatures and two days of delay; and
a step whose receipt says success while the Safe's inner call failed has done nothing at all.

Fix: read the reason of the first failed step; it names the contract that refused.

Example: the Safe is not a proposer of the timelock, or a guard refuses the target.

Source: Safe issues #3216 and lifinance/contracts#1923 (executed was recorded without on-chain confirmation).
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("simulation-path-failed", "timelock-early-execution")


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Report the step that did not do what it is for."""
    for step in outcome.simulation.steps:
        if step.succeeded:
            continue
        code = "timelock-early-execution" if step.name == "execute early" else "simulation-path-failed"
        evidence = {"sender": step.sender, "to": step.to, "reason": step.detail}
        message = f"The step {step.name} did not succeed: {step.detail or 'no reason was given'}."
        yield Finding(code, Severity.BLOCKER, step.name, message, "mend what refused, then simulate again", evidence)
    if not outcome.simulation.executed and all(step.succeeded for step in outcome.simulation.steps):
        message = "The path ended before anything was executed."
        yield Finding("simulation-path-failed", Severity.BLOCKER, "execute", message, "plan again")
