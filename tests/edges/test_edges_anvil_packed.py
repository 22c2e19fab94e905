"""A sandbox that forks from a state pack: the chain's own state, few posts, and our words where it is gone."""

import socket
import time
from urllib.parse import urlsplit

import pytest
from edges_world import LOGGER, SENDER, STORE

from upgrader.calls import Call
from upgrader.edges.anvil import Anvil, Fork, find_anvil
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.loopback import BODY_LIMIT, LoopbackServer
from upgrader.edges.pack_server import PackServer
from upgrader.edges.rpc import RpcChain
from upgrader.edges.sweeps import PACKS, Sweeps
from upgrader.errors import InputError, UnavailableError
from upgrader.inquiry import ReadCall, ReadCode, ReadLogs, ReadSlot
from upgrader.simulation.scenario import Act, Moment, Question, Scenario
from upgrader.units import BlockNumber, Seconds, Slot, address, hexed, word

READS_TWO = bytes.fromhex("5f5460015401")
"""Loads words 0 and 1 and adds them."""

ELSEWHERE = address("0x" + "e1" * 20)


def ask(*reads):
    """An inquiry of one round."""
    answers = yield reads
    return answers


class Line:
    """A fault: a line to the node that can be cut."""

    def __init__(self):
        self.cut = False

    def __call__(self, exchange):
        """Pass the post on, or answer as an overloaded node does."""
        if self.cut:
            exchange.send(503, b"")
        else:
            exchange.forward()


@pytest.fixture
def copy(spoiled, waits):
    """Return a function that opens a copy of the chain behind a fault; the copy's engine, and the node."""
    opened = []

    def start(fault, **options):
        node = spoiled(fault)
        engine = PackedEngine(RpcChain([node.url], pause=waits.append, **options))
        opened.append(engine)
        return engine.__enter__(), node

    yield start
    for engine in opened:
        engine.__exit__(None, None, None)


# -------------------------------------------------------------------------------------------------- the chain's state


@pytest.mark.parametrize("most", [1_000, 7], ids=["any range", "seven blocks at a time"])
def test_logs_before_the_copy_are_those_of_the_chain(anvil, copy, most):
    """Found in as many ranges as the node makes of it, which a plain fork would give up on; with the copy's own."""

    def fault(exchange):
        ranges = [d["params"][0] for d in exchange.documents if d["method"] == "eth_getLogs"]
        if any(int(r["toBlock"], 16) - int(r["fromBlock"], 16) >= most for r in ranges):
            exchange.refuse(-32005, "query returned more than 10000 results")
        else:
            exchange.forward()

    engine, _ = copy(fault)
    engine.sandbox.send(SENDER, LOGGER, word(99))
    every, some = (ReadLogs(LOGGER), ReadLogs(LOGGER, (None, (word(3), word(99))), BlockNumber(2)))

    logs, found = engine.sandbox.ask(ask(every, some))

    assert anvil.ask(ask(every)) == (logs[:-1],)
    assert [word(3), word(99)] == [log.topics[1] for log in found]


def test_nothing_is_said_of_what_the_pack_does_not_hold(anvil, copy):
    """No transaction and no receipt; other blocks' state, and methods that read no state, are refused."""
    engine, _ = copy(lambda exchange: exchange.forward())
    mined = anvil.request("eth_getBlockByNumber", "0x5", False)["transactions"][0]  # noqa: FBT003 - a JSON-RPC parameter

    assert engine.sandbox.request("eth_getTransactionReceipt", mined) is None
    for method, *params in (("eth_getBalance", STORE, "0x5"), ("eth_getTransactionByHash", mined)):
        with pytest.raises(UnavailableError, match=r"no read of state|not a read of this block"):
            engine.sandbox.request(method, *params)


def test_a_dear_block_is_followed_by_one_in_which_transactions_can_pay(waits):
    """Anvil learns the price of gas from the block alone."""
    with Anvil(options=("--base-fee", str(60 * 10**9))) as chain:
        chain.mine()
        with PackedEngine(RpcChain([chain.url], pause=waits.append)) as engine:
            assert engine.sandbox.send(SENDER, ELSEWHERE, b"").status


