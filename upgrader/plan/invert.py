"""The way back: the plan that restores the implementations a plan replaced."""

from dataclasses import replace

from upgrader.errors import InputError
from upgrader.plan.operations import UpgradeProxy
from upgrader.plan.state import State
from upgrader.plan.upgrade_plan import UpgradePlan


def invert(plan: UpgradePlan, now: State) -> UpgradePlan:
    """Return the plan that undoes ``plan`` from the state ``now``.

    Storage that the new code wrote stays as it is: whether the old code can live with it is what the checks and
    the simulation of the inverse plan find out.

    Args:
        plan: An executed plan.
        now: The world as observed at present; must run what ``plan`` put there.

    Raises:
        InputError: A proxy no longer runs what the plan put there.
    """
    steps: list[UpgradeProxy] = []
    for operation in reversed(plan.upgrades):
        there = now.contracts[operation.contract].implementation
        if there != operation.after:
            raise InputError(
                f"{operation.contract} runs {there}, not {operation.after} which {plan.name} put there",
                remedy="there is nothing of this upgrade to roll back; see upgrader status",
            )
        steps.append(operation.inverse(plan.state))
    return replace(
        plan,
        name=f"rollback-{plan.name}",
        summary=f"Return to the code that ran before {plan.name}.",
        state=now,
        operations=tuple(steps),
        window=None,
        waivers=(),
        differences=(),
        rollback_of=plan.name,
    )
