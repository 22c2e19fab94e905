"""A state pack: what runs read of one block, kept under the block's hash.

A pack holds nothing but answers of the chain.  A word that it lacks is unknown, never zero: whoever serves a pack
asks the chain for the rest (:mod:`upgrader.edges.pack_server`).  Its digest commits to the chain, the block and
every fact, so two runs on one digest ran on the same state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, TypeAlias

from upgrader.errors import InputError
from upgrader.governance.identify import DELEGATION
from upgrader.inquiry import ReadBalance, ReadCode, ReadSlot
from upgrader.simulation.request import Base
from upgrader.units import (
    WORD,
    Address,
    BlockNumber,
    ChainId,
    Hash32,
    Slot,
    Timestamp,
    address,
    hex_bytes,
    hexed,
    keccak,
    word,
)

FORMAT: Final = "upgrader.pack/1"


@dataclass(frozen=True, slots=True)
class ReadNonce:
    """An account's nonce; answered with a 32-byte word.  A factory's decides where it creates the next contract."""

    address: Address


Wanted: TypeAlias = ReadSlot | ReadCode | ReadBalance | ReadNonce
"""One fact of a block's state."""

_KINDS: Final[Mapping[type[Any], str]] = {ReadBalance: "balance", ReadCode: "code", ReadNonce: "nonce"}


@dataclass(frozen=True, slots=True)
class StatePack:
    """Facts of the state after one block.

    Attributes:
        header: The block's header as the node wrote it, without its transactions.
        facts: Words of 32 bytes, and code.
    """

    chain_id: ChainId
    block: BlockNumber
    block_hash: Hash32
    header: Mapping[str, Any]
    facts: Mapping[Wanted, bytes]

    def contracts(self) -> dict[ReadCode | ReadSlot, bytes]:
        """Return code and known storage of contracts whose account is known; of none that delegates (EIP-7702)."""
        whole = {
            wanted.address
            for wanted, code in self.facts.items()
            if isinstance(wanted, ReadCode) and code and not code.startswith(DELEGATION)
            if ReadBalance(wanted.address) in self.facts and ReadNonce(wanted.address) in self.facts
        }
        return {
            wanted: value
            for wanted, value in self.facts.items()
            if isinstance(wanted, ReadCode | ReadSlot) and wanted.address in whole
        }

    @property
    def base(self) -> Base:
        """Where a run on it starts."""
        return Base(self.block, Timestamp(int(str(self.header["timestamp"]), 16)))

    @property
    def digest(self) -> Hash32:
        """The keccak-256 of chain id, block hash and every fact in order."""
        parts = [word(self.chain_id), self.block_hash]
        parts += [_key(wanted) + keccak(value) for wanted, value in sorted(self.facts.items(), key=_order)]
        return keccak(b"".join(parts))


def account(owner: Address) -> tuple[Wanted, ...]:
    """Return the facts of an account itself."""
    return ReadBalance(owner), ReadNonce(owner), ReadCode(owner)


def written(pack: StatePack) -> dict[str, Any]:
    """Return a pack as JSON; equal packs are equal text."""
    accounts: dict[str, Any] = {}
    ordered = sorted(pack.facts.items(), key=_order)
    for owner, facts in groupby(ordered, key=lambda fact: fact[0].address):
        entry: dict[str, Any] = {}
        for wanted, value in facts:
            if isinstance(wanted, ReadSlot):
                entry.setdefault("storage", {})[hex(wanted.slot)] = hexed(value)
            else:
                entry[_KINDS[type(wanted)]] = hexed(value)
        accounts[owner] = entry
    return {
        "format": FORMAT,
        "chain_id": int(pack.chain_id),
        "block": int(pack.block),
        "block_hash": hexed(pack.block_hash),
        "header": dict(pack.header),
        "digest": hexed(pack.digest),
        "accounts": accounts,
    }


def read(tree: Mapping[str, Any]) -> StatePack:
    """Return the pack that :func:`written` wrote.

    Raises:
        InputError: It is no pack, or was changed since it was written.
    """
    try:
        if tree["format"] != FORMAT:
            raise ValueError(tree["format"])  # noqa: TRY301 - one place turns all of them into words
        facts = {
            wanted: value
            for owner, entry in tree["accounts"].items()
            for wanted, value in _facts(address(owner), entry)
        }
        pack = StatePack(
            ChainId(int(tree["chain_id"])),
            BlockNumber(int(tree["block"])),
            Hash32(hex_bytes(tree["block_hash"])),
            dict(tree["header"]),
            facts,
        )
        digest = hex_bytes(tree["digest"])
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise InputError("this is no state pack", remedy="delete it; it is made again from the chain") from error
    if digest != pack.digest:
        raise InputError(
            "the state pack was changed since it was written", remedy="delete it; it is made again from the chain"
        )
    return pack


def _facts(owner: Address, entry: Mapping[str, Any]) -> Iterable[tuple[Wanted, bytes]]:
    for kind, name in _KINDS.items():
        if name in entry:
            value = hex_bytes(entry[name])
            if kind is not ReadCode and len(value) != WORD:
                raise ValueError(name)
            yield kind(owner), value
    for slot, text in entry.get("storage", {}).items():
        value = hex_bytes(text)
        if len(value) != WORD:
            raise ValueError(slot)
        yield ReadSlot(owner, Slot(int(slot, 16))), value


def _order(fact: tuple[Wanted, bytes]) -> bytes:
    return _key(fact[0])


def _key(wanted: Wanted) -> bytes:
    """Return the bytes that name a fact, of one length whatever it is."""
    owner = bytes.fromhex(wanted.address[2:])
    match wanted:
        case ReadBalance():
            return owner + b"\x00" + bytes(WORD)
        case ReadCode():
            return owner + b"\x01" + bytes(WORD)
        case ReadNonce():
            return owner + b"\x02" + bytes(WORD)
        case ReadSlot():
            return owner + b"\x03" + word(wanted.slot)
