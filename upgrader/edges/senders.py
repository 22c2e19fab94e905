"""Whoever can put a transaction on a chain: the :class:`~upgrader.ports.Sender` port.

:class:`NodeSender` lets the node sign (a development account, or one that a sandbox impersonates);
:class:`KeySender` signs here with a key that :mod:`~upgrader.edges.keys` unlocked.  Both return the receipt whatever
its status, and both name the transaction's hash once there is one: a transaction that was not mined in time may
still be mined later, and only its hash tells.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from upgrader.calls import Call
from upgrader.edges.clock import SystemClock
from upgrader.edges.endpoint import METHOD_NOT_FOUND, RpcError
from upgrader.edges.reads import integer, is_revert, log_of, revert_data, whole
from upgrader.errors import InputError, SimulationError, UnavailableError
from upgrader.ports import Clock, Receipt
from upgrader.units import Address, BlockNumber, ChainId, Hash32, Seconds, Wei, address, hex_bytes, hexed, keccak

RECEIPT_WAIT: Final = Seconds(300)
"""How long a transaction may take to be mined: 25 blocks of mainnet."""

GAS_MARGIN: Final = (5, 4)
"""Gas sent is this fraction of the estimate: state may change between estimate and mining."""

DEVELOPMENT_GAS: Final = 2**24
"""Gas of a transaction that a node signs: given outright, because an estimate would refuse the reverting ones that a
rehearsal wants mined.  The largest that EIP-7825 allows."""

POLL: Final = Seconds(2)
"""Between two looks for a receipt."""

LOOKS_AT_ONCE: Final = 5
"""Looks before the first wait: a development node mines within a millisecond or two of answering."""

DEFAULT_TIP: Final = Wei(10**9)
"""Priority fee where a node has no opinion."""


FEE_LIMIT: Final = Wei(3_000 * 10**9)
"""Fee for each unit of gas that is never passed: several times the worst hours of mainnet.  A node that names more
is mistaken or means harm."""


class Rpc(Protocol):
    """As much of a chain as sending needs."""

    def chain_id(self) -> ChainId:
        """Return the id that every endpoint agreed on."""
        ...

    def request(self, method: str, *params: Any) -> Any:
        """Make one JSON-RPC request and return its result."""
        ...


class KeyHolder(Protocol):
    """Whoever signs transactions with a key of its own."""

    address: Address

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Return the signed transaction as it goes over the wire."""
        ...


class NodeSender:
    """An account whose key the node holds, or needs not.

    Args:
        rpc: The node.
        sender: The account.
        clock: How to wait where the node cannot answer with the receipt at once.
    """

    def __init__(self, rpc: Rpc, sender: Address, clock: Clock | None = None) -> None:
        self.address = sender
        self._rpc = rpc
        self._clock = clock

    def send(self, call: Call, *, gas: int | None = None) -> Receipt:
        """Send, wait for the receipt, and return it whatever its status.

        Raises:
            UnavailableError: The node refused it, or it was not mined in time; the hash is in the message.
        """
        return self._send({"to": call.to, "data": hexed(call.data), "value": hex(call.value)}, gas)

    def create(self, creation_code: bytes, *, value: Wei = Wei(0), gas: int | None = None) -> Receipt:
        """Create a contract and return the receipt whatever its status.

        Raises:
            UnavailableError: The node refused it, or it was not mined in time; the hash is in the message.
        """
        return self._send({"data": hexed(creation_code), "value": hex(value)}, gas)

    def _send(self, fields: dict[str, str], gas: int | None) -> Receipt:
        message = {"from": self.address, "gas": hex(gas or DEVELOPMENT_GAS), **fields}
        try:
            # One round trip, and no moment at which the receipt is not there yet.  Source: EIP-7966 for raw ones.
            return parse_receipt(self._rpc.request("eth_sendTransactionSync", message))
        except RpcError as error:
            if error.code != METHOD_NOT_FOUND:
                raise
        digest = Hash32(hex_bytes(self._rpc.request("eth_sendTransaction", message), what="transaction hash"))
        return await_receipt(self._rpc, digest, self._clock or SystemClock())


