"""A chain behind one or more JSON-RPC endpoints: the :class:`~upgrader.ports.Chain` port.

Everything one inquiry reads is read at one block.  Each post carries, beside its reads, the question for that
block's hash, so that a reorganisation, or a load balancer with nodes of two chains behind it, is noticed in the
very answer that it would have spoilt, and costs no round trip.  With several endpoints the first that works
answers; all of them must agree on the chain id and on the block's hash, and on every answer where that is asked for.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from upgrader import inquiry as inquiries
from upgrader.edges.endpoint import Endpoint, Reply, Request, Witness, acts
from upgrader.edges.logs import LogReader
from upgrader.edges.reads import integer, lift, lower, quantity
from upgrader.edges.wire import TIMEOUT, Failure, Wire, WireError
from upgrader.errors import InputError, MismatchError, UnavailableError
from upgrader.inquiry import Answer, Inquiry, Read, ReadFailed, ReadLogs
from upgrader.ports import Block
from upgrader.units import BlockNumber, ChainId, Hash32, Timestamp, hex_bytes

T = TypeVar("T")

TAGS: Final = frozenset({"latest", "safe", "finalized", "earliest"})


class RpcChain:
    """A chain read over JSON-RPC.

    Args:
        urls: Endpoints, the preferred one first; credentials in them are never shown.
        expected: The chain id they must have; None takes what they agree on.
        timeout: Seconds one answer may take.
        agree: Answer every read from every endpoint and refuse a difference (what a signature rests on).
        say: Told once about each endpoint that is left out because it does not answer.
        pause: How to wait between tries; replaced in tests.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        expected: ChainId | None = None,
        timeout: float = TIMEOUT,
        agree: bool = False,
        say: Callable[[str], None] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        if not urls:
            raise InputError(
                "no endpoint to read the chain from", remedy="give --rpc URL or rpc in networks/<name>.toml"
            )
        self._endpoints = [Endpoint(Wire(url, timeout=timeout, pause=pause), pause) for url in urls]
        self._logs = {endpoint: LogReader(endpoint) for endpoint in self._endpoints}
        self._expected = expected
        self._agree = agree
        self._say = say
        self._chain_id: ChainId | None = None
        self._lock = threading.Lock()

    def chain_id(self) -> ChainId:
        """Return the id that every endpoint agreed on.

        Raises:
            MismatchError: An endpoint is of another chain than expected, or than the others.
            UnavailableError: No endpoint answers.
        """
        if self._chain_id is None:
            ids = self._everywhere("eth_chainId", ())
            for endpoint, value in ids:
                self._check_chain_id(endpoint, value, ids[0])
            self._chain_id = ChainId(integer(ids[0][1]) or 0)
        return self._chain_id

    @property
    def url(self) -> str:
        """The preferred endpoint's address with its secrets, never to be shown as it is."""
        return self._endpoints[0].wire.url

    def block(self, tag: BlockNumber | str = "latest") -> Block:
        """Return the header at a number or a tag; with several endpoints, the newest that all of them have.

        Raises:
            InputError: There is no such block yet, or no such tag.
            MismatchError: The endpoints have different blocks at that height.
            UnavailableError: No endpoint answers.
        """
        self.chain_id()
        if isinstance(tag, str) and tag not in TAGS:
            raise InputError(f"{tag!r} is not a block", remedy=f"give a number or one of {', '.join(sorted(TAGS))}")
        wanted = tag if isinstance(tag, str) else quantity(tag)
        raws = self._everywhere("eth_getBlockByNumber", (wanted, False))
        headers = [(endpoint, _header(endpoint, raw)) for endpoint, raw in raws]
        known = [(endpoint, header) for endpoint, header in headers if header is not None]
        if not known or (len(known) < len(headers) and not isinstance(tag, str)):
            missing = next(endpoint for endpoint, header in headers if header is None)
            raise InputError(f"has no block {tag} yet", remedy="give an earlier block or wait", where=missing.name)
        lowest = min((header for _, header in known), key=lambda header: header.number)
        for endpoint, header in known:
            other = header
            if header.number != lowest.number:
                raw = endpoint.request("eth_getBlockByNumber", quantity(lowest.number), False)  # noqa: FBT003 - JSON
                other = _header(endpoint, raw) or header
            if other.hash != lowest.hash:
                first = next(e for e, h in known if h == lowest)
                raise MismatchError(
                    f"{endpoint.name} and {first.name} have different blocks at height {lowest.number}",
                    remedy="find out which endpoint follows the chain you mean, and name only that one; near the head, "
                    "wait a minute for them to settle",
                )
        return lowest

    def ask(self, inquiry: Inquiry[T], block: Block | None = None) -> T:
        """Answer an inquiry with everything read at ``block`` (None: the latest).

        Raises:
            MismatchError: The block's hash changed meanwhile, or endpoints that must agree do not.
            UnavailableError: No endpoint answers.
        """
        pinned = self.block() if block is None else block
        self.chain_id()
        return inquiries.run(inquiry, lambda reads: self._answers(reads, pinned))

    def request(self, method: str, *params: Any) -> Any:
        """Make one JSON-RPC request to the first endpoint that works and return its result.

        Raises:
            MismatchError: The endpoint is of another chain than expected.
            UnavailableError: The endpoint answered with an error (an ``RpcError`` with its code and data), or none
                gave a usable answer.
        """
        if self._expected is not None:
            self.chain_id()
        if acts(method):  # a second endpoint must not do what the first may have done
            return self._endpoints[0].request(method, *params)
        return self._first(lambda endpoint: endpoint.request(method, *params))

    def many(self, requests: Sequence[Request], block: Block | None = None, *, heavy: bool = False) -> list[Reply]:
        """Make requests that need no order, in as few posts as an endpoint takes; replies in their order.

        Args:
            requests: What to ask; an error of one is its reply.
            block: The block that every post must still find on the chain; None where that does not matter.
            heavy: Whether one request alone may be what takes too long.

        Raises:
            MismatchError: The block's hash changed meanwhile, or endpoints that must agree do not.
            UnavailableError: No endpoint gave a usable answer.
        """
        alone = len(self._endpoints) == 1
        if not alone:
            self.chain_id()

        def work(endpoint: Endpoint) -> list[Reply]:
            # The first batch asks for the chain id too, which spares a round trip.
            sent = [*requests, ("eth_chainId", ())] if self._chain_id is None else requests
            replies = endpoint.many(sent, _witness(endpoint, block) if block else None, heavy=heavy)
            if len(replies) > len(requests):
                found = replies.pop().result
                self._check_chain_id(endpoint, found, (endpoint, found))
                self._chain_id = ChainId(integer(found) or 0)
            return replies

        if alone or not self._agree:
            return self._first(work)
        first, *others = self._endpoints
        replies = work(first)
        for other in others:
            for request, one, two in zip(requests, replies, work(other), strict=True):
                if one.result != two.result or (one.error is None) != (two.error is None):
                    raise MismatchError(
                        f"{first.name} and {other.name} answer {request[0]} differently",
                        remedy="trust neither: ask a node of your own (--rpc), or a third endpoint",
                    )
        return replies

    def others(self, requests: Sequence[Request], block: Block) -> Iterator[tuple[str, list[Reply]]]:
        """Yield name and replies of each endpoint but the first, for what only the first was asked.

        One that gives no usable answer is left out; where all must agree on every answer nothing is left to ask.

        Args:
            requests: Order-free; they act nowhere.
            block: The block that they are about; every answer is held against its hash.

        Raises:
            MismatchError: One of them has another block there.
        """
        for endpoint in [] if self._agree else list(self._endpoints[1:]):
            try:
                replies = endpoint.many(requests, _witness(endpoint, block))
            except WireError as error:
                self._leave_out(endpoint, error)
            else:
                yield endpoint.name, replies

    def close(self) -> None:
        """Close idle connections."""
        for endpoint in self._endpoints:
            endpoint.wire.close()

    def _answers(self, reads: tuple[Read, ...], block: Block) -> tuple[Answer, ...]:
        if not reads:
            return ()
        if not self._agree or len(self._endpoints) == 1:
            return self._first(lambda endpoint: self._read(endpoint, reads, block))
        first, *others = self._endpoints
        answers = self._read(first, reads, block)
        for other in others:
            for read, one, two in zip(reads, answers, self._read(other, reads, block), strict=True):
                if _essence(one) != _essence(two):
                    raise MismatchError(
                        f"{first.name} and {other.name} answer {read!r} differently at block {block.number}",
                        remedy="trust neither: ask a node of your own (--rpc), or a third endpoint",
                    )
        return answers

    def _read(self, endpoint: Endpoint, reads: tuple[Read, ...], block: Block) -> tuple[Answer, ...]:
        unique = list(dict.fromkeys(reads))
        logs = [read for read in unique if isinstance(read, ReadLogs)]
        try:
            answers = self._together(endpoint, unique, block, heavy=bool(logs))
        except WireError as error:
            if not logs or error.failure not in {Failure.TIMEOUT, Failure.TOO_LARGE}:
                raise
            # Most likely the logs were too much to ask for at once; the rest is light.
            answers = self._together(endpoint, [read for read in unique if read not in logs], block)
            answers |= {read: self._logs[endpoint].read(read, block.number) for read in logs}
        return tuple(answers[read] for read in reads)

    def _together(
        self, endpoint: Endpoint, reads: Sequence[Read], block: Block, *, heavy: bool = False
    ) -> dict[Read, Answer]:
        requests = [lower(read, block.number) for read in reads]
        replies = endpoint.many(requests, _witness(endpoint, block), heavy=heavy)
        return {read: self._answer(endpoint, read, reply, block) for read, reply in zip(reads, replies, strict=True)}

    def _answer(self, endpoint: Endpoint, read: Read, reply: Reply, block: Block) -> Answer:
        if isinstance(read, ReadLogs) and reply.error is not None:
            return self._logs[endpoint].read(read, block.number, reply.error)
        return lift(read, reply, block.number)

    def _first(self, work: Callable[[Endpoint], T]) -> T:
        """Return what the first endpoint that gives a usable answer makes of ``work``; it stays the first."""
        for endpoint in list(self._endpoints):
            try:
                return work(endpoint)
            except WireError as error:
                self._leave_out(endpoint, error)
        raise AssertionError  # leaving out the last one raises

    def _everywhere(self, method: str, params: tuple[Any, ...]) -> list[tuple[Endpoint, Any]]:
        answers = []
        for endpoint in list(self._endpoints):
            try:
                answers.append((endpoint, endpoint.request(method, *params)))
            except WireError as error:
                self._leave_out(endpoint, error)
        return answers

    def _leave_out(self, endpoint: Endpoint, error: WireError) -> None:
        """Go on without an endpoint; with the last one, or where all must agree, that is impossible."""
        with self._lock:
            present = endpoint in self._endpoints  # else another thread has left it out
            if self._agree or self._endpoints == [endpoint]:
                raise error
            if present:
                self._endpoints.remove(endpoint)
        if present and self._say is not None:
            self._say(f"{error}; going on with {self._endpoints[0].name}")

    def _check_chain_id(self, endpoint: Endpoint, value: Any, first: tuple[Endpoint, Any]) -> None:
        found = integer(value)
        if found is None:
            raise UnavailableError(
                f"answered {str(value)[:80]!r} to eth_chainId",
                remedy="check that the address is an Ethereum JSON-RPC endpoint",
                where=endpoint.name,
            )
        if self._expected is not None and found != self._expected:
            raise MismatchError(
                f"is chain {found}, not {self._expected}",
                remedy="name an endpoint of the right chain (--rpc, or rpc in networks/<name>.toml), or its network",
                where=endpoint.name,
            )
        if found != integer(first[1]):
            raise MismatchError(
                f"{first[0].name} is chain {integer(first[1])} and {endpoint.name} is chain {found}",
                remedy="name only endpoints of one chain",
            )