def test_what_is_foreseen_is_read_ahead(anvil, copy):
    """After it nothing more is asked of the chain: not for the calls, and not for the blocks that are mined."""
    anvil.set_code(ELSEWHERE, READS_TWO)
    engine, node = copy(lambda exchange: exchange.forward())
    engine.foresee([])
    engine.foresee([Scenario("all", (Moment(Seconds(1), (Act(SENDER, ELSEWHERE, b""),), (Question(STORE, b""),)),))])
    posts = len(node.posts)

    handle = engine.sandbox.snapshot()
    engine.sandbox.send(SENDER, ELSEWHERE, b"")
    engine.sandbox.mine(20)
    engine.sandbox.ask(ask(ReadCall(STORE, b""), ReadSlot(ELSEWHERE, Slot(1)), ReadCode(ELSEWHERE)))
    engine.sandbox.revert(handle)

    assert posts == len(node.posts) <= 5
    assert engine.block == engine.sandbox.block()


def test_contracts_that_are_known_are_given_to_anvil(anvil, copy, monkeypatch):
    """Then it asks for none of their words; what they say stays the same."""
    anvil.set_code(ELSEWHERE, READS_TWO)
    engine, _ = copy(lambda exchange: exchange.forward())
    script = Scenario("read", (Moment(Seconds(1), (Act(SENDER, ELSEWHERE, b""),)),))
    (first,) = engine.run((), [script], {})
    engine.sandbox.forget()
    asked, answer = [], PackServer._answer  # noqa: SLF001 - what anvil asks for is seen nowhere else
    monkeypatch.setattr(PackServer, "_answer", lambda self, document: asked.append(document) or answer(self, document))

    (again,) = engine.run((), [script], {})

    assert first == again
    assert any(isinstance(fact, ReadSlot) and fact.address == ELSEWHERE for fact in engine.pack.facts)
    assert asked
    assert not any(document["method"] == "eth_getStorageAt" for document in asked)


def test_a_word_that_nobody_foresaw_is_asked_for(anvil, copy):
    """And is the chain's."""
    engine, _ = copy(lambda exchange: exchange.forward())
    engine.foresee([Scenario("little", (Moment(Seconds(1)),))])
    reads = [ReadSlot(STORE, Slot(number)) for number in range(5)]

    assert anvil.ask(ask(*reads)) == engine.sandbox.ask(ask(*reads))


def test_a_node_that_does_not_end_a_trace_is_one_that_does_not_trace(anvil, copy):
    """A trace is a guess that saves posts; its failure costs some."""

    def fault(exchange):
        if exchange.asks("debug_traceCall"):
            exchange.stopping.wait(5)
        else:
            exchange.forward()

    engine, node = copy(fault, timeout=1.0)
    engine.foresee([Scenario("all", (Moment(Seconds(1), (Act(SENDER, STORE, b""),)),))])

    assert any(d["method"] == "eth_createAccessList" for post in node.posts for d in post)
    assert anvil.ask(ask(ReadCode(STORE))) == engine.sandbox.ask(ask(ReadCode(STORE)))


# ------------------------------------------------------------------------------------------------- a chain that is gone


def test_a_transaction_that_needs_a_chain_that_is_gone_is_an_error_of_ours(copy, waits):
    """Its own anvil ends when that happens; what is said is why, each time, and the endpoint is left alone."""
    line = Line()
    engine, node = copy(line)
    sender = engine.sandbox.impersonate(SENDER)
    line.cut = True

    begun = time.monotonic()
    for _ in range(2):
        with pytest.raises(UnavailableError, match="503") as caught:
            sender.send(Call(LOGGER, word(1)))

    assert time.monotonic() - begun < 10
    assert (node.url, True) == (caught.value.where, bool(caught.value.remedy))
    assert len(waits) < 10


def test_another_endpoint_takes_over_under_a_running_copy(anvil, spoiled, waits):
    """As it does in every other read."""
    line, said = Line(), []
    urls = [spoiled(line).url, anvil.url]
    with PackedEngine(RpcChain(urls, say=said.append, pause=waits.append)) as engine:
        line.cut = True

        receipt = engine.sandbox.send(SENDER, LOGGER, word(1))

    assert (True, 1, 1) == (receipt.status, len(receipt.logs), len(said))


