"""``simulate`` behind an endpoint that is slow, stingy, forgetful or contradicted: done all the same, or told.

What it must come to is what a plain fork of the same chain gives: anvil reading each word from the node by itself.
"""

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "edges"))

from demo_build import copied
from faulty_node import FaultyNode

from upgrader.cli import wiring
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE
from upgrader.edges import anvil
from upgrader.flows.simulating import Sandboxes
from upgrader.reports.known_abi import KNOWN_ABI
from upgrader.simulation.prelude import SLOT_TIME

OK, MISMATCH, UNAVAILABLE = 0, 5, 7
FEW = 60
"""Posts of a simulation without the markets: 31 with tracing and 47 without, of which the copy makes 5 and 21; a plain
fork makes 2,950."""


MARKETS = ("--condition", "calm", "--replay", "2", "--fuzz", "0", "--quick")


class Fault:
    """Spoils the exchanges that are to be spoilt, passes the others on, and counts.

    Attributes:
        spoilt: How many were.
    """

    def __init__(self, which, spoil):
        self._which = which
        self._spoil = spoil
        self._seen = 0
        self.spoilt = 0

    def __call__(self, exchange):
        """Spoil or pass on."""
        self._seen += 1
        if self._which(self._seen, exchange):
            self.spoilt += 1
            self._spoil(exchange)
        else:
            exchange.forward()


def slow():
    """Twenty milliseconds for each post."""

    def wait(exchange):
        time.sleep(0.02)
        exchange.forward()

    return Fault(lambda *_: True, wait)


def busy():
    """Every third post comes too soon."""
    return Fault(lambda number, _: number % 3 == 0, lambda exchange: exchange.send(429, b"", Retry_After="0"))


def capped(most):
    """Batches of more than ``most`` requests are refused."""
    return Fault(
        lambda _, exchange: exchange.is_batch and len(exchange.documents) > most,
        lambda exchange: exchange.refuse(-32600, "batch too large"),
    )


def without(*methods):
    """A node without these methods."""

    def change(request, reply):
        if request["method"] in methods:
            reply.pop("result", None)
            reply["error"] = {"code": -32601, "message": "the method does not exist/is not available"}

    return Fault(
        lambda _, exchange: any(exchange.asks(method) for method in methods), lambda exchange: exchange.forward(change)
    )


def evidence(folder, name="simulation"):
    """Return what a simulation left behind, to the byte."""
    return (folder / "upgrades" / UPGRADE / "evidence" / f"{name}.json").read_bytes()


def plain_sandboxes(_root, _upgrade, chain):
    """Take the place of ours: anvil forks from the node itself."""

    def fork(block, _foreseen):
        return anvil.Anvil(fork=anvil.Fork(chain.url, block.number), interval=SLOT_TIME)

    return Sandboxes(fork, f"anvil {anvil.VERSION}", (KNOWN_ABI,))


@pytest.fixture(scope="module")
def expected(world):
    """What a plain fork of the chain itself gives, and the markets behind it."""
    with copied(world[2]) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "sandboxes", plain_sandboxes)
        assert OK == invoke(folder, "simulate", UPGRADE, *MARKETS).exit
        return {name: evidence(folder, name) for name in ("simulation", "regression")}


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        (slow, 10, 40),
        (busy, 5, FEW),
        (lambda: capped(20), 1, FEW),
        (lambda: capped(0), 10, 800),
        (lambda: without("debug_traceCall", "eth_createAccessList"), 2, FEW),
    ],
    ids=["slow", "429", "batch capped", "batch refused", "no debug API"],
)
def test_a_node_that_stumbles_gives_the_same_evidence(desk, expected, fault, least, most):
    """It costs some posts, and never an answer."""
    sandbox, _, folder = desk
    fault = fault()

    with FaultyNode(sandbox.url, fault) as node:
        ran = invoke(folder, "simulate", UPGRADE, "--no-regression", "--rpc", node.url)

    assert OK == ran.exit, ran.document
    assert expected["simulation"] == evidence(folder)
    assert fault.spoilt >= least
    assert len(node.posts) <= most


def test_the_markets_behind_a_node_that_stumbles_show_the_same(desk, expected):
    """Path, markets and past transactions, each on a copy of its own, behind 429s and small batches."""
    sandbox, _, folder = desk

    def spoil(exchange):
        if exchange.is_batch and len(exchange.documents) > 20:
            exchange.refuse(-32600, "batch too large")
        else:
            exchange.send(429, b"", Retry_After="0")

    fault = Fault(lambda number, exchange: number % 5 == 0 or len(exchange.documents) > 100, spoil)
    with FaultyNode(sandbox.url, fault) as node:
        ran = invoke(folder, "simulate", UPGRADE, *MARKETS, "--rpc", node.url)

    assert OK == ran.exit, ran.document
    assert expected == {name: evidence(folder, name) for name in expected}
    assert fault.spoilt >= 10


