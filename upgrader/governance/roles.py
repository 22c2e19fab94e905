"""Who holds which role of an OpenZeppelin AccessControl contract: replayed from its logs, confirmed by its getters.

The contract can say whether one account holds one role, but not who does.  The logs say who ever did; their replay is
only as good as the node's memory, so every account that was ever named is asked about at the block, and each sign of
a missing log is kept in :attr:`RoleBook.gaps`: then nobody can tell who else holds a role.

Source: https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/AccessControl.sol
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from upgrader.calls import encode_call, topic
from upgrader.inquiry import Inquiry, Log, ReadCall, ReadFailed, ReadLogs
from upgrader.units import WORD, ZERO_ADDRESS, ZERO_HASH, Address, Hash32, address_from_word, hexed, keccak

GRANTED: Final = topic("RoleGranted(bytes32,address,address)")
REVOKED: Final = topic("RoleRevoked(bytes32,address,address)")
ADMIN_CHANGED: Final = topic("RoleAdminChanged(bytes32,bytes32,bytes32)")

DEFAULT_ADMIN_ROLE: Final = ZERO_HASH

_NAMES: Final = (
    *("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE", "UPGRADER_ROLE", "PAUSER_ROLE"),
    *("GUARDIAN_ROLE", "MINTER_ROLE", "BURNER_ROLE", "OPERATOR_ROLE", "KEEPER_ROLE", "LIQUIDATOR_ROLE"),
    *("ADMIN_ROLE", "MANAGER_ROLE", "GOVERNOR_ROLE", "GOVERNANCE_ROLE", "ORACLE_ROLE", "SETTLER_ROLE", "RISK_ROLE"),
)
ROLE_NAMES: Final[Mapping[Hash32, str]] = {
    DEFAULT_ADMIN_ROLE: "DEFAULT_ADMIN_ROLE",
    **{keccak(name.encode()): name for name in _NAMES},
}
"""Role -> the name whose hash it is, for the names in common use."""

ANYONE: Final = ZERO_ADDRESS
"""A timelock's role that the zero address holds is open to everybody (``onlyRoleOrOpenRole``)."""

PAIRS_LIMIT: Final = 2_000
"""Most pairs of role and account that are asked about; real contracts have a few dozen."""

_ROLE_TOPICS: Final = 3
"""Topics of a role event beside its own; contracts that index fewer are not AccessControl."""

Pair: TypeAlias = tuple[Hash32, Address]


@dataclass(frozen=True, slots=True)
class RoleBook:
    """The roles of one contract at one block.

    Attributes:
        members: Role -> who holds it, sorted; every role that was ever granted is a key.
        admins: Role -> the role whose members grant and revoke it.
        named: Every pair that a log ever named, whether it holds now or not.
        gaps: Signs that logs are missing, in words; empty when there is none.
    """

    members: Mapping[Hash32, tuple[Address, ...]]
    admins: Mapping[Hash32, Hash32]
    named: frozenset[Pair] = frozenset()
    gaps: tuple[str, ...] = ()

    def holders(self, role: Hash32) -> tuple[Address, ...]:
        """Return who holds ``role``."""
        return self.members.get(role, ())

    def granters(self, role: Hash32) -> Mapping[Hash32, tuple[Address, ...]]:
        """Return every role whose members can give themselves ``role``, directly or in steps, with its members."""
        found: dict[Hash32, tuple[Address, ...]] = {}
        while (role := self.admins.get(role, DEFAULT_ADMIN_ROLE)) not in found:
            found[role] = self.holders(role)
        return found


def role_name(role: Hash32) -> str:
    """Return the name of a role, or its hash where it is none in common use."""
    return ROLE_NAMES.get(role, hexed(role))


def read_roles(contract: Address, asked: Iterable[Pair] = ()) -> Inquiry[RoleBook]:
    """Ask who holds which role.

    Args:
        contract: An AccessControl contract.
        asked: Pairs of role and account to ask about whatever the logs say.
    """
    (logs,) = yield (ReadLogs(contract, ((GRANTED, REVOKED, ADMIN_CHANGED),)),)
    gaps: list[str] = []
    if isinstance(logs, ReadFailed):
        gaps.append(f"the role logs of {contract} could not be read: {logs.reason}")
        logs = ()
    replayed = _replay(contract, logs, gaps)
    pairs = list(dict.fromkeys([*replayed, *asked]))
    if len(pairs) > PAIRS_LIMIT:
        gaps.append(f"{contract} names {len(pairs)} pairs of role and account, more than are asked about")
        pairs = pairs[:PAIRS_LIMIT]
    roles = list(dict.fromkeys([*(role for role, _ in pairs), DEFAULT_ADMIN_ROLE]))
    answers = yield (
        *(ReadCall(contract, encode_call("hasRole(bytes32,address)", *pair)) for pair in pairs),
        *(ReadCall(contract, encode_call("getRoleAdmin(bytes32)", role)) for role in roles),
        *(ReadCall(contract, encode_call("getRoleMemberCount(bytes32)", role)) for role in roles),
    )
    held = dict(zip(pairs, answers[: len(pairs)], strict=True))
    members = _members(contract, held, replayed, gaps)
    admins, counts = answers[len(pairs) : len(pairs) + len(roles)], answers[len(pairs) + len(roles) :]
    for role, count in zip(roles, counts, strict=True):
        # Only enumerable contracts (all of OpenZeppelin 3) answer; for them it is the proof of completeness.
        if _is_word(count) and int.from_bytes(count, "big") != len(members.get(role, ())):
            gaps.append(f"{contract} counts other members of {role_name(role)} than its logs name")
    return RoleBook(
        members=members,
        admins={role: Hash32(admin) for role, admin in zip(roles, admins, strict=True) if _is_word(admin)},
        named=frozenset(replayed),
        gaps=tuple(gaps),
    )


def _replay(contract: Address, logs: tuple[Log, ...], gaps: list[str]) -> dict[Pair, bool]:
    """Return every pair ever named -> whether it holds after the last log; note what cannot be a whole history."""
    held: dict[Pair, bool] = {}
    for log in logs:
        if log.topics[0] == ADMIN_CHANGED or len(log.topics) <= _ROLE_TOPICS:
            continue
        pair = (Hash32(log.topics[1]), address_from_word(log.topics[2]))
        grants = log.topics[0] == GRANTED
        if held.get(pair, False) == grants:
            verb = "granted to" if grants else "revoked from"
            gaps.append(f"{role_name(pair[0])} of {contract} was {verb} {pair[1]} out of turn: logs are missing")
        held[pair] = grants
    return held


def _members(
    contract: Address, held: Mapping[Pair, Any], replayed: Mapping[Pair, bool], gaps: list[str]
) -> dict[Hash32, tuple[Address, ...]]:
    members: dict[Hash32, list[Address]] = {}
    for (role, account), answer in held.items():
        of_role = members.setdefault(role, [])
        if not _is_word(answer):
            gaps.append(f"{contract} does not say whether {account} holds {role_name(role)}")
            continue
        holds = any(answer)
        if replayed.get((role, account), False) != holds:
            gaps.append(f"the logs and the state of {contract} differ on {account} and {role_name(role)}")
        if holds:
            of_role.append(account)
    return {role: tuple(sorted(accounts, key=str.lower)) for role, accounts in members.items()}


def _is_word(answer: Any) -> bool:
    return isinstance(answer, bytes) and len(answer) == WORD
