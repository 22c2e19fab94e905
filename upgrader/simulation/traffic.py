"""Transactions that really happened, as data: what a replay runs again, and what generated sequences learn from."""

from dataclasses import dataclass

from upgrader.inquiry import Log
from upgrader.units import Address, BlockNumber, Hash32, Timestamp, Wei


@dataclass(frozen=True, slots=True)
class Transaction:
    """One mined transaction with what became of it.

    Attributes:
        hash: Of the transaction.
        index: Its place in its block, from 0.
        sender: Who signed it.
        to: The callee; None for one that creates a contract.
        data: Calldata.
        value: Wei sent along.
        gas: Its gas limit.
        block: Where it was mined.
        timestamp: Time of that block.
        status: True when its outermost call did not revert.
        gas_used: As its receipt says.
        logs: Its events.
    """

    hash: Hash32
    index: int
    sender: Address
    to: Address | None
    data: bytes
    value: Wei
    gas: int
    block: BlockNumber
    timestamp: Timestamp
    status: bool
    gas_used: int
    logs: tuple[Log, ...] = ()
