"""An upgrade taken from its bundle, verified before anything is believed, and compared with the chain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from upgrader.errors import InputError, MismatchError, NotReadyError
from upgrader.flows.path import one
from upgrader.governance.safe_state import SafeState, read_safe
from upgrader.governance.signatures import SafeSignature
from upgrader.governance.timelock import OperationState, operation_status
from upgrader.inquiry import ReadCode
from upgrader.plan.drift import drift
from upgrader.plan.governing import Action, Governing
from upgrader.plan.observe import observe
from upgrader.plan.signature_file import SignatureFile, collected, read_signature
from upgrader.plan.standing import Standing, standing
from upgrader.plan.state import State
from upgrader.plan.upgrade_plan import UpgradePlan, read_plan
from upgrader.ports import Block, Bundle, Chain

PLAN = "plan.json"
PROPOSAL = "proposal.json"


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified bundle and the plan inside."""

    bundle: Bundle
    plan: UpgradePlan

    @property
    def proposed(self) -> bool:
        """Whether a Safe nonce was fixed for it."""
        return self.bundle.exists(PROPOSAL)

    def governing(self) -> Governing:
        """Return the plan at the nonce that was proposed; without a proposal at the Safe's nonce when planned."""
        if self.proposed:
            return Governing(self.plan, int(self.bundle.read_json(PROPOSAL)["nonce"]))
        safe = self.plan.state.safe
        return Governing(self.plan, safe.nonce if safe else 0)

    def signature_files(self) -> tuple[SignatureFile, ...]:
        """Return every signature file, each verified against the plan.

        Raises:
            InputError: A file is malformed or its signature is not what it claims.
        """
        governing = self.governing()
        paths = [f"signatures/{name}" for name in self.bundle.names("signatures") if name.endswith(".json")]
        return tuple(read_signature(self.bundle.read_json(path), governing, where=path) for path in paths)

    def signatures(self, action: Action) -> tuple[SafeSignature, ...]:
        """Return the verified signatures of one action at the proposed nonce."""
        return collected(self.signature_files(), self.governing(), action)


def open_upgrade(bundle: Bundle) -> Opened:
    """Open a planned bundle.

    Raises:
        NotReadyError: There is no plan yet.
        MismatchError: A sealed file, or the plan, was changed.
    """
    if not bundle.exists(PLAN):
        raise NotReadyError(f"{bundle.name} has no plan yet", remedy=f"run `upgrader plan {bundle.name}`")
    bundle.verify()
    return Opened(bundle, read_plan(bundle.read_json(PLAN), where=f"{bundle.name}/{PLAN}"))


def observed(plan: UpgradePlan, chain: Chain, block: Block | None = None) -> State:
    """Return the world of a plan as the chain has it now.

    Raises:
        MismatchError: The chain is another one than the plan's.
    """
    _require_chain(plan, chain)
    try:
        return _look(plan, chain, block or chain.block())
    except InputError as error:
        raise MismatchError(
            f"the plan is stale: {error.message}", remedy=f"find out what changed, then `upgrader plan {plan.name}`"
        ) from error


def safe_of(plan: UpgradePlan, chain: Chain) -> SafeState | None:
    """Return the Safe of a plan as the chain has it now, whatever became of the rest; None where none takes part.

    Raises:
        MismatchError: The chain is another one, or there is no Safe any more.
    """
    if plan.state.safe is None:
        return None
    _require_chain(plan, chain)
    found = chain.ask(read_safe(plan.state.safe.address))
    if found is None:
        raise MismatchError(
            f"{plan.state.safe.address} no longer answers as a Safe",
            remedy="find out what changed before anything else",
        )
    return found


def require_fresh(plan: UpgradePlan, chain: Chain) -> State:
    """Return the present state if the plan still starts from it.

    Raises:
        MismatchError: The plan is stale, or the chain is another one.
    """
    now = observed(plan, chain)
    if changed := drift(plan.state, now):
        raise MismatchError(
            f"the plan is stale: {'; '.join(changed)}", remedy=f"plan again: `upgrader plan {plan.name}`"
        )
    return now


