"""A Safe holds the authority itself: sign, execute; several calls go through MultiSendCallOnly, all or none."""

from collections.abc import Mapping

from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, Proposal, Request, StepName
from upgrader.governance._signing import account_of, hashes_of, signed_steps, transaction_of
from upgrader.governance.authority import AuthorityNode
from upgrader.units import Address


class SafeDirect:
    """Signatures without a wait."""

    name = "safe_direct"

    def accepts(self, holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> bool:  # noqa: ARG002 - the family's signature
        """Return whether the holder is a Safe."""
        return holder.safe is not None

    def wrap(self, request: Request) -> Proposal:
        """Return the Safe's transaction that makes the calls."""
        safe = request.holder.safe
        if safe is None:
            raise InputError(f"{request.holder.address} is no Safe", remedy="ask the form that accepts it")
        account = account_of(safe, request.chain_id)
        transaction = transaction_of(safe, request.calls, request)
        return Proposal(
            kind=self.name,
            authority=safe.address,
            chain_id=request.chain_id,
            calls=request.calls,
            steps=signed_steps(safe, account, transaction, StepName.EXECUTE),
            hashes=hashes_of(account, transaction),
            safe=account,
            safe_transaction=transaction,
        )


FAMILY.add(__name__, SafeDirect())