def test_only_the_loopback_stands_on_a_command_line(desk, monkeypatch):
    """An endpoint's address may hold a key, and every user of a machine sees the arguments of what runs there."""
    sandbox, _, folder = desk
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, command, **options):
            started.append([*map(str, command), *(options.get("env") or {}).values()])
            super().__init__(command, **options)

    monkeypatch.setattr(anvil.subprocess, "Popen", Popen)
    with FaultyNode(sandbox.url, lambda exchange: exchange.forward()) as node:
        ran = invoke(folder, "simulate", UPGRADE, "--no-regression", "--rpc", f"{node.url}/v3/SECRETKEY")

    forks = [command for command in started if "--fork-url" in command]
    urls = [urlsplit(word) for word in forks[0] if "://" in word]
    assert (OK, 1) == (ran.exit, len(forks))
    assert {("127.0.0.1", "")} == {(url.hostname, url.path) for url in urls}
    assert urlsplit(node.url).port not in {url.port for url in urls}
    assert "SECRETKEY" not in str(started)


def another_block(exchange):
    """Every block but the latest has another hash: reorganised, or another chain of the same id."""

    def change(request, reply):
        if request["method"] == "eth_getBlockByNumber" and request["params"][0] != "latest":
            reply["result"]["hash"] = "0x" + "ee" * 32

    exchange.forward(change)


def refused(desk, fault, *others, options=("--no-regression",)):
    """Simulate behind a fault, which must change nothing in the bundle; return the exit code and the error."""
    sandbox, _, folder = desk
    bundle = folder / "upgrades" / UPGRADE

    def files():
        return {path: path.read_bytes() for path in sorted(bundle.rglob("*")) if path.is_file()}

    before = files()
    with FaultyNode(sandbox.url, fault) as node:
        urls = [option for url in (*others, node.url) for option in ("--rpc", url)]
        ran = invoke(folder, "simulate", UPGRADE, *options, *urls)
    assert before == files()
    return ran.exit, ran.data["error"]


def test_a_reorganised_base_block_is_told(desk):
    """Nothing is judged on the state of two blocks."""
    code, error = refused(desk, another_block)

    assert (MISMATCH, True) == (code, bool(error["remedy"]))


def test_a_base_block_that_is_reorganised_under_the_copy_is_told(desk):
    """Nor where it happens after the copy was opened: in the post with the traces."""
    moved = []

    def fault(exchange):
        moved.extend([True] * exchange.asks("debug_traceCall"))
        (another_block if moved else type(exchange).forward)(exchange)

    code, error = refused(desk, fault)

    assert (MISMATCH, True) == (code, bool(moved and error["remedy"]))


def test_two_endpoints_that_disagree_are_told(desk):
    """One chain id and one height are not one chain."""
    code, error = refused(desk, another_block, desk[0].url)

    assert (MISMATCH, True) == (code, bool(error["remedy"]))


def other_balances(exchange):
    """The very block, with other words behind its mappings."""

    def change(request, reply):
        if request["method"] == "eth_getStorageAt" and int(request["params"][1], 16) > 2**64:
            reply["result"] = "0x" + "11" * 32

    exchange.forward(change)


def test_a_second_endpoint_that_tells_another_state_is_told(desk):
    """What the simulation rests on was asked of one endpoint, and every other one must confirm it."""
    code, error = refused(desk, other_balances, desk[0].url)

    assert (MISMATCH, True) == (code, "differently" in error["message"])


@pytest.mark.parametrize(
    ("method", "which"),
    [("eth_getBlockByNumber", 14), ("debug_traceCall", 1), ("eth_getLogs", 3)],
    ids=["as the copy starts", "as it reads ahead", "on the way"],
)
def test_a_node_that_goes_away_midway_is_told_at_once(desk, method, which):
    """After some answers none comes any more: our own words say so, after our own patience and nobody else's."""
    seen, times = [], []

    def gone(_, exchange):
        seen.extend([True] * exchange.asks(method))
        return len(seen) >= which

    def overloaded(exchange):
        times.append(time.monotonic())
        exchange.send(503, b"")

    code, error = refused(desk, Fault(gone, overloaded))

    assert UNAVAILABLE == code
    assert "the server is overloaded (HTTP 503)" in error["message"]
    assert error["remedy"]
    assert time.monotonic() - times[0] < 10  # anvil's own patience is half a minute
    assert len(times) <= 8
