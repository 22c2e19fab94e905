"""The newest transactions that touched some contracts, found on a real chain behind servers that spoil its answers."""

import pytest
from edges_world import LOGGER, REVERTER, SENDER, STORE

from upgrader.edges.anvil import Anvil
from upgrader.edges.history import ChainHistory
from upgrader.edges.rpc import RpcChain
from upgrader.errors import InputError, MismatchError, UnavailableError
from upgrader.ports import Block
from upgrader.units import ZERO_HASH, address, hexed, word

RELAY = "0x" + "55" * 20
"""Calls LOGGER with its own calldata and emits nothing itself."""


@pytest.fixture(scope="module")
def past():
    """A chain of thirty blocks, an event in each third; then calls of every kind in one block, and three empty ones."""
    with Anvil(options=["--order", "fifo"]) as chain:
        chain.set_code(REVERTER, bytes.fromhex("63deadbeef5f526004601cfd"))
        chain.set_code(LOGGER, bytes.fromhex("5f3560075f5fa200"))
        chain.set_code(STORE, bytes.fromhex("00"))
        relay = bytes.fromhex("365f5f375f5f365f5f73" + LOGGER[2:] + "5af100")
        chain.set_code(RELAY, relay)
        for number in range(30):
            chain.send(SENDER, LOGGER if number % 3 == 0 else STORE, word(number))
        chain.request("evm_setAutomine", False)  # noqa: FBT003 - a JSON-RPC parameter
        for to in (STORE, REVERTER, RELAY, STORE):
            message = {"from": SENDER, "to": to, "data": hexed(word(99)), "gas": hex(100_000)}
            chain.request("eth_sendTransaction", message)
        chain.mine(4)
        chain.request("evm_setAutomine", True)  # noqa: FBT003 - likewise
        yield chain


@pytest.fixture
def behind(past, spoiled):
    """Return a function that opens the chain behind a server which answers as ``fault`` says."""

    def start(fault):
        node = spoiled(fault)
        node.upstream = past.url
        return RpcChain([node.url], pause=lambda _: None), node

    return start


def changing(change):
    """Return a fault that changes each reply by ``change(request, reply)``."""
    return lambda exchange: exchange.forward(change)


def places(traffic):
    """Return block, place and callee of each transaction."""
    return [(each.block, each.index, each.to) for each in traffic.transactions]


def test_calls_and_events_are_found_newest_first_and_given_oldest_first(past):
    """A reverted call has no event, a relayed one only an event; both count, and what came before them is there."""
    traffic = ChainHistory(past).recent([LOGGER, REVERTER], past.block(), 4)

    assert [(25, 0, LOGGER), (28, 0, LOGGER), (31, 1, REVERTER), (31, 2, RELAY)] == places(traffic)
    assert (STORE, REVERTER, RELAY) == tuple(each.to for each in traffic.blocks[-1].transactions)
    assert [True, True, False, True] == [each.status for each in traffic.transactions]
    assert traffic.full


def test_a_block_is_told_with_all_that_it_was_made_from(past):
    """Header, parent and receipts are those that the chain answers."""
    block = ChainHistory(past).recent([REVERTER], past.block(), 1).blocks[0]
    header = past.request("eth_getBlockByNumber", hex(31), True)  # noqa: FBT003 - likewise
    receipt = past.request("eth_getTransactionReceipt", header["transactions"][1]["hash"])

    assert (header["hash"], header["parentHash"], header["mixHash"], header["miner"]) == (
        hexed(block.hash), hexed(block.parent), hexed(block.randomness), block.beneficiary.lower()
    )  # fmt: skip
    assert int(receipt["gasUsed"], 16) == block.transactions[1].gas_used
    assert past.block(30).timestamp == block.parent_timestamp


def test_only_the_newest_of_a_block_are_taken_where_there_are_more(past):
    """Two of one block touched, one is asked for: the later one."""
    traffic = ChainHistory(past).recent([LOGGER, REVERTER], past.block(), 1)

    assert [(31, 2)] == [(block, index) for block, index, _ in places(traffic)]


def test_a_chain_without_traffic_has_none(past):
    """Nobody ever called this address; everything was looked at."""
    traffic = ChainHistory(past).recent([address("0x" + "66" * 20)], past.block(), 5)

    assert ((), 0, 0, False) == (traffic.blocks, traffic.logs_from, traffic.calls_from, traffic.full)


