"""As little of HTTP as a local anvil needs of its upstream: posts of known length over connections that stay.

anvil asks for each word by itself, thousands of times; the standard library's handler parses every header of every
post as if it were mail, which costs three times as much as the answer.

Source: RFC 9112
"""

import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

BODY_LIMIT: Final = 1 << 20
"""Bytes of a request; anvil's own are a few hundred."""

LINE_LIMIT: Final = 1 << 13
"""Bytes of a line of a head."""

HEADERS: Final = 64
"""Lines of a head."""

_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_REFUSAL: Final = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class LoopbackServer:
    """Answers posts on the loopback; a context manager.

    Args:
        answer: From the body of a post to that of its answer; called from several threads.

    Attributes:
        url: Where it listens.
    """

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):
                    while line := self.rfile.readline(LINE_LIMIT):
                        length = self._length() if line.startswith(b"POST ") else None
                        if length is None or length > BODY_LIMIT:
                            self.wfile.write(_REFUSAL)
                            return
                        body = answer(self.rfile.read(length))
                        self.wfile.write(_ANSWER % len(body) + body)

            def _length(self) -> int | None:
                """Return the length of the body that follows the head; None where the head does not say."""
                length = None
                for _ in range(HEADERS):
                    name, _, value = self.rfile.readline(LINE_LIMIT).partition(b":")
                    if not name.strip():
                        return length
                    if name.lower() == b"content-length":
                        length = int(value) if value.strip().isdigit() else None
                return None

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
