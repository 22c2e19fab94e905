"""What real endpoints do wrong, done to us by a loopback server in front of a real chain."""

import json
import socket
import threading

import pytest
from edges_world import LOGGER, STORE

from upgrader.edges import logs, wire
from upgrader.edges.endpoint import RpcError
from upgrader.edges.rpc import RpcChain
from upgrader.errors import MismatchError, UnavailableError
from upgrader.inquiry import ReadFailed, ReadLogs, ReadSlot
from upgrader.units import ChainId, Slot, word

SOME = tuple(ReadSlot(STORE, Slot(n)) for n in range(60))
SOME_WORDS = tuple(word(n + 1) for n in range(60))
THIRTY_LOGS = [word(n) for n in range(30)]


def ask(*reads):
    """An inquiry of one round."""
    answers = yield reads
    return answers


def pass_on(exchange):
    exchange.forward()


def first(count, fault, then=pass_on):
    """Return a fault for the first ``count`` posts."""
    seen = []

    def both(exchange):
        seen.append(1)
        (fault if len(seen) <= count else then)(exchange)

    return both


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# --------------------------------------------------------------------------------------------- answers that are none


def test_html_is_named_as_such_and_the_key_is_not(spoiled, waits):
    """A login page instead of JSON is exit 7, and the API key in the address is not shown."""
    node = spoiled(lambda exchange: exchange.send(200, b"<!DOCTYPE html><html>Log in</html>"))
    chain = RpcChain([f"{node.url}/v3/SECRETKEY?token=SECRETKEY"], pause=waits.append)

    with pytest.raises(UnavailableError, match="answered HTML that is not JSON") as caught:
        chain.chain_id()

    assert f"{node.url}/…" == caught.value.where
    assert "SECRETKEY" not in str(caught.value) + caught.value.remedy
    assert 7 == caught.value.exit_code
    assert [] == waits


def test_a_password_in_the_address_is_sent_and_never_shown(spoiled, waits):
    """Credentials go out as basic authentication; the message holds none of them."""
    node = spoiled(lambda exchange: exchange.send(401, exchange.handler.headers["Authorization"].encode()))
    chain = RpcChain([node.url.replace("//", "//alice:hunter2@")], pause=waits.append)

    with pytest.raises(UnavailableError, match="HTTP 401") as caught:
        chain.chain_id()

    assert node.url == caught.value.where
    assert "check the API key or password in the endpoint's address" == caught.value.remedy


def test_a_wrong_key_is_named_whatever_the_body_says(spoiled, waits):
    """Providers explain a 401 as JSON of their own making: what is to be changed is the key."""
    node = spoiled(lambda exchange: exchange.send(401, b'{"error": "invalid api key"}'))

    with pytest.raises(UnavailableError, match="HTTP 401") as caught:
        RpcChain([node.url], pause=waits.append).chain_id()

    assert "check the API key or password in the endpoint's address" == caught.value.remedy


def test_silence_ends_at_the_time_limit(spoiled, waits):
    """An endpoint that never answers is given up after two tries."""
    node = spoiled(lambda exchange: exchange.stopping.wait(10))
    chain = RpcChain([node.url], timeout=0.2, pause=waits.append)

    with pytest.raises(UnavailableError, match=r"no answer within 0\.2 s"):
        chain.chain_id()

    assert 2 == len(node.posts)


def test_a_trickle_ends_at_the_time_limit(spoiled, waits):
    """An endpoint that sends a byte now and then does not hold us for ever."""

    def trickle(exchange):
        handler = exchange.handler
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not exchange.stopping.wait(0.05):
            handler.wfile.write(b" ")

    chain = RpcChain([spoiled(trickle).url], timeout=0.3, pause=waits.append)

    with pytest.raises(UnavailableError, match="no answer within"):
        chain.chain_id()


def test_a_connection_cut_midway_is_tried_again(spoiled, waits):
    """A truncated answer is not parsed; the next one is taken."""
    node = spoiled(first(2, lambda exchange: exchange.send(200, b'{"jsonrpc":"2.0","id":1,"result":"0x1"}', cut=12)))

    assert 31337 == RpcChain([node.url], pause=waits.append).chain_id()
    assert [0.25, 0.5] == waits


def test_a_connection_always_cut_is_said_to_be(spoiled, waits):
    """After the last try the reason is named."""
    node = spoiled(lambda exchange: exchange.send(200, b"{}" * 99, cut=9))

    with pytest.raises(UnavailableError, match="cut in the middle"):
        RpcChain([node.url], pause=waits.append).chain_id()

    assert 4 == len(node.posts)


