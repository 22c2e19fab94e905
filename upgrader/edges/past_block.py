"""A block with its transactions and receipts, as JSON-RPC writes them, as one value.

Everything in it comes from a node and is untrusted: the parts must fit together, or there is no block.

Source: https://ethereum.github.io/execution-apis/api-documentation/
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from upgrader.edges.reads import log_of, whole
from upgrader.errors import InputError
from upgrader.simulation.traffic import PastBlock, Transaction
from upgrader.units import WORD, Address, BlockNumber, Hash32, Slot, Timestamp, Wei, address, hex_bytes, word


def past_block(
    header: Any, parent: Any, receipts: Mapping[Hash32, Any], contracts: Collection[Address], known: Collection[Hash32]
) -> PastBlock:
    """Return a block up to the last of its transactions that touched one of ``contracts``.

    Args:
        header: The block with whole transactions.
        parent: The header of the block before it.
        receipts: By transaction; of each that is in the block.
        contracts: Whose traffic it is about.
        known: Transactions that the node named when it was asked for the contracts' events.

    Raises:
        ValueError: The parts do not fit together; the message says which.
    """
    try:
        number, digest = BlockNumber(whole(header["number"])), hash_of(header["hash"])
        if hash_of(parent["hash"]) != hash_of(header["parentHash"]) or whole(parent["number"]) != number - 1:
            raise ValueError("it is not the child of the block before it")
        timestamp = Timestamp(whole(header["timestamp"]))
        basefee = Wei(whole(header["baseFeePerGas"])) if header.get("baseFeePerGas") else None
        transactions = tuple(
            _transaction(raw, receipts[hash_of(raw["hash"])], (digest, number, timestamp), place, basefee or 0)
            for place, raw in enumerate(header["transactions"])
        )
        touched = tuple(each.index for each in transactions if touches(each, contracts))
        if not set(known) <= {transactions[place].hash for place in touched}:
            raise ValueError("a transaction that the node named for its events is not among those of the block")
        return PastBlock(
            number=number,
            hash=digest,
            timestamp=timestamp,
            parent=hash_of(header["parentHash"]),
            parent_timestamp=Timestamp(whole(parent["timestamp"])),
            basefee=basefee,
            beneficiary=address(header["miner"]),
            randomness=_randomness(header),
            transactions=transactions[: touched[-1] + 1] if touched else (),
            touched=touched,
        )
    except (AttributeError, InputError, KeyError, TypeError) as error:
        raise ValueError(f"a part of it is missing or malformed ({str(error)[:120]})") from error


def touches(transaction: Transaction, contracts: Collection[Address]) -> bool:
    """Tell whether a transaction called one of ``contracts`` or made it emit an event."""
    return transaction.to in contracts or any(log.address in contracts for log in transaction.logs)


def hash_of(text: Any) -> Hash32:
    """Return a hash as JSON-RPC writes it.

    Raises:
        InputError: It is none.
    """
    digest = hex_bytes(text, what="hash")
    if len(digest) != WORD:
        raise InputError(f"{str(text)[:80]!r} is not a hash", remedy="name another endpoint")
    return Hash32(digest)


def callees(header: Any, number: int) -> Sequence[tuple[Hash32, Address | None]]:
    """Return hash and callee of each transaction of a block.

    Raises:
        ValueError: It is not the block of that number with whole transactions.
    """
    try:
        if whole(header["number"]) != number:
            raise ValueError("it is another block")
        return [(hash_of(raw["hash"]), _callee(raw)) for raw in header["transactions"]]
    except (InputError, KeyError, TypeError) as error:
        raise ValueError(f"a part of it is missing or malformed ({str(error)[:120]})") from error


def _transaction(
    raw: Mapping[str, Any],
    receipt: Mapping[str, Any],
    block: tuple[Hash32, BlockNumber, Timestamp],
    place: int,
    basefee: int,
) -> Transaction:
    digest, number, timestamp = block
    places = {whole(raw["transactionIndex"]), whole(receipt["transactionIndex"])}
    if {hash_of(receipt["blockHash"]), hash_of(raw["blockHash"])} != {digest} or places != {place}:
        raise ValueError("a receipt is of another block")
    status = whole(receipt["status"])
    logs = tuple(log_of(entry) for entry in receipt["logs"])
    if any(log.block != number for log in logs):
        raise ValueError("an event is of another block")
    return Transaction(
        hash=hash_of(raw["hash"]),
        index=place,
        sender=address(raw["from"]),
        to=_callee(raw),
        data=hex_bytes(raw["input"], what="calldata"),
        value=Wei(whole(raw["value"])),
        gas=whole(raw["gas"]),
        block=number,
        timestamp=timestamp,
        status=status == 1,
        gas_used=whole(receipt["gasUsed"]),
        logs=logs,
        tip=Wei(max(0, whole(receipt.get("effectiveGasPrice") or "0x0") - basefee)),
        access=tuple(
            (address(entry["address"]), tuple(Slot(whole(key)) for key in entry["storageKeys"]))
            for entry in raw.get("accessList") or ()
        ),
    )


def _callee(raw: Mapping[str, Any]) -> Address | None:
    return address(raw["to"]) if raw.get("to") else None


def _randomness(header: Mapping[str, Any]) -> bytes:
    """Return what PREVRANDAO reads: the field took the place of the difficulty (EIP-4399)."""
    difficulty = whole(header.get("difficulty") or "0x0")
    return word(difficulty) if difficulty else bytes(hash_of(header["mixHash"]))
