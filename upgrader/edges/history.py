"""The newest transactions that touched some contracts, from any node: the :class:`~upgrader.ports.History` port.

Their events are asked for backwards in ranges that grow while the node takes them and shrink where it refuses, until
there are enough or a bound is reached.  The newest blocks are besides read whole, which finds calls that left no
event: those that reverted, above all.  What was found is then read with its receipts and its place in its block.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, TypeVar

from upgrader.edges.endpoint import METHOD_NOT_FOUND, Reply, Request, RpcError
from upgrader.edges.past_block import callees, hash_of, past_block
from upgrader.edges.reads import log_of, quantity
from upgrader.edges.rpc import RpcChain
from upgrader.edges.wire import Failure, WireError, redacted
from upgrader.errors import InputError, UnavailableError
from upgrader.ports import Block
from upgrader.simulation.traffic import PastBlock, Traffic
from upgrader.units import Address, BlockNumber, Hash32

T = TypeVar("T")

LOOK_BACK: Final = 1_000_000
"""Blocks whose events are looked at, at most: 139 days of mainnet."""

FIRST_SPAN: Final = 512
"""Blocks whose events are asked for at first."""

GROWTH: Final = 4
"""How much larger the next range is, and how much smaller a refused one is made."""

TOGETHER: Final = 16
"""Ranges asked at a time once the node has refused a larger one."""

RANGES: Final = 400
"""Ranges of events asked for, at most."""

WHOLE_BLOCKS: Final = 64
"""Newest blocks that are read whole: some 15 MB on mainnet."""

WHOLE_TOGETHER: Final = 16
"""Whole blocks asked at a time."""

_TOO_MUCH: Final = frozenset({Failure.TIMEOUT, Failure.TOO_LARGE, Failure.STATUS})
"""Failures of a whole request that a smaller range may mend."""


@dataclass
class _Found:
    """Transactions by their block, and how far back each way of looking has got."""

    blocks: dict[int, set[Hash32]] = field(default_factory=dict)
    whole: dict[int, Any] = field(default_factory=dict)
    logs_from: int = 0
    calls_from: int = 0

    def add(self, number: int, digest: Hash32) -> None:
        self.blocks.setdefault(number, set()).add(digest)

    def enough(self, most: int, since: int) -> bool:
        return sum(len(hashes) for number, hashes in self.blocks.items() if number >= since) >= most


class ChainHistory:
    """Reads what happened through one node.

    Args:
        chain: The node.
        look_back: Blocks whose events are looked at, at most.
        whole_blocks: Newest blocks that are read whole.
    """

    def __init__(self, chain: RpcChain, *, look_back: int = LOOK_BACK, whole_blocks: int = WHOLE_BLOCKS) -> None:
        self._chain = chain
        self._look_back = look_back
        self._whole_blocks = whole_blocks

    def recent(self, contracts: Collection[Address], last: Block, most: int) -> Traffic:
        """Return the newest transactions up to a block that called one of the contracts or made it emit an event.

        Raises:
            InputError: Nothing is asked for.
            MismatchError: ``last`` is no longer on the chain.
            UnavailableError: The node does not answer, or its answers contradict each other.
        """
        if not contracts or most < 1:
            raise InputError("no contract, or no transaction, was asked for", remedy="name one at least")
        found = _Found(logs_from=last.number + 1, calls_from=last.number + 1)
        self._calls(found, frozenset(contracts), last, most)
        self._events(found, contracts, last, most)
        blocks: list[PastBlock] = []
        count = 0
        for number in sorted(found.blocks, reverse=True):
            if count >= most:
                break
            count += len(found.blocks[number])
            blocks.append(self._block(number, found, frozenset(contracts), last))
        touched = sum(len(block.touched) for block in blocks)
        if touched > most:
            blocks[-1] = _newest(blocks[-1], len(blocks[-1].touched) - (touched - most))
        return Traffic(
            blocks=tuple(reversed(blocks)),
            logs_from=BlockNumber(found.logs_from),
            calls_from=BlockNumber(found.calls_from),
            last=last.number,
            full=touched >= most,
        )

    def _calls(self, found: _Found, contracts: frozenset[Address], last: Block, most: int) -> None:
        """Read the newest blocks whole, newest first."""
        end = max(-1, int(last.number) - self._whole_blocks)
        while found.calls_from > end + 1 and not found.enough(most, found.calls_from):
            numbers = range(found.calls_from - 1, max(end, found.calls_from - 1 - WHOLE_TOGETHER), -1)
            replies = self._many([_whole(number) for number in numbers], last)
            for number, reply in zip(numbers, replies, strict=True):
                header = _result(reply)
                for digest, callee in self._callees(number, header):
                    if callee in contracts:
                        found.add(number, digest)
                        found.whole[number] = header
                found.calls_from = number

    def _events(self, found: _Found, contracts: Collection[Address], last: Block, most: int) -> None:
        """Ask for events backwards from the last block."""
        span, widest, asked = FIRST_SPAN, LOOK_BACK, 0
        end = max(0, int(last.number) - self._look_back + 1)
        while found.logs_from > end and not found.enough(most, found.logs_from) and asked < RANGES:
            ranges = list(_backwards(found.logs_from, end, span, TOGETHER if span >= widest else 1))
            asked += len(ranges)
            for (low, high), reply in zip(ranges, self._logs(ranges, contracts, last), strict=True):
                if reply.error is not None:
                    if low == high or reply.error.code == METHOD_NOT_FOUND or reply.error.busy:
                        raise reply.error
                    span = widest = max(1, (high - low + 1) // GROWTH)
                    break
                for number, digest in self._sense(high, partial(_emitted, reply.result, contracts, low, high)):
                    found.add(number, digest)
                found.logs_from = low
            else:
                span = min(span * GROWTH, widest)

    def _logs(self, ranges: Sequence[tuple[int, int]], contracts: Collection[Address], last: Block) -> list[Reply]:
        asked: list[Request] = [
            ("eth_getLogs", ({"address": sorted(contracts), "fromBlock": quantity(low), "toBlock": quantity(high)},))
            for low, high in ranges
        ]
        try:
            return self._chain.many(asked, last, heavy=True)
        except WireError as error:
            low, high = ranges[0]
            if low == high or error.failure not in _TOO_MUCH:
                raise
            return [Reply(error=RpcError(error.message, where=error.where, code=0, method="eth_getLogs"))] * len(ranges)

    def _block(self, number: int, found: _Found, contracts: frozenset[Address], last: Block) -> PastBlock:
        """Read a block with its parent's header and its receipts."""
        requests: list[Request] = [
            ("eth_getBlockByNumber", (quantity(number - 1), False)),
            ("eth_getBlockReceipts", (quantity(number),)),
            *([] if number in found.whole else [_whole(number)]),
        ]
        parent, receipts, *rest = self._many(requests, last)
        header = found.whole[number] if number in found.whole else _result(rest[0])
        hashes = [digest for digest, _ in self._callees(number, header)]
        if receipts.error is not None:
            replies = self._many([("eth_getTransactionReceipt", (f"0x{digest.hex()}",)) for digest in hashes], last)
            raw = [_result(reply) for reply in replies]
        else:
            raw = receipts.result
        known = found.blocks[number]
        return self._sense(number, lambda: past_block(header, _result(parent), _by_hash(raw), contracts, known))

    def _callees(self, number: int, header: Any) -> Sequence[tuple[Hash32, Address | None]]:
        return self._sense(number, lambda: callees(header, number))

    def _many(self, requests: Sequence[Request], last: Block) -> list[Reply]:
        return self._chain.many(requests, last, heavy=True)

    def _sense(self, number: int, work: Callable[[], T]) -> T:
        """Do work on what the node answered; where it makes no sense, say so."""
        try:
            return work()
        except ValueError as error:
            raise UnavailableError(
                f"what the node says of block {number} makes no sense: {str(error)[:200]}",
                remedy="name another endpoint with --rpc",
                where=redacted(self._chain.url),
            ) from error


