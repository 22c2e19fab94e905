"""Transactions that really happened, as data: what a replay runs again, and what generated sequences learn from."""

from dataclasses import dataclass

from upgrader.inquiry import Log
from upgrader.simulation.scenario import Access
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
        tip: Paid to the block's beneficiary for each gas.
        access: Its access list.
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
    tip: Wei = Wei(0)
    access: Access = ()


@dataclass(frozen=True, slots=True)
class PastBlock:
    """One block of a chain's past, as far as a replay needs it.

    Attributes:
        parent: Hash of the block before it, on whose state it was made.
        parent_timestamp: Time of that block.
        basefee: Price of gas in it; None before London.
        beneficiary: Who was paid for it, what COINBASE read.
        randomness: What PREVRANDAO read (DIFFICULTY before The Merge), 32 bytes.
        transactions: From the block's first to the last one that touched a contract in question.
        touched: Places of those that did, rising.
    """

    number: BlockNumber
    hash: Hash32
    timestamp: Timestamp
    parent: Hash32
    parent_timestamp: Timestamp
    basefee: Wei | None
    beneficiary: Address
    randomness: bytes
    transactions: tuple[Transaction, ...]
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What happened lately to some contracts.

    Attributes:
        blocks: Those with a transaction that touched one of the contracts, oldest first.
        logs_from: The first block whose events were looked at.
        calls_from: The first block whose every transaction was looked at, whether it left an event or not.
        last: The last block that was looked at.
        full: Whether there were as many transactions as were asked for.
    """

    blocks: tuple[PastBlock, ...]
    logs_from: BlockNumber
    calls_from: BlockNumber
    last: BlockNumber
    full: bool = False

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """Those that touched, oldest first."""
        return tuple(block.transactions[place] for block in self.blocks for place in block.touched)

    @property
    def omitted(self) -> tuple[str, ...]:
        """What was not looked at, in sentences."""
        unseen = "Calls by other contracts that left no event were not looked for."
        silent = f"Transactions that left no event were not looked for before block {self.calls_from}."
        older = f"Nothing before block {self.logs_from} was looked at."
        return (unseen, *([silent] if self.calls_from else []), *([older] if self.logs_from else []))
