"""The part that every form with a Safe shares: its transaction, the hashes its owners see, and the steps it takes."""

from upgrader.calls import Call
from upgrader.errors import InputError
from upgrader.governance._base import ProposalStep, Request, StepName
from upgrader.governance.multisend import ADDRESSES, multi_send_call
from upgrader.governance.safe import (
    DELEGATECALL,
    SafeAccount,
    SafeTransaction,
    approve_hash_call,
    domain_hash,
    exec_transaction_call,
    message_hash,
    safe_tx_hash,
)
from upgrader.governance.safe_state import SafeState
from upgrader.governance.signatures import approved, assemble
from upgrader.units import Address, ChainId, hexed


def account_of(safe: SafeState, chain_id: ChainId) -> SafeAccount:
    """Return the Safe as far as its hashes depend on it."""
    return SafeAccount(safe.address, chain_id, safe.version)


def transaction_of(safe: SafeState, calls: tuple[Call, ...], request: Request) -> SafeTransaction:
    """Return the transaction that makes ``calls``: one directly, several through MultiSendCallOnly.

    Raises:
        InputError: There is no call, or no MultiSendCallOnly is known for a batch.
    """
    if not calls:
        raise InputError("there is nothing to propose", remedy="plan at least one change")
    if len(calls) == 1:
        (call,) = calls
        return SafeTransaction(call.to, call.value, call.data, request.nonce)
    batch = multi_send_call(request.library or _canonical(safe.version), calls)
    return SafeTransaction(batch.to, batch.value, batch.data, request.nonce, operation=DELEGATECALL)


def hashes_of(account: SafeAccount, transaction: SafeTransaction) -> dict[str, str]:
    """Return the three hashes under the names that hardware wallets show."""
    return {
        "Domain hash": hexed(domain_hash(account)),
        "Message hash": hexed(message_hash(account, transaction)),
        "SafeTxHash": hexed(safe_tx_hash(account, transaction)),
    }


def signed_steps(
    safe: SafeState, account: SafeAccount, transaction: SafeTransaction, then: StepName
) -> tuple[ProposalStep, ProposalStep]:
    """Return the owners' approval and the execution that rests on it, named ``then``."""
    signers = safe.owners[: safe.threshold]
    digest = safe_tx_hash(account, transaction)
    blob = assemble((approved(owner) for owner in signers), safe.threshold)
    return (
        ProposalStep(
            StepName.SIGN, safe.owners, tuple(approve_hash_call(safe.address, digest, owner) for owner in signers)
        ),
        ProposalStep(then, calls=(exec_transaction_call(safe.address, transaction, blob),)),
    )


def _canonical(version: str) -> Address:
    core = version.partition("+")[0]
    for library, of in ADDRESSES.items():
        if of == core:
            return library
    raise InputError(
        f"no MultiSendCallOnly is known for Safe {version[:40]}",
        remedy="propose one call at a time, or name a library whose code is MultiSendCallOnly",
    )