def test_nobody_listening_is_said_plainly(waits):
    """A refused connection names the endpoint and what to start."""
    with pytest.raises(UnavailableError, match=r"cannot be reached \(Connection refused\)") as caught:
        RpcChain([closed_port()], pause=waits.append).chain_id()

    assert "start the node" in caught.value.remedy


def test_an_https_endpoint_is_reached_through_the_proxy_of_the_environment(monkeypatch, waits):
    """The proxy is asked for a tunnel with its own credentials, and its refusal is told."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def refuse():
            for _ in range(4):
                caller, _ = proxy.accept()
                with caller:
                    heard.append(caller.recv(4096).decode())
                    caller.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://alice:pw@127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(UnavailableError, match="Tunnel connection failed: 407"):
            RpcChain(["https://rpc.example/SECRETKEY"], pause=waits.append).chain_id()
        thread.join(10)

    assert heard[0].startswith("CONNECT rpc.example:443 ")
    assert "Proxy-Authorization: Basic YWxpY2U6cHc=" in heard[0]
    assert "SECRETKEY" not in heard[0]


def test_an_endless_answer_is_bounded(spoiled, waits, monkeypatch):
    """A body over the limit is dropped before it fills the memory."""
    monkeypatch.setattr(wire, "BODY_LIMIT", 1 << 20)
    node = spoiled(lambda exchange: exchange.send(200, b" " * (4 << 20)))

    with pytest.raises(UnavailableError, match="larger than 1 MB"):
        RpcChain([node.url], pause=waits.append).chain_id()


@pytest.mark.parametrize(
    "body",
    [b"[]", b"7", b'"x"', b"{}", b'{"id":1,"jsonrpc":"2.0"}', b'{"id":1,"result":"x"}', b'{"id":1,"result":{}}',
     b"[" * 100_000, b'{"id":1,"result":' + b"9" * 5000 + b"}", b"\xff\xfe", b""],
)  # fmt: skip
def test_garbage_is_an_error_and_never_a_traceback(spoiled, waits, body):
    """JSON that is not JSON-RPC, nesting without end, huge numbers and no bytes at all end in exit 7."""
    node = spoiled(lambda exchange: exchange.send(200, body))

    with pytest.raises(UnavailableError):
        RpcChain([node.url], pause=waits.append).chain_id()


# ----------------------------------------------------------------------------------------------------- rate limiting


def test_a_rate_limit_is_waited_out_as_long_as_it_says(spoiled, waits):
    """HTTP 429 with Retry-After is obeyed."""
    node = spoiled(first(2, lambda exchange: exchange.send(429, b"slow down", Retry_After="3")))

    assert 31337 == RpcChain([node.url], pause=waits.append).chain_id()
    assert [3.0, 3.0] == waits


def test_a_rate_limit_of_an_hour_is_reported_at_once(spoiled, waits):
    """Nobody is kept waiting for longer than a person would."""
    node = spoiled(lambda exchange: exchange.send(429, b"", Retry_After="3600"))

    with pytest.raises(UnavailableError, match=r"too many requests \(HTTP 429\)"):
        RpcChain([node.url], pause=waits.append).chain_id()

    assert [] == waits


def test_requests_of_a_batch_that_came_too_fast_are_asked_again(spoiled, waits):
    """A rate-limit error for one request of a batch costs only that request another try."""

    def limit(request, reply):
        if request["method"] == "eth_getStorageAt" and request["params"][1] in {"0x5", "0x7"}:
            reply.pop("result", None)
            reply["error"] = {"code": 429, "message": "Your app has exceeded its compute units per second capacity"}

    node = spoiled(lambda exchange: exchange.forward(limit if exchange.is_batch else None))

    assert SOME_WORDS == RpcChain([node.url], pause=waits.append).ask(ask(*SOME))
    assert 2 == sum(isinstance(post, dict) and post["method"] == "eth_getStorageAt" for post in node.posts)


# ------------------------------------------------------------------------------------------------------------ batches


def refuse_batches_by_error(exchange):
    exchange.refuse(-32600, "batch requests are not supported") if exchange.is_batch else exchange.forward()


def refuse_batches_by_status(exchange):
    exchange.send(400, b"Bad Request") if exchange.is_batch else exchange.forward()


def answer_batches_with_an_empty_list(exchange):
    exchange.answer([]) if exchange.is_batch else exchange.forward()


def cap_batches_item_by_item(exchange):
    if len(exchange.documents) > 10:
        error = {"code": -32005, "message": "batch size exceeds 10"}
        exchange.answer([{"jsonrpc": "2.0", "id": each["id"], "error": error} for each in exchange.documents])
    else:
        exchange.forward()


def cap_batches_at_ten(exchange):
    if len(exchange.documents) > 10:
        exchange.refuse(-32014, "batch too large, maximum is 10")
    else:
        exchange.forward()


@pytest.mark.parametrize(
    ("fault", "largest"),
    [
        (refuse_batches_by_error, 1),
        (refuse_batches_by_status, 1),
        (answer_batches_with_an_empty_list, 1),
        (cap_batches_at_ten, 10),
        (cap_batches_item_by_item, 10),
    ],
)
def test_batches_that_are_refused_or_capped_become_smaller(spoiled, waits, fault, largest):
    """Every answer arrives, and the endpoint's taste is remembered for the next inquiry."""
    node = spoiled(fault)
    chain = RpcChain([node.url], pause=waits.append)

    assert SOME_WORDS == chain.ask(ask(*SOME))
    node.posts.clear()
    assert SOME_WORDS == chain.ask(ask(*SOME))
    assert largest >= max(len(post) if isinstance(post, list) else 1 for post in node.posts)


