"""The family of governance forms: how the calls of a plan become what an authority must sign and send.

A form recognises the holder that it speaks for and wraps calls into a :class:`Proposal`: the transactions, who sends
them, the wait between them, and every hash that a signer will see.  Nothing is read from a chain here; what a form
needs to know stands in the authority that was resolved before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from upgrader.calls import Call
from upgrader.errors import InputError
from upgrader.governance.authority import AuthorityNode
from upgrader.governance.safe import SafeAccount, SafeTransaction, exec_transaction_call
from upgrader.governance.timelock import TimelockOperation
from upgrader.registry import Family
from upgrader.units import Address, ChainId, Hash32, Seconds


class StepName(StrEnum):
    """What happens in a step."""

    SIGN = "sign"
    SCHEDULE = "schedule"
    WAIT = "wait"
    EXECUTE = "execute"


@dataclass(frozen=True, slots=True)
class ProposalStep:
    """One step on the way from agreement to execution.

    Attributes:
        senders: Who may take it; empty for anybody.
        calls: What is sent, in order.  A Safe's approvals, and its execution with them, are the form without keys
            that a simulation sends; real signatures go through :meth:`Proposal.signed_call`.
        wait: How long nothing may happen.
    """

    name: StepName
    senders: tuple[Address, ...] = ()
    calls: tuple[Call, ...] = ()
    wait: Seconds = Seconds(0)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an authority must do so that ``calls`` happen.

    Attributes:
        kind: Name of the form.
        authority: Who makes the calls in the end.
        calls: What is to happen.
        steps: In order.
        hashes: Every hash a signer meets, by the name that hardware wallets and explorers give it.
        delay: Of the timelock; zero without one.
    """

    kind: str
    authority: Address
    chain_id: ChainId
    calls: tuple[Call, ...]
    steps: tuple[ProposalStep, ...]
    hashes: Mapping[str, str]
    delay: Seconds = Seconds(0)
    safe: SafeAccount | None = None
    safe_transaction: SafeTransaction | None = None
    timelock_operation: TimelockOperation | None = None

    def signed_call(self, signatures: bytes) -> Call:
        """Return the Safe's transaction with its owners' signatures; anybody may send it.

        Raises:
            InputError: No Safe takes part.
        """
        if self.safe is None or self.safe_transaction is None:
            raise InputError("no Safe takes part in this proposal", remedy="its account sends the steps itself")
        return exec_transaction_call(self.safe.address, self.safe_transaction, signatures)


@dataclass(frozen=True, slots=True)
class Request:
    """Calls on their way into a form.

    Attributes:
        holder: Who must make them.
        nodes: Every holder of the authority.
        salt: What tells the timelock operation from others: the digest of the plan.
        nonce: Of the Safe transaction; ignored without a Safe.
        delay: Wanted wait; None for the timelock's minimum.
        library: A MultiSendCallOnly for several calls of a Safe; None for the canonical one of its version.
    """

    calls: tuple[Call, ...]
    holder: AuthorityNode
    nodes: Mapping[Address, AuthorityNode]
    chain_id: ChainId
    salt: Hash32
    nonce: int
    delay: Seconds | None = None
    library: Address | None = None


class Governance(Protocol):
    """One form of governance.

    Attributes:
        name: Stable, as plans show it.
    """

    name: str

    def accepts(self, holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> bool:
        """Return whether this form speaks for ``holder``; no two forms speak for the same one."""
        ...

    def wrap(self, request: Request) -> Proposal:
        """Return what must be signed and sent.

        Raises:
            InputError: The authority cannot do it as asked: a delay below the minimum, no library for a batch.
        """
        ...


FAMILY: Family[Governance] = Family(__package__ or "upgrader.governance")
