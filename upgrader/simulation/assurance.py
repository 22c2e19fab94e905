"""What makes the answers of a sweep believable: facts only; ``checks/regression`` decides what they mean.

A simulation is quick because nothing is mined and no storage is returned.  So a sample of every sweep is made again the
slow way and by an EVM of other authors, and the words that are read at the end of each run are proved to be all that
the runs write.  Everything is text or numbers, as in :mod:`upgrader.simulation.regression`.
"""

from dataclasses import dataclass
from typing import Literal

from upgrader.plan.reading import STRICT


@dataclass(frozen=True, slots=True)
class Replayed:
    """One run, made again another way and held against its simulation.

    Attributes:
        scenario: Its name.
        branch: ``old`` or ``new`` code.
        way: ``mined``, or the name of another EVM.
        compared: Transactions, views and words that were held against one another.
        disagreed: How many of them were not alike.
        first: The first that was not, in words; empty where all were.
    """

    __pydantic_config__ = STRICT
    scenario: str
    branch: Literal["old", "new"]
    way: str
    compared: int
    disagreed: int = 0
    first: str = ""


@dataclass(frozen=True, slots=True)
class Assurance:
    """What was done to believe a sweep, and what came of it.

    Attributes:
        engine: What ran the sweep, with its version.
        hardfork: The rules that it ran.
        chain_hardfork: The chain's own rules at the base block.
        scripts: How many the sweep has.
        traced: How many of them were mined and traced, on both branches.
        watched: Words of managed contracts that every run reads at its end.
        complete: Whether the last scripts traced wrote nothing else there, or every script was traced.
        unwatched: Words that were still found when tracing stopped, as (contract, slot).
        replayed: Runs that were made again.
        skipped: What was not done, as (way, reason).
    """

    __pydantic_config__ = STRICT
    engine: str
    hardfork: str
    chain_hardfork: str
    scripts: int
    traced: int
    watched: int
    complete: bool
    unwatched: tuple[tuple[str, str], ...] = ()
    replayed: tuple[Replayed, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
