"""From what nodes answer to facts: each answer is read on its own, so that one bad one leaves the others standing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, HeadBlock
from upgrader.forks.untrusted import fixed_bytes, integer, mapping, quoted
from upgrader.units import WORD, BlockNumber, ChainId, Hash32, Timestamp

T = TypeVar("T")

BLOCK_MEMBERS: Final = 100
"""Most members of a block object."""

VERSION_TEXT: Final = 2000
"""Characters of a version string that are kept; a longer one is cut and then recognised as nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that a node did not answer, with its words."""

    reason: str


Replies = Mapping[str, Any]
"""Fact -> the result as parsed JSON, or :class:`Refused`."""


def execution_facts(replies: Replies, seconds: float) -> ExecutionFacts:
    """Read the replies of an execution node."""
    reader = _Reader(replies)
    return ExecutionFacts(
        client_version=reader.read("client_version", _text) or "",
        chain_id=reader.read("chain_id", lambda value: ChainId(integer(value, "chain id", 2**256 - 1))),
        genesis_hash=reader.read("genesis_hash", lambda value: _block(value).hash),
        head=reader.read("head", _block),
        syncing=reader.read("syncing", _is_syncing),
        peers=reader.read("peers", lambda value: integer(value, "peer count", 10**6)),
        eth_config=reader.read("eth_config", lambda value: value),
        missing=reader.missing,
        seconds=seconds,
    )


def consensus_facts(replies: Replies, seconds: float) -> ConsensusFacts:
    """Read the replies of a consensus node: the ``data`` of each answer."""
    reader = _Reader(replies)
    state = reader.read("syncing", _sync_state) or _SyncState(None, None, None, None)
    return ConsensusFacts(
        client_version=reader.read("client_version", lambda value: _text(_member(value, "version"))) or "",
        execution_version=reader.read("execution_version", _execution_version) or "",
        head_slot=state.head_slot,
        sync_distance=state.distance,
        syncing=state.syncing,
        execution_offline=state.execution_offline,
        peers=reader.read("peers", lambda value: integer(_member(value, "connected"), "peer count", 10**6)),
        genesis_validators_root=reader.read("genesis_validators_root", _validators_root),
        fork_schedule=reader.read("fork_schedule", lambda value: value),
        spec=reader.read("spec", lambda value: value),
        missing=reader.missing,
        seconds=seconds,
    )


def block_hash(reply: Any) -> Hash32 | None:
    """Return the hash of a block that was asked for; None when there is no usable answer."""
    return _Reader({"block": reply}).read("block", lambda value: _block(value).hash)


class _Reader:
    """Reads replies one by one and keeps why the missing ones are missing."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self.missing: dict[str, str] = {}

    def read(self, name: str, parse: Callable[[Any], T]) -> T | None:
        reply = self._replies.get(name, Refused("not asked"))
        if isinstance(reply, Refused):
            self.missing[name] = reply.reason
            return None
        try:
            return parse(reply)
        except ValueError as error:
            self.missing[name] = str(error)
            return None


@dataclass(frozen=True, slots=True)
class _SyncState:
    head_slot: int | None
    distance: int | None
    syncing: bool | None
    execution_offline: bool | None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"the version is {quoted(value)}, not text")  # noqa: TRY004 - the value is wrong, not our call
    return value[:VERSION_TEXT]


def _member(value: Any, name: str) -> Any:
    return mapping(value, "the answer", BLOCK_MEMBERS).get(name)


def _block(value: Any) -> HeadBlock:
    if value is None:
        raise ValueError("it has no such block")
    members = mapping(value, "the block", BLOCK_MEMBERS)
    return HeadBlock(
        number=BlockNumber(integer(members.get("number"), "block number")),
        hash=Hash32(fixed_bytes(members.get("hash"), WORD, "block hash")),
        timestamp=Timestamp(integer(members.get("timestamp"), "block timestamp")),
    )


def _is_syncing(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    mapping(value, "eth_syncing", 1000)
    return True


def _sync_state(value: Any) -> _SyncState:
    members = mapping(value, "the sync state", BLOCK_MEMBERS)
    syncing, offline = members.get("is_syncing"), members.get("el_offline")
    return _SyncState(
        head_slot=integer(members.get("head_slot"), "head_slot"),
        distance=integer(members.get("sync_distance"), "sync_distance"),
        syncing=syncing if isinstance(syncing, bool) else None,
        execution_offline=offline if isinstance(offline, bool) else None,
    )


def _execution_version(value: Any) -> str:
    client = mapping(_member(value, "execution_client"), "execution_client", 16)
    return f"{_text(client.get('name'))}/{_text(client.get('version'))}"


def _validators_root(value: Any) -> Hash32:
    return Hash32(fixed_bytes(_member(value, "genesis_validators_root"), WORD, "genesis_validators_root"))
