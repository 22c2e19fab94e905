"""Reads of an inquiry as JSON-RPC requests, and replies as answers.

The one judgement made here is whether a failed call was refused by the chain (a revert, an invalid opcode: the same
on every node) or by the node (pruned state, a gas cap, a limit: another node may answer).

Sources: EIP-1474 (methods and quantities), EIP-838 (revert data).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from upgrader.edges.endpoint import Reply, Request, RpcError
from upgrader.errors import InputError
from upgrader.inquiry import Answer, Log, Read, ReadBalance, ReadCall, ReadCode, ReadFailed, ReadLogs, ReadSlot
from upgrader.units import WORD, BlockNumber, address, hexed

REVERTED: Final = 3
"""Error code of a revert.  Source: geth, internal/ethapi/errors.go; adopted by the other clients."""

_REVERT_WORDS: Final = (
    "revert",
    "vm execution error",
    "invalid opcode",
    "invalid jump",
    "invalidjump",
    "stack underflow",
    "stackunderflow",
    "stack overflow",
    "stackoverflow",
    "invalidfeopcode",
    "opcodenotfound",
    "opcode not found",
    "notactivated",
    "write protection",
    "statechangeduringstaticcall",
    "bad instruction",
    "return data out of bounds",
    "outofoffset",
)
"""How clients name the ways in which code itself fails.  Out of gas is not among them: the node chose the gas."""

_HEX_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")


def quantity(value: int) -> str:
    """Return an integer as JSON-RPC writes it."""
    return hex(value)


def lower(read: Read, block: BlockNumber) -> Request:
    """Return the request that answers ``read`` at ``block``; logs from their first block."""
    tag = quantity(block)
    match read:
        case ReadSlot():
            return "eth_getStorageAt", (read.address, quantity(read.slot), tag)
        case ReadCode():
            return "eth_getCode", (read.address, tag)
        case ReadBalance():
            return "eth_getBalance", (read.address, tag)
        case ReadCall():
            message = {"to": read.to, "data": hexed(read.data)}
            if read.sender is not None:
                message["from"] = read.sender
            return "eth_call", (message, tag)
        case ReadLogs():
            return lower_logs(read, read.first, block)


def lower_logs(read: ReadLogs, first: int, last: int) -> Request:
    """Return the request for the logs of ``read`` from block ``first`` to block ``last``, both included."""
    criteria = {
        "address": read.address,
        "fromBlock": quantity(first),
        "toBlock": quantity(last),
        "topics": [_topic(topic) for topic in read.topics],
    }
    return "eth_getLogs", (criteria,)


def lift(read: Read, reply: Reply, block: BlockNumber) -> Answer:
    """Return the answer that ``reply`` gives to ``read`` at ``block``; what makes no sense is a failed read."""
    if reply.error is not None:
        return _failed(read, reply.error)
    if isinstance(read, ReadLogs):
        return lift_logs(read, reply.result, range(read.first, block + 1))
    result = reply.result
    if not isinstance(result, str):
        return ReadFailed(f"the node answered {_brief(result)} where hex was due")
    match read:
        case ReadSlot() | ReadBalance():
            # Some nodes shorten a storage word to a quantity.
            return _word(result)
        case ReadCode() | ReadCall():
            if _HEX_DATA.fullmatch(result):
                return bytes.fromhex(result[2:])
            return ReadFailed(f"the node answered {_brief(result)} where hex bytes were due")


def lift_logs(read: ReadLogs, result: Any, blocks: range) -> tuple[Log, ...] | ReadFailed:
    """Return the logs in a reply, oldest first; a failed read when one of them is not what was asked for."""
    if not isinstance(result, list):
        return ReadFailed(f"the node answered {_brief(result)} where logs were due")
    logs = []
    for entry in result:
        try:
            log = log_of(entry)
        except ValueError:
            return ReadFailed(f"the node answered a malformed log: {_brief(entry)}")
        if log.address != read.address or log.block not in blocks or not _matches(read, log):
            return ReadFailed(f"the node answered a log that was not asked for: {_brief(entry)}")
        logs.append(log)
    return tuple(sorted(logs, key=lambda log: (log.block, log.index)))


def log_of(entry: Any) -> Log:
    """Return a log as JSON-RPC writes it.

    Raises:
        ValueError: It is malformed, or was removed by a reorganisation.
    """
    if not isinstance(entry, Mapping) or entry.get("removed"):
        raise ValueError(entry)
    try:
        return Log(
            address=address(entry["address"]),
            topics=tuple(_bytes(topic) for topic in entry["topics"]),
            data=_bytes(entry["data"]),
            block=BlockNumber(whole(entry["blockNumber"])),
            index=whole(entry["logIndex"]),
        )
    except (InputError, KeyError, TypeError) as error:
        raise ValueError(entry) from error


def revert_data(error: RpcError) -> bytes:
    """Return the revert data that an error carries in any of the clients' shapes, else nothing."""
    data = error.data
    if isinstance(data, Mapping):  # ganache and hardhat nest it
        data = data.get("data") or data.get("result")
    if isinstance(data, str):
        found = _HEX_DATA.search(data)  # OpenEthereum writes "Reverted 0x…"
        if found:
            return bytes.fromhex(found[0][2:])
    return b""


def is_revert(error: RpcError) -> bool:
    """Whether the chain itself said no."""
    words = error.message.lower()
    return error.code == REVERTED or any(word in words for word in _REVERT_WORDS)


def integer(value: Any) -> int | None:
    """Return a JSON-RPC quantity, None when ``value`` is not one."""
    return int(value, 16) if isinstance(value, str) and _QUANTITY.fullmatch(value) else None


def whole(value: Any) -> int:
    """Return a JSON-RPC quantity.

    Raises:
        ValueError: It is none.
    """
    found = integer(value)
    if found is None:
        raise ValueError(value)
    return found


def _failed(read: Read, error: RpcError) -> ReadFailed:
    if isinstance(read, ReadCall) and is_revert(error):
        return ReadFailed(error.message, revert_data(error), reverted=True)
    return ReadFailed(str(error))


def _word(text: str) -> bytes | ReadFailed:
    value = integer(text)
    if value is None:
        return ReadFailed(f"the node answered {_brief(text)} where a word was due")
    return value.to_bytes(WORD, "big")


def _topic(topic: bytes | tuple[bytes, ...] | None) -> str | list[str] | None:
    match topic:
        case None:
            return None
        case tuple():
            return [hexed(member) for member in topic]
        case _:
            return hexed(topic)


def _matches(read: ReadLogs, log: Log) -> bool:
    for position, wanted in enumerate(read.topics):
        if wanted is None:
            continue
        members = wanted if isinstance(wanted, tuple) else (wanted,)
        if position >= len(log.topics) or log.topics[position] not in members:
            return False
    return True


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or not _HEX_DATA.fullmatch(text):
        raise ValueError(text)
    return bytes.fromhex(text[2:])


def _brief(value: Any) -> str:
    return repr(value)[:80]