def test_a_question_to_a_chain_that_is_gone_is_no_refusal_of_the_contract(copy):
    """Where a plain fork gives a failed read, which could pass for the contract's own no."""
    line = Line()
    engine, _ = copy(line)
    line.cut = True

    with pytest.raises(UnavailableError, match="503"):
        engine.sandbox.ask(ask(ReadCall(STORE, b"")))
    with pytest.raises(UnavailableError, match="503"):
        engine.sandbox.many([("eth_getCode", (STORE, "latest"))])


# --------------------------------------------------------------------------------------------------------- the server


def test_an_address_of_another_machine_is_not_put_on_a_command_line():
    """It may hold a key; the words that refuse it do not."""
    with pytest.raises(InputError) as caught:
        Fork("https://mainnet.example/v3/SECRETKEY")

    assert "SECRETKEY" not in str(caught.value)


def test_a_proxy_of_the_environment_is_not_asked_for_the_loopback(copy, monkeypatch):
    """It could not reach this machine, and has no business to."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    engine, _ = copy(lambda exchange: exchange.forward())

    assert engine.sandbox.ask(ask(ReadCode(STORE))) == (b"\0",)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1),
        b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n",
    ],
    ids=["no post", "no length", "no number", "too long", "no end"],
)
def test_what_is_no_post_of_known_length_is_refused(head):
    """And the connection with it; the next one is served, over as many posts as come."""
    with LoopbackServer(lambda body: body[::-1]) as server:
        port = urlsplit(server.url).port
        with socket.create_connection(("127.0.0.1", port), timeout=5) as wrong:
            wrong.sendall(head)
            assert wrong.recv(1 << 10).startswith(b"HTTP/1.1 400 ")
        with socket.create_connection(("127.0.0.1", port), timeout=5) as right:
            for body in (b"abc", b""):
                right.sendall(b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
                answer = right.recv(1 << 10)
                assert answer.endswith(b"Content-Length: %d\r\n\r\n%s" % (len(body), body[::-1]))


# ---------------------------------------------------------------------------------------------- from one to the other


def test_the_markets_begin_with_what_the_governance_path_has_read(spoiled, tmp_path):
    """One pack for one block; the packs of other blocks go, but for those of sweeps that can go on."""
    node = spoiled(lambda exchange: exchange.forward())
    sweeps = Sweeps(tmp_path, RpcChain([node.url]), find_anvil())
    block = sweeps.chain.block()
    scenarios = [Scenario("all", (Moment(Seconds(1), (Act(SENDER, STORE, b""),)),))]
    stopped, old = (hexed(word(number))[2:] for number in (7, 8))
    (tmp_path / PACKS).mkdir()
    for digest in (stopped, old):
        (tmp_path / PACKS / f"31337-{digest}.json").write_text("{}")
    (tmp_path / f"6-{stopped}.jsonl").write_text("")

    with sweeps.sandbox(block, scenarios) as sandbox:
        assert block == sandbox.block()

    assert {f"31337-{digest}.json" for digest in (stopped, block.hash.hex())} == {
        path.name for path in (tmp_path / PACKS).iterdir()
    }
    assert sweeps.stopped
    node.posts.clear()
    with sweeps.engine(block, ()) as opened:
        list(opened.engine.run((), scenarios, {}))
    assert 1 == len(node.posts)
    assert not sweeps.stopped


def test_what_runs_here_is_kept_beside_a_cluster_too(spoiled, tmp_path):
    """Generated calls do not go to the cluster, which nothing listens for here; stopped, they are not made again."""
    sweeps = Sweeps(tmp_path, RpcChain([spoiled(lambda exchange: exchange.forward()).url]), find_anvil(), "tcp://no:1")
    block = sweeps.chain.block()
    generated = [
        Scenario(f"generated {count}", (Moment(Seconds(count), (Act(SENDER, STORE, b""),)),)) for count in (1, 2)
    ]
    made = []

    def run_and_stop(block):
        with sweeps.engine(block, ()) as opened:
            made.append(list(opened.copy.run((), generated, {})))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_and_stop(block)
    (file,) = tmp_path.glob("*.jsonl")
    lines = file.read_text().splitlines()
    with pytest.raises(KeyboardInterrupt):
        run_and_stop(sweeps.unfinished())

    assert (2, lines) == (len(lines), file.read_text().splitlines())
    assert made[0] == made[1]
