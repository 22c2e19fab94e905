"""Every log of one address, from an endpoint that may not like the question.

Providers limit the block range or the number of logs of one ``eth_getLogs`` and word the refusal each in their own
way.  So no words are parsed: a refused range is made smaller until one is answered, and the rest is then asked in
ranges of that size, many at a time.  The size is remembered for the next read.
"""

from collections.abc import Iterator
from typing import Final

from upgrader.edges.endpoint import METHOD_NOT_FOUND, Endpoint, Reply, RpcError
from upgrader.edges.reads import lift_logs, lower_logs
from upgrader.edges.wire import Failure, WireError
from upgrader.inquiry import Log, ReadFailed, ReadLogs

REQUESTS: Final = 20_000
"""Ranges that one read may be split into; a chain of 20 million blocks in ranges of 1,000."""

TOGETHER: Final = 160
"""Ranges asked before their answers are looked at, so that a dense stretch shrinks the next ones."""

SHRINK: Final = 4
"""How much smaller a refused range is made."""


class LogReader:
    """Reads logs through one endpoint and remembers the range that it takes."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._span: int | None = None

    def read(self, read: ReadLogs, last: int, refusal: RpcError | None = None) -> tuple[Log, ...] | ReadFailed:
        """Return the logs of ``read`` up to block ``last``.

        Args:
            read: What to look for.
            last: The last block, included.
            refusal: What the endpoint said to the whole range, when it was already asked.
        """
        if read.first > last:
            return ()
        blocks = last - read.first + 1
        span = min(self._span or blocks, blocks if refusal is None else max(1, blocks // SHRINK))
        try:
            if refusal is not None:
                self._smaller(blocks, refusal)
            return tuple(self._collect(read, last, span))
        except _NoAnswerError as end:
            return ReadFailed(str(end))

    def _collect(self, read: ReadLogs, last: int, span: int) -> Iterator[Log]:
        begin = int(read.first)
        while begin <= last:
            if (last - begin) // span > REQUESTS:
                raise _NoAnswerError(
                    f"{self._endpoint.name} takes {span} blocks of logs at a time; blocks {read.first} to {last} would "
                    f"need more than {REQUESTS} requests: name another endpoint with --rpc"
                )
            # One range alone until its size is known to be taken, then many at once.
            together = TOGETHER if self._span == span else 1
            starts = range(begin, min(last + 1, begin + together * span), span)
            for start, reply in zip(starts, self._ask(read, starts, span, last), strict=True):
                if reply.error is not None:
                    span = self._smaller(span, reply.error)
                    break
                logs = lift_logs(read, reply.result, range(start, start + span))
                if isinstance(logs, ReadFailed):
                    raise _NoAnswerError(logs.reason)
                yield from logs
                begin = start + span
                self._span = span

    def _smaller(self, span: int, refusal: RpcError) -> int:
        """Return the size to try after ``refusal``, unless no size would help."""
        if span == 1 or refusal.code == METHOD_NOT_FOUND or refusal.busy:
            raise _NoAnswerError(str(refusal))
        return max(1, span // SHRINK)

    def _ask(self, read: ReadLogs, starts: range, span: int, last: int) -> list[Reply]:
        requests = [lower_logs(read, start, min(start + span - 1, last)) for start in starts]
        try:
            return self._endpoint.many(requests, heavy=True)
        except WireError as error:
            if span == 1 or error.failure not in {Failure.TIMEOUT, Failure.TOO_LARGE, Failure.STATUS}:
                raise
            refusal = RpcError(error.message, where=error.where, code=0, method="eth_getLogs")
            return [Reply(error=refusal)] * len(requests)


class _NoAnswerError(Exception):
    """Why there are no logs; becomes a failed read."""
