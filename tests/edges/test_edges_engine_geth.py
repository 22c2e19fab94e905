"""The engine's requests on geth: another client, the same answers."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import pytest

from upgrader.edges.anvil import Anvil
from upgrader.edges.endpoint import RpcError
from upgrader.edges.engine import SimulatingEngine
from upgrader.edges.rpc import RpcChain
from upgrader.simulation.coverage import disagreements
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario
from upgrader.simulation.validate import PORTABLE
from upgrader.units import Seconds, Slot, Wei, address, word

ROOT = Path(__file__).resolve().parents[2]
ACTOR, OTHER = address("0x" + "ac" * 20), address("0x" + "bd" * 20)
COUNTER, REVERTER, LOGGER, FEES, INVALID = (address("0x" + digit * 40) for digit in "12345")
GAS = 200_000

PUT = {
    COUNTER: Override(code=bytes.fromhex("5f54600101805f555f5260205ff3"), slots={Slot(0): word(40)}),
    REVERTER: Override(code=bytes.fromhex("63deadbeef5f526004601cfd")),
    LOGGER: Override(code=bytes.fromhex("5f3560075f5fa200")),
    FEES: Override(code=bytes.fromhex("485f523a60205260405ff3")),
    INVALID: Override(code=bytes.fromhex("fe")),
}
ACTS = (
    Act(ACTOR, COUNTER, b"", gas=GAS),
    Act(ACTOR, REVERTER, b"", gas=GAS),
    Act(ACTOR, LOGGER, word(9), gas=GAS),
    Act(ACTOR, INVALID, b"", gas=GAS),
    Act(OTHER, ACTOR, b"", Wei(10**18), gas=GAS),
    Act(ACTOR, COUNTER, b"", gas=GAS),
)


def scenario(basefee=None):
    """Two blocks with every kind of outcome; two views that answer and one that reverts."""
    asked = (Question(COUNTER, b"", gas=GAS), Question(REVERTER, b"", gas=GAS))
    priced = (Act(ACTOR, FEES, b"", gas=GAS),)
    return Scenario(
        "every outcome",
        (
            Moment(Seconds(12), (*ACTS, *priced), asked, basefee=basefee, overrides=PUT),
            Moment(Seconds(3_600), ACTS[:3], basefee=basefee),
        ),
    )


OWN = ROOT / ".tools" / "go" / "bin"
MODULE = "github.com/ethereum/go-ethereum/cmd/geth@v1.17.0"
LONG = 1_500
"""Seconds; the first build on a machine takes minutes, later ones come out of Go's cache."""


def find_geth():
    """Return a geth: the checkout's own, the one on PATH, or one that Go installs into the checkout; else skip."""
    own, go = OWN / "geth", shutil.which("go")
    if found := str(own) if own.is_file() else shutil.which("geth"):
        return found
    if go is None:
        pytest.skip("neither geth nor Go is installed")
    installed = subprocess.run(
        [go, "install", MODULE], env={**os.environ, "GOBIN": str(OWN)}, capture_output=True, timeout=LONG, check=False
    )
    if installed.returncode:
        pytest.skip(f"Go could not install {MODULE}: {installed.stderr.decode(errors='replace')[-300:]}")
    return str(own)


@pytest.fixture(scope="module")
def geth():
    """A development chain of geth's."""
    executable = find_geth()
    options = [
        "--dev",
        "--http",
        "--http.port",
        "0",
        "--http.api",
        "eth",
        "--port",
        "0",
        "--nodiscover",
        "--dev.gaslimit",
        "60000000",
    ]
    with TemporaryDirectory() as folder, TemporaryFile() as output:
        command = [executable, *options, "--ipcdisable", "--datadir", folder]
        with subprocess.Popen(command, stdout=output, stderr=output) as process:
            try:
                yield RpcChain([listening(process, output)])
            finally:
                process.terminate()


def listening(process, output):
    """Return geth's address once it says so."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        output.seek(0)
        if found := re.search(rb"HTTP server started\s+endpoint=(\S+)", output.read()):
            return f"http://{found[1].decode()}"
        time.sleep(0.05)
    raise AssertionError("geth did not start")


@pytest.mark.parametrize("basefee", [None, Wei(1_000_000_007)], ids=["free", "priced"])
def test_geth_and_anvil_answer_alike(geth, basefee):
    """Status, gas, logs, returns, revert data and words of one request on two clients."""
    watch = {COUNTER: (Slot(0), Slot(1)), LOGGER: (Slot(3),)}
    with Anvil(hardfork="osaka") as chain:
        chain.mine(int(geth.block().number) - int(chain.block().number))  # a log names its block
        ours, theirs = (
            next(SimulatingEngine(node, node.block(), limits=PORTABLE).run((), [scenario(basefee)], watch))
            for node in (chain, geth)
        )

    assert () == disagreements(theirs, ours)
    assert [True, False, True, False, True, True, True] == [act.status for act in theirs.acts[0]]
    assert word(44) == theirs.slots[COUNTER][Slot(0)]


def test_geth_refuses_what_the_validator_refuses(geth):
    """A block that is no later than the one before it."""
    head = geth.block()
    block = {"blockOverrides": {"number": hex(head.number + 1), "time": hex(head.timestamp)}, "calls": []}

    with pytest.raises(RpcError):
        geth.request("eth_simulateV1", {"blockStateCalls": [block]}, "latest")
