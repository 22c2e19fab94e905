"""``inspect``: what addresses are, what they run, who can change it, and what already waits to be executed.

Everything is asked at one block, for all addresses in the same rounds; what they share (a ProxyAdmin, a timelock, a
Safe) crosses the wire once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from upgrader.checks.authority import examine
from upgrader.errors import InputError, UnavailableError
from upgrader.findings import Finding, ranked
from upgrader.governance.authority import Authority, AuthorityNode, HolderKind, behind
from upgrader.governance.pending import PendingOperations, pending_operations
from upgrader.inquiry import Inquiry, ReadCode, ReadFailed, gather
from upgrader.ports import Block, Chain
from upgrader.proxies import Proxy, recognise_many
from upgrader.proxies.authority import acting_through, resolve_many
from upgrader.units import Address, Timestamp


@dataclass(frozen=True, slots=True)
class Subject:
    """One address as it was found.

    Attributes:
        kind: The proxy's kind; ``beacon``, ``safe``, ``timelock``, ``contract`` or ``account`` for what is none.
        proxy: How it delegates; None when it does not.
        authority: Who can upgrade it; None where there is nothing to upgrade.
        node: What a Safe or timelock is that was asked about itself.
        behind: Whoever acts through it, by address.
    """

    address: Address
    kind: str
    proxy: Proxy | None = None
    authority: Authority | None = None
    node: AuthorityNode | None = None
    behind: Mapping[Address, AuthorityNode] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found at one block.

    Attributes:
        subjects: In the order of the question.
        pending: Timelock -> what waits in it, for every timelock that was met.
        findings: Worst first.
    """

    block: Block
    subjects: tuple[Subject, ...]
    pending: Mapping[Address, PendingOperations] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()


def inspect(chain: Chain, addresses: Sequence[Address]) -> Inspection:
    """Ask what ``addresses`` are and who can upgrade them.

    Raises:
        InputError: No address was given, or the only one has no code on this chain.
        UnavailableError: The node cannot say whether there is code.
    """
    asked = tuple(dict.fromkeys(addresses))
    if not asked:
        raise InputError(
            "no address was given", remedy="name at least one address, a file of addresses, or - for stdin"
        )
    block = chain.block()
    codes = chain.ask(gather(_code(address) for address in asked), block)
    if len(asked) == 1 and not codes[0]:
        raise InputError(
            f"{asked[0]} has no code on chain {chain.chain_id()} at block {block.number}",
            remedy="check the address and the network (--network, --rpc)",
        )
    with_code = tuple(address for address, code in zip(asked, codes, strict=True) if code)
    proxies, authorities = chain.ask(_survey(with_code), block)
    others = tuple(each.subject for each in authorities if not each.kind)
    nodes = chain.ask(acting_through(others), block)
    found = {
        authority.subject: _subject(authority, proxy, nodes)
        for authority, proxy in zip(authorities, proxies, strict=True)
    }
    subjects = tuple(found.get(address, Subject(address, HolderKind.ACCOUNT.value)) for address in asked)
    pending = _pending(chain, block, subjects)
    findings = ranked(finding for each in subjects if each.authority for finding in examine(each.authority))
    return Inspection(block, subjects, pending, findings)


def _survey(addresses: Sequence[Address]) -> Inquiry[tuple[tuple[Proxy | None, ...], tuple[Authority, ...]]]:
    """Ask what delegates and who can change it in the same rounds, so that the chain reads equal slots once."""
    both: list[Inquiry[Any]] = [recognise_many(addresses), resolve_many(addresses)]
    proxies, authorities = yield from gather(both)
    return proxies, authorities


def _code(address: Address) -> Inquiry[bytes]:
    (answer,) = yield (ReadCode(address),)
    if isinstance(answer, ReadFailed):
        raise UnavailableError(
            f"the code of {address} could not be read: {answer.reason}", remedy="try again, or name another endpoint"
        )
    return bytes(answer)


def _subject(authority: Authority, proxy: Proxy | None, nodes: Mapping[Address, AuthorityNode]) -> Subject:
    if authority.kind:
        return Subject(authority.subject, authority.kind, proxy, authority)
    node = nodes.get(authority.subject)
    if node is not None and node.kind is not HolderKind.CONTRACT:
        return Subject(authority.subject, node.kind.value, node=node, behind=behind(node, nodes))
    return Subject(authority.subject, HolderKind.CONTRACT.value)


def _pending(chain: Chain, block: Block, subjects: Sequence[Subject]) -> dict[Address, PendingOperations]:
    met = [timelock.address for each in subjects if each.authority for timelock in each.authority.timelocks]
    met += [each.address for each in subjects if each.node is not None and each.node.timelock is not None]
    timelocks = tuple(dict.fromkeys(met))
    now = Timestamp(block.timestamp)
    answers = chain.ask(gather(pending_operations(timelock, now) for timelock in timelocks), block)
    return dict(zip(timelocks, answers, strict=True))
