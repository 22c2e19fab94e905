"""A loopback server between the code under test and a real node: passes posts on, or spoils them as told."""

import http.client
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit


class Exchange:
    """One post on its way: its documents, how many came before it, and ways to answer."""

    def __init__(self, handler: BaseHTTPRequestHandler, node: "FaultyNode", body: bytes) -> None:
        self.handler = handler
        self.stopping = node.stopping
        self._upstream = node.upstream
        self._body = body
        self.parsed = json.loads(body)
        self.documents = self.parsed if isinstance(self.parsed, list) else [self.parsed]
        self.is_batch = isinstance(self.parsed, list)

    def asks(self, method: str) -> bool:
        """Whether one of the requests is of ``method``."""
        return any(document["method"] == method for document in self.documents)

    def upstream(self) -> Any:
        """Return what the real node answers, parsed."""
        parts = urlsplit(self._upstream)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            connection.request("POST", "/", self._body, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def forward(self, change: Callable[[dict[str, Any], dict[str, Any]], None] | None = None) -> None:
        """Answer what the real node says, after ``change(request, reply)`` for each."""
        answer = self.upstream()
        by_id = {document["id"]: document for document in self.documents}
        for reply in answer if isinstance(answer, list) else [answer]:
            if change is not None:
                change(by_id[reply["id"]], reply)
        self.answer(answer)

    def answer(self, document: Any) -> None:
        """Answer with a JSON document."""
        self.send(200, json.dumps(document).encode())

    def refuse(self, code: int, message: str) -> None:
        """Answer with one error object, whatever was asked."""
        number = None if self.is_batch else self.parsed["id"]
        self.answer({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}})

    def send(self, status: int, body: bytes, *, cut: int | None = None, **headers: str) -> None:
        """Answer with anything; ``cut`` closes the connection after so many bytes of the body."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(body[:cut])
        if cut is not None:
            self.handler.close_connection = True


class FaultyNode:
    """The server.  ``fault`` gets each :class:`Exchange` and answers it.

    Attributes:
        url: Where it listens.
        posts: Every post so far, parsed.
        stopping: Set when the test is over; a fault that only waits, waits for this.
    """

    def __init__(self, upstream: str, fault: Callable[[Exchange], None]) -> None:
        self.upstream = upstream
        self.fault = fault
        self.posts: list[Any] = []
        self.stopping = threading.Event()
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_POST(self) -> None:
                exchange = Exchange(self, node, self.rfile.read(int(self.headers["Content-Length"])))
                node.posts.append(exchange.parsed)
                with suppress(BrokenPipeError, ConnectionResetError):
                    node.fault(exchange)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128  # a node that is only slow refuses nobody

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