def test_what_was_not_looked_at_is_said(past):
    """Two whole blocks and ten blocks of events: the rest stays unseen, and the words name the blocks."""
    traffic = ChainHistory(past, look_back=10, whole_blocks=2).recent([LOGGER, REVERTER], past.block(), 50)

    assert [(25, 0), (28, 0), (31, 1), (31, 2)] == [(block, index) for block, index, _ in places(traffic)]
    assert (25, 33) == (traffic.logs_from, traffic.calls_from)
    assert "before block 33" in " ".join(traffic.omitted)
    assert "before block 25" in " ".join(traffic.omitted)


def test_refused_ranges_are_made_smaller(past, behind):
    """A node that takes seven blocks of events at a time gives the same traffic."""

    def change(request, reply):
        if request["method"] == "eth_getLogs":
            asked = request["params"][0]
            if int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) >= 7:
                reply.pop("result", None)
                reply["error"] = {"code": -32005, "message": "query exceeds max block range"}

    chain, _ = behind(changing(change))

    expected, traffic = (ChainHistory(each, whole_blocks=0).recent([LOGGER], past.block(), 9) for each in (past, chain))

    assert expected.blocks == traffic.blocks
    assert (9, 0, 3) == (len(traffic.transactions), expected.logs_from, traffic.logs_from)


def test_a_node_without_block_receipts_is_asked_for_each(past, behind):
    """The same traffic from eth_getTransactionReceipt."""

    def change(request, reply):
        if request["method"] == "eth_getBlockReceipts":
            reply.pop("result", None)
            reply["error"] = {"code": -32601, "message": "the method does not exist/is not available"}

    chain, _ = behind(changing(change))

    assert ChainHistory(past).recent([LOGGER], past.block(), 9) == ChainHistory(chain).recent([LOGGER], past.block(), 9)


def _other_parent(request, reply):
    if request["method"] == "eth_getBlockByNumber" and request["params"] == [hex(30), False]:
        reply["result"]["hash"] = hexed(ZERO_HASH)


def _hidden_event(request, reply):
    if request["method"] == "eth_getBlockReceipts":
        for receipt in reply["result"]:
            receipt["logs"] = []


def _foreign_event(request, reply):
    if request["method"] == "eth_getLogs":
        for entry in reply["result"]:
            entry["address"] = STORE


def _lost_receipt(request, reply):
    if request["method"] == "eth_getBlockReceipts":
        reply["result"].pop()


def _garbage(request, reply):
    if request["method"] == "eth_getBlockByNumber" and request["params"][1]:
        reply["result"]["transactions"] = ["0x12", {"hash": 7}]


def _null(request, reply):
    if request["method"] in {"eth_getBlockReceipts", "eth_getLogs"}:
        reply["result"] = None


@pytest.mark.parametrize("change", [_other_parent, _hidden_event, _foreign_event, _lost_receipt, _garbage, _null])
def test_answers_that_contradict_each_other_are_refused(past, behind, change):
    """No traffic is made of them; the error names the block."""
    chain, _ = behind(changing(change))

    with pytest.raises(UnavailableError, match=r"block \d+ makes no sense"):
        ChainHistory(chain).recent([LOGGER, REVERTER], past.block(), 5)


def test_a_reorganised_chain_is_noticed(past):
    """The last block has another hash than it had."""
    head = past.block()

    with pytest.raises(MismatchError):
        ChainHistory(past).recent([LOGGER], Block(head.number, ZERO_HASH, head.timestamp), 5)


def test_a_node_without_events_is_an_error_that_says_so(past, behind):
    """Nothing can be found without eth_getLogs."""

    def change(request, reply):
        if request["method"] == "eth_getLogs":
            reply.pop("result", None)
            reply["error"] = {"code": -32601, "message": "the method does not exist/is not available"}

    chain, _ = behind(changing(change))

    with pytest.raises(UnavailableError, match="eth_getLogs"):
        ChainHistory(chain).recent([LOGGER], past.block(), 50)


def test_asking_for_nothing_is_refused(past):
    """No contract, or no transaction."""
    for contracts, most in (([], 5), ([LOGGER], 0)):
        with pytest.raises(InputError):
            ChainHistory(past).recent(contracts, past.block(), most)
