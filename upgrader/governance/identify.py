"""What an address that holds authority is: an account, a Safe, a timelock, or a contract that is none of them.

A contract that is not known is not judged: what it lets others do is not to be read from its address.
"""

from upgrader.governance.authority import AuthorityNode, HolderKind, Link, Relation
from upgrader.governance.safe_state import SafeState, read_safe
from upgrader.governance.timelock_state import TimelockState, read_timelock
from upgrader.inquiry import Inquiry, ReadCode, ReadFailed, gather
from upgrader.units import Address, address_from_word

DELEGATION = bytes.fromhex("ef0100")
"""Begin of the code of an account that delegates.  Source: https://eips.ethereum.org/EIPS/eip-7702."""

_DELEGATION_BYTES = 23


def identify(address: Address) -> Inquiry[AuthorityNode]:
    """Ask what ``address`` is and who acts through it."""
    code, safe, timelock = yield from gather((_code(address), read_safe(address), read_timelock(address)))
    if isinstance(code, ReadFailed):
        return _unknown(address, f"the code of {address} could not be read: {code.reason}")
    if isinstance(safe, SafeState):
        return _safe(safe)
    if isinstance(timelock, TimelockState):
        return _timelock(timelock)
    if not code:
        return AuthorityNode(address, HolderKind.ACCOUNT)
    if isinstance(code, bytes) and len(code) == _DELEGATION_BYTES and code.startswith(DELEGATION):
        target = address_from_word(code)
        gap = f"account {address} lets the code of {target} act for it (EIP-7702), so others may hold its authority"
        return AuthorityNode(address, HolderKind.ACCOUNT, gaps=(gap,))
    return _unknown(address, f"contract {address} is neither a Safe nor a timelock: who acts through it is not known")


def _code(address: Address) -> Inquiry[object]:
    (answer,) = yield (ReadCode(address),)
    return answer


def _safe(state: SafeState) -> AuthorityNode:
    links = (
        *(Link(Relation.SIGNER, owner) for owner in state.owners),
        *(Link(Relation.MODULE, module) for module in state.modules),
    )
    return AuthorityNode(state.address, HolderKind.SAFE, links, safe=state, gaps=state.gaps)


def _timelock(state: TimelockState) -> AuthorityNode:
    links = (
        *(Link(Relation.PROPOSER, proposer) for proposer in state.proposers),
        *(Link(Relation.TIMELOCK_ADMIN, admin) for admin in state.admins),
    )
    return AuthorityNode(state.address, HolderKind.TIMELOCK, links, timelock=state, gaps=state.gaps)


def _unknown(address: Address, gap: str) -> AuthorityNode:
    return AuthorityNode(address, HolderKind.CONTRACT, gaps=(gap,))
