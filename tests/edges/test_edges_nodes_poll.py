"""Polling nodes: real anvils, and fakes that misbehave as real nodes and proxies do."""

import json
import socket
import zlib

import pytest
from fake_fleet import BEACON, SOUND, FakeNode

from upgrader.edges.anvil import Anvil
from upgrader.edges.nodes.http import BODY_LIMIT
from upgrader.edges.nodes.poll import NodePoll
from upgrader.fleet.evidence import Layer
from upgrader.fleet.fleet import Endpoint, Half, Node
from upgrader.fleet.identity import identify
from upgrader.units import BlockNumber, Seconds

PATIENT = NodePoll(timeout=Seconds(10), concurrency=50)
HASTY = NodePoll(timeout=Seconds(1), concurrency=50)
GENESIS_TIME = 1_700_000_000


def _node(name, *, rpc=None, api=None):
    execution = Half(Layer.EXECUTION, Endpoint(rpc, rpc)) if rpc else None
    consensus = Half(Layer.CONSENSUS, Endpoint(api, api)) if api else None
    return Node(name, execution, consensus)


def _execution(url, poll=PATIENT):
    (facts,) = poll.facts([_node("n", rpc=url)])
    return facts.execution


@pytest.fixture
def fake():
    """Return a function that starts a fake node and gives it back."""
    running = []

    def start(**options):
        node = FakeNode(**options)
        running.append(node)
        return node.__enter__()

    yield start
    for node in running:
        node.__exit__()


def test_real_anvils():
    """Three real nodes with two chain ids: each says what it is, and what it does not say is missing with a reason."""
    with (
        Anvil(timestamp=GENESIS_TIME) as one,
        Anvil(timestamp=GENESIS_TIME) as two,
        Anvil(timestamp=GENESIS_TIME, chain_id=5) as odd,
    ):
        two.mine(7)
        nodes = [_node("one", rpc=one.url), _node("two", rpc=two.url), _node("odd", rpc=odd.url)]
        facts = [said.execution for said in PATIENT.facts(nodes)]
        hashes = PATIENT.blocks(nodes, BlockNumber(0))

    assert ["anvil 1.7.1"] * 3 == [str(identify(f.client_version)) for f in facts]
    assert [31337, 31337, 5] == [f.chain_id for f in facts]
    assert [0, 7, 0] == [f.head.number for f in facts]
    assert [False] * 3 == [f.syncing for f in facts]
    assert [None] * 3 == [f.peers for f in facts]
    assert facts[0].genesis_hash == facts[1].genesis_hash == hashes["one"] == hashes["two"]
    assert "0x00000000" == facts[0].eth_config["current"]["forkId"]
    assert "peers" in facts[0].missing


def test_a_stopped_node_is_unreachable():
    """A process that ended leaves a closed port; it is a fact, not an error."""
    with Anvil() as gone:
        url = gone.url
    facts = _execution(url)

    assert "cannot be reached (Connection refused)" == facts.unreachable


def test_one_round_trip_for_everything(fake):
    """A node that takes batches is asked once."""
    node = fake()
    facts = _execution(node.url)

    assert (1, 7) == (len(node.requests), len(node.requests[0]))
    assert (31337, 25, 100, "") == (facts.chain_id, facts.peers, facts.head.number, facts.unreachable)
    assert "the method eth_config does not exist (-32601)" == facts.missing["eth_config"]


def _refuses_with_error(exchange):
    if exchange.is_batch:
        error = {"code": -32600, "message": "batch requests are not supported"}
        exchange.send(200, {"jsonrpc": "2.0", "id": None, "error": error})
    else:
        exchange.honest()


def _refuses_with_status(exchange):
    if exchange.is_batch:
        exchange.send(403, b"<html>batches forbidden</html>", Content_Type="text/html")
    else:
        exchange.honest()


def _refuses_by_hanging_up(exchange):
    if exchange.is_batch:
        exchange.handler.close_connection = True
        exchange.handler.connection.close()
    else:
        exchange.honest()


def _answers_part_out_of_order(exchange):
    if exchange.is_batch:
        replies = [exchange.reply(request) for request in exchange.parsed[:3]]
        exchange.send(200, [*reversed(replies), {"jsonrpc": "2.0", "id": None, "error": {"code": 1}}, 7, {"id": "0"}])
    else:
        exchange.honest()


