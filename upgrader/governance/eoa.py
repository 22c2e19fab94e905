"""An account holds the authority itself: it sends each call, one transaction after the other."""

from collections.abc import Mapping
from dataclasses import replace

from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, Proposal, ProposalStep, Request, StepName
from upgrader.governance.authority import AuthorityNode, HolderKind
from upgrader.units import Address


class Eoa:
    """One key, no wait, and no batch: a call that fails leaves those before it done."""

    name = "eoa"

    def accepts(self, holder: AuthorityNode, nodes: Mapping[Address, AuthorityNode]) -> bool:  # noqa: ARG002 - the family's signature
        """Return whether the holder is an account."""
        return holder.kind is HolderKind.ACCOUNT

    def wrap(self, request: Request) -> Proposal:
        """Return the calls as transactions of the account."""
        if not request.calls:
            raise InputError("there is nothing to propose", remedy="plan at least one change")
        sender = request.holder.address
        sent = tuple(replace(call, sender=sender) for call in request.calls)
        return Proposal(
            kind=self.name,
            authority=sender,
            chain_id=request.chain_id,
            calls=request.calls,
            steps=(ProposalStep(StepName.EXECUTE, (sender,), sent),),
            hashes={},
        )


FAMILY.add(__name__, Eoa())
