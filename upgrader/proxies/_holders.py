"""Who can call the upgrade function: everybody whom the contract names, tried out, and those who can join them.

Candidates are the admin slot, the getters in common use, and the members of every role.  Which role guards the
upgrade is not written anywhere on the chain: it is one whose members all may upgrade, ``UPGRADER_ROLE`` first.
Members of the role that administers it can give it to themselves, which is a way to upgrade too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upgrader.calls import encode_call
from upgrader.governance.authority import ANYONE, HolderKind, Link, Relation
from upgrader.governance.identify import identify
from upgrader.governance.roles import DEFAULT_ADMIN_ROLE, RoleBook, read_roles, role_name
from upgrader.inquiry import Inquiry, ReadCall, ReadCode, ReadFailed, gather
from upgrader.proxies._base import Proxy, stored_address
from upgrader.proxies._recognise import recognise
from upgrader.proxies._trial import STRANGER, gate_of, try_upgrade
from upgrader.units import WORD, ZERO_ADDRESS, Address, Hash32, keccak

UPGRADER_ROLE: Final = keccak(b"UPGRADER_ROLE")
"""The role that OpenZeppelin's contract wizard puts before ``_authorizeUpgrade``."""

_GETTERS: Final = ("owner()", "admin()", "governance()", "governor()", "timelock()", "proxyOwner()", "authority()")
_ADMIN_SLOT: Final = "admin slot"

_CHANGED_BY_NOBODY_ELSE: Final = frozenset({"minimal_clone", "safe"})
"""Kinds whose code never changes, or only by those who act through them anyway."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everybody who might be allowed to upgrade.

    Attributes:
        named: Account -> the getter or slot that names it.
        book: The roles of the contract that decides; None where it has none.
        renounced: Whether it has an owner and that is nobody.
    """

    named: Mapping[Address, str] = field(default_factory=lambda: MappingProxyType({}))
    book: RoleBook | None = None
    renounced: bool = False

    @property
    def everybody(self) -> tuple[Address, ...]:
        """Every candidate once."""
        members = () if self.book is None else tuple(m for held in self.book.members.values() for m in held)
        return tuple(dict.fromkeys([*self.named, *members]))


@dataclass(frozen=True, slots=True)
class Holders:
    """Who can call the upgrade function, and why there may be more."""

    links: tuple[Link, ...] = ()
    gaps: tuple[str, ...] = ()


def holders_of(proxy: Proxy) -> Inquiry[Holders]:
    """Ask who can call the upgrade function of ``proxy``."""
    if proxy.kind == "minimal_clone":
        return Holders()
    if proxy.kind == "erc7760" and proxy.admin is not None:
        return Holders((Link(Relation.ADMIN, proxy.admin, "factory in its code"),))
    if proxy.implementation is None:
        return Holders(gaps=(f"the implementation of {proxy.address} is not known, so no upgrade can be tried",))
    gate, candidates = yield from _candidates(proxy)
    if proxy.kind == "zeppelinos" and gate == proxy.address and proxy.admin is not None:
        return Holders((Link(Relation.ADMIN, proxy.admin, _ADMIN_SLOT),))
    return (yield from _tried(proxy, gate, candidates))


def _tried(proxy: Proxy, gate: Address, candidates: Candidates) -> Inquiry[Holders]:
    """Let everybody try, the stranger first; whoever may upgrade is a holder."""
    people = (STRANGER, *candidates.everybody)
    answers = yield from gather(try_upgrade(proxy, gate, person) for person in people)
    allowed = {person for person, outcome in zip(people, answers, strict=True) if outcome}
    gaps = [] if candidates.book is None else list(candidates.book.gaps)
    gaps += [
        f"the node could not say whether {person} may upgrade {proxy.address}"
        for person, outcome in zip(people, answers, strict=True)
        if outcome is None
    ]
    via = None if gate == proxy.address else gate
    if STRANGER in allowed:
        links: tuple[Link, ...] = (Link(Relation.CALLER, ANYONE, via=via),)
    else:
        links = (*_named(candidates, allowed, via), *_by_role(candidates.book, allowed, via))
    if not links and not candidates.renounced:
        links = yield from _admin_itself(proxy, gate)
        if not links and not gaps:
            gaps.append(f"nobody whom {gate} names may upgrade {proxy.address} now: something else decides, or nobody")
    return Holders(links, tuple(gaps))