@pytest.mark.parametrize(
    "behaviour", [_refuses_with_error, _refuses_with_status, _refuses_by_hanging_up, _answers_part_out_of_order]
)
def test_batches_refused(fake, behaviour):
    """However a node refuses a batch, or answers half of it, it is then asked one by one."""
    facts = _execution(fake(behaviour=behaviour).url)

    assert (31337, 25, 100, False) == (facts.chain_id, facts.peers, facts.head.number, facts.syncing)
    assert {"eth_config"} == set(facts.missing)


def _html(exchange):
    exchange.send(200, b"<!DOCTYPE html><title>Sign in</title>", Content_Type="text/html")


def _redirects(exchange):
    exchange.send(302, b"", Location="http://127.0.0.1:1/steal")


def _unauthorized(exchange):
    exchange.send(401, b"no")


def _endless(exchange):
    exchange.send(200, b'"' + b"x" * (2 * BODY_LIMIT) + b'"')


def _bomb(exchange):
    exchange.send(200, zlib.compress(b" " * (50 * BODY_LIMIT)), Content_Encoding="deflate")


def _deep(exchange):
    exchange.send(200, b"[" * 200_000)


def _cut(exchange):
    exchange.handler.send_response(200)
    exchange.handler.send_header("Content-Length", "1000")
    exchange.handler.end_headers()
    exchange.handler.wfile.write(b"[")
    exchange.handler.close_connection = True


def _other_json(exchange):
    exchange.send(200, {"hello": "world"})


def _digits(exchange):
    exchange.send(200, b"9" * 100_000)


def _gibberish(exchange):
    exchange.handler.wfile.write(b"\x16\x03\x01 this is no HTTP at all\r\n\r\n")
    exchange.handler.close_connection = True


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (_html, "answers HTML that is not JSON: '<!DOCTYPE html>"),
        (_redirects, "redirects elsewhere (HTTP 302), which is not followed"),
        (_unauthorized, "answers HTTP 401"),
        (_endless, "sends more than 2 MB"),
        (_bomb, "sends more than 2 MB"),
        (_deep, "answers something that is not JSON"),
        (_cut, "breaks off in the middle of its answer"),
        (_other_json, "answers JSON that is not JSON-RPC"),
        (_digits, "answers something that is not JSON"),
        (_gibberish, "cannot be reached (BadStatusLine"),
    ],
)
def test_no_usable_answer(fake, behaviour, words):
    """Each way of answering uselessly is said in words, and costs no more than its bound."""
    facts = _execution(fake(behaviour=behaviour).url)

    assert facts.unreachable.startswith(words.removesuffix("(BadStatusLine")), facts.unreachable


def _silent(exchange):
    exchange.stopping.wait(20)


def _drips(exchange):
    exchange.handler.send_response(200)
    exchange.handler.send_header("Content-Length", "100000")
    exchange.handler.end_headers()
    while not exchange.stopping.wait(0.1):
        exchange.handler.wfile.write(b" ")


@pytest.mark.parametrize("behaviour", [_silent, _drips])
def test_slow_nodes(fake, behaviour):
    """A node that never ends its answer is given up after its time, and holds up nobody else."""
    slow, fast = fake(behaviour=behaviour), fake()
    facts = HASTY.facts([_node("slow", rpc=slow.url), _node("fast", rpc=fast.url)])

    assert "gives no answer within 1 s" == facts[0].execution.unreachable
    assert 31337 == facts[1].execution.chain_id


