"""What a fleet's nodes should say: from the files, or, where these are silent, from what most nodes say."""

import statistics
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from upgrader.fleet.facts import ExecutionFacts, NodeFacts
from upgrader.units import BlockNumber, ChainId, Hash32

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Expected:
    """What every node of the fleet should say.

    Attributes:
        chain_id: None when nothing is expected and no majority exists.
        genesis_hash: The same.
        head: Median of the heads of the nodes on the right chain; None without one.
        slot: Median of the consensus nodes' head slots.
        genesis_validators_root: What every consensus node should say; None when nothing is expected.
    """

    chain_id: ChainId | None
    genesis_hash: Hash32 | None
    head: BlockNumber | None
    slot: int | None
    genesis_validators_root: Hash32 | None = None

    def is_home_of(self, facts: ExecutionFacts) -> bool:
        """Return whether an execution node is known to be on this chain."""
        known = facts.chain_id is not None and facts.genesis_hash is not None
        return known and (facts.chain_id, facts.genesis_hash) == (self.chain_id, self.genesis_hash)


def expected(
    facts: Sequence[NodeFacts],
    chain_id: ChainId | None,
    genesis_hash: Hash32 | None,
    genesis_validators_root: Hash32 | None = None,
) -> Expected:
    """Complete what the files expect by what most nodes say.

    Args:
        facts: Everything the fleet said.
        chain_id: From the fleet file or the schedule; None to take the majority's.
        genesis_hash: The same.
        genesis_validators_root: From the schedule, or None.
    """
    execution = [f.execution for f in facts if f.execution]
    chain = chain_id or majority(f.chain_id for f in execution if f.chain_id is not None)
    here = [f for f in execution if f.chain_id == chain and f.genesis_hash is not None]
    genesis = genesis_hash or majority(f.genesis_hash for f in here if f.genesis_hash is not None)
    heads = [f.head.number for f in here if f.head is not None and f.genesis_hash == genesis]
    consensus = [f.consensus for f in facts if f.consensus]
    roots = (
        {genesis_validators_root, None} if genesis_validators_root else {f.genesis_validators_root for f in consensus}
    )
    slots = [f.head_slot for f in consensus if f.head_slot is not None and f.genesis_validators_root in roots]
    # Of two middle values the higher one: with two nodes, the one behind is found rather than excused.
    head = BlockNumber(statistics.median_high(heads)) if heads else None
    slot = statistics.median_high(slots) if slots else None
    return Expected(chain, genesis, head, slot, genesis_validators_root)


def majority(said: Iterable[T]) -> T | None:
    """Return what more than half say; None when nobody does or no value reaches it."""
    counts = Counter(said)
    value, count = counts.most_common(1)[0] if counts else (None, 0)
    return value if count * 2 > counts.total() else None
