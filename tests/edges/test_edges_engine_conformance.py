"""How the pinned anvil departs from other nodes: each defect that the engine is built around, held by a test.

When anvil's version is raised, a test that fails here says which workaround has become needless or wrong.
"""

import pytest
from edges_world import LOGGER, REVERTER, SENDER, STORE

from upgrader.edges.anvil import Anvil
from upgrader.edges.endpoint import METHOD_NOT_FOUND, RpcError
from upgrader.simulation.request import SLOT_READER
from upgrader.units import Slot, address, hexed, word

POOR = address("0x" + "b0" * 20)
GAS = hex(100_000)
TRANSIENT = bytes.fromhex("5f3580601157" + "5f5c5f5260205ff3" + "00" * 3 + "5b5f5d00")
"""With a non-zero word as calldata keeps it in transient storage; with zero returns what is kept."""

BASE_FEE = bytes.fromhex("485f5260205ff3")
PARENT_HASH = bytes.fromhex("6001430340" + "5f5260205ff3")


def call(to, data=b"", **more):
    return {"from": SENDER, "to": to, "data": hexed(data), "gas": GAS, **more}


def simulate(chain, *blocks, **more):
    """Return the blocks of a simulation on the head."""
    return chain.request("eth_simulateV1", {"blockStateCalls": list(blocks), **more}, "latest")


def numbers(blocks, name):
    return [int(block[name], 16) for block in blocks]


def test_the_first_block_takes_the_heads_number_and_time(anvil):
    """So the engine names both for every block."""
    head = anvil.block()

    blocks = simulate(anvil, {"calls": []}, {"calls": []})

    assert [head.number, head.number + 1] == numbers(blocks, "number")
    assert [head.timestamp, head.timestamp + 12] == numbers(blocks, "timestamp")


def test_numbers_that_repeat_and_times_that_fall_are_run(anvil):
    """So the validator refuses them: geth does."""
    head = anvil.block()
    again = {"blockOverrides": {"number": hex(head.number), "time": hex(head.timestamp - 100)}, "calls": []}

    assert [head.number, head.number] == numbers(simulate(anvil, again, again), "number")


def test_fields_that_do_not_exist_are_ignored(anvil):
    """So the validator knows every field."""
    (block,) = simulate(anvil, {"calls": [call(LOGGER, word(1), gasLimt="0x1")], "blockOverride": {}}, validate=True)

    assert "0x1" == block["calls"][0]["status"]


def test_a_base_fee_is_seen_only_under_validation(anvil):
    """So a moment with a price of gas makes the whole request a validated one."""
    put = {POOR: {"code": hexed(BASE_FEE)}}
    block = {"blockOverrides": {"baseFeePerGas": "0x7"}, "stateOverrides": put, "calls": [call(POOR)]}
    paying = {**block, "calls": [call(POOR, maxFeePerGas="0x7", maxPriorityFeePerGas="0x0")]}

    (plain,), (held,) = simulate(anvil, block), simulate(anvil, paying, validation=True)

    assert [hexed(word(0)), hexed(word(7))] == [plain["calls"][0]["returnData"], held["calls"][0]["returnData"]]


def test_a_creation_is_refused(anvil):
    """So acts have a callee, and contracts are created through a factory."""
    with pytest.raises(RpcError):
        simulate(anvil, {"calls": [{"from": SENDER, "data": "0x00", "gas": GAS}]})


def test_one_unfunded_transfer_fails_the_whole_request(anvil):
    """So senders are given what they spend."""
    with pytest.raises(RpcError, match=r"(?i)insufficient|funds|balance"):
        simulate(anvil, {"calls": [call(LOGGER, word(1)), {**call(STORE), "from": POOR, "value": "0x1"}]})


def test_blockhash_of_a_simulated_parent_is_not_the_hash_it_reports(anvil):
    """So no scenario may rest on BLOCKHASH."""
    head = anvil.block()
    blocks = [
        {
            "blockOverrides": {"number": hex(head.number + step), "time": hex(head.timestamp + step)},
            "stateOverrides": {POOR: {"code": hexed(PARENT_HASH)}},
            "calls": [call(POOR)],
        }
        for step in (1, 2)
    ]

    first, second = simulate(anvil, *blocks)

    assert first["hash"] != second["calls"][0]["returnData"]
    assert hexed(bytes(32)) == second["parentHash"]