class KeySender:
    """An account that signs here.

    Args:
        rpc: The node that passes the transaction on.
        key: Who signs.
        clock: How to wait for the receipt.
    """

    def __init__(self, rpc: Rpc, key: KeyHolder, clock: Clock) -> None:
        self.address = key.address
        self._rpc = rpc
        self._key = key
        self._clock = clock

    def send(self, call: Call, *, gas: int | None = None) -> Receipt:
        """Send, wait for the receipt, and return it whatever its status.

        Args:
            call: What to send.
            gas: Its gas limit; None estimates it, and then a call that would revert is not sent.

        Raises:
            SimulationError: It would revert; nothing was sent.
            UnavailableError: It could not be sent, or was not mined in time; the hash is in the message.
        """
        message = {"from": self.address, "to": call.to, "data": hexed(call.data), "value": hex(call.value)}
        limit = gas or self._estimate(message)
        transaction = {
            "chainId": int(self._rpc.chain_id()),
            "nonce": self._number("eth_getTransactionCount", self.address, "pending"),
            "to": call.to,
            "data": hexed(call.data),
            "value": int(call.value),
            "gas": limit,
            **self._fees(),
        }
        raw = self._key.sign_transaction(transaction)
        digest = keccak(raw)
        self._broadcast(raw, digest)
        return await_receipt(self._rpc, digest, self._clock)

    def _estimate(self, message: Mapping[str, str]) -> int:
        try:
            estimate = self._number("eth_estimateGas", dict(message))
        except RpcError as error:
            if not is_revert(error):
                raise
            raise SimulationError(
                f"the call to {message['to']} would revert ({error.message}; revert data "
                f"{hexed(revert_data(error))}); nothing was sent",
                remedy="`upgrader status` says whether the step is due; `upgrader simulate` shows why it reverts",
            ) from error
        return estimate * GAS_MARGIN[0] // GAS_MARGIN[1]

    def _fees(self) -> dict[str, int]:
        """Return EIP-1559 fees that outlast six full blocks, or a gas price where the chain has no base fee."""
        head = self._rpc.request("eth_getBlockByNumber", "latest", False)  # noqa: FBT003 - a JSON-RPC parameter
        base = integer(head.get("baseFeePerGas")) if isinstance(head, Mapping) else None
        if base is None:
            return {"gasPrice": self._number("eth_gasPrice")}
        try:
            tip = self._number("eth_maxPriorityFeePerGas")
        except RpcError:
            tip = int(DEFAULT_TIP)
        if 2 * base + tip > FEE_LIMIT:
            raise UnavailableError(
                f"wants {(2 * base + tip) // 10**9} gwei for each unit of gas; nothing was sent",
                remedy="wait, or compare with another endpoint (--rpc)",
            )
        return {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}

    def _broadcast(self, raw: bytes, digest: Hash32) -> None:
        try:
            self._rpc.request("eth_sendRawTransaction", hexed(raw))
        except UnavailableError as error:
            # "already known", or an answer that was lost: the chain decides whether it was sent.
            if self._rpc.request("eth_getTransactionByHash", hexed(digest)) is None:
                raise UnavailableError(
                    f"transaction {hexed(digest)} was not accepted: {error.message}",
                    remedy=error.remedy,
                    where=error.where,
                ) from error

    def _number(self, method: str, *params: Any) -> int:
        found = integer(self._rpc.request(method, *params))
        if found is None:
            raise UnavailableError(
                f"the node's answer to {method} is no number", remedy="name another endpoint with --rpc"
            )
        return found


def await_receipt(rpc: Rpc, transaction: Hash32, clock: Clock, limit: Seconds = RECEIPT_WAIT) -> Receipt:
    """Wait until a transaction is mined.

    Raises:
        UnavailableError: It was not within ``limit``; it may still be.
    """
    deadline = clock.now() + limit
    looks = 0
    while True:
        try:
            raw = rpc.request("eth_getTransactionReceipt", hexed(transaction))
        except UnavailableError:
            raw = None  # the transaction is out: a node that pauses or is still indexing is no reason to forget it
        if raw is not None:
            receipt = parse_receipt(raw)
            if receipt.transaction == transaction:
                return receipt
        if clock.now() >= deadline:
            raise UnavailableError(
                f"transaction {hexed(transaction)} was not mined within {limit} s; it may still be",
                remedy="look it up before sending again; `upgrader status` says what the chain holds",
            )
        looks += 1
        if looks >= LOOKS_AT_ONCE:
            clock.sleep(POLL)


def parse_receipt(raw: Any) -> Receipt:
    """Return a receipt as JSON-RPC writes it.

    Raises:
        UnavailableError: It is malformed.
    """
    try:
        created = raw.get("contractAddress")
        return Receipt(
            transaction=Hash32(hex_bytes(raw["transactionHash"], what="transaction hash")),
            status=whole(raw["status"]) == 1,
            block=BlockNumber(whole(raw["blockNumber"])),
            gas_used=whole(raw["gasUsed"]),
            logs=tuple(log_of(entry) for entry in raw["logs"]),
            contract=address(created) if created else None,
        )
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise UnavailableError(
            f"a malformed receipt: {str(raw)[:200]}", remedy="name another endpoint with --rpc"
        ) from error
