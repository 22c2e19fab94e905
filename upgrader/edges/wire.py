"""One HTTP endpoint that speaks JSON: keep-alive, bounded in time and size, patient with what passes.

The standard library's client is used on purpose: against a local node it makes twice as many requests a second as
``requests`` and costs a hundred milliseconds less to import, and a JSON-RPC post needs nothing more.  Everything
that comes back is untrusted: the body has a size limit, the whole answer a deadline, and what is not JSON is said
to be what it is.  An address may hold a password or an API key, so only its scheme and host are ever shown.
"""

import base64
import http.client
import json
import ssl
import time
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from upgrader.errors import InputError, UnavailableError

TIMEOUT: Final = 30.0
"""Seconds one answer may take, connection included."""

BODY_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of one answer; the largest honest ones are logs and traces of tens of megabytes."""

ATTEMPTS: Final = 4
"""Tries of a request that may be repeated."""

TIMEOUT_ATTEMPTS: Final = 2
"""Tries where the answer did not come in time: each costs the whole timeout."""

BACKOFF: Final = 0.125
"""Seconds, doubled before each further try: 0.25, 0.5, 1."""

RETRY_AFTER_LIMIT: Final = 20.0
"""Seconds of a server's ``Retry-After`` that are obeyed; who asks for more is reported instead."""

IDLE_LIMIT: Final = 5.0
"""Seconds after which an idle connection is not trusted to be open any more."""

_CHUNK: Final = 1 << 16
_PASSING_STATUS: Final = frozenset({429, 502, 503, 504})


