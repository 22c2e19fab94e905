"""A Safe proposes to a timelock: sign, schedule, wait, execute."""

from collections.abc import Mapping

from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, Proposal, Request, StepName
from upgrader.governance._signing import account_of, hashes_of, signed_steps, transaction_of
from upgrader.governance._waiting import operation_for, waited_steps
from upgrader.governance.authority import AuthorityNode
from upgrader.governance.safe_state import SafeState
from upgrader.units import Address, hexed


class SafeTimelock:
    """The form of most protocols that hold money."""

    name = "safe_timelock"

    def accepts(self, holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> bool:
        """Return whether the holder is a timelock with a Safe among its proposers."""
        return bool(_proposing(holder, nodes))

    def wrap(self, request: Request) -> Proposal:
        """Return the Safe's transaction that schedules the operation, and what follows it."""
        timelock = request.holder.timelock
        safes = _proposing(request.holder, request.nodes)
        if timelock is None or not safes:
            raise InputError(
                f"{request.holder.address} is no timelock of a Safe", remedy="ask the form that accepts it"
            )
        if len(safes) > 1:
            raise InputError(
                f"{len(safes)} Safes may propose to timelock {timelock.address}: "
                + ", ".join(safe.address for safe in safes),
                remedy="leave one of them among the proposers, or propose by hand",
            )
        (safe,) = safes
        operation = operation_for(timelock, request)
        account = account_of(safe, request.chain_id)
        transaction = transaction_of(safe, (operation.schedule_call(timelock.address),), request)
        return Proposal(
            kind=self.name,
            authority=timelock.address,
            chain_id=request.chain_id,
            calls=request.calls,
            steps=(
                *signed_steps(safe, account, transaction, StepName.SCHEDULE),
                *waited_steps(timelock, operation),
            ),
            hashes={"Operation id": hexed(operation.id), **hashes_of(account, transaction)},
            delay=operation.delay,
            safe=account,
            safe_transaction=transaction,
            timelock_operation=operation,
        )


def _proposing(holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> tuple[SafeState, ...]:
    if holder.timelock is None:
        return ()
    proposers = (nodes.get(proposer) for proposer in holder.timelock.proposers)
    return tuple(node.safe for node in proposers if node is not None and node.safe is not None)


FAMILY.add(__name__, SafeTimelock())
