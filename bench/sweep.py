"""Scenarios a second: one ``eth_simulateV1`` request each, against the usual flow of web3.py on anvil.

The usual flow takes a snapshot, sends each transaction, waits for its receipt, asks its views and reverts.  Both run
the same blocks at the same times on the same state, and status, gas, logs and views must be identical.  How cost and
memory grow, and what a cluster adds on this machine, are measured on the same scenarios.
"""

import hashlib
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.latency import FarNode
from upgrader.calls import encode_call
from upgrader.cli.demo.setting import setting
from upgrader.edges.anvil import Anvil, Fork
from upgrader.edges.engine import WORKERS, SimulatingEngine
from upgrader.edges.engine_cluster import ClusterEngine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.trading import FEED_UNIT, ONE
from upgrader.ports import Block
from upgrader.simulation.request import Base, Run
from upgrader.simulation.scenario import Act, Answers, Moment, Question, Scenario
from upgrader.units import Seconds

PEER: Final = "web3.py 7.16.0 on anvil 1.7.1"
FOLDER: Final = Path(__file__).resolve().parents[1] / ".build" / "bench"
STEPS: Final = 5
"""A scenario is five times: a price and five transactions of traders in a block each, two views; 30 transactions,
10 views, 5 million gas."""

LOCAL: Final = 200
FAR: Final = 400
THEIRS: Final = 6
THEIRS_FAR: Final = 2
"""Scenarios run; the peer's are few because each takes it long, and each costs it the same."""

SIZES: Final = (100, 400)
"""Sweeps that show how cost and memory grow."""

TURNS: Final = 3
"""Of which the median counts."""

PROCESSES: Final = 2
"""Workers of the cluster, one a core."""


@dataclass(frozen=True)
class World:
    """The reference protocol with live positions, on a chain at rest."""

    sandbox: Anvil
    protocol: ReferenceProtocol
    block: Block


