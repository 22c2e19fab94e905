"""``check`` against live proxies: what they ran before, what their storage holds, what their code was built with.

Everything is read at one block and in few rounds for all proxies together: the events that tell the earlier
implementations, the code of those, then the words that the comparison leaves open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from upgrader.build import Artifact
from upgrader.checks.live import Unknown
from upgrader.errors import InputError, UnavailableError, UpgraderError
from upgrader.findings import Finding, Severity, ranked
from upgrader.flows.check import CheckResult, Live, check_pair, described_layout
from upgrader.flows.path import one
from upgrader.inquiry import Inquiry, ReadCode, gather
from upgrader.layout.compare import compare
from upgrader.layout.formats import Described
from upgrader.layout.live import Words, read_words, slots_to_read
from upgrader.layout.model import StorageLayout
from upgrader.plan.bytecode import equal, equal_but_metadata
from upgrader.plan.initialized import flag_of
from upgrader.plan.observe import beacon_implementation, observe_contract
from upgrader.plan.operations import FACTORY
from upgrader.plan.state import ContractState
from upgrader.ports import Block, Chain
from upgrader.proxies import recognise
from upgrader.proxies.lineage import Lineage, lineage
from upgrader.units import Address, hex_bytes, hexed


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of implementations that proxies ran before.

    Attributes:
        layouts: By address, from the bundles of executed upgrades.
        given: Earlier implementations that a person named, oldest first, by the name of the pair.
        verified: Reads the verified sources of an address; None where there are none.
    """

    layouts: Mapping[Address, StorageLayout] = field(default_factory=lambda: MappingProxyType({}))
    given: Mapping[str, tuple[Described, ...]] = field(default_factory=lambda: MappingProxyType({}))
    verified: Callable[[Address], Artifact] | None = None


@dataclass(frozen=True, slots=True)
class LivePair:
    """One change of a live proxy.

    Attributes:
        there: The proxy as it was observed.
        old: What it runs.
        new: What it shall run.
        call: Calldata that the upgrade runs on it; None when unknown, empty for none.
        creation: Creation code of ``new`` with the constructor's arguments; empty when unknown.
        target: Where ``new`` is on the chain already; None where it will be deployed.
        proxy: The proxy's own code, or its storage layout alone; None takes its verified sources, if there are any.
    """

    there: ContractState
    old: Described
    new: Described
    call: bytes | None = None
    creation: bytes = b""
    target: Address | None = None
    proxy: Described | None = None


@dataclass(frozen=True, slots=True)
class _Past:
    """Earlier layouts of one proxy, oldest first, and what is not known of it."""

    layouts: tuple[StorageLayout, ...]
    unknown: tuple[Unknown, ...]


def check_live(pairs: Mapping[str, LivePair], chain: Chain, at: Block, records: Records) -> dict[str, CheckResult]:
    """Check changes against the proxies they are meant for.

    Args:
        pairs: By a name that the answer has, too.
        chain: Where the proxies are.
        at: The block at which everything is read.
        records: What is known of earlier implementations.

    Raises:
        InputError: A side has no storage layout.
    """
    names = list(pairs)
    lines = chain.ask(gather(_lineage(pairs[name].there) for name in names), at)
    codes = _codes(chain, at, [a for name, line in zip(names, lines, strict=True) for a in _asked(pairs[name], line)])
    pasts = [_past(name, pairs[name], line, codes, records) for name, line in zip(names, lines, strict=True)]
    words = chain.ask(gather(_words(pairs[name], past) for name, past in zip(names, pasts, strict=True)), at)
    return {
        name: _checked(
            name,
            replace(pairs[name], proxy=_own_code(pairs[name], records)),
            past,
            held,
            codes,
            _new_code(pairs[name], codes, chain, at),
        )
        for name, past, held in zip(names, pasts, words, strict=True)
    }


def implementation_of(address: Address) -> Inquiry[Address]:
    """Ask for the implementation behind a proxy or a beacon; any other address is one itself.

    Raises:
        InputError: It is a proxy whose implementation cannot be read.
    """
    found = yield from recognise(address)
    if found is None:
        return (yield from beacon_implementation(address)) or address
    if found.implementation is None:
        raise InputError(
            f"{address} is a {found.kind} proxy whose implementation could not be read",
            remedy="check the network, or name the implementation's own address",
        )
    return found.implementation


def live_proxy(name: str, address: Address, layout: StorageLayout) -> Inquiry[ContractState | None]:
    """Ask for a proxy's state; None for an address that is no proxy of a kind whose upgrades can be checked.

    Args:
        name: For messages.
        address: Of the proxy or beacon.
        layout: Of what it runs, which tells where an old one keeps ``_initialized``.
    """
    try:
        return (yield from observe_contract(name, address, flag=flag_of(layout)))
    except InputError:
        return None


