"""The questions whose answers are a :class:`State`: every managed contract and its governance, at one block."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from upgrader.calls import decode_result, encode_call
from upgrader.errors import InputError
from upgrader.governance.safe_state import read_safe
from upgrader.governance.timelock_state import read_timelock
from upgrader.inquiry import Inquiry, ReadCall, ReadCode, ReadFailed, ReadSlot, gather
from upgrader.plan.state import (
    INITIALIZED_SLOT,
    ContractState,
    FlagPlace,
    ProxyKindName,
    SafeState,
    State,
    TimelockState,
)
from upgrader.proxies import recognise
from upgrader.units import WORD, Address, BlockNumber, ChainId, Hash32, Slot, Timestamp, address_from_word, keccak


def observe(
    contracts: Mapping[str, Address],
    *,
    safe: Address | None,
    timelock: Address | None,
    chain_id: ChainId,
    block: tuple[BlockNumber, Hash32, Timestamp],
    flags: Mapping[str, FlagPlace | None] = MappingProxyType({}),
) -> Inquiry[State]:
    """Ask for everything a plan starts from.

    Args:
        contracts: Name under management -> proxy or beacon.
        safe: The Safe that proposes, or None.
        timelock: The timelock that executes, or None.
        chain_id: Of the chain that is asked.
        block: Number, hash and time of the block that is read.
        flags: Name -> where its implementation keeps ``_initialized``, for those before OpenZeppelin 5.

    Raises:
        InputError: An address is no proxy, no Safe or no timelock.
    """
    states = yield from gather(observe_contract(name, proxy, flag=flags.get(name)) for name, proxy in contracts.items())
    number, block_hash, timestamp = block
    return State(
        chain_id=chain_id,
        block=number,
        block_hash=block_hash,
        timestamp=timestamp,
        contracts=dict(zip(contracts, states, strict=True)),
        safe=(yield from _safe(safe)) if safe else None,
        timelock=(yield from _timelock(timelock)) if timelock else None,
    )


def observe_contract(name: str, proxy: Address, *, flag: FlagPlace | None = None) -> Inquiry[ContractState]:
    """Ask for one contract.

    Args:
        name: For messages.
        proxy: The proxy, or the beacon that is itself under management.
        flag: Where its implementation keeps ``_initialized``, for those before OpenZeppelin 5.

    Raises:
        InputError: The address is no proxy of a kind that can be managed.
    """
    kind, implementation, admin = yield from _delegation(name, proxy)
    obeyed = admin if kind != "uups" and admin else proxy
    code, namespaced, version, word = yield (
        ReadCode(implementation),
        ReadSlot(proxy, INITIALIZED_SLOT),
        ReadCall(obeyed, encode_call("UPGRADE_INTERFACE_VERSION()")),
        ReadSlot(proxy, Slot(flag.slot if flag else INITIALIZED_SLOT)),
    )
    if not isinstance(code, bytes) or not code:
        raise InputError(
            f"{name} delegates to {implementation}, which has no code", remedy="check the network and the address"
        )
    state = ContractState(
        proxy=proxy,
        kind=kind,
        implementation=implementation,
        code_hash=keccak(code),
        admin=admin,
        interface_version=_text(version),
        initialized=None if isinstance(namespaced, ReadFailed) else int.from_bytes(namespaced[-8:], "big") or None,
        flag=flag,
    )
    if state.initialized or flag is None or state.is_beacon or isinstance(word, ReadFailed):
        return state
    value = word.rjust(WORD, b"\0")[WORD - flag.offset - flag.size : WORD - flag.offset]
    return replace(state, initialized=int.from_bytes(value, "big") or None)


def _delegation(name: str, proxy: Address) -> Inquiry[tuple[ProxyKindName, Address, Address | None]]:
    """Return kind, implementation and whoever is called to upgrade."""
    found = yield from recognise(proxy)
    if found is None:
        implementation = yield from beacon_implementation(proxy)
        if implementation is not None:
            return "beacon", implementation, proxy
    elif found.implementation is not None:
        match found.kind:
            case "uups":
                return "uups", found.implementation, None
            case "transparent":
                return "transparent", found.implementation, found.admin
            case "beacon":
                return "beacon", found.implementation, found.beacon
            case _:
                pass
    kind = f"a {found.kind} proxy whose implementation is {found.implementation}" if found else "no proxy"
    raise InputError(
        f"{name} at {proxy} is {kind}",
        remedy="manage transparent, UUPS and beacon proxies; `upgrader inspect` shows what an address is",
    )


def beacon_implementation(address: Address) -> Inquiry[Address | None]:
    """Ask a beacon for its implementation; None when it does not answer as one."""
    (answer,) = yield (ReadCall(address, encode_call("implementation()")),)
    if not isinstance(answer, bytes) or len(answer) != WORD:
        return None
    return address_from_word(answer)


def _safe(address: Address) -> Inquiry[SafeState]:
    found = yield from read_safe(address)
    if found is None:
        raise InputError(f"{address} does not answer as a Safe", remedy="check `safe` in upgrader.toml and the network")
    return SafeState(
        found.address, found.version, found.threshold, found.owners, found.nonce, found.modules, found.guard
    )


def _timelock(address: Address) -> Inquiry[TimelockState]:
    found = yield from read_timelock(address)
    if found is None:
        raise InputError(
            f"{address} does not answer as a TimelockController",
            remedy="check `timelock` in upgrader.toml and the network",
        )
    return TimelockState(found.address, found.min_delay, found.open_executor, found.proposers, found.executors)


def _text(answer: bytes | ReadFailed) -> str:
    if isinstance(answer, ReadFailed) or not answer:
        return ""
    try:
        return str(decode_result(("string",), answer)[0])[:32]
    except InputError:
        return ""
