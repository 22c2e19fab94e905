"""The part that every form with a timelock shares: the operation, its wait, and who executes it."""

from upgrader.errors import InputError
from upgrader.governance._base import ProposalStep, Request, StepName
from upgrader.governance.timelock import TimelockOperation, operation_of
from upgrader.governance.timelock_state import TimelockState


def operation_for(timelock: TimelockState, request: Request) -> TimelockOperation:
    """Return the operation that makes the calls after the wanted delay.

    Raises:
        InputError: There is no call, or the delay is below the timelock's minimum.
    """
    if not request.calls:
        raise InputError("there is nothing to propose", remedy="plan at least one change")
    delay = timelock.min_delay if request.delay is None else request.delay
    if delay < timelock.min_delay:
        raise InputError(
            f"a delay of {delay} s is below the minimum of timelock {timelock.address}, {timelock.min_delay} s",
            remedy=f"wait at least {timelock.min_delay} s, or leave the delay out",
        )
    return operation_of(request.calls, salt=request.salt, delay=delay)


def waited_steps(timelock: TimelockState, operation: TimelockOperation) -> tuple[ProposalStep, ProposalStep]:
    """Return the wait, and the execution by whoever may execute."""
    return (
        ProposalStep(StepName.WAIT, wait=operation.delay),
        ProposalStep(StepName.EXECUTE, timelock.executors, (operation.execute_call(timelock.address),)),
    )
