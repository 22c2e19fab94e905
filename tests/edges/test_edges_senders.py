"""Transactions by a key of our own and by the node's, on a real chain and with its answers spoiled."""

import pytest
from edges_world import LOGGER, REVERTER

from upgrader.calls import Call
from upgrader.edges.clock import SystemClock
from upgrader.edges.keys import development_key
from upgrader.edges.rpc import RpcChain
from upgrader.edges.senders import KeySender, NodeSender, await_receipt, parse_receipt
from upgrader.errors import SimulationError, UnavailableError
from upgrader.units import Hash32, Seconds, Timestamp, Wei, address, hexed, word

RECIPIENT = address("0x" + "ab" * 20)


class StepClock:
    """A clock that moves only by being slept on."""

    def __init__(self):
        self.time = 0

    def now(self):
        """Return the steps so far."""
        return Timestamp(self.time)

    def sleep(self, duration):
        """Step."""
        self.time += duration


@pytest.fixture
def sandbox(anvil):
    """The folder's chain, left as it was found."""
    handle = anvil.snapshot()
    yield anvil
    anvil.revert(handle)


@pytest.fixture
def key():
    return development_key(4, test=True)


def test_a_key_sends_with_fees_of_its_own(sandbox, key):
    """The mined transaction is EIP-1559, from the key's address, with a margin over the estimate."""
    receipt = KeySender(sandbox, key, SystemClock()).send(Call(LOGGER, word(9), value=Wei(3)))
    mined = sandbox.request("eth_getTransactionByHash", hexed(receipt.transaction))

    assert receipt.status
    assert [(word(7), word(9))] == [log.topics for log in receipt.logs]
    assert (key.address.lower(), "0x2", "0x3") == (mined["from"], mined["type"], mined["value"])
    assert receipt.gas_used < int(mined["gas"], 16) <= receipt.gas_used * 2


def test_two_transactions_have_two_nonces(sandbox, key):
    """The next nonce counts what is pending."""
    sender = KeySender(sandbox, key, SystemClock())
    first, second = sender.send(Call(LOGGER, word(1))), sender.send(Call(LOGGER, word(2)))

    assert first.block + 1 == second.block


def test_what_would_revert_is_not_sent(sandbox, key):
    """The estimate's revert data is in the message, and the nonce stays."""
    nonce = sandbox.request("eth_getTransactionCount", key.address, "pending")

    with pytest.raises(SimulationError, match=r"revert data 0xdeadbeef.*nothing was sent"):
        KeySender(sandbox, key, SystemClock()).send(Call(REVERTER, b""))

    assert nonce == sandbox.request("eth_getTransactionCount", key.address, "pending")


def test_a_revert_on_chain_is_a_receipt(sandbox, key):
    """With gas given nothing is estimated, and the receipt tells."""
    assert not KeySender(sandbox, key, SystemClock()).send(Call(REVERTER, b""), gas=100_000).status


def test_an_account_without_money_says_so(sandbox):
    """The node's words and the transaction's hash are in the message."""
    poor = development_key(77, test=True)

    with pytest.raises(UnavailableError, match=r"transaction 0x[0-9a-f]{64} was not accepted.*[Ii]nsufficient funds"):
        KeySender(sandbox, poor, SystemClock()).send(Call(RECIPIENT, b"", Wei(1)), gas=30_000)


def test_an_absurd_fee_is_not_paid(spoiled, waits, key):
    """A node that names a fee no market ever saw gets no transaction."""

    def overcharge(request, reply):
        if request["method"] == "eth_maxPriorityFeePerGas":
            reply["result"] = hex(10**15)

    node = spoiled(lambda exchange: exchange.forward(overcharge))

    with pytest.raises(UnavailableError, match=r"wants .* gwei .*nothing was sent"):
        KeySender(RpcChain([node.url], pause=waits.append), key, SystemClock()).send(Call(RECIPIENT, b"", Wei(1)))

    assert "eth_sendRawTransaction" not in [post["method"] for post in node.posts]


@pytest.mark.usefixtures("sandbox")
def test_a_lost_answer_does_not_lose_the_transaction(spoiled, waits, key):
    """If the answer to the sending is cut off, the chain is asked whether it arrived."""

    def cut_after_sending(exchange):
        if exchange.asks("eth_sendRawTransaction"):
            exchange.upstream()
            exchange.send(200, b"{}" * 50, cut=5)
        else:
            exchange.forward()

    chain = RpcChain([spoiled(cut_after_sending).url], pause=waits.append)

    assert KeySender(chain, key, SystemClock()).send(Call(RECIPIENT, b"", Wei(1))).status


def test_a_receipt_that_never_comes_is_given_up_with_the_hash(anvil):
    """The wait is bounded by the clock, and the message holds what to look up."""
    unknown = Hash32(b"\7" * 32)

    with pytest.raises(UnavailableError, match=f"{hexed(unknown)} was not mined within 10 s; it may still be"):
        await_receipt(anvil, unknown, StepClock(), Seconds(10))


def test_a_node_without_the_one_step_method_is_polled(sandbox, spoiled, waits):
    """Geth and others lack ``eth_sendTransactionSync``; the receipt is then waited for."""

    def lack(exchange):
        if exchange.asks("eth_sendTransactionSync"):
            exchange.refuse(-32601, "the method eth_sendTransactionSync does not exist")
        else:
            exchange.forward()

    chain = RpcChain([spoiled(lack).url], pause=waits.append)
    account = address(sandbox.request("eth_accounts")[2])

    assert NodeSender(chain, account, StepClock()).send(Call(LOGGER, word(1))).status


@pytest.mark.parametrize(
    "change",
    [{"logs": None}, {"logs": [{}]}, {"blockNumber": "soon"}, {"transactionHash": 5}, {"contractAddress": "0x1"}],
)
def test_a_malformed_receipt_is_an_error(sandbox, change):
    """A receipt that cannot be understood is not taken for a success."""
    sent = sandbox.request("eth_sendTransactionSync", {"from": sandbox.request("eth_accounts")[0], "to": RECIPIENT})

    assert parse_receipt(sent).status
    with pytest.raises(UnavailableError, match="malformed receipt"):
        parse_receipt({**sent, **change})
