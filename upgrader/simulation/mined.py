"""A run as it was mined, transaction by transaction: what a simulation of it is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upgrader.simulation.coverage import Written, together
from upgrader.simulation.scenario import Answers
from upgrader.simulation.trace import WordChange


@dataclass(frozen=True, slots=True)
class Traced:
    """What one transaction did inside.

    Attributes:
        calls: Its frames, as ``callTracer`` writes them.
        changes: The words that it changed.
        preimages: keccak-256 -> what the transaction hashed.
    """

    calls: Mapping[str, Any]
    changes: tuple[WordChange, ...]
    preimages: Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Mined:
    """A run as it was mined.

    Attributes:
        answers: The same as a simulation gives, where the two agree; a question that failed has the node's words.
        blocks: Per moment of the prelude and of the scenario, every word that its transactions changed, of whatever
            contract.
        traced: Per moment of both, each transaction from within; empty where that was not asked.
    """

    answers: Answers
    blocks: tuple[Written, ...]
    traced: tuple[tuple[Traced, ...], ...] = ()

    @property
    def written(self) -> Written:
        """Every word that a transaction changed."""
        return together(self.blocks)
