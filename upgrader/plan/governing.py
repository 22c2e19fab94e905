"""How an authority's agreement to a plan becomes transactions, and every hash that its signers see.

Three authorities are governed here; the steps are the same words for all of them::

    Safe -> timelock      sign, schedule, (wait), execute     cancel needs signatures too
    account -> timelock   schedule, (wait), execute
    Safe                  sign, execute

The salt of the timelock operation is the plan's digest: the identifier that ``CallScheduled`` shows on the chain, and
the message hash on a hardware wallet, both commit to the reviewed plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from upgrader.calls import Call, topic
from upgrader.errors import InputError
from upgrader.governance.multisend import ADDRESSES, multi_send_call
from upgrader.governance.safe import (
    DELEGATECALL,
    SafeAccount,
    SafeTransaction,
    domain_hash,
    exec_transaction_call,
    message_hash,
    safe_tx_hash,
)
from upgrader.governance.timelock import TimelockOperation, cancel_call, operation_of
from upgrader.inquiry import Log
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.units import Address, Hash32, hexed

EXECUTION_SUCCESS = topic("ExecutionSuccess(bytes32,uint256)")
CALL_SCHEDULED = topic("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)")
CALL_EXECUTED = topic("CallExecuted(bytes32,uint256,address,uint256,bytes)")
CANCELLED = topic("Cancelled(bytes32)")
UPGRADED = topic("Upgraded(address)")


class Action(StrEnum):
    """What the authority is asked to do."""

    SCHEDULE = "schedule"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Governing:
    """A plan in the hands of its authority.

    Attributes:
        plan: What is to be done.
        nonce: Nonce of the Safe transaction; ignored without a Safe.
    """

    plan: UpgradePlan
    nonce: int = 0

    @property
    def operation(self) -> TimelockOperation | None:
        """The timelock operation, or None where no timelock takes part."""
        if self.plan.state.timelock is None:
            return None
        return operation_of(self.plan.calls, salt=self.plan.digest, delay=self.plan.delay)

    @property
    def timelock(self) -> Address | None:
        """The timelock, or None."""
        return self.plan.state.timelock.address if self.plan.state.timelock else None

    @property
    def safe(self) -> SafeAccount | None:
        """The Safe, or None."""
        safe = self.plan.state.safe
        return SafeAccount(safe.address, self.plan.state.chain_id, safe.version) if safe else None

    def proposed(self, action: Action) -> Call:
        """Return what the proposer (the Safe, or an account) must call.

        Raises:
            InputError: Without a timelock nothing can be cancelled.
        """
        if self.operation is None or self.timelock is None:
            raise InputError(
                f"without a timelock there is nothing to {action}",
                remedy="a Safe's own transaction is replaced by nonce",
            )
        if action is Action.CANCEL:
            return cancel_call(self.timelock, self.operation.id)
        return self.operation.schedule_call(self.timelock)

    def transaction(self, action: Action = Action.SCHEDULE) -> SafeTransaction:
        """Return the Safe transaction whose hash the owners sign.

        Raises:
            InputError: No Safe takes part.
        """
        if self.plan.state.safe is None:
            raise InputError("no Safe takes part in this plan", remedy="an account sends the steps itself: --account")
        if self.operation is not None:
            call = self.proposed(action)
            return SafeTransaction(call.to, call.value, call.data, self.nonce)
        if len(self.plan.calls) == 1:
            (call,) = self.plan.calls
            return SafeTransaction(call.to, call.value, call.data, self.nonce)
        batch = multi_send_call(_library(self.plan.state.safe.version), self.plan.calls)
        return SafeTransaction(batch.to, batch.value, batch.data, self.nonce, operation=DELEGATECALL)

    def carried_out(self, action: Action, signatures: bytes) -> Call:
        """Return the Safe's ``execTransaction`` with the owners' signatures; anybody may send it."""
        if self.safe is None:
            raise InputError("no Safe takes part in this plan", remedy="an account sends the steps itself: --account")
        return exec_transaction_call(self.safe.address, self.transaction(action), signatures)

    def execution(self) -> Call:
        """Return the call that executes a ready timelock operation.

        Raises:
            InputError: No timelock takes part: the Safe's transaction executes at once.
        """
        if self.operation is None or self.timelock is None:
            raise InputError("without a timelock the Safe executes at once", remedy="use `upgrader schedule`")
        return self.operation.execute_call(self.timelock)

    def safe_tx_hash(self, action: Action = Action.SCHEDULE) -> Hash32:
        """Return the hash that the Safe's owners sign."""
        if self.safe is None:
            raise InputError("no Safe takes part in this plan", remedy="an account sends the steps itself: --account")
        return safe_tx_hash(self.safe, self.transaction(action))

    def hashes(self, action: Action = Action.SCHEDULE) -> Mapping[str, str]:
        """Return every hash a signer meets, labelled as a hardware wallet labels them."""
        shown = {"Plan digest": hexed(self.plan.digest)}
        if self.operation is not None:
            shown["Operation id"] = hexed(self.operation.id)
        if self.safe is not None:
            transaction = self.transaction(action)
            shown["Domain hash"] = hexed(domain_hash(self.safe))
            shown["Message hash"] = hexed(message_hash(self.safe, transaction))
            shown["SafeTxHash"] = hexed(safe_tx_hash(self.safe, transaction))
        return shown

    def shortfall(self, step: str, logs: Iterable[Log]) -> str:
        """Return what a mined step failed to do, by its events; empty when it did it.

        A receipt's status is no evidence: a Safe with a gas limit reports success while its inner call failed.

        Args:
            step: ``schedule``, ``execute`` or ``cancel``.
            logs: Of the transaction.
        """
        seen = {(log.address, log.topics[0]) for log in logs if log.topics}
        through_safe = step != "execute" or self.operation is None
        if self.safe is not None and through_safe and (self.safe.address, EXECUTION_SUCCESS) not in seen:
            return "the Safe did not emit ExecutionSuccess: its inner call failed"
        if self.operation is not None and self.timelock is not None:
            wanted = {"schedule": CALL_SCHEDULED, "execute": CALL_EXECUTED, "cancel": CANCELLED}[step]
            if not any(log.address == self.timelock and log.topics[:2] == (wanted, self.operation.id) for log in logs):
                return f"the timelock did not report operation {hexed(self.operation.id)}"
        if step == "execute" or self.operation is None:
            silent = [
                upgrade.contract
                for upgrade in self.plan.upgrades
                if ((upgrade.admin if upgrade.kind == "beacon" else None) or upgrade.proxy, UPGRADED) not in seen
            ]
            if silent:
                return f"no Upgraded event from {', '.join(silent)}"
        return ""


def _library(version: str) -> Address:
    """Return the canonical MultiSendCallOnly of a Safe version."""
    core = version.partition("+")[0]
    known = [library for library, of in ADDRESSES.items() if of == core]
    if not known:
        raise InputError(
            f"no MultiSendCallOnly is known for Safe {version}",
            remedy="upgrade one contract at a time, or use a timelock",
        )
    return known[0]
