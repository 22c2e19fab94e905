"""Asking a consensus node over the Beacon API.

Source: https://ethereum.github.io/beacon-APIs/
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from upgrader.edges.nodes.answers import Refused, Replies
from upgrader.edges.nodes.http import NoAnswer, exchange

QUESTIONS: Final[Mapping[str, str]] = {
    "client_version": "/eth/v1/node/version",
    "execution_version": "/eth/v2/node/version",
    "syncing": "/eth/v1/node/syncing",
    "peers": "/eth/v1/node/peer_count",
    "genesis_validators_root": "/eth/v1/beacon/genesis",
    "fork_schedule": "/eth/v1/config/fork_schedule",
    "spec": "/eth/v1/config/spec",
}
"""Fact -> the path that answers it."""

_OK: Final = 200
_WORDS: Final = 200
"""Characters of a node's error message that are kept."""


async def ask(client: aiohttp.ClientSession, url: str) -> Replies:
    """Ask everything; what the node refuses is :class:`~upgrader.edges.nodes.answers.Refused`.

    Raises:
        NoAnswer: The node cannot be reached, or speaks no JSON.
    """
    names = list(QUESTIONS)
    # The first question alone finds out whether there is anybody to talk to; the others then go together.
    first = await _data(client, _joined(url, QUESTIONS[names[0]]))
    others = await asyncio.gather(*(_lenient(client, _joined(url, QUESTIONS[name])) for name in names[1:]))
    return dict(zip(names, (first, *others), strict=True))


async def _lenient(client: aiohttp.ClientSession, url: str) -> Any:
    try:
        return await _data(client, url)
    except NoAnswer as error:
        return Refused(str(error))


async def _data(client: aiohttp.ClientSession, url: str) -> Any:
    answer = await exchange(client, url)
    document = answer.document if isinstance(answer.document, dict) else {}
    if answer.status == _OK and "data" in document:
        return document["data"]
    words = str(document.get("message") or "no data")[:_WORDS]
    return Refused(f"{words} (HTTP {answer.status})")


def _joined(url: str, path: str) -> str:
    """Put a path behind a base address, before its query (where some providers want the key)."""
    base, mark, query = url.partition("?")
    return f"{base.rstrip('/')}{path}{mark}{query}"