def require_unscheduled(bundle: Bundle, chain: Chain) -> None:
    """Refuse to replace a plan whose operation waits in the timelock: nobody could cancel it with this bundle any more.

    Raises:
        MismatchError: It waits, or may be executed.
    """
    if not bundle.exists(PLAN):
        return
    try:
        opened = open_upgrade(bundle)
        where = stand(opened, chain)
    except (InputError, MismatchError):
        return  # A record that is not believed keeps nobody from planning anew.
    if where.ready_at is not None:
        name = opened.plan.name
        raise MismatchError(
            f"{name} is {where.stage} in its timelock as planned before",
            remedy=f"execute it, or cancel it (`upgrader propose {name}`), or write another upgrade",
        )


def stand(opened: Opened, chain: Chain) -> Standing:
    """Return where an upgrade stands on the chain at its latest block.

    Raises:
        MismatchError: The chain is another one, or its timelock is gone.
    """
    plan, block = opened.plan, chain.block()
    _require_chain(plan, chain)
    governing = opened.governing()
    operation = None
    if governing.operation is not None and governing.timelock is not None:
        status = operation_status(governing.timelock, governing.operation.id, block.timestamp)
        try:
            operation = chain.ask(status, block)
        except InputError as error:
            raise MismatchError(
                f"the plan is stale: {governing.timelock} does not answer as a timelock: {error.message}",
                remedy=f"check that the endpoint is of the network {plan.network}",
            ) from error
    undeployed = tuple(
        step.contract for step in plan.deployments if not chain.ask(one(ReadCode(step.address)), block)[0]
    )
    signed = len(opened.signatures(Action.SCHEDULE)) if plan.state.safe else 0
    signing = operation is None or operation.state is OperationState.UNSET
    now: State | None = None
    try:
        now = _look(plan, chain, block)
        drifted = drift(plan.state, now, signing=signing)
    except InputError as error:
        # Still an answer: what was scheduled can be cancelled, whatever became of the contracts.
        drifted = (error.message,)
    found = standing(plan, now, operation, drifted=drifted, undeployed=undeployed, signatures=signed)
    return replace(found, proposed=opened.proposed)


def _require_chain(plan: UpgradePlan, chain: Chain) -> None:
    if chain.chain_id() != plan.state.chain_id:
        raise MismatchError(
            f"the chain's id is {chain.chain_id()}, the plan is for {plan.state.chain_id}",
            remedy=f"give an endpoint of the network {plan.network}",
        )


def _look(plan: UpgradePlan, chain: Chain, at: Block) -> State:
    """Observe the world of a plan.

    Raises:
        InputError: What was a proxy, a Safe or a timelock when the plan was made no longer answers as one.
    """
    inquiry = observe(
        {name: contract.proxy for name, contract in plan.state.contracts.items()},
        safe=plan.state.safe.address if plan.state.safe else None,
        timelock=plan.state.timelock.address if plan.state.timelock else None,
        chain_id=plan.state.chain_id,
        block=(at.number, at.hash, at.timestamp),
        flags={name: contract.flag for name, contract in plan.state.contracts.items()},
    )
    return chain.ask(inquiry, at)


def typed_fields(governing: Governing, action: Action) -> Mapping[str, Any]:
    """Return the Safe transaction's fields as the proposal file shows them."""
    transaction = governing.transaction(action)
    return {
        "to": transaction.to,
        "value": str(transaction.value),
        "data": "0x" + transaction.data.hex(),
        "operation": transaction.operation,
        "safeTxGas": str(transaction.safe_tx_gas),
        "baseGas": str(transaction.base_gas),
        "gasPrice": str(transaction.gas_price),
        "gasToken": transaction.gas_token,
        "refundReceiver": transaction.refund_receiver,
        "nonce": transaction.nonce,
    }