def _lineage(there: ContractState) -> Inquiry[Lineage]:
    beacon = there.admin if there.kind == "beacon" and not there.is_beacon else None
    return lineage(there.proxy, there.implementation, beacon=beacon)


def _asked(pair: LivePair, line: Lineage) -> list[Address]:
    return [*line.earlier, pair.there.implementation, *([pair.target] if pair.target else [])]


def _codes(chain: Chain, at: Block, addresses: Sequence[Address]) -> dict[Address, bytes]:
    wanted = list(dict.fromkeys(addresses))
    answers = chain.ask(gather(one(ReadCode(address)) for address in wanted), at)
    return {address: code for address, (code,) in zip(wanted, answers, strict=True) if isinstance(code, bytes)}


def _past(name: str, pair: LivePair, line: Lineage, codes: Mapping[Address, bytes], records: Records) -> _Past:
    layouts: list[StorageLayout] = []
    unknown = [Unknown("", line.doubt)] if line.doubt else []
    for address in line.earlier:
        found = _layout_at(address, codes.get(address, b""), pair, records)
        if isinstance(found, Unknown):
            unknown.append(found)
            continue
        if not found.complete:
            unknown.append(Unknown(address, "only the root of its layout is known"))
        layouts.append(found)
    given = (described_layout(each) for each in records.given.get(name, ()))
    return _Past((*given, *layouts), tuple(unknown))


def _layout_at(address: Address, code: bytes, pair: LivePair, records: Records) -> StorageLayout | Unknown:
    """Return the layout of an earlier implementation: on record, of equal code, or from its verified sources."""
    if address in records.layouts:
        return records.layouts[address]
    for known in (pair.old, pair.new, *(each for given in records.given.values() for each in given)):
        if isinstance(known, Artifact) and code and equal_but_metadata(known, code):
            return described_layout(known)
    if records.verified is None:
        return Unknown(address, "is on no record")
    try:
        return described_layout(records.verified(address))
    except UpgraderError as error:
        return Unknown(address, error.message)


def _words(pair: LivePair, past: _Past) -> Inquiry[Words]:
    old, new = described_layout(pair.old), described_layout(pair.new)
    slots = () if pair.there.is_beacon else slots_to_read(old, new, compare(old, new, past.layouts))
    return (yield from read_words(pair.there.proxy, slots))


def _checked(
    name: str, pair: LivePair, past: _Past, held: Words, codes: Mapping[Address, bytes], new_code: bytes | None
) -> CheckResult:
    there, old = pair.there, pair.old
    old_code = codes.get(there.implementation, b"")
    differs = isinstance(old, Artifact) and not equal_but_metadata(old, old_code)
    live = Live(
        kind=there.kind,
        initialized=there.initialized,
        held=None if there.is_beacon else held,
        unknown=past.unknown,
        old_code=None if differs else old_code,
        new_code=new_code,
    )
    result = check_pair(old, pair.new, history=past.layouts, live=live, proxy=pair.proxy, call=pair.call)
    if isinstance(old, Artifact) and differs:
        result = replace(result, findings=ranked([*result.findings, _source_differs(name, old)]))
    return result


def _own_code(pair: LivePair, records: Records) -> Described | None:
    """Return the proxy's own code: as it was given, else from its verified sources; None where there are none."""
    if pair.proxy is not None or records.verified is None or pair.there.is_beacon:
        return pair.proxy
    try:
        return records.verified(pair.there.proxy)
    except UpgraderError:
        return None


def _source_differs(name: str, old: Artifact) -> Finding:
    message = f"The proxy of {name} runs other code than {old.qualified} builds, so the comparison has no ground."
    remedy = "set `source` in upgrader.toml to what was deployed, with its compiler version and settings"
    return Finding("source-differs", Severity.BLOCKER, name, message, remedy, judged=False)


def _new_code(pair: LivePair, codes: Mapping[Address, bytes], chain: Chain, at: Block) -> bytes | None:
    """Return the code that the proxy will run: what is there, or what its constructor returns on the chain as it is."""
    if not isinstance(pair.new, Artifact) or not (pair.new.runtime and pair.new.runtime.immutables):
        return None
    code = codes.get(pair.target, b"") if pair.target is not None else _constructed(pair.creation, chain, at)
    return code if code and equal(pair.new.runtime, code) else None


def _constructed(creation: bytes, chain: Chain, at: Block) -> bytes:
    """Return the runtime code that creation code returns when the CREATE2 factory runs it; empty when unknown."""
    if not creation:
        return b""
    try:
        answer = chain.request("eth_call", {"from": FACTORY, "data": hexed(creation)}, hex(at.number))
        return hex_bytes(str(answer))
    except (UnavailableError, InputError):
        # A constructor that reverts is the simulation's to say; a node may refuse calls without a callee.
        return b""
