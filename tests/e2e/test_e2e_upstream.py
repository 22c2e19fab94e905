"""``simulate`` behind an endpoint that is slow, stingy, forgetful or contradicted: done all the same, or told."""

import json
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "edges"))

from demo_build import copied
from faulty_node import FaultyNode

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE

OK, MISMATCH, UNAVAILABLE = 0, 5, 7


def nth(which, fault):
    """Return a fault of the posts whose number ``which`` says; all others are passed on."""
    seen = []

    def sometimes(exchange):
        seen.append(1)
        (fault if which(len(seen)) else type(exchange).forward)(exchange)

    return sometimes


def slow(exchange):
    """Twenty milliseconds for each post."""
    time.sleep(0.02)
    exchange.forward()


def capped(most):
    """Return a fault: batches of more than ``most`` requests are refused."""

    def fault(exchange):
        if exchange.is_batch and len(exchange.documents) > most:
            exchange.refuse(-32600, "batch too large")
        else:
            exchange.forward()

    return fault


def without(*methods):
    """Return a fault: a node without these methods."""

    def change(request, reply):
        if request["method"] in methods:
            reply.pop("result", None)
            reply["error"] = {"code": -32601, "message": "the method does not exist/is not available"}

    return lambda exchange: exchange.forward(change)


def simulated(folder):
    """Return what the governance path and the views came to."""
    found = json.loads((folder / "upgrades" / UPGRADE / "evidence" / "simulation.json").read_text())["simulation"]
    return {name: found[name] for name in ("steps", "changes", "probes", "views_compared", "differences", "executed")}


@pytest.fixture(scope="module")
def expected(world):
    """What a node that does not stumble gives."""
    with copied(world[2]) as folder:
        assert OK == invoke(folder, "simulate", UPGRADE, "--no-regression").exit
        return simulated(folder)


@pytest.mark.parametrize(
    "fault",
    [
        slow,
        nth(lambda number: number in {39, 900}, lambda exchange: exchange.send(429, b"", Retry_After="0")),
        capped(20),
        capped(0),
        without("debug_traceCall", "eth_createAccessList"),
    ],
    ids=["slow", "429", "batch capped", "batch refused", "no debug API"],
)
def test_a_node_that_stumbles_gives_the_same_evidence(desk, expected, fault):
    """It costs time, and never an answer."""
    sandbox, _, folder = desk

    with FaultyNode(sandbox.url, fault) as node:
        ran = invoke(folder, "simulate", UPGRADE, "--no-regression", "--rpc", node.url)

    assert OK == ran.exit, ran.document
    assert expected == simulated(folder)
    assert len(node.posts) > 10


def another_block(exchange):
    """Every block but the latest has another hash: reorganised, or another chain of the same id."""

    def change(request, reply):
        if request["method"] == "eth_getBlockByNumber" and request["params"][0] != "latest":
            reply["result"]["hash"] = "0x" + "ee" * 32

    exchange.forward(change)


def refused(desk, fault, *others):
    """Simulate behind a fault, which must change nothing in the bundle; return the exit code and the error."""
    sandbox, _, folder = desk
    before = simulated(folder)
    with FaultyNode(sandbox.url, fault) as node:
        urls = [option for url in (*others, node.url) for option in ("--rpc", url)]
        ran = invoke(folder, "simulate", UPGRADE, "--no-regression", *urls)
    assert before == simulated(folder)
    return ran.exit, ran.data["error"]


def test_a_reorganised_base_block_is_told(desk):
    """Nothing is judged on the state of two blocks."""
    code, error = refused(desk, another_block)

    assert (MISMATCH, True) == (code, bool(error["remedy"]))


def test_two_endpoints_that_disagree_are_told(desk):
    """One chain id and one height are not one chain."""
    code, error = refused(desk, another_block, desk[0].url)

    assert (MISMATCH, True) == (code, bool(error["remedy"]))


def test_a_node_that_goes_away_midway_is_told(desk):
    """After some answers none comes any more."""
    code, error = refused(desk, nth(lambda number: number > 60, lambda exchange: exchange.send(503, b"")))

    assert (UNAVAILABLE, True) == (code, bool(error["remedy"]))
