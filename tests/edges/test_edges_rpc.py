"""Reading a real chain, in few posts, at one block."""

import pytest
from edges_world import INVALID, LOGGER, REVERTER, SLOTS, STORE

from upgrader.edges.rpc import RpcChain
from upgrader.errors import InputError
from upgrader.inquiry import ReadBalance, ReadCall, ReadCode, ReadFailed, ReadLogs, ReadSlot, gather
from upgrader.units import BlockNumber, Slot, address, word

NOBODY = address("0x" + "99" * 20)


def ask(*reads):
    """An inquiry of one round."""
    answers = yield reads
    return answers


def pass_on(exchange):
    exchange.forward()


@pytest.fixture
def chain(anvil, waits):
    return RpcChain([anvil.url], pause=waits.append)


def test_every_kind_of_read_is_answered(chain):
    """A slot, code, a call's result, a balance and logs come back as bytes and values."""
    slot, code, nothing, balance, logs = chain.ask(
        ask(ReadSlot(STORE, Slot(2)), ReadCode(INVALID), ReadCall(NOBODY, b"\1"), ReadBalance(NOBODY), ReadLogs(LOGGER))
    )

    assert word(3) == slot
    assert b"\xfe" == code
    assert b"" == nothing
    assert word(0) == balance
    assert [(word(7), word(n)) for n in range(30)] == [log.topics for log in logs]
    assert list(range(1, 31)) == [log.block for log in logs]


def test_a_custom_error_is_an_answer_with_its_data(chain):
    """A revert is said to be one, and its data is kept."""
    (answer,) = chain.ask(ask(ReadCall(REVERTER, b"\1\2\3\4")))

    assert bytes.fromhex("deadbeef") == answer.data
    assert answer.reverted


def test_an_invalid_opcode_is_the_chains_no(chain):
    """Code that fails without revert data has still been refused by the chain, not by the node."""
    (answer,) = chain.ask(ask(ReadCall(INVALID, b"")))

    assert ReadFailed(answer.reason, b"", reverted=True) == answer


def test_logs_are_filtered_by_topics_and_first_block(chain):
    """Topics match by position, a tuple matches any of its members, and earlier blocks are left out."""
    wanted = ReadLogs(LOGGER, (None, (word(3), word(20), word(25))), first=BlockNumber(10))

    (logs,) = chain.ask(ask(wanted))

    assert [20, 25] == [int.from_bytes(log.topics[1], "big") for log in logs]


def test_a_round_of_many_reads_takes_few_posts(spoiled, waits):
    """Three hundred slots of gathered inquiries share two posts, and a repeated read is asked once."""
    node = spoiled(pass_on)
    chain = RpcChain([node.url], pause=waits.append)
    block = chain.block()
    node.posts.clear()

    answers = chain.ask(gather([ask(ReadSlot(STORE, Slot(n)), ReadSlot(STORE, Slot(0))) for n in range(SLOTS)]), block)

    assert [(word(n + 1), word(1)) for n in range(SLOTS)] == list(answers)
    assert 2 == len(node.posts)
    assert SLOTS + 2 == sum(len(post) for post in node.posts)


def test_reads_are_pinned_to_the_block_that_was_given(anvil, chain):
    """A later transaction does not show in an inquiry pinned before it."""
    before = chain.block()
    anvil.mine()
    anvil.set_storage(STORE, Slot(999), word(5))

    then, now = chain.ask(ask(ReadSlot(STORE, Slot(999))), before), chain.ask(ask(ReadSlot(STORE, Slot(999))))

    assert ((word(0),), (word(5),)) == (then, now)


def test_a_block_that_does_not_exist_yet_is_bad_input(chain):
    """Asking for the future names the endpoint and the block."""
    with pytest.raises(InputError, match="has no block 1000000 yet"):
        chain.block(BlockNumber(1_000_000))


def test_a_block_tag_must_be_known(chain):
    """A mistyped tag is not sent to the node."""
    with pytest.raises(InputError, match="'lates' is not a block"):
        chain.block("lates")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "mainnet", "http://", "http://[::1", "http://h:99999"])
def test_an_address_that_is_no_endpoint_is_bad_input(url):
    """What cannot be an HTTP endpoint is refused before anything is sent."""
    with pytest.raises(InputError, match="not an address of an HTTP endpoint"):
        RpcChain([url])


def test_no_endpoint_at_all_is_bad_input():
    """A chain without an endpoint says how to give one."""
    with pytest.raises(InputError, match="no endpoint"):
        RpcChain([])
