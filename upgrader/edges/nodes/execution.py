"""Asking an execution node everything in one JSON-RPC batch, or one by one where it refuses batches."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from upgrader.edges.nodes.answers import Refused, Replies
from upgrader.edges.nodes.http import NoAnswer, exchange

Call = tuple[str, tuple[Any, ...]]
"""Method and parameters."""

QUESTIONS: Final[Mapping[str, Call]] = {
    "client_version": ("web3_clientVersion", ()),
    "chain_id": ("eth_chainId", ()),
    "genesis_hash": ("eth_getBlockByNumber", ("0x0", False)),
    "head": ("eth_getBlockByNumber", ("latest", False)),
    "syncing": ("eth_syncing", ()),
    "peers": ("net_peerCount", ()),
    "eth_config": ("eth_config", ()),
}
"""Fact -> the call that answers it."""

AT_ONCE: Final = 2
"""Single calls under way at one node. Measured over 1,000 nodes that refuse batches: six take twice as long as two."""

_WORDS: Final = 200
"""Characters of a node's error message that are kept."""


async def ask(client: aiohttp.ClientSession, url: str, calls: Mapping[str, Call]) -> Replies:
    """Make ``calls``; what the node refuses is :class:`~upgrader.edges.nodes.answers.Refused`.

    Raises:
        NoAnswer: The node cannot be reached, or speaks no JSON-RPC.
    """
    if len(calls) == 1:
        return await _one_by_one(client, url, calls)
    try:
        answer = await exchange(client, url, [_request(number, call) for number, call in enumerate(calls.values())])
    except NoAnswer as error:
        if not error.reached:
            raise
        # The batch may be what it will not take: some servers close the connection or answer a web page to one.
        return await _one_by_one(client, url, calls)
    if not isinstance(answer.document, list):
        return await _one_by_one(client, url, calls)
    given = {item["id"]: item for item in answer.document if _is_reply(item)}
    replies = {name: _reply(given[number]) for number, name in enumerate(calls) if number in given}
    left = {name: call for name, call in calls.items() if name not in replies}
    return {**replies, **await _one_by_one(client, url, left)} if left else replies


async def _one_by_one(client: aiohttp.ClientSession, url: str, calls: Mapping[str, Call]) -> dict[str, Any]:
    names = list(calls)
    # The first call alone finds out whether there is anybody to talk to; the others then go a few at a time.
    first = await _single(client, url, calls[names[0]])
    gate = asyncio.Semaphore(AT_ONCE)
    others = await asyncio.gather(*(_lenient(client, url, calls[name], gate) for name in names[1:]))
    return dict(zip(names, (first, *others), strict=True))


async def _single(client: aiohttp.ClientSession, url: str, call: Call) -> Any:
    answer = await exchange(client, url, _request(1, call))
    if not _is_reply(answer.document):
        status = f"HTTP {answer.status} with " if answer.status >= 400 else ""  # noqa: PLR2004 - client and server errors
        raise NoAnswer(f"answers {status}JSON that is not JSON-RPC")
    return _reply(answer.document)


async def _lenient(client: aiohttp.ClientSession, url: str, call: Call, gate: asyncio.Semaphore) -> Any:
    try:
        async with gate:
            return await _single(client, url, call)
    except NoAnswer as error:
        return Refused(str(error))


def _request(number: int, call: Call) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": call[0], "params": list(call[1])}


def _is_reply(item: Any) -> bool:
    # An error that belongs to no request has a null id; it answers nothing, and the call is made again alone.
    return isinstance(item, dict) and type(item.get("id")) is int and ("result" in item or bool(item.get("error")))


def _reply(item: Mapping[str, Any]) -> Any:
    error = item.get("error")
    if not error:
        return item["result"]
    if not isinstance(error, dict):
        return Refused(str(error)[:_WORDS])
    return Refused(f"{str(error.get('message') or 'an error without words')[:_WORDS]} ({str(error.get('code'))[:20]})")