def test_an_address_where_nobody_listens_at_all():
    """A host name that does not exist, and a port that is closed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"

        assert "cannot be reached (Connection refused)" == _execution(closed).unreachable
    assert "has a host name that cannot be resolved" == _execution("http://nowhere.invalid:8545").unreachable


def test_credentials_go_to_the_node_and_nowhere_else(fake):
    """User and password of the address are sent as basic authorization; no reason ever holds them."""
    node = fake(behaviour=_html)
    with_password = node.url.replace("http://", "http://operator:hunter2@") + "/v3/secretkey"
    facts = _execution(with_password)

    assert "Basic b3BlcmF0b3I6aHVudGVyMg==" == node.headers[0]["Authorization"]
    assert "hunter2" not in repr(facts)
    assert "secretkey" not in repr(facts)
    assert "hunter2" not in repr(_node("n", rpc=None, api=None))


LIES = {
    "web3_clientVersion": ["a", "list"],
    "eth_chainId": "0x" + "f" * 100,
    "eth_getBlockByNumber": {"number": "-1", "hash": "0x1234", "timestamp": None},
    "eth_syncing": "no",
    "net_peerCount": 10**30,
    "eth_config": "\x1b[2J",
}


def test_lies_are_missing_facts(fake):
    """A value that cannot be what it says it is is not a fact; the reason quotes little of it."""
    facts = _execution(fake(rpc=LIES).url)

    assert ("", None, None, None, None) == (
        facts.client_version,
        facts.chain_id,
        facts.head,
        facts.syncing,
        facts.peers,
    )
    assert {"client_version", "chain_id", "genesis_hash", "head", "syncing", "peers"} == set(facts.missing)
    assert max(map(len, facts.missing.values())) < 200


def test_errors_of_any_shape(fake):
    """JSON-RPC errors that are no objects, or without words, are reasons too."""

    def shapes(exchange):
        errors = ["text", {"code": 1}, {"message": "m" * 10_000}, {"code": {"a": 1}, "message": ["x"]}, 7, [1], True]
        pairs = zip(exchange.parsed, errors, strict=True)
        exchange.send(200, [{"jsonrpc": "2.0", "id": request["id"], "error": error} for request, error in pairs])

    facts = _execution(fake(behaviour=shapes).url)

    assert 7 == len(facts.missing)
    assert max(map(len, facts.missing.values())) < 300


def test_a_beacon_node(fake):
    """Everything that the Beacon API says of a node and of the execution client behind it."""
    (facts,) = PATIENT.facts([_node("n", api=fake().url + "/")])
    said = facts.consensus

    assert "lighthouse 8.3.0" == str(identify(said.client_version))
    assert "geth 1.16.7" == str(identify(said.execution_version))
    assert (11_000_000, 0, False, False, 80) == (
        said.head_slot,
        said.sync_distance,
        said.syncing,
        said.execution_offline,
        said.peers,
    )
    assert b"\x33" * 32 == said.genesis_validators_root
    assert BEACON["/eth/v1/config/spec"] == said.spec
    assert {} == said.missing


def test_an_old_beacon_node_lacks_the_newer_routes(fake):
    """A route that is not there is a missing fact with the server's words."""
    old = {path: data for path, data in BEACON.items() if "v2" not in path}
    (facts,) = PATIENT.facts([_node("n", api=fake(beacon=old).url)])

    assert {"execution_version": "NOT_FOUND: no such route (HTTP 404)"} == facts.consensus.missing


def test_a_key_in_the_query_stays_in_the_query(fake):
    """Some providers take the key as a parameter: paths go before it."""
    node = fake(beacon={f"{path}?apikey=k": data for path, data in BEACON.items()})
    (facts,) = PATIENT.facts([_node("n", api=f"{node.url}?apikey=k")])

    assert "lighthouse 8.3.0" == str(identify(facts.consensus.client_version))


def test_a_pair_is_asked_on_both_addresses(fake):
    """Two halves, two addresses, one node; one half that is down leaves the other's facts."""
    (facts,) = PATIENT.facts([_node("n", rpc=fake().url, api="http://127.0.0.1:1")])

    assert 31337 == facts.execution.chain_id
    assert facts.consensus.unreachable.startswith("cannot be reached")


def test_more_nodes_than_are_asked_at_once(fake):
    """The order of the answers is the order of the nodes, however few are asked at one time."""
    urls = [fake(rpc={**SOUND, "eth_chainId": hex(number + 1)}).url for number in range(12)]
    narrow = NodePoll(timeout=Seconds(10), concurrency=2)
    facts = narrow.facts([_node(str(number), rpc=url) for number, url in enumerate(urls)])

    assert list(range(1, 13)) == [said.execution.chain_id for said in facts]


def test_blocks_leave_out_who_does_not_answer(fake):
    """A node without the block, or without an answer, has no hash."""
    sound = fake()
    pruned = fake(rpc={**SOUND, "eth_getBlockByNumber": None})
    nodes = [
        _node("sound", rpc=sound.url),
        _node("pruned", rpc=pruned.url),
        _node("gone", rpc="http://127.0.0.1:1"),
        _node("beacon", api=sound.url),
    ]

    assert {"sound": b"\x11" * 32} == PATIENT.blocks(nodes, BlockNumber(7))
    assert ["0x7", False] == sound.requests[-1]["params"]


def test_the_questions_are_valid_json_rpc(fake):
    """Each request of the batch has its own id and the version of the protocol."""
    node = fake()
    _execution(node.url)
    (batch,) = node.requests

    assert len(batch) == len({json.dumps(request["id"]) for request in batch})
    assert {"2.0"} == {request["jsonrpc"] for request in batch}
