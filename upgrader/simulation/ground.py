"""The chain beneath a run, for an EVM that reads its state fact by fact."""

from collections.abc import Callable
from dataclasses import dataclass

from upgrader.simulation.pack import Wanted
from upgrader.units import ChainId


@dataclass(frozen=True, slots=True)
class Ground:
    """The chain that runs stand on, at their base block.

    Attributes:
        hardfork: The chain's own rules there, by name.
        gas_limit: Of a block.
        fact: Answers what the state holds; raises what reading the chain raises.
    """

    chain_id: ChainId
    hardfork: str
    gas_limit: int
    fact: Callable[[Wanted], bytes]