class Failure(StrEnum):
    """Why an endpoint gave no usable answer; decides whether asking again, or for less, may help."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    TOO_LARGE = "too large"
    GARBAGE = "garbage"
    BUSY = "busy"
    STATUS = "status"


PASSING: Final = frozenset({Failure.CONNECTION, Failure.TIMEOUT, Failure.TRUNCATED, Failure.BUSY})
"""Failures after which the same request may succeed."""


class WireError(UnavailableError):
    """An endpoint gave no usable answer.

    Attributes:
        failure: What kind of none.
        status: The HTTP status, 0 when there was none.
        wait: Seconds the server asked to wait, None when it did not.
    """

    def __init__(
        self, message: str, *, remedy: str, where: str, failure: Failure, status: int = 0, wait: float | None = None
    ) -> None:
        super().__init__(message, remedy=remedy, where=where)
        self.failure = failure
        self.status = status
        self.wait = wait


class Wire:
    """An HTTP(S) address that answers JSON to JSON.  Safe to use from several threads.

    Args:
        url: ``http://`` or ``https://``, credentials allowed; :attr:`name` is what of it may be shown.
        timeout: Seconds one answer may take.
        pause: How to wait between tries; replaced in tests.

    Raises:
        InputError: The address is not one.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT, pause: Callable[[float], None] = time.sleep) -> None:
        self.url = url
        self.name = redacted(url)
        self.timeout = timeout
        self._pause = pause
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            parts, self._host, self._port = urlsplit(""), "", None
        if parts.scheme not in {"http", "https"} or not self._host:
            raise InputError(
                f"{self.name} is not an address of an HTTP endpoint",
                remedy="give http://host:port or https://host/path (for a ws:// endpoint, its https:// twin)",
            )
        self._secure = parts.scheme == "https"
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self._headers |= _authorization("Authorization", parts)
        self._idle: deque[tuple[http.client.HTTPConnection, float]] = deque()

    def post(self, document: Any, *, again: frozenset[Failure] = PASSING) -> Any:
        """Post a JSON document and return the parsed answer.

        Args:
            document: Anything ``json`` can write.
            again: The failures after which it is sent again; empty for what must not be sent twice.

        Raises:
            WireError: No usable answer after every allowed try.
        """
        body = json.dumps(document, separators=(",", ":")).encode()
        attempt = 0
        while True:
            try:
                return self._parsed(self._exchange(body))
            except WireError as error:
                attempt += 1
                tries = TIMEOUT_ATTEMPTS if error.failure is Failure.TIMEOUT else ATTEMPTS
                wait = BACKOFF * 2**attempt if error.wait is None else error.wait
                if error.failure not in again or attempt >= tries or wait > RETRY_AFTER_LIMIT:
                    raise
                self._pause(wait)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[0].close()

    def _exchange(self, body: bytes) -> bytes:
        connection = self._connection()
        deadline = time.monotonic() + self.timeout
        reusable = False
        try:
            connection.request("POST", self._target, body, self._headers)
            response = connection.getresponse()
            answer = self._body(response, deadline)
            reusable = not response.will_close
        except TimeoutError as error:
            raise self._error(f"no answer within {self.timeout:g} s", Failure.TIMEOUT) from error
        except http.client.IncompleteRead as error:
            raise self._error("the connection was cut in the middle of the answer", Failure.TRUNCATED) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._error(f"cannot be reached ({_reason(error)})", Failure.CONNECTION) from error
        finally:
            if reusable:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()
        if response.status != http.client.OK:
            self._refuse(response, answer)
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        while self._idle:
            try:
                connection, since = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            if time.monotonic() - since < IDLE_LIMIT:
                return connection
            connection.close()
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self.timeout)
        context = ssl.create_default_context()
        proxy = _proxy_for(self._host)
        if proxy is None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=self.timeout, context=context)
        tunnel = http.client.HTTPSConnection(proxy.hostname or "", proxy.port, timeout=self.timeout, context=context)
        tunnel.set_tunnel(
            self._host, self._port or http.client.HTTPS_PORT, _authorization("Proxy-Authorization", proxy)
        )
        return tunnel

    def _body(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        expected = response.length
        chunks, size = [], 0
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > BODY_LIMIT:
                raise self._error(f"the answer is larger than {BODY_LIMIT >> 20} MB", Failure.TOO_LARGE)
            if time.monotonic() > deadline:
                raise TimeoutError
        if expected is not None and size < expected:
            raise http.client.IncompleteRead(b"", expected - size)
        response.read()  # nothing is left; this returns the connection to its idle state
        return b"".join(chunks)

    def _refuse(self, response: http.client.HTTPResponse, answer: bytes) -> None:
        """Raise for a status other than 200, unless the body is a JSON-RPC document that explains itself.

        Who is not let in needs another key, whatever else is said.
        """
        status = response.status
        explains = status not in _PASSING_STATUS and status != http.client.UNAUTHORIZED
        if explains and answer.lstrip()[:1] in {b"{", b"["} and b'"error"' in answer:
            return
        if status in _PASSING_STATUS:
            wait = _retry_after(response.getheader("Retry-After"))
            words = "too many requests" if status == http.client.TOO_MANY_REQUESTS else "the server is overloaded"
            raise self._error(f"{words} (HTTP {status})", Failure.BUSY, status=status, wait=wait)
        raise self._error(f"answered HTTP {status} {response.reason}", Failure.STATUS, status=status)

    def _parsed(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except (ValueError, RecursionError) as error:
            start = answer[:200].lstrip().lower()
            what = "HTML" if start.startswith((b"<!doctype", b"<html", b"<")) else "something"
            shown = answer[:60].decode("utf-8", "replace")
            raise self._error(f"answered {what} that is not JSON: {shown!r}", Failure.GARBAGE) from error

    def _error(self, message: str, failure: Failure, *, status: int = 0, wait: float | None = None) -> WireError:
        remedy = _REMEDY[failure]
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            remedy = "check the API key or password in the endpoint's address"
        return WireError(message, remedy=remedy, where=self.name, failure=failure, status=status, wait=wait)


_REMEDY: Final = {
    Failure.CONNECTION: "start the node, or correct the endpoint's address (--rpc, or rpc in networks/<name>.toml)",
    Failure.TIMEOUT: "try again, or name another endpoint with --rpc",
    Failure.TRUNCATED: "try again, or name another endpoint with --rpc",
    Failure.TOO_LARGE: "name another endpoint with --rpc",
    Failure.GARBAGE: "check that the address is a JSON-RPC endpoint and not a web page or a login form",
    Failure.BUSY: "wait, or name an endpoint with a higher rate limit",
    Failure.STATUS: "check the endpoint's address (--rpc, or rpc in networks/<name>.toml)",
}


def redacted(url: str) -> str:
    """Return scheme and host of an address; credentials, path and query may be secrets."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an endpoint"
    if not parts.scheme or not host:
        return "an endpoint"
    shown = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    return f"{shown}/…" if parts.path.strip("/") or parts.query else shown


def _authorization(header: str, parts: SplitResult) -> dict[str, str]:
    """Return the header for the credentials in an address, nothing when there are none.  Source: RFC 7617."""
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {header: "Basic " + base64.b64encode(pair.encode()).decode()}


def _proxy_for(host: str) -> SplitResult | None:
    """Return the proxy that the environment names for HTTPS (``HTTPS_PROXY``, ``NO_PROXY``), None for none."""
    from urllib.request import getproxies, proxy_bypass

    url = getproxies().get("https")
    return urlsplit(url) if url and not proxy_bypass(host) else None


def _retry_after(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for.  Source: RFC 9110, section 10.2.3."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header[:9])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)[:200] or type(error).__name__
    return type(error).__name__
