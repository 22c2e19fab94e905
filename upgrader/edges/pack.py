"""A state pack while it is filled: facts of one block, fetched in batches and kept.

Every batch carries the question for the block's hash, so a reorganisation, or a load balancer with nodes of two
chains behind it, is noticed in the answer that it would have spoilt.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from upgrader.edges.endpoint import Reply, Request
from upgrader.edges.own_results import keep, kept
from upgrader.edges.reads import lift, lower
from upgrader.edges.rpc import RpcChain
from upgrader.edges.wire import Failure, WireError, redacted
from upgrader.errors import InputError, MismatchError, UnavailableError
from upgrader.inquiry import Inquiry, Log, ReadBalance, ReadFailed, ReadLogs, ReadSlot
from upgrader.ports import Block
from upgrader.simulation import pack as packs
from upgrader.simulation.discovery import access_request, everything, facts_of, touched
from upgrader.simulation.pack import ReadNonce, StatePack, Wanted, account
from upgrader.simulation.rules import hardfork, probe
from upgrader.simulation.scenario import Moment
from upgrader.units import WORD, BlockNumber, Hash32, Timestamp, hex_bytes

LISTED: Final = 200
"""Access lists asked for at most: one batch."""

NEEDLESS: Final = ("transactions", "logsBloom", "withdrawals", "uncles")
"""Parts of a header that no run reads."""


class UpstreamPack:
    """The facts of one block of a chain.  Safe to use from several threads.

    Args:
        chain: Where facts come from.
        block: The block; None for the latest.
        folder: Where packs are kept from run to run; None keeps nothing.

    Attributes:
        rounds: Round trips to the chain so far; a batch that a node makes us split is one.
        hardfork: The rules at the block, as anvil names them.

    Raises:
        MismatchError: The chain has another block at that height.
        UnavailableError: It does not answer.
    """

    def __init__(self, chain: RpcChain, block: Block | None = None, folder: Path | None = None) -> None:
        self.chain = chain
        self.rounds = 0
        self._lock = threading.Lock()
        tag = "latest" if block is None else hex(block.number)
        head, probed = self._many([("eth_getBlockByNumber", (tag, False)), probe(tag)], block)
        header = head.result
        self.block = _block(chain, header)
        self.hardfork = hardfork(header, probed.result)
        self._pack = StatePack(
            chain.chain_id(),
            self.block.number,
            self.block.hash,
            {name: value for name, value in header.items() if name not in NEEDLESS},
            {},
        )
        self._facts: dict[Wanted, bytes] = {}
        self._file = folder / f"{self._pack.chain_id}-{self.block.hash.hex()}.json" if folder else None
        self._load()

    @property
    def pack(self) -> StatePack:
        """What is known so far."""
        with self._lock:
            facts = dict(self._facts)
        return StatePack(self._pack.chain_id, self._pack.block, self._pack.block_hash, self._pack.header, facts)

    @property
    def header(self) -> dict[str, Any]:
        """The block's header as a node answers it, without its transactions."""
        return {
            **self._pack.header,
            "transactions": [],
            "uncles": [],
            "withdrawals": [],
            "logsBloom": "0x" + "00" * 256,
        }

    def get(self, wanted: Wanted) -> bytes | None:
        """Return a fact, None when it is not known."""
        return self._facts.get(wanted)

    def fact(self, wanted: Wanted) -> bytes:
        """Return a fact, asked of the chain where it is not known: an account as a whole, in one round trip.

        Raises:
            MismatchError: The block is no longer on the chain, or endpoints disagree.
            UnavailableError: It could not be had.
        """
        known = self.get(wanted)
        if known is None:
            self.fetch((wanted,) if isinstance(wanted, ReadSlot) else account(wanted.address))
            known = self._facts[wanted]
        return known

    def fetch(self, wanted: Iterable[Wanted]) -> None:
        """Ask the chain for facts that are not known yet, all in one round trip.

        Raises:
            MismatchError: The block is no longer on the chain, or endpoints disagree.
            UnavailableError: A fact could not be had.
        """
        self.gather(wanted, ())

    def gather(self, wanted: Iterable[Wanted], traces: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> bool:
        """Like :meth:`fetch`, and take what prestate traces tell.

        Args:
            wanted: What to fetch.
            traces: Message and options of each ``debug_traceCall``.

        Returns:
            Whether the node traced anything; one that takes too long, or says too much, did not.
        """
        missing = [fact for fact in dict.fromkeys(wanted) if fact not in self._facts]
        tag = hex(self.block.number)
        requests: list[Request] = [_lower(fact, self.block.number) for fact in missing]
        requests += [("debug_traceCall", (message, tag, options)) for message, options in traces]
        if not requests:
            return False
        try:
            replies = self._many(requests, self.block, heavy=bool(traces))
        except WireError as error:
            if not traces or error.failure not in {Failure.TIMEOUT, Failure.TOO_LARGE}:
                raise
            return self.gather(missing, ())
        told = [_told(reply, options) for (_, options), reply in zip(traces, replies[len(missing) :], strict=True)]
        found = {fact: value for facts in told for fact, value in facts.items()}
        found |= {fact: _lift(fact, reply, self.block.number) for fact, reply in zip(missing, replies, strict=False)}
        with self._lock:
            self._facts |= found
        return any(told)

    def complete(self) -> None:
        """Fetch what is lacking of each account of which anything is known, words of storage aside.

        Raises:
            MismatchError: The block is no longer on the chain, or endpoints disagree.
            UnavailableError: A fact could not be had.
        """
        owners = dict.fromkeys(fact.address for fact in tuple(self._facts))
        self.fetch(fact for owner in owners for fact in account(owner))

    def look_up(self, moments: Sequence[Moment]) -> None:
        """Fetch what ``eth_createAccessList`` says that the acts of moments touch, in two round trips.

        Each act is looked at alone, on the base block; a node without the method tells nothing.
        """
        acts = list(dict.fromkeys(replace(act, label="", gas=None) for act in everything(moments)))
        tag = hex(self.block.number)
        requests: list[Request] = [("eth_createAccessList", (access_request(act), tag)) for act in acts[:LISTED]]
        replies = self._many(requests, self.block, heavy=True)
        self.fetch(fact for reply in replies if reply.error is None for fact in touched(reply.result))

    def other_block(self, number: int) -> Any:
        """Return the header of another block, for the BLOCKHASH of one before."""
        (reply,) = self._many([("eth_getBlockByNumber", (hex(number), False))], self.block)
        if reply.error is not None:
            raise reply.error
        return reply.result

    def logs(self, wanted: ReadLogs) -> tuple[Log, ...] | ReadFailed:
        """Return the logs of one address up to the block, had in as many ranges as the endpoint makes of it.

        Raises:
            MismatchError: The block is no longer on the chain, or endpoints disagree.
            UnavailableError: The chain does not answer; an endpoint that only refuses logs is a failed read.
        """
        with self._lock:
            self.rounds += 1
        return self.chain.ask(_one(wanted), self.block)

    def confirm(self) -> None:
        """Hold all that was read against the chain's other endpoints: a verdict must not rest on one of several.

        An endpoint that no longer has the state of the block says nothing.

        Raises:
            MismatchError: One of them answers otherwise.
        """
        with self._lock:
            facts = dict(self._facts)
        number = self.block.number
        requests = [_lower(fact, number) for fact in facts]
        for name, replies in self.chain.others(requests, self.block) if facts else ():
            for (fact, known), reply in zip(facts.items(), replies, strict=True):
                if reply.error is None and _lift(fact, reply, number) != known:
                    raise MismatchError(
                        f"{redacted(self.chain.url)} and {name} answer differently at block {number}: {_named(fact)}",
                        remedy="trust neither: ask a node of your own (--rpc), or a third endpoint",
                    )

    def save(self) -> None:
        """Keep what is known in the folder, if there is one."""
        if self._file is not None:
            keep(self._file, packs.written(self.pack))

    def _load(self) -> None:
        """Take what this user's own runs have read of the block before; it is named by chain and block."""
        found = kept(self._file) if self._file is not None else None
        if found is not None:
            self._facts = dict(packs.read(found).facts)

    def _many(self, requests: list[Request], block: Block | None, *, heavy: bool = False) -> list[Reply]:
        with self._lock:
            self.rounds += 1
        return self.chain.many(requests, block, heavy=heavy)


def _one(wanted: ReadLogs) -> Inquiry[tuple[Log, ...] | ReadFailed]:
    answer: tuple[Log, ...] | ReadFailed
    (answer,) = yield (wanted,)
    return answer


def _named(wanted: Wanted) -> str:
    """Return a fact in words: ``slot 0x2 of 0x…``, ``ReadCode`` as ``code of 0x…``."""
    what = (
        f"slot {hex(wanted.slot)}"
        if isinstance(wanted, ReadSlot)
        else type(wanted).__name__.removeprefix("Read").lower()
    )
    return f"{what} of {wanted.address}"


def _lower(wanted: Wanted, block: BlockNumber) -> Request:
    if isinstance(wanted, ReadNonce):
        return "eth_getTransactionCount", (wanted.address, hex(block))
    return lower(wanted, block)


def _lift(wanted: Wanted, reply: Reply, block: BlockNumber) -> bytes:
    # A nonce is a quantity, read as a word of storage is.
    read = ReadBalance(wanted.address) if isinstance(wanted, ReadNonce) else wanted
    answer = lift(read, reply, block)
    if isinstance(answer, ReadFailed):
        raise UnavailableError(
            f"the state at block {block} could not be read: {answer.reason}",
            remedy="name an endpoint that keeps this block's state (--rpc), or simulate at the latest block",
        )
    assert isinstance(answer, bytes)  # noqa: S101 - no logs are asked for here
    return answer


def _told(reply: Reply, options: dict[str, Any]) -> dict[Wanted, bytes]:
    if reply.error is not None:
        return {}
    try:
        return facts_of(reply.result, options)
    except InputError:  # a node whose tracer is another one; what it would have told is found out without it
        return {}


def _block(chain: RpcChain, header: Any) -> Block:
    try:
        digest = hex_bytes(header["hash"], what="block hash")
        found = Block(BlockNumber(int(header["number"], 16)), Hash32(digest), Timestamp(int(header["timestamp"], 16)))
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise UnavailableError(
            f"answered no block header: {str(header)[:120]!r}",
            remedy="check that the address is an Ethereum JSON-RPC endpoint that has this block",
            where=redacted(chain.url),
        ) from error
    if len(digest) != WORD:
        raise UnavailableError(
            "answered a malformed block hash", remedy="name another endpoint", where=redacted(chain.url)
        )
    return found