def test_many_reads_go_in_larger_batches_where_the_node_takes_them(spoiled, waits):
    """2,000 reads are eight posts; a node that takes no more than 210 gives the same answers in posts of 200."""
    reads = tuple(ReadSlot(STORE, Slot(n)) for n in range(2_000))
    takes = spoiled(pass_on)

    def cap(exchange):
        if len(exchange.documents) > 210:
            exchange.refuse(-32600, "batch too large")
        else:
            exchange.forward()

    capped = spoiled(cap)

    expected = RpcChain([takes.url], pause=waits.append).ask(ask(*reads))
    found = RpcChain([capped.url], pause=waits.append).ask(ask(*reads))

    assert expected == found
    assert SOME_WORDS == found[:60]
    assert 8 == sum(isinstance(post, list) for post in takes.posts)
    answered = [len(post) for post in capped.posts if isinstance(post, list) and len(post) <= 210]
    assert (10, 201) == (len(answered), max(answered))


def test_replies_may_come_in_any_order_and_some_not_at_all(spoiled, waits):
    """Replies are matched by id, and what a batch left out is asked alone."""

    def shuffle(exchange):
        answer = exchange.upstream()
        exchange.answer(answer[:1:-1] if exchange.is_batch else answer)

    assert SOME_WORDS == RpcChain([spoiled(shuffle).url], pause=waits.append).ask(ask(*SOME))


# ------------------------------------------------------------------------------------------------ chains that disagree


def lie_about_the_chain(request, reply):
    if request["method"] == "eth_chainId":
        reply["result"] = "0x1"


def show_another_block(request, reply):
    if request["method"] == "eth_getBlockByNumber":
        reply["result"]["hash"] = "0x" + "ab" * 32


def test_the_wrong_chain_is_refused_before_anything_is_read(spoiled, waits):
    """An endpoint whose chain id is not the network's is exit 5 and names both ids."""
    node = spoiled(lambda exchange: exchange.forward(lie_about_the_chain))

    with pytest.raises(MismatchError, match="is chain 1, not 31337") as caught:
        RpcChain([node.url], expected=ChainId(31337), pause=waits.append).ask(ask(*SOME))

    assert 5 == caught.value.exit_code
    assert 1 == len(node.posts)


def test_two_endpoints_of_two_chains_are_refused(anvil, spoiled, waits):
    """With no network named, endpoints must at least agree with each other."""
    node = spoiled(lambda exchange: exchange.forward(lie_about_the_chain))

    with pytest.raises(MismatchError, match=r"is chain 31337 and .* is chain 1"):
        RpcChain([anvil.url, node.url], pause=waits.append).chain_id()


def test_two_endpoints_with_two_blocks_at_one_height_are_refused(anvil, spoiled, waits):
    """One chain id is not one chain: the hashes must agree too."""
    node = spoiled(lambda exchange: exchange.forward(show_another_block))

    with pytest.raises(MismatchError, match="different blocks at height"):
        RpcChain([anvil.url, node.url], pause=waits.append).block()


def test_endpoints_at_two_heights_meet_at_the_lower_one(anvil, spoiled, waits):
    """An endpoint that lags a little is no disagreement."""
    head = anvil.block().number

    def lag(exchange):
        if exchange.parsed["method"] == "eth_getBlockByNumber" and exchange.parsed["params"][0] == "latest":
            answer = anvil.request("eth_getBlockByNumber", hex(head - 2), False)  # noqa: FBT003 - a JSON-RPC parameter
            exchange.answer({"jsonrpc": "2.0", "id": exchange.parsed["id"], "result": answer})
        else:
            exchange.forward()

    assert anvil.block(head - 2) == RpcChain([anvil.url, spoiled(lag).url], pause=waits.append).block()


