"""The sandbox: the pinned anvil, started and stopped by us."""

import os
import subprocess
import sys

import pytest
from edges_world import LOGGER, REVERTER, SENDER, STORE
from faulty_node import FaultyNode

from upgrader.calls import Call
from upgrader.edges.anvil import VERSION, Anvil, Fork, anvil_version, find_anvil
from upgrader.edges.rpc import RpcChain
from upgrader.errors import SimulationError, UnavailableError
from upgrader.inquiry import ReadSlot
from upgrader.units import BlockNumber, ChainId, Seconds, Slot, Timestamp, Wei, address, word

STRANGER = address("0x" + "77" * 20)
ANSWER_42 = bytes.fromhex("602a5f5260205ff3")
"""Runtime code that returns 42."""

CREATES_ANSWER_42 = bytes.fromhex("67") + ANSWER_42 + bytes.fromhex("5f5260086018f3")
CREATION_REVERTS = bytes.fromhex("5f5ffd")


def ask(*reads):
    """An inquiry of one round."""
    answers = yield reads
    return answers


@pytest.fixture
def sandbox(anvil):
    """The folder's chain, left as it was found."""
    handle = anvil.snapshot()
    yield anvil
    anvil.revert(handle)


def test_a_contract_is_deployed_and_answers(sandbox):
    """Creation code becomes a contract whose address is returned."""
    created = sandbox.deploy(CREATES_ANSWER_42)

    assert word(42) == bytes.fromhex(sandbox.request("eth_call", {"to": created}, "latest")[2:])


def test_a_reverting_constructor_is_an_error_and_its_receipt_can_be_had(sandbox):
    """``deploy`` refuses what ``create`` reports."""
    with pytest.raises(SimulationError, match="constructor reverted"):
        sandbox.deploy(CREATION_REVERTS)

    assert not sandbox.create(CREATION_REVERTS).status


def test_anybody_can_be_impersonated(sandbox):
    """A sender without key or balance sends, and is the log's cause."""
    receipt = sandbox.impersonate(STRANGER).send(Call(LOGGER, word(5)))

    assert receipt.status
    assert [(word(7), word(5))] == [log.topics for log in receipt.logs]


def test_a_reverted_transaction_is_a_receipt(sandbox):
    """The caller judges the status; nothing is raised."""
    assert not sandbox.impersonate(STRANGER).send(Call(REVERTER, b"")).status


def test_impersonation_leaves_a_rich_account_as_it_is(sandbox):
    """Gas money is given only to who has none."""
    sandbox.set_balance(STRANGER, Wei(5 * 10**24))
    sandbox.impersonate(STRANGER)

    assert 5 * 10**24 == int(sandbox.request("eth_getBalance", STRANGER, "latest"), 16)


def test_time_moves_forward_only(sandbox):
    """``advance`` is exact to the second, and going back is refused."""
    before = sandbox.block()
    sandbox.advance(Seconds(172_800))

    assert (before.number + 1, before.timestamp + 172_800) == (sandbox.block().number, sandbox.block().timestamp)
    with pytest.raises(SimulationError, match="cannot go back"):
        sandbox.set_time(Timestamp(before.timestamp))


def test_a_snapshot_serves_once(sandbox):
    """What happened since is gone; the handle is used up."""
    handle = sandbox.snapshot()
    sandbox.set_storage(STORE, Slot(0), word(99))
    sandbox.revert(handle)

    assert (word(1),) == sandbox.ask(ask(ReadSlot(STORE, Slot(0))))
    with pytest.raises(SimulationError, match="remembers no state"):
        sandbox.revert(handle)


def test_a_fork_is_the_other_chain_at_one_block(anvil):
    """State of the block comes from upstream; changes stay in the fork."""
    with Anvil(fork=Fork(anvil.url, BlockNumber(10)), chain_id=ChainId(1)) as fork:
        assert (1, anvil.block(BlockNumber(10))) == (fork.chain_id(), fork.block())
        fork.set_code(STRANGER, ANSWER_42)
        assert "0x" + ANSWER_42.hex() == fork.request("eth_getCode", STRANGER, "latest")

    assert "0x" == anvil.request("eth_getCode", STRANGER, "latest")


def test_a_fork_of_a_second_chain_does_not_read_the_first_ones_storage():
    """Two chains of one id at one height are kept apart: no cache is shared between sandboxes."""
    for value in (3, 4):
        with Anvil(timestamp=Timestamp(1_800_000_000)) as upstream:
            upstream.set_code(STORE, ANSWER_42)
            upstream.set_storage(STORE, Slot(0), word(value))
            upstream.mine()
            with Anvil(fork=Fork(upstream.url, upstream.block().number)) as fork:
                assert (word(value),) == fork.ask(ask(ReadSlot(STORE, Slot(0))))


