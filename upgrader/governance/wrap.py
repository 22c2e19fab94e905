"""From calls and an authority to a proposal, by the one form of governance that speaks for its holder."""

from upgrader.calls import Call
from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, Proposal, Request
from upgrader.governance.authority import Authority, AuthorityNode, HolderKind, Relation
from upgrader.units import Address, ChainId, Hash32, Seconds

_DETOURS = frozenset({Relation.GRANTER, Relation.CODE, Relation.ITSELF, Relation.MODULE})
"""Ways to upgrade that first change who may; no proposal takes one."""

_STRONGEST_FIRST = (HolderKind.TIMELOCK, HolderKind.SAFE, HolderKind.ACCOUNT)


def holder_of(authority: Authority) -> AuthorityNode:
    """Return who shall make the upgrade calls: a timelock before a Safe before an account.

    Raises:
        InputError: Nobody who can be proposed to, or two of the same kind.
    """
    direct = dict.fromkeys(link.holder for link in authority.links if link.relation not in _DETOURS)
    nodes = [authority.nodes[holder] for holder in direct if holder in authority.nodes]
    for kind in _STRONGEST_FIRST:
        found = [node for node in nodes if node.kind is kind]
        if len(found) > 1:
            raise InputError(
                f"{authority.subject} can be upgraded by {' and by '.join(node.address for node in found)}",
                remedy="revoke one of them, so that it is clear who proposes",
            )
        if found:
            return found[0]
    raise InputError(
        f"nobody who can be proposed to can upgrade {authority.subject}",
        remedy="see `upgrader inspect` for who can",
    )


def wrap(  # noqa: PLR0913 - what a plan fixes, and a library for chains without the canonical one
    calls: tuple[Call, ...],
    authority: Authority,
    *,
    chain_id: ChainId,
    salt: Hash32,
    nonce: int,
    delay: Seconds | None = None,
    library: Address | None = None,
) -> Proposal:
    """Return what the holder of ``authority`` must sign and send so that ``calls`` happen.

    Args:
        calls: In order; all of them made by the same holder.
        authority: Who can upgrade, as resolved from the chain.
        chain_id: The chain.
        salt: Digest of the plan.
        nonce: Of the Safe transaction; ignored without a Safe.
        delay: Wanted wait in seconds; None for the timelock's minimum.
        library: A MultiSendCallOnly; None for the canonical one.

    Raises:
        InputError: No form speaks for the holder, or it cannot do it as asked.
    """
    holder = holder_of(authority)
    for form in FAMILY.members():
        if form.accepts(holder, authority.nodes):
            return form.wrap(Request(calls, holder, authority.nodes, chain_id, salt, nonce, delay, library))
    raise InputError(
        f"{holder.kind} {holder.address} cannot be proposed to: nobody may propose there",
        remedy="see `upgrader inspect` for who can upgrade",
    )
