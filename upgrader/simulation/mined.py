"""A run as it was mined, transaction by transaction: what a simulation of it is held against."""

from dataclasses import dataclass

from upgrader.simulation.coverage import Written, together
from upgrader.simulation.scenario import Answers


@dataclass(frozen=True, slots=True)
class Mined:
    """A run as it was mined.

    Attributes:
        answers: The same as a simulation gives, where the two agree; a question that failed has the node's words.
        blocks: Per moment of the prelude and of the scenario, every word that its transactions changed, of whatever
            contract.
    """

    answers: Answers
    blocks: tuple[Written, ...]

    @property
    def written(self) -> Written:
        """Every word that a transaction changed."""
        return together(self.blocks)