def test_nothing_stays_behind(tmp_path, monkeypatch):
    """The process ends with the context, and the home folder is untouched."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with Anvil() as chain:
        process, url = chain._process, chain.url  # noqa: SLF001 - whether the process ends is the point
        assert process.poll() is None

    assert process.returncode is not None
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(UnavailableError, match="cannot be reached"):
        RpcChain([url], pause=lambda _: None).chain_id()


def test_nothing_stays_behind_a_terminated_command():
    """SIGTERM unwinds, and the chain that the command started is gone too."""
    script = (
        "from upgrader.cli.app import end_cleanly_on_signals; from upgrader.edges.anvil import Anvil; import time\n"
        "end_cleanly_on_signals()\n"
        "with Anvil() as chain:\n    print(chain.url, flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as command:
        url = command.stdout.readline().strip()
        alive = RpcChain([url]).chain_id()
        command.terminate()
        ended = command.wait(timeout=20)

    assert (31337, 128 + 15) == (alive, ended)
    with pytest.raises(UnavailableError, match="cannot be reached"):
        RpcChain([url], pause=lambda _: None).chain_id()


def test_two_sandboxes_have_two_ports():
    """The system chooses the port, so any number can run at once."""
    with Anvil() as one, Anvil() as other:
        assert one.url != other.url


def test_much_output_does_not_stop_it(anvil):
    """Thousands of requests are answered though nobody reads what anvil prints."""
    for _ in range(2_000):
        anvil.request("eth_blockNumber")


def test_a_fork_of_nothing_fails_with_anvils_words_and_no_secret():
    """The endpoint is named without its key."""
    with (
        pytest.raises(UnavailableError, match=r"anvil did not start.*Connection refused") as caught,
        Anvil(fork=Fork("http://127.0.0.1:1/SECRETKEY")),
    ):
        pass

    assert "http://127.0.0.1:1/…" == caught.value.where
    assert "SECRETKEY" not in caught.value.message


def test_a_fork_of_a_web_page_fails_clearly(anvil):
    """An upstream that answers HTML is an error at the start, not later."""
    with (
        FaultyNode(anvil.url, lambda exchange: exchange.send(200, b"<html>")) as node,
        pytest.raises(UnavailableError, match="anvil did not start"),
        Anvil(fork=Fork(node.url), options=("--retries", "1", "--fork-retry-backoff", "1")),
    ):
        pass


def test_an_option_that_anvil_does_not_know_is_reported():
    """What anvil says before it gives up is in the message."""
    with (
        pytest.raises(UnavailableError, match=r"anvil did not start.*--no-such-thing"),
        Anvil(options=("--no-such-thing",)),
    ):
        pass


def test_the_pinned_version_is_found():
    """The anvil of node_modules is the one whose behaviour is tested."""
    assert VERSION == anvil_version(find_anvil())


def test_another_version_is_refused(tmp_path, monkeypatch):
    """A different anvil on PATH is named, not used."""
    fake = tmp_path / "anvil"
    fake.write_text("#!/bin/sh\necho 'anvil Version: 1.2.0-stable'\n")
    fake.chmod(0o755)
    monkeypatch.setattr("upgrader.edges.anvil.__file__", str(tmp_path / "a" / "b" / "c.py"))

    with pytest.raises(UnavailableError, match=r"anvil 1\.7\.1 was not found; .* is 1\.2\.0") as caught:
        find_anvil(tmp_path, {"PATH": str(tmp_path)})

    assert "foundryup --install v1.7.1" in caught.value.remedy


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 3\n", "#!/bin/sh\nprintf '\\377\\376'\n", "not a program"])
def test_what_is_no_anvil_has_no_version(tmp_path, script):
    """An executable that fails, babbles or cannot run is no anvil."""
    fake = tmp_path / "anvil"
    fake.write_text(script)
    fake.chmod(0o755)

    assert "" == anvil_version(fake)


def test_the_development_account_is_the_documented_one(anvil):
    """Deployments come from anvil's first account unless told otherwise."""
    assert SENDER.lower() == anvil.request("eth_accounts")[0]


def test_ctrl_c_of_a_terminal_does_not_reach_it(anvil):
    """A terminal interrupts its whole group; an anvil that ends first is taken for one that cannot be reached."""
    assert os.getpgid(anvil._process.pid) != os.getpgid(0)  # noqa: SLF001 - its process is the point
    assert anvil.block()