def test_gas_above_the_transaction_cap_and_above_the_block_is_run(anvil):
    """So the validator holds EIP-7825's cap and the whole request's."""
    much = call(LOGGER, word(1), gas=hex(40_000_000))

    (block,) = simulate(anvil, {"calls": [much, much]})

    assert ["0x1", "0x1"] == [each["status"] for each in block["calls"]]


def test_a_code_override_stays_in_later_blocks(anvil):
    """So storage is read in the last block."""
    head = anvil.block()
    put = {STORE: {"code": hexed(SLOT_READER)}}
    first = {"blockOverrides": {"number": hex(head.number + 1)}, "stateOverrides": put, "calls": []}
    second = {"blockOverrides": {"number": hex(head.number + 2)}, "calls": [call(STORE, word(4) + word(299))]}

    read = simulate(anvil, first, second)[1]["calls"][0]["returnData"]

    assert hexed(word(5) + word(300)) == read


def test_the_slot_reader_reads_as_many_words_as_it_is_given(anvil):
    """None, one, and three hundred words, each as the chain has it."""
    put = {STORE: {"code": hexed(SLOT_READER)}}
    asked = [(), (Slot(7),), tuple(Slot(number) for number in range(300))]
    calls = [{**call(STORE, b"".join(map(word, slots))), "gas": hex(2**24)} for slots in asked]

    (block,) = simulate(anvil, {"stateOverrides": put, "calls": calls})

    assert [hexed(b"".join(word(slot + 1) for slot in slots)) for slots in asked] == [
        each["returnData"] for each in block["calls"]
    ]


def test_transient_storage_ends_with_each_call(anvil):
    """As with each transaction."""
    put = {POOR: {"code": hexed(TRANSIENT)}}

    (block,) = simulate(anvil, {"stateOverrides": put, "calls": [call(POOR, word(5)), call(POOR, word(0))]})

    assert ["0x", hexed(bytes(32))] == [each["returnData"] for each in block["calls"]]


def test_a_revert_has_its_data_as_what_was_returned(anvil):
    """Not with the error, where geth has it; both are read."""
    (block,) = simulate(anvil, {"calls": [call(REVERTER)]})

    assert ("0x0", "0xdeadbeef") == (block["calls"][0]["status"], block["calls"][0]["returnData"])


def test_more_blocks_than_geth_takes_are_run(anvil):
    """So the validator counts them."""
    assert 300 == len(simulate(anvil, *({"calls": []} for _ in range(300))))


@pytest.mark.parametrize("method", ["eth_callMany", "trace_call", "trace_callMany", "debug_traceCallMany"])
def test_what_other_nodes_offer_for_many_calls_is_missing(anvil, method):
    """So traces are one message through a runner."""
    with pytest.raises(RpcError) as caught:
        anvil.request(method, {}, "latest")

    assert METHOD_NOT_FOUND == caught.value.code


def test_the_mux_tracer_is_missing(anvil):
    """So each tracer is asked by itself."""
    options = {"tracer": "muxTracer", "tracerConfig": {"callTracer": {}, "prestateTracer": {}}}

    with pytest.raises(RpcError, match="unsupported tracer"):
        anvil.request("debug_traceCall", call(LOGGER, word(1)), "latest", options)


def test_a_transaction_has_no_receipt_before_it_is_mined():
    """``eth_sendTransaction`` answers at once; so senders ask for the receipt with it (EIP-7966)."""
    with Anvil(options=["--no-mining"]) as chain:
        digest = chain.request("eth_sendTransaction", call(LOGGER))
        before = chain.request("eth_getTransactionReceipt", digest)
        chain.mine()

        assert (None, digest) == (before, chain.request("eth_getTransactionReceipt", digest)["transactionHash"])
