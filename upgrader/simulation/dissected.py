"""The smallest scripts from within: which calls were made and what became of every word, on both branches."""

from dataclasses import dataclass
from typing import Literal

from upgrader.plan.reading import STRICT
from upgrader.simulation.result import CallNode, SlotChange


@dataclass(frozen=True, slots=True)
class Inside:
    """One transaction from within.

    Attributes:
        label: What it does, in words.
        succeeded: Whether its outermost call did not revert.
        tree: Its frames, depth first.
        changes: Every word that it changed, explained by the layout of the code that ran.
    """

    __pydantic_config__ = STRICT
    label: str
    succeeded: bool
    tree: tuple[CallNode, ...]
    changes: tuple[SlotChange, ...]


@dataclass(frozen=True, slots=True)
class Dissected:
    """One smallest script, mined and traced on one branch.

    Attributes:
        script: Name of its file.
        branch: ``old`` or ``new`` code.
        acts: Its transactions, in order.
        unexplained: Words of contracts whose layout is known that nothing explains, as (contract, slot).
    """

    __pydantic_config__ = STRICT
    script: str
    branch: Literal["old", "new"]
    acts: tuple[Inside, ...]
    unexplained: tuple[tuple[str, str], ...] = ()