def _witness(endpoint: Endpoint, block: Block) -> Witness:
    """Return the question for the pinned block, asked with every post, and the judge of its answer."""

    def judge(reply: Reply) -> None:
        if reply.error is not None:
            raise reply.error
        header = _header(endpoint, reply.result)
        if header is None or header.hash != block.hash:
            raise MismatchError(
                f"block {block.number} is not the one it was ({'gone' if header is None else 'another hash'}): the "
                "chain was reorganised, or several nodes that disagree answer at this address",
                remedy="run again; if it stays, read at a finalized block or name another endpoint with --rpc",
                where=endpoint.name,
            )

    return Witness(("eth_getBlockByNumber", (quantity(block.number), False)), judge)


def _header(endpoint: Endpoint, raw: Any) -> Block | None:
    if raw is None:
        return None
    try:
        number, time_ = integer(raw["number"]), integer(raw["timestamp"])
        digest = hex_bytes(raw["hash"], what="block hash")
    except (KeyError, TypeError, InputError):
        number, time_, digest = None, None, b""
    if number is None or time_ is None or len(digest) != len(Hash32(bytes(32))):
        raise UnavailableError(
            f"answered a malformed block header: {str(raw)[:120]!r}",
            remedy="check that the address is an Ethereum JSON-RPC endpoint",
            where=endpoint.name,
        )
    return Block(BlockNumber(number), Hash32(digest), Timestamp(time_))


def _essence(answer: Answer) -> object:
    """Return what two endpoints must agree on; the words of a refusal are each client's own."""
    return (answer.reverted, answer.data) if isinstance(answer, ReadFailed) else answer
