"""A sweep on a cluster of processes: the local engine's answers in order, whatever becomes of a worker."""

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from upgrader.edges.anvil import Anvil
from upgrader.edges.engine_cluster import ClusterEngine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.errors import SimulationError, UnavailableError
from upgrader.simulation.scenario import Act, Moment, Question, Scenario
from upgrader.units import Seconds, Slot, address, word

ACTOR, COUNTER = address("0x" + "ac" * 20), address("0x" + "c0" * 20)
ADDS = bytes.fromhex("5f355460010180" + "5f3555" + "5f5260205ff3")
"""Adds one to the word that the calldata names and returns it."""


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process."""
    from distributed import LocalCluster  # takes seconds, which every process that collects the tests would wait for

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers:
        yield workers


@pytest.fixture(scope="module")
def copy():
    """A copy of a chain whose words no scenario is sent with."""
    with Anvil(hardfork="osaka") as chain:
        chain.set_code(COUNTER, ADDS)
        for slot in range(40):
            chain.set_storage(COUNTER, Slot(slot), word(1_000 + slot))
        chain.mine()
        with PackedEngine(RpcChain([chain.url])) as engine:
            yield engine


def scenarios(count):
    """Return scripts of which each reads other words."""
    return [
        Scenario(
            f"count {number}",
            (Moment(Seconds(1), (Act(ACTOR, COUNTER, word(number % 40)),), (Question(COUNTER, word(number % 7)),)),),
        )
        for number in range(count)
    ]


def test_a_cluster_gives_the_local_answers_in_order(cluster, copy):
    """Words that the workers were not sent are fetched here and are never zero; the watch is read there, too."""
    watch = {COUNTER: (Slot(1), Slot(39))}
    scripts = scenarios(60)

    found = list(ClusterEngine(copy, cluster.scheduler_address).run((), scripts, watch))

    assert [word(1_001 + number % 40) for number in range(60)] == [each.acts[0][0].data for each in found]
    assert list(copy.run((), scripts, watch)) == found
    assert [script.name for script in scripts] == [each.scenario for each in found]


def test_a_worker_killed_midway_loses_nothing(cluster, copy):
    """Its chunks go to the others, the cluster starts another worker, and the killed one leaves no anvil behind."""
    scripts = scenarios(400)
    victim = next(iter(cluster.workers.values())).pid
    killed = threading.Timer(0.5, lambda: os.kill(victim, signal.SIGKILL))
    killed.start()

    found = list(ClusterEngine(copy, cluster.scheduler_address).run((), scripts, {}))

    killed.join()
    assert list(copy.run((), scripts, {})) == found
    deadline = time.monotonic() + 10
    while left_by(victim) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [] == left_by(victim)


def left_by(worker):
    """Return the anvils that still run for a worker."""
    mark, found = f"UPGRADER_WORKER={worker}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(process.name)
    return found


def test_a_scenario_that_is_refused_is_refused_here(cluster, copy):
    """The error is the local engine's own."""
    still = Scenario("still", (Moment(Seconds(0), (Act(ACTOR, COUNTER, b""),)),))

    with pytest.raises(SimulationError, match="is not after"):
        list(ClusterEngine(copy, cluster.scheduler_address).run((), [*scenarios(1), still], {}))


def test_a_scheduler_that_is_not_there_is_named(copy, monkeypatch):
    """With what to start."""
    monkeypatch.setattr("upgrader.edges.engine_cluster.PATIENCE", 0.5)

    with pytest.raises(UnavailableError, match="does not answer") as caught:
        list(ClusterEngine(copy, "tcp://127.0.0.1:9").run((), scenarios(1), {}))

    assert "dask scheduler" in caught.value.remedy


def test_a_missing_package_is_named(copy, monkeypatch):
    """With the extra that brings it."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UnavailableError) as caught:
        list(ClusterEngine(copy, "tcp://127.0.0.1:9").run((), scenarios(1), {}))

    assert "upgrader[cluster]" in caught.value.remedy
