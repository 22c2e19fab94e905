"""A state pack as the upstream that a local anvil forks from.

anvil asks an upstream for each word it has not seen, one at a time.  This server stands between: what the pack holds
is answered at once, and what it lacks is asked of the chain and kept.  So a word that the pack lacks is never read
as zero, by construction and not by a check.

While state is discovered the server may answer unknown facts with zero, but then it says so: every such guess is in
:attr:`PackServer.guesses`, whoever ran on guesses throws the results away, fetches the lot in one batch and runs
again.  A run that needed no guess is proved.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

from upgrader.edges.endpoint import METHOD_NOT_FOUND
from upgrader.edges.loopback import LoopbackServer
from upgrader.errors import InputError, UpgraderError
from upgrader.inquiry import Log, ReadBalance, ReadCode, ReadFailed, ReadLogs, ReadSlot
from upgrader.ports import Block
from upgrader.simulation.pack import ReadNonce, StatePack, Wanted, account
from upgrader.units import WORD, Address, BlockNumber, ChainId, Slot, address, hex_bytes, hexed

T = TypeVar("T")

_INTERNAL: Final = -32603
_ZERO: Final = bytes(WORD)


class _RefusedError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Facts(Protocol):
    """The facts of one block, as :class:`~upgrader.edges.pack.UpstreamPack` has them."""

    @property
    def block(self) -> Block:
        """Return the block."""
        ...

    @property
    def header(self) -> Any:
        """Return its header, as the node wrote it."""
        ...

    @property
    def pack(self) -> StatePack:
        """Return what is known so far."""
        ...

    def get(self, wanted: Wanted) -> bytes | None:
        """Return a fact, None when it is not known."""
        ...

    def fact(self, wanted: Wanted) -> bytes:
        """Return a fact, asked of the chain where it is not known."""
        ...

    def other_block(self, number: int) -> Any:
        """Return the header of another block."""
        ...

    def logs(self, wanted: ReadLogs) -> tuple[Log, ...] | ReadFailed:
        """Return the logs of one address up to the block."""
        ...


class PackServer:
    """The server; a context manager.  It answers reads of one block, on the loopback, and nothing else.

    It holds no transactions and no receipts, and says so: anvil asks for those of its own before they are mined.

    Attributes:
        url: Where it listens.
        guessing: Whether unknown facts are answered with zero and noted; otherwise they are asked of the chain.
        guesses: The facts that were so answered since they were last taken.
        fault: Why the chain could not be asked, once that happened; anvil only hears of an error.  The chain is not
            asked again before this is None: it was patient with the endpoint already, and anvil asks for each word.
    """

    def __init__(self, pack: Facts) -> None:
        self.guessing = False
        self.guesses: dict[Wanted, None] = {}
        self.fault: UpgraderError | None = None
        self._refused = 0
        self._pack = pack
        self._tag = hex(pack.block.number)
        self._others: dict[int, Any] = {}
        self._server = LoopbackServer(self._answer_body)
        self.url = self._server.url

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.__exit__(kind, error, trace)

    @property
    def block(self) -> Block:
        """The block that it answers for."""
        return self._pack.block

    @property
    def chain_id(self) -> ChainId:
        """Of the block's chain."""
        return self._pack.pack.chain_id

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise :attr:`fault` where the chain could not be asked within the context, whatever anvil made of that.

        anvil may answer as if nothing had happened, answer with an error, or end, and then fail whatever comes after.
        """
        before = self._refused
        try:
            yield
        except UpgraderError:
            if self.fault is not None:
                raise self.fault from None
            raise
        if self._refused != before and self.fault is not None:
            raise self.fault

    def take_guesses(self) -> tuple[Wanted, ...]:
        """Return the facts that were answered with zero since this was last asked, and forget them."""
        guesses, self.guesses = self.guesses, {}
        return tuple(guesses)

    def _answer_body(self, body: bytes) -> bytes:
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        if isinstance(document, list):
            answer: Any = [self._answer(entry) for entry in document]
        else:
            answer = self._answer(document)
        return json.dumps(answer, separators=(",", ":")).encode()

    def _answer(self, document: Any) -> dict[str, Any]:
        number = document.get("id") if isinstance(document, dict) else None
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": number}
        try:
            return {**reply, "result": self._result(str(document["method"]), document.get("params") or [])}
        except _RefusedError as error:
            return {**reply, "error": {"code": error.code, "message": str(error)}}
        except (InputError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            return {**reply, "error": {"code": -32602, "message": f"not a read of this block: {error}"}}

    def _result(self, method: str, params: list[Any]) -> Any:  # noqa: PLR0911 - one return a method
        match method:
            case "eth_getStorageAt":
                return hexed(self._fact(ReadSlot(address(params[0]), Slot(int(params[1], 16))), params[2]))
            case "eth_getCode":
                return hexed(self._fact(ReadCode(address(params[0])), params[1]))
            case "eth_getBalance" | "eth_getTransactionCount":
                kind = ReadBalance if method == "eth_getBalance" else ReadNonce
                return hex(int.from_bytes(self._fact(kind(address(params[0])), params[1])))
            case "eth_getAccountInfo":
                return self._account(address(params[0]), params[1])
            case "eth_chainId":
                return hex(self._pack.pack.chain_id)
            case "eth_getBlockByNumber":
                return self._header(params[0])
            case "eth_getBlockByHash" if params[0] == self._pack.header["hash"]:
                return self._pack.header
            case "eth_getLogs":
                return self._logs(params[0])
            case "eth_getTransactionReceipt":
                return None
            case _:
                raise _RefusedError(METHOD_NOT_FOUND, f"{method} is no read of state")

    def _logs(self, criteria: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the logs of one address in a range of blocks that ends with the pack's, or before."""
        first, last = (int(criteria[end], 16) for end in ("fromBlock", "toBlock"))
        if last > self.block.number:
            raise ValueError(criteria["toBlock"])
        topics = tuple(_topic(topic) for topic in criteria.get("topics") or ())
        wanted = ReadLogs(address(criteria["address"]), topics, BlockNumber(first))
        logs = self._upstream(lambda: self._pack.logs(wanted))
        if isinstance(logs, ReadFailed):
            raise _RefusedError(_INTERNAL, logs.reason)
        return [_logged(log) for log in logs if log.block <= last]

    def _account(self, owner: Address, tag: str) -> dict[str, str]:
        balance, nonce, code = (self._fact(wanted, tag) for wanted in account(owner))
        return {
            "balance": hex(int.from_bytes(balance)),
            "nonce": hex(int.from_bytes(nonce)),
            "code": hexed(code),
        }

    def _header(self, tag: str) -> Any:
        if tag in {self._tag, "latest"}:
            return self._pack.header
        number = int(tag, 16)
        if number not in self._others:
            self._others[number] = self._upstream(lambda: self._pack.other_block(number))
        return self._others[number]

    def _fact(self, wanted: Wanted, tag: str) -> bytes:
        if tag not in {self._tag, "latest"}:
            raise ValueError(tag)
        known = self._pack.get(wanted)
        if known is not None:
            return known
        if self.guessing:
            self.guesses[wanted] = None
            return b"" if isinstance(wanted, ReadCode) else _ZERO
        return self._upstream(lambda: self._pack.fact(wanted))

    def _upstream(self, ask: Callable[[], T]) -> T:
        try:
            if self.fault is None:
                return ask()
        except UpgraderError as error:
            self.fault = error
        self._refused += 1
        raise _RefusedError(_INTERNAL, "the upstream could not be asked")


def _topic(topic: Any) -> bytes | tuple[bytes, ...] | None:
    if topic is None:
        return None
    return tuple(map(hex_bytes, topic)) if isinstance(topic, list) else hex_bytes(topic)


def _logged(log: Log) -> dict[str, Any]:
    """Return a log as JSON-RPC writes it; of which transaction it is, nobody was asked."""
    return {
        "address": log.address,
        "topics": [hexed(topic) for topic in log.topics],
        "data": hexed(log.data),
        "blockNumber": hex(log.block),
        "logIndex": hex(log.index),
        "blockHash": None,
        "transactionHash": None,
        "transactionIndex": None,
        "removed": False,
    }
