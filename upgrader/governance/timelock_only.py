"""An account proposes to a timelock: schedule, wait, execute."""

from collections.abc import Mapping

from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, Proposal, ProposalStep, Request, StepName
from upgrader.governance._waiting import operation_for, waited_steps
from upgrader.governance.authority import AuthorityNode
from upgrader.units import Address, hexed


class TimelockOnly:
    """A wait without signatures."""

    name = "timelock_only"

    def accepts(self, holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> bool:
        """Return whether the holder is a timelock with proposers, none of which is a Safe."""
        if holder.timelock is None or not holder.timelock.proposers:
            return False
        proposers = (nodes.get(proposer) for proposer in holder.timelock.proposers)
        return all(node is None or node.safe is None for node in proposers)

    def wrap(self, request: Request) -> Proposal:
        """Return the operation that a proposer schedules, and what follows it."""
        timelock = request.holder.timelock
        if timelock is None:
            raise InputError(f"{request.holder.address} is no timelock", remedy="ask the form that accepts it")
        operation = operation_for(timelock, request)
        schedule = ProposalStep(StepName.SCHEDULE, timelock.proposers, (operation.schedule_call(timelock.address),))
        return Proposal(
            kind=self.name,
            authority=timelock.address,
            chain_id=request.chain_id,
            calls=request.calls,
            steps=(schedule, *waited_steps(timelock, operation)),
            hashes={"Operation id": hexed(operation.id)},
            delay=operation.delay,
            timelock_operation=operation,
        )


FAMILY.add(__name__, TimelockOnly())
