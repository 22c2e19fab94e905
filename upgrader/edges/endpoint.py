"""JSON-RPC 2.0 over one :class:`~upgrader.edges.wire.Wire`: single requests, and many at once.

Nodes and providers differ in what they let pass: some refuse batches, some cap them, some answer part of one or
answer out of order.  :meth:`Endpoint.many` finds out by itself what an endpoint takes and remembers it.

Source: https://www.jsonrpc.org/specification
"""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from upgrader.edges.wire import ATTEMPTS, BACKOFF, PASSING, Failure, Wire, WireError
from upgrader.errors import UnavailableError

BATCH: Final = 200
"""Requests in one batch as long as so many are enough: more nodes take 200 than 500."""

LARGEST: Final = 500
"""Requests in one batch where more wait than :data:`AT_ONCE` batches hold: 2,000 addresses take two round trips instead
of five.  No more, because 500 of the largest contracts are just below the 25 MB that geth answers to a batch."""

AT_ONCE: Final = 8
"""Batches (or single requests, where batches are refused) under way at one time."""

METHOD_NOT_FOUND: Final = -32601

_BUSY_CODES: Final = frozenset({429, -32029})
"""Not -32005, EIP-1474's "limit exceeded": providers also answer it to logs of too many blocks."""

_BUSY_WORDS: Final = (
    "rate limit",
    "rate-limit",
    "too many requests",
    "request count exceeded",
    "compute units per second",
    "capacity exceeded",
)

_NOT_REPEATABLE: Final = ("eth_sendTransaction", "anvil_", "evm_", "hardhat_", "personal_")
"""Methods that would act twice; ``eth_sendRawTransaction`` is the same transaction however often it is sent."""

Request = tuple[str, tuple[Any, ...]]
"""Method and parameters."""

