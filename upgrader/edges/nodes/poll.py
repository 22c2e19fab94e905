"""Polling a fleet: everything from every node, many at once, each within its time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from upgrader.edges.nodes import consensus, execution
from upgrader.edges.nodes.answers import Replies, block_hash, consensus_facts, execution_facts
from upgrader.edges.nodes.http import NoAnswer, session
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, NodeFacts
from upgrader.fleet.fleet import Node
from upgrader.units import BlockNumber, Hash32, Seconds

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NodePoll:
    """Reads a fleet over HTTP; the flows' ``NodeReader``.

    Attributes:
        timeout: How long one half of a node may take to answer everything.
        concurrency: How many halves are asked at once.
    """

    timeout: Seconds
    concurrency: int

    def facts(self, nodes: Sequence[Node]) -> tuple[NodeFacts, ...]:
        """Ask every node everything; one that does not answer says so in its facts."""
        return tuple(asyncio.run(self._all(nodes, self._node)))

    def blocks(self, nodes: Sequence[Node], height: BlockNumber) -> Mapping[str, Hash32]:
        """Return the hash of each execution node's block at ``height``, without those that do not answer."""

        async def block(
            client: aiohttp.ClientSession, gate: asyncio.Semaphore, node: Node
        ) -> tuple[str, Hash32 | None]:
            return node.name, await self._block(client, gate, node, height)

        found = asyncio.run(self._all(nodes, block))
        return {name: digest for name, digest in found if digest is not None}

    async def _all(
        self,
        nodes: Sequence[Node],
        ask: Callable[[aiohttp.ClientSession, asyncio.Semaphore, Node], Awaitable[T]],
    ) -> list[T]:
        gate = asyncio.Semaphore(self.concurrency)
        async with session() as client:
            return await asyncio.gather(*(ask(client, gate, node) for node in nodes))

    async def _node(self, client: aiohttp.ClientSession, gate: asyncio.Semaphore, node: Node) -> NodeFacts:
        return NodeFacts(node, await self._execution(client, gate, node), await self._consensus(client, gate, node))

    async def _execution(
        self, client: aiohttp.ClientSession, gate: asyncio.Semaphore, node: Node
    ) -> ExecutionFacts | None:
        if node.execution is None:
            return None
        try:
            url = node.execution.endpoint.url
            return execution_facts(*await self._timed(gate, lambda: execution.ask(client, url, execution.QUESTIONS)))
        except NoAnswer as error:
            return ExecutionFacts(unreachable=str(error))

    async def _consensus(
        self, client: aiohttp.ClientSession, gate: asyncio.Semaphore, node: Node
    ) -> ConsensusFacts | None:
        if node.consensus is None:
            return None
        try:
            url = node.consensus.endpoint.url
            return consensus_facts(*await self._timed(gate, lambda: consensus.ask(client, url)))
        except NoAnswer as error:
            return ConsensusFacts(unreachable=str(error))

    async def _block(
        self, client: aiohttp.ClientSession, gate: asyncio.Semaphore, node: Node, height: BlockNumber
    ) -> Hash32 | None:
        if node.execution is None:
            return None
        url = node.execution.endpoint.url
        calls = {"block": ("eth_getBlockByNumber", (hex(height), False))}
        try:
            replies, _ = await self._timed(gate, lambda: execution.ask(client, url, calls))
        except NoAnswer:
            return None
        return block_hash(replies["block"])

    async def _timed(
        self, gate: asyncio.Semaphore, ask: Callable[[], Coroutine[Any, Any, Replies]]
    ) -> tuple[Replies, float]:
        async with gate:
            begin = time.monotonic()
            try:
                replies = await asyncio.wait_for(ask(), self.timeout)
            except TimeoutError:
                raise NoAnswer(f"gives no answer within {self.timeout} s") from None
            return replies, time.monotonic() - begin
