"""One HTTP exchange with a node that may be slow, broken or hostile.

A body is read up to a limit and not a byte further, redirects are not followed (they could lead credentials
elsewhere), cookies and proxies of the environment are ignored, and whatever goes wrong becomes a :class:`NoAnswer`
with a few words that never hold the address, because an address may hold a key.
"""

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

BODY_LIMIT: Final = 2 * 1024 * 1024
"""Bytes of one answer. The largest honest one, a block's header with its transaction hashes, has some 100 kB."""

_NOBODY: Final = (aiohttp.ClientConnectorError, aiohttp.ClientConnectorCertificateError, aiohttp.InvalidURL)
_QUOTED: Final = 60
_MULTIPLE_CHOICES: Final = 300
_BAD_REQUEST: Final = 400


class NoAnswer(Exception):  # noqa: N818 - it is not an error of ours; it becomes a fact about the node
    """A node gave no usable answer; its text says why, to follow the node's name.

    Attributes:
        reached: Whether somebody answered at the address, so that asking otherwise may help.
    """

    def __init__(self, reason: str, *, reached: bool = True) -> None:
        super().__init__(reason)
        self.reached = reached


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON document and the HTTP status that it came with."""

    status: int
    document: Any


def session() -> aiohttp.ClientSession:
    """Return a session for many nodes; the caller closes it and bounds how many it asks at once."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json", "User-Agent": "upgrader"},
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )


async def exchange(client: aiohttp.ClientSession, url: str, payload: Any = None) -> Answer:
    """Get a document, or post ``payload`` and get its answer.

    Raises:
        NoAnswer: The node cannot be reached, or what it sends is no JSON.
    """
    method = "GET" if payload is None else "POST"
    try:
        async with client.request(method, url, json=payload, allow_redirects=False) as response:
            body = await _bounded(response)
            return Answer(response.status, _parsed(response.status, response.headers, body))
    except aiohttp.ClientError as error:
        raise NoAnswer(_reason(error), reached=not isinstance(error, _NOBODY)) from error
    except (OSError, ValueError) as error:
        raise NoAnswer(f"cannot be reached ({type(error).__name__})", reached=False) from error


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > BODY_LIMIT:
            response.close()
            raise NoAnswer(f"sends more than {BODY_LIMIT >> 20} MB")
    return b"".join(chunks)


def _parsed(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    if _MULTIPLE_CHOICES <= status < _BAD_REQUEST:
        raise NoAnswer(f"redirects elsewhere (HTTP {status}), which is not followed")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        if status >= _BAD_REQUEST:
            raise NoAnswer(f"answers HTTP {status}") from error
        kind = headers.get("Content-Type", "")
        what = "HTML" if "html" in kind or body.lstrip()[:1] == b"<" else "something"
        start = body[:_QUOTED].decode("utf-8", "replace")
        raise NoAnswer(f"answers {what} that is not JSON: {start!r}") from error


def _reason(error: aiohttp.ClientError) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno in errno.errorcode:
        return f"cannot be reached ({os.strerror(error.os_error.errno or 0)})"
    return next(
        (words for kind, words in _WORDS.items() if isinstance(error, kind)),
        f"cannot be reached ({type(error).__name__})",
    )


_WORDS: Final[Mapping[type[aiohttp.ClientError], str]] = {
    aiohttp.ClientConnectorCertificateError: "has a TLS certificate that cannot be verified",
    aiohttp.ClientConnectorDNSError: "has a host name that cannot be resolved",
    aiohttp.ServerDisconnectedError: "closes the connection without an answer",
    aiohttp.ClientPayloadError: "breaks off in the middle of its answer",
    aiohttp.InvalidURL: "has an address that is no URL",
}