_PERHAPS_THE_BATCH: Final = frozenset({Failure.STATUS, Failure.GARBAGE, Failure.TOO_LARGE, Failure.TIMEOUT})
"""Failures that may come from asking for much at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a node said to one request.

    Attributes:
        result: Its result, None on an error (or where null is the result).
        error: The error object, or None.
    """

    result: Any = None
    error: "RpcError | None" = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A request that goes with every post of :meth:`Endpoint.many`, and who judges its reply (by raising)."""

    request: Request
    judge: Callable[[Reply], None]


class RpcError(UnavailableError):
    """A node answered with an error object.

    Attributes:
        code: JSON-RPC error code.
        data: The error's ``data``, untrusted and unparsed.
    """

    def __init__(self, message: str, *, where: str, code: int, data: Any = None, method: str = "") -> None:
        if code == METHOD_NOT_FOUND:
            remedy = f"name an endpoint that offers {method or 'the method'} with --rpc"
        else:
            remedy = "read the node's words above; name another endpoint with --rpc if it cannot serve this"
        super().__init__(message, remedy=remedy, where=where)
        self.code = code
        self.data = data

    @property
    def busy(self) -> bool:
        """Whether the node asked for patience."""
        return self.code in _BUSY_CODES or any(word in self.message.lower() for word in _BUSY_WORDS)


class Endpoint:
    """A JSON-RPC endpoint.  Safe to use from several threads."""

    def __init__(self, wire: Wire, pause: Callable[[float], None]) -> None:
        self.wire = wire
        self.name = wire.name
        self._pause = pause
        self._ids = itertools.count(1)
        self._batch = LARGEST

    def request(self, method: str, *params: Any) -> Any:
        """Make one request and return its result.

        Raises:
            RpcError: The node answered with an error.
            WireError: It gave no usable answer.
        """
        reply = self._patient((method, params))
        if reply.error is not None:
            raise reply.error
        return reply.result

    def many(self, requests: Sequence[Request], witness: Witness | None = None, *, heavy: bool = False) -> list[Reply]:
        """Make many order-free requests in as few round trips as the endpoint allows; replies in their order.

        An error of one request is its reply; only a failure of the endpoint as a whole is raised.

        Args:
            requests: What to ask.
            witness: A request that goes with every post, and who judges its reply.
            heavy: Whether one request alone may be what takes too long; if not, a batch that does is made smaller.

        Raises:
            WireError: The endpoint gave no usable answer.
        """
        replies: list[Reply | None] = [None] * len(requests)
        waiting = list(range(len(requests)))
        while waiting:
            size = self._size(len(waiting))
            chunks = [waiting[begin : begin + size] for begin in range(0, len(waiting), size)]
            asked = [[requests[index] for index in chunk] for chunk in chunks]
            for chunk, answers in zip(chunks, self._at_once(asked, size, witness, heavy=heavy), strict=True):
                for index, reply in zip(chunk, answers, strict=True):
                    replies[index] = reply
            waiting = [index for index in waiting if replies[index] is None]
        if requests and self._batch == 1 and witness is not None:
            witness.judge(self._patient(witness.request))
        return [reply for reply in replies if reply is not None]

    def _size(self, waiting: int) -> int:
        """Return how many requests go into one batch, never more than the endpoint was found to take."""
        return min(self._batch, max(BATCH, -(-waiting // AT_ONCE)))

    def _at_once(
        self, chunks: list[list[Request]], size: int, witness: Witness | None, *, heavy: bool
    ) -> list[list[Reply | None]]:
        def ask(chunk: list[Request]) -> list[Reply | None]:
            if self._batch < size:  # a chunk beside this one just found a smaller limit
                return [None] * len(chunk)
            return [self._patient(chunk[0])] if size == 1 else self._batched(chunk, size, witness, heavy=heavy)

        if len(chunks) == 1:
            return [ask(chunks[0])]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, chunks))

    def _batched(
        self, requests: list[Request], size: int, witness: Witness | None, *, heavy: bool
    ) -> list[Reply | None]:
        """Answer some requests in one post; None for those that must be asked again in smaller batches."""
        sent = [*requests, witness.request] if witness else requests
        documents = {number: _document(number, request) for number, request in zip(self._ids, sent, strict=False)}
        try:
            answer = self.wire.post(list(documents.values()), again=PASSING - {Failure.TIMEOUT})
        except WireError as error:
            if error.failure not in _PERHAPS_THE_BATCH or (heavy and error.failure is Failure.TIMEOUT):
                raise
            self._shrink(size, error.failure)
            return [None] * len(requests)
        items = answer if isinstance(answer, list) else []
        by_id = {item["id"]: item for item in items if isinstance(item, dict) and isinstance(item.get("id"), int)}
        if by_id.keys().isdisjoint(documents) or _refuses_the_batch(list(by_id.values())):
            self._shrink(size)
            return [None] * len(requests)
        replies = []
        for number, request in zip(documents, sent, strict=True):
            reply = self._reply(by_id[number], request[0]) if number in by_id else None
            # A request that the batch left out, or that came too fast, is asked again alone and with patience.
            again = reply is None or (reply.error is not None and reply.error.busy)
            replies.append(self._patient(request) if again else reply)
        if witness:
            witness.judge(replies.pop() or Reply())
        return replies

    def _shrink(self, size: int, failure: Failure | None = None) -> None:
        factor = 16 if failure is Failure.TIMEOUT else 4
        smaller = BATCH if size > BATCH and failure is not Failure.TIMEOUT else max(1, size // factor)
        self._batch = min(self._batch, smaller)

    def _patient(self, request: Request) -> Reply:
        again = frozenset[Failure]() if acts(request[0]) else PASSING
        attempt = 0
        while True:
            document = self.wire.post(_document(next(self._ids), request), again=again)
            reply = self._reply(document, request[0])
            attempt += 1
            if reply.error is None or not reply.error.busy or attempt == ATTEMPTS:
                return reply
            self._pause(BACKOFF * 2**attempt)

    def _reply(self, document: Any, method: str) -> Reply:
        if isinstance(document, list) and len(document) == 1:
            document = document[0]
        if not isinstance(document, dict) or not ("result" in document or document.get("error")):
            raise WireError(
                f"answered {method} with JSON that is not JSON-RPC",
                remedy="check that the address is an Ethereum JSON-RPC endpoint",
                where=self.name,
                failure=Failure.GARBAGE,
            )
        error = document.get("error")
        if not error:
            return Reply(document["result"])
        if not isinstance(error, dict):
            error = {"message": str(error)}
        code = error.get("code")
        message = str(error.get("message") or "an error without words")
        return Reply(
            error=RpcError(
                f"{method}: {message[:2000]}",
                where=self.name,
                code=code if isinstance(code, int) else 0,
                data=error.get("data"),
                method=method,
            )
        )


def _refuses_the_batch(items: list[dict[str, Any]]) -> bool:
    """Whether every request was answered with an error about the batch: some refuse it item by item."""
    errors = [item.get("error") for item in items]
    return all(isinstance(each, dict) and "batch" in str(each.get("message")).lower() for each in errors)


def acts(method: str) -> bool:
    """Whether a method changes the chain each time it is asked."""
    return method.startswith(_NOT_REPEATABLE)


def _document(number: int, request: Request) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": request[0], "params": list(request[1])}