def test_a_reorganisation_while_reading_is_noticed(spoiled, waits):
    """If the pinned block is not the one it was, no answer read beside it is returned."""
    node = spoiled(pass_on)
    chain = RpcChain([node.url], pause=waits.append)
    block = chain.block()
    node.fault = lambda exchange: exchange.forward(show_another_block)

    with pytest.raises(MismatchError, match="is not the one it was"):
        chain.ask(ask(*SOME), block)


def test_a_reorganisation_is_noticed_without_batches_too(spoiled, waits):
    """The witness is asked alone where batches are refused."""
    node = spoiled(refuse_batches_by_error)
    chain = RpcChain([node.url], pause=waits.append)
    block = chain.block()
    chain.ask(ask(*SOME), block)
    node.fault = lambda exchange: exchange.forward(show_another_block)

    with pytest.raises(MismatchError, match="is not the one it was"):
        chain.ask(ask(*SOME[:1]), block)


def test_endpoints_that_must_agree_are_compared_answer_by_answer(anvil, spoiled, waits):
    """A single forged word is found and named."""

    def forge(request, reply):
        if request["method"] == "eth_getStorageAt" and request["params"][1] == "0x11":
            reply["result"] = "0x" + "00" * 31 + "66"

    node = spoiled(lambda exchange: exchange.forward(forge))
    chain = RpcChain([anvil.url, node.url], agree=True, pause=waits.append)

    with pytest.raises(MismatchError, match=r"slot=17.* differently"):
        chain.ask(ask(*SOME))


def test_a_dead_endpoint_is_left_out_aloud(anvil, waits):
    """With another one that works, the work goes on, and the person is told once."""
    said = []
    chain = RpcChain([closed_port(), anvil.url], say=said.append, pause=waits.append)

    assert SOME_WORDS == chain.ask(ask(*SOME))
    assert 1 == len(said)
    assert "going on with" in said[0]


def test_a_dead_endpoint_stops_what_must_be_agreed_on(anvil, waits):
    """Where all must agree, none can be left out."""
    with pytest.raises(UnavailableError, match="cannot be reached"):
        RpcChain([anvil.url, closed_port()], agree=True, pause=waits.append).chain_id()


# --------------------------------------------------------------------------------------------- errors of single reads


def test_a_node_that_cannot_answer_is_not_taken_for_a_revert(spoiled, waits):
    """Pruned state is the node's failure: the inquiry is told so and can say that it cannot tell."""

    def prune(request, reply):
        if request["method"] == "eth_getStorageAt":
            reply.pop("result")
            reply["error"] = {"code": -32000, "message": "missing trie node 1234 (path ) state is not available"}

    (answer,) = RpcChain([spoiled(lambda exchange: exchange.forward(prune)).url], pause=waits.append).ask(ask(SOME[0]))

    assert not answer.reverted
    assert "missing trie node" in answer.reason


@pytest.mark.parametrize("result", ["zz", "0x", None, 5, "0x" + "00" * 33, ["0x00"]])
def test_a_malformed_word_is_a_failed_read(spoiled, waits, result):
    """An answer that is not a word is not padded, cut or guessed."""

    def spoil(request, reply):
        if request["method"] == "eth_getStorageAt":
            reply["result"] = result

    (answer,) = RpcChain([spoiled(lambda exchange: exchange.forward(spoil)).url], pause=waits.append).ask(ask(SOME[0]))

    assert isinstance(answer, ReadFailed)
    assert not answer.reverted


def test_a_word_shortened_to_a_quantity_is_a_word(spoiled, waits):
    """Some nodes drop the leading zeros of storage."""

    def shorten(request, reply):
        if request["method"] == "eth_getStorageAt":
            reply["result"] = hex(int(reply["result"], 16))

    chain = RpcChain([spoiled(lambda exchange: exchange.forward(shorten)).url], pause=waits.append)

    assert SOME_WORDS == chain.ask(ask(*SOME))


def test_a_missing_method_names_itself(anvil, waits):
    """A method that the endpoint does not offer is exit 7 with its code kept."""
    with pytest.raises(RpcError) as caught:
        RpcChain([anvil.url], pause=waits.append).request("trace_callMany", [])

    assert -32601 == caught.value.code
    assert "an endpoint that offers trace_callMany" in caught.value.remedy


# --------------------------------------------------------------------------------------------------------------- logs