def _newest(block: PastBlock, count: int) -> PastBlock:
    """Return a block with only the newest of its transactions that touched."""
    return replace(block, touched=block.touched[-count:])


def _backwards(before: int, end: int, span: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield at most ``most`` ranges of ``span`` blocks, from the block before ``before`` down to ``end``."""
    high = before - 1
    while high >= end and most:
        low = max(end, high - span + 1)
        yield low, high
        high, most = low - 1, most - 1


def _emitted(result: Any, contracts: Collection[Address], low: int, high: int) -> list[tuple[int, Hash32]]:
    """Return block and transaction of each event.

    Raises:
        ValueError: One is malformed, or was not asked for.
    """
    if not isinstance(result, list):
        raise ValueError("no events where events were due")  # noqa: TRY004 - what a node answered, not a type
    found = []
    for entry in result:
        log = log_of(entry)
        if log.address not in contracts or not low <= log.block <= high:
            raise ValueError("an event that was not asked for")
        try:
            found.append((int(log.block), hash_of(entry["transactionHash"])))
        except (InputError, KeyError) as error:
            raise ValueError("an event without its transaction") from error
    return found


def _by_hash(receipts: Any) -> dict[Hash32, Any]:
    try:
        return {hash_of(receipt["transactionHash"]): receipt for receipt in receipts}
    except (InputError, KeyError, TypeError) as error:
        raise ValueError("its receipts are malformed") from error


def _whole(number: int) -> Request:
    return "eth_getBlockByNumber", (quantity(number), True)


def _result(reply: Reply) -> Any:
    if reply.error is not None:
        raise reply.error
    return reply.result