@contextmanager
def world() -> Iterator[World]:
    """Start the chain; everybody who trades can pay for gas."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with setting(FOLDER, Seconds(172_800), lambda _: None) as (sandbox, protocol):
        _fund(sandbox, protocol)
        sandbox.mine()
        yield World(sandbox, protocol, sandbox.block())


def _fund(chain: Anvil, protocol: ReferenceProtocol) -> None:
    parties = protocol.parties
    for sender in (*parties.traders, *parties.writers, parties.deployer):
        chain.impersonate(sender)


def scenario(world: World, number: int) -> Scenario:
    """Return one script; each number prices and trades otherwise."""
    parties = world.protocol.parties
    asked = tuple(
        Question(world.protocol.house, encode_call("balanceOf(address)", trader)) for trader in parties.traders[:2]
    )
    moments: list[Moment] = []
    for step in range(STEPS):
        price = 3_000 + (number * 7 + step * 13) % 120
        feed = encode_call("setAnswer(int256)", price * FEED_UNIT)
        moments.append(Moment(Seconds(60), (Act(parties.deployer, world.protocol.feed, feed),)))
        acts = _trading(world, number + step)
        moments += [Moment(Seconds(1), (act,), asked if act is acts[-1] else ()) for act in acts]
    return Scenario(f"{number}", tuple(moments))


def _trading(world: World, number: int) -> list[Act]:
    """Return what a maker and two traders do in a minute: a quote, fresh margin, two purchases, more margin."""
    protocol = world.protocol
    parties, series = protocol.parties, protocol.series
    maker, trader, other = parties.writers[number % 2], parties.traders[number % 3], parties.traders[(number + 1) % 3]
    chosen, second = series[number % len(series)].number, series[(number + 1) % len(series)].number
    quote = encode_call(
        "setQuote(uint256,(uint128,uint128,uint128,uint128))", chosen, (20 * ONE, 20 * ONE, 0, 2**128 - 1)
    )
    buy = "buy(uint256,address,uint256,uint256)"
    amount = ONE // 50 * (1 + number % 5)
    return [
        Act(maker, protocol.market, quote),
        Act(trader, protocol.collateral, encode_call("mint(address,uint256)", trader, 10**9)),
        Act(trader, protocol.market, encode_call(buy, chosen, maker, amount, 2**256 - 1)),
        Act(other, protocol.market, encode_call(buy, second, maker, amount, 2**256 - 1)),
        Act(trader, protocol.house, encode_call("deposit(uint256)", 10**9)),
    ]


def rows() -> list[dict[str, Any]]:
    """Measure both on the local chain, how that grows, a cluster, then both over an upstream with 50 ms latency."""
    with world() as here:
        scripts = [scenario(here, number) for number in range(FAR)]
        local = _local(here, scripts)
        return [*local, _cluster(here, scripts), *_far(here, scripts)]


def _local(here: World, scripts: list[Scenario]) -> list[dict[str, Any]]:
    """Let the peer and sweeps of each length take turns, so that a busy machine slows all of them."""
    engine = SimulatingEngine(RpcChain([here.sandbox.url]), here.block)
    list(engine.run((), scripts[:8], {}))
    theirs: list[float] = []
    mine: dict[int, list[float]] = {size: [] for size in (*SIZES, LOCAL)}
    for _ in range(TURNS):
        took, expected = _timed(lambda: usual(here.sandbox.url, here.block, scripts[:THEIRS]))
        theirs.append(took / THEIRS)
        for size, turns in mine.items():
            took, found = _timed(lambda size=size: engine.run((), scripts[:size], {}))
            turns.append(took / size)
            assert expected == found[:THEIRS], "the simulated results are those of the mined transactions"
    peer = median(theirs)
    rows = [_row("sweep_local", median(mine[LOCAL]), peer, "s")]
    for size in SIZES:
        note = (
            f"{_peak(engine, scripts[:size]) / 2**20:.1f} MB of Python objects at most while results are taken in turn"
        )
        rows.append(_row(f"sweep_local_{size}_scenarios", median(mine[size]), peer, "s", note=note))
    return rows


def _peak(engine: SimulatingEngine, scripts: list[Scenario]) -> int:
    """Return the most bytes that a sweep held at a time whose results are looked at and let go, as `simulate` does."""
    tracemalloc.start()
    for answers in engine.run((), scripts, {}):
        digest(answers)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _cluster(here: World, scripts: list[Scenario]) -> dict[str, Any]:
    """Compare one engine and its threads with a cluster of processes on this machine, both at work already."""
    from distributed import LocalCluster

    workers = LocalCluster(n_workers=PROCESSES, threads_per_worker=1, processes=True, dashboard_address=None)
    with workers, PackedEngine(RpcChain([here.sandbox.url]), here.block) as engine:
        list(engine.run((), scripts, {}))
        spread = ClusterEngine(engine, workers.scheduler_address)
        list(spread.run((), scripts[:100], {}))
        alone: list[float] = []
        mine: list[float] = []
        for _ in range(TURNS):
            took, expected = _timed(lambda: engine.run((), scripts, {}))
            alone.append(took / len(scripts))
            took, found = _timed(lambda: spread.run((), scripts, {}))
            mine.append(took / len(scripts))
            assert expected == found, "a cluster gives the local answers in order"
    name = f"the local engine with {WORKERS} threads"
    return _row("sweep_cluster_efficiency", median(mine), median(alone), "s", peer_name=name)


def _far(here: World, scripts: list[Scenario]) -> list[dict[str, Any]]:
    with FarNode(here.sandbox.url) as node:

        def ours() -> Iterator[str]:
            with PackedEngine(RpcChain([node.url]), here.block) as engine:
                yield from map(digest, engine.run((), scripts, {}))

        mine, found = _timed(ours, hashed=True)
        trips, node.posts = node.posts, 0
        with Anvil(fork=Fork(node.url, here.block.number)) as fork:
            _fund(fork, here.protocol)
            node.posts = 0
            theirs, expected = _timed(lambda: usual(fork.url, here.block, scripts[:THEIRS_FAR]))
        assert expected == found[:THEIRS_FAR], "the simulated results are those of the mined transactions"
        return [
            _row("sweep_slow_upstream", mine / len(scripts), theirs / THEIRS_FAR, "s"),
            _row(
                "upstream_round_trips", float(trips), float(node.posts), "posts",
                note=f"ours for {len(scripts)} scenarios, theirs for {THEIRS_FAR}",
            ),
        ]  # fmt: skip


def usual(url: str, block: Block, scripts: Iterable[Scenario]) -> Iterator[str]:
    """Run scripts as web3.py's documentation sends transactions, and yield the digest of each."""
    from web3 import HTTPProvider, Web3

    w3 = Web3(HTTPProvider(url))
    w3.provider.make_request("anvil_setBlockTimestampInterval", [1])
    for script in scripts:
        snapshot = w3.provider.make_request("evm_snapshot", [])["result"]
        run = Run(Base(block.number, block.timestamp), (), script, {})
        seen: list[Any] = []
        for moment, time_ in zip(run.moments, run.times, strict=True):
            if moment.after > 1:
                w3.provider.make_request("evm_setNextBlockTimestamp", [time_])
            for act in moment.acts:
                sent = w3.eth.send_transaction({"from": act.sender, "to": act.to, "data": act.data})
                receipt = w3.eth.wait_for_transaction_receipt(sent)
                logs = [
                    (log["address"], [bytes(t) for t in log["topics"]], bytes(log["data"])) for log in receipt["logs"]
                ]
                seen.append((bool(receipt["status"]), receipt["gasUsed"], logs))
            seen += [bytes(w3.eth.call({"to": each.to, "data": each.data})) for each in moment.questions]
        w3.provider.make_request("evm_revert", [snapshot])
        yield _hashed(seen)
    w3.provider.make_request("anvil_removeBlockTimestampInterval", [])


def digest(answers: Answers) -> str:
    """Return the same digest of what a simulation showed."""
    seen: list[Any] = []
    for acts, asked in zip(answers.acts, answers.questions, strict=True):
        seen += [
            (act.status, act.gas_used, [(log.address, list(log.topics), log.data) for log in act.logs]) for act in acts
        ]
        seen += asked
    return _hashed(seen)


def _hashed(seen: list[Any]) -> str:
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _timed(work: Any, *, hashed: bool = False) -> tuple[float, list[str]]:
    begun = time.perf_counter()
    found = list(work())
    took = time.perf_counter() - begun
    return took, found if hashed or isinstance(found[0], str) else [digest(each) for each in found]


def _row(name: str, mine: float, theirs: float, unit: str, *, note: str = "", peer_name: str = PEER) -> dict[str, Any]:
    row = {
        "name": name,
        "ours": round(mine, 5),
        "peer": round(theirs, 5),
        "peer_name": peer_name,
        "unit": unit,
        "ratio": round(theirs / mine, 2),
    }
    return {**row, "note": note} if note else row