def _admin_itself(proxy: Proxy, gate: Address) -> Inquiry[tuple[Link, ...]]:
    """Ask whether the admin is no ProxyAdmin, but a Safe or a timelock that upgrades by itself.

    The older of zeppelinos' proxies refuse an upgrade to what they run, whoever tries; what their slot names is
    believed where it is one that acts by itself.
    """
    if gate != proxy.admin:
        return ()
    itself = yield from try_upgrade(proxy, proxy.address, gate)
    if not itself and proxy.kind == "zeppelinos":
        itself = (yield from identify(gate)).kind in {HolderKind.SAFE, HolderKind.TIMELOCK}
    return (Link(Relation.ADMIN, gate, _ADMIN_SLOT),) if itself else ()


def proxies_behind(proxy: Proxy) -> Inquiry[tuple[Link, ...]]:
    """Ask whether the code that ``proxy`` runs, or the contract that decides for it, is a proxy itself."""
    inner = [each for each in (proxy.implementation, gate_of(proxy)) if each not in (None, proxy.address)]
    found = yield from gather(recognise(each) for each in inner if each is not None)
    return tuple(
        Link(Relation.CODE, each.address)
        for each in found
        if each is not None and each.kind not in _CHANGED_BY_NOBODY_ELSE
    )


def _candidates(proxy: Proxy) -> Inquiry[tuple[Address, Candidates]]:
    """Return the contract that decides, and everybody whom it names."""
    gate = gate_of(proxy)
    *answers, roles, code = yield (
        *(ReadCall(gate, encode_call(getter)) for getter in _GETTERS),
        ReadCall(gate, encode_call("hasRole(bytes32,address)", DEFAULT_ADMIN_ROLE, ZERO_ADDRESS)),
        ReadCode(gate),
    )
    if code == b"":
        return proxy.address, Candidates({proxy.admin: _ADMIN_SLOT} if proxy.admin else {})
    named = {
        holder: getter
        for getter, answer in reversed(list(zip(_GETTERS, answers, strict=True)))
        if (holder := stored_address(answer)) is not None
    }
    owner = answers[0]
    book = None
    if isinstance(roles, bytes) and len(roles) == WORD:
        book = yield from read_roles(gate)
    elif isinstance(roles, ReadFailed) and not roles.reverted:
        book = RoleBook({}, {}, gaps=(f"the node could not say whether {gate} has roles: {roles.reason}",))
    renounced = isinstance(owner, bytes) and owner == bytes(WORD) and not named and book is None
    return gate, Candidates(named, book, renounced)


def _named(candidates: Candidates, allowed: set[Address], via: Address | None) -> tuple[Link, ...]:
    relations = {"owner()": Relation.OWNER, "proxyOwner()": Relation.OWNER, _ADMIN_SLOT: Relation.ADMIN}
    return tuple(
        Link(relations.get(getter, Relation.CALLER), holder, "" if getter == "owner()" else getter, via)
        for holder, getter in candidates.named.items()
        if holder in allowed
    )


def _by_role(book: RoleBook | None, allowed: set[Address], via: Address | None) -> tuple[Link, ...]:
    if book is None:
        return ()
    guarding = [role for role, members in book.members.items() if members and allowed.issuperset(members)]
    if UPGRADER_ROLE in guarding:
        guarding = [UPGRADER_ROLE]
    holders = tuple(
        Link(Relation.ROLE, member, role_name(role), via) for role in guarding for member in book.holders(role)
    )
    granters = tuple(
        Link(Relation.GRANTER, member, _granting(granting, role), via)
        for role in guarding
        for granting, members in book.granters(role).items()
        for member in members
        if member not in allowed
    )
    return holders + granters


def _granting(granting: Hash32, role: Hash32) -> str:
    return f"{role_name(role)} as {role_name(granting)}"
