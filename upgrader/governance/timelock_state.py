"""A TimelockController as it stands at one block: its delay, and who proposes, executes, cancels and administers.

The roles come from :mod:`upgrader.governance.roles`.  The constructor of every version makes the timelock an admin of
its own roles; a history in which that grant is missing does not begin at the beginning.

Source: https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/TimelockController.sol
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from upgrader.calls import encode_call
from upgrader.governance.roles import ANYONE, DEFAULT_ADMIN_ROLE, RoleBook, read_roles
from upgrader.inquiry import Inquiry, ReadCall
from upgrader.units import WORD, Address, Hash32, Seconds, keccak

PROPOSER_ROLE: Final = keccak(b"PROPOSER_ROLE")
EXECUTOR_ROLE: Final = keccak(b"EXECUTOR_ROLE")
CANCELLER_ROLE: Final = keccak(b"CANCELLER_ROLE")
TIMELOCK_ADMIN_ROLE: Final = keccak(b"TIMELOCK_ADMIN_ROLE")


@dataclass(frozen=True, slots=True)
class TimelockState:
    """A timelock at one block; all addresses sorted.

    Attributes:
        min_delay: Shortest wait it accepts.
        proposers: Who schedules.
        executors: Who executes; empty when everybody may (:attr:`open_executor`).
        cancellers: Who cancels; in version 3 the proposers.
        admins: Who can make themselves any of these, other than the timelock itself.
        gaps: Signs that the roles are not all known, in words.
    """

    address: Address
    min_delay: Seconds
    proposers: tuple[Address, ...]
    executors: tuple[Address, ...]
    cancellers: tuple[Address, ...]
    admins: tuple[Address, ...]
    open_executor: bool
    gaps: tuple[str, ...] = ()


def read_timelock(timelock: Address) -> Inquiry[TimelockState | None]:
    """Ask for the state of a timelock; None where the address does not answer as one."""
    delay, proposer, canceller = yield tuple(
        ReadCall(timelock, encode_call(name)) for name in ("getMinDelay()", "PROPOSER_ROLE()", "CANCELLER_ROLE()")
    )
    if proposer != PROPOSER_ROLE or not isinstance(delay, bytes) or len(delay) != WORD:
        return None
    own_admin = ((DEFAULT_ADMIN_ROLE, timelock), (TIMELOCK_ADMIN_ROLE, timelock))
    book = yield from read_roles(timelock, asked=((EXECUTOR_ROLE, ANYONE), (PROPOSER_ROLE, ANYONE), *own_admin))
    executors = book.holders(EXECUTOR_ROLE)
    is_open = ANYONE in executors
    has_cancellers = canceller == CANCELLER_ROLE
    gaps = list(book.gaps)
    if not book.named.intersection(own_admin) and not book.gaps:
        gaps.append(
            f"no log says that timelock {timelock} administers itself, as its constructor does: logs are missing"
        )
    return TimelockState(
        address=timelock,
        min_delay=Seconds(int.from_bytes(delay, "big")),
        proposers=book.holders(PROPOSER_ROLE),
        executors=() if is_open else executors,
        cancellers=book.holders(CANCELLER_ROLE if has_cancellers else PROPOSER_ROLE),
        admins=_admins(book, timelock, (PROPOSER_ROLE, EXECUTOR_ROLE, *((CANCELLER_ROLE,) if has_cancellers else ()))),
        open_executor=is_open,
        gaps=tuple(gaps),
    )


def _admins(book: RoleBook, timelock: Address, roles: Iterable[Hash32]) -> tuple[Address, ...]:
    found = {member for role in roles for members in book.granters(role).values() for member in members}
    return tuple(sorted(found - {timelock}, key=str.lower))
