"""A fake node on loopback: a real HTTP server that answers JSON-RPC and the Beacon API from a table, or misbehaves.

It stands in for clients that do not run here; what it answers is what such clients were recorded to answer.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

GENESIS = {"number": "0x0", "hash": "0x" + "11" * 32, "timestamp": "0x0"}
LATEST = {"number": "0x64", "hash": "0x" + "22" * 32, "timestamp": "0x6ac00000"}

SOUND: Mapping[str, Any] = {
    "web3_clientVersion": "Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24",
    "eth_chainId": "0x7a69",
    "eth_getBlockByNumber": lambda params: {"0x0": GENESIS, "latest": LATEST}.get(params[0], GENESIS),
    "eth_syncing": False,
    "net_peerCount": "0x19",
}
"""Method -> result, or a function of the parameters; a method that is not there is refused."""

BEACON: Mapping[str, Any] = {
    "/eth/v1/node/version": {"version": "Lighthouse/v8.3.0-e42406d/x86_64-linux"},
    "/eth/v2/node/version": {
        "beacon_node": {"code": "LH", "name": "Lighthouse", "version": "v8.3.0", "commit": "e42406d"},
        "execution_client": {"code": "GE", "name": "Geth", "version": "v1.16.7", "commit": "b9f3a3d9"},
    },
    "/eth/v1/node/syncing": {
        "head_slot": "11000000",
        "sync_distance": "0",
        "is_syncing": False,
        "is_optimistic": False,
        "el_offline": False,
    },
    "/eth/v1/node/peer_count": {"connected": "80", "connecting": "0", "disconnected": "1", "disconnecting": "0"},
    "/eth/v1/beacon/genesis": {"genesis_time": "1655733600", "genesis_validators_root": "0x" + "33" * 32},
    "/eth/v1/config/fork_schedule": [{"previous_version": "0x00", "current_version": "0x01000000", "epoch": "0"}],
    "/eth/v1/config/spec": {"FULU_FORK_EPOCH": "272640", "BLOB_SCHEDULE": []},
}
"""Path -> data; a path that is not there is a 404."""

Behaviour = Callable[["Exchange"], None]


class Exchange:
    """One request, and ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, node: "FakeNode", body: bytes) -> None:
        self.handler, self.node = handler, node
        self.stopping = node.stopping
        self.parsed = json.loads(body) if body else None
        self.is_batch = isinstance(self.parsed, list)

    def honest(self) -> None:
        """Answer from the node's tables."""
        if self.parsed is None:
            data = self.node.beacon.get(self.handler.path)
            missing = {"code": 404, "message": "NOT_FOUND: no such route"}
            self.send(200 if data is not None else 404, missing if data is None else {"data": data})
        elif self.is_batch:
            self.send(200, [self.reply(request) for request in self.parsed])
        else:
            self.send(200, self.reply(self.parsed))

    def reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to one JSON-RPC request."""
        known = self.node.rpc.get(request["method"], None)
        if request["method"] not in self.node.rpc:
            error = {"code": -32601, "message": f"the method {request['method']} does not exist"}
            return {"jsonrpc": "2.0", "id": request["id"], "error": error}
        result = known(request["params"]) if callable(known) else known
        return {"jsonrpc": "2.0", "id": request["id"], "result": result}

    def send(self, status: int, document: Any, **headers: str) -> None:
        """Answer with a JSON document, or with bytes as they are."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.handler.send_response(status)
        self.handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(body)


class FakeNode:
    """The server.

    Attributes:
        url: Where it listens.
        requests: Every request so far: the parsed post, or the path of a get.
        stopping: Set when the test is over; a behaviour that only waits, waits for this.
    """

    def __init__(
        self,
        rpc: Mapping[str, Any] = SOUND,
        beacon: Mapping[str, Any] = BEACON,
        behaviour: Behaviour = Exchange.honest,
    ) -> None:
        self.rpc, self.beacon = rpc, beacon
        self.requests: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.stopping = threading.Event()
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                exchange = Exchange(self, node, body)
                node.requests.append(exchange.parsed if body else self.path)
                node.headers.append(dict(self.headers))
                try:
                    behaviour(exchange)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