def limit_logs(blocks, *, dense=()):
    """Return a fault that refuses logs of more than so many blocks, or of any range around a dense block."""

    def judge(request, reply):
        if request["method"] != "eth_getLogs":
            return
        begin, end = (int(request["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
        crowded = end > begin and any(begin <= block <= end for block in dense)
        if end - begin + 1 > blocks or crowded:
            reply.pop("result", None)
            reply["error"] = {"code": -32005, "message": "query returned more than 10000 results"}

    return lambda exchange: exchange.forward(judge)


@pytest.mark.parametrize("blocks", [1, 2, 5, 7, 16])
@pytest.mark.parametrize("dense", [(), (13,)])
def test_logs_arrive_whole_in_ranges_of_any_size(spoiled, waits, blocks, dense):
    """However small the ranges that an endpoint takes, each log arrives once and in order."""
    chain = RpcChain([spoiled(limit_logs(blocks, dense=dense)).url], pause=waits.append)

    for _ in range(2):  # the second time with the size remembered
        (found,) = chain.ask(ask(ReadLogs(LOGGER)))
        assert THIRTY_LOGS == [log.topics[1] for log in found]


def test_logs_that_would_take_too_many_requests_are_a_failed_read(spoiled, waits, monkeypatch):
    """The work for one read is bounded, and the way out is named."""
    monkeypatch.setattr(logs, "REQUESTS", 10)

    (answer,) = RpcChain([spoiled(limit_logs(1)).url], pause=waits.append).ask(ask(ReadLogs(LOGGER)))

    assert "more than 10 requests" in answer.reason
    assert not answer.reverted


@pytest.mark.parametrize("field", ["address", "topics", "blockNumber", "data", "removed", "beyond"])
def test_logs_that_were_not_asked_for_are_a_failed_read(spoiled, waits, field):
    """A log of another contract, with another topic, malformed or removed spoils the answer."""
    wrong = {
        "address": "0x" + "ab" * 20,
        "topics": ["0x" + "00" * 32],
        "blockNumber": "soon",
        "data": "0x1",
        "removed": True,
        "beyond": "0xffff",
    }

    def swap(request, reply):
        if request["method"] == "eth_getLogs":
            reply["result"][3]["blockNumber" if field == "beyond" else field] = wrong[field]

    chain = RpcChain([spoiled(lambda exchange: exchange.forward(swap)).url], pause=waits.append)
    (answer,) = chain.ask(ask(ReadLogs(LOGGER, (word(7),))))

    assert answer.reason.startswith("the node answered a")
    assert not answer.reverted


def test_logs_that_take_too_long_are_asked_for_in_parts(spoiled, waits):
    """A range that the endpoint cannot answer in time is no failure of the other reads, nor of the logs."""

    def dawdle(exchange):
        for document in exchange.documents:
            if document["method"] == "eth_getLogs":
                begin, end = (int(document["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
                if end - begin > 10:
                    exchange.stopping.wait(10)
                    return
        exchange.forward()

    chain = RpcChain([spoiled(dawdle).url], timeout=0.5, pause=waits.append)
    word_3, found = chain.ask(ask(SOME[2], ReadLogs(LOGGER)))

    assert word(3) == word_3
    assert THIRTY_LOGS == [log.topics[1] for log in found]


# ------------------------------------------------------------------------------------------------------- acting twice


def test_what_acts_is_sent_once(spoiled, waits):
    """A request that changes a chain is not repeated when its answer is lost: it may have acted."""
    node = spoiled(lambda exchange: exchange.send(200, json.dumps({"id": 1}).encode() * 9, cut=4))

    with pytest.raises(UnavailableError):
        RpcChain([node.url], pause=waits.append).request("eth_sendTransaction", {})

    assert 1 == len(node.posts)


def test_what_acts_is_not_handed_to_a_second_endpoint(spoiled, waits):
    """Nor is it sent elsewhere: the first endpoint may have done it."""
    first_one = spoiled(lambda exchange: exchange.send(200, b"{}" * 9, cut=4))
    second = spoiled(pass_on)

    with pytest.raises(UnavailableError, match="cut in the middle"):
        RpcChain([first_one.url, second.url], pause=waits.append).request("eth_sendTransaction", {})

    assert [] == second.posts


def test_a_request_to_the_wrong_chain_is_not_made(spoiled, waits):
    """Where the chain id is known it is checked before anything else is asked or sent."""
    node = spoiled(lambda exchange: exchange.forward(lie_about_the_chain))

    with pytest.raises(MismatchError, match="is chain 1, not 31337"):
        RpcChain([node.url], expected=ChainId(31337), pause=waits.append).request("eth_sendRawTransaction", "0x")

    assert ["eth_chainId"] == [post["method"] for post in node.posts]
