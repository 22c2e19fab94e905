"""An upstream as far away as a provider: a loopback server that answers what a local node says, after a while."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

ROUND_TRIP: Final = 0.05
"""Seconds."""


class FarNode:
    """The server; a context manager.

    Attributes:
        url: Where it listens.
        posts: Answered so far.
    """

    def __init__(self, upstream: str) -> None:
        self.posts = 0
        netloc = urlsplit(upstream).netloc
        node, local = self, threading.local()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                node.posts += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(ROUND_TRIP)
                if not hasattr(local, "connection"):
                    local.connection = http.client.HTTPConnection(netloc)
                local.connection.request("POST", "/", body, {"Content-Type": "application/json"})
                answer = local.connection.getresponse().read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
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
