"""Engines on the state of old blocks, which run what really happened there: the :class:`~upgrader.ports.Engines` port.

Each is a copy of the chain of its own: the node need not offer ``eth_simulateV1``, only the state.  Blocks of the past
are not held to what nodes accept of a simulation today: they may share a second with the block before, and a
transaction may have had any gas limit.
"""

from pathlib import Path
from typing import Final

from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.ports import Block
from upgrader.simulation.validate import Limits

AS_MINED: Final = Limits(call_gas=2**63 - 1, same_time=True)
"""What anvil runs of blocks that a chain has taken already."""


class PastEngines:
    """Opens engines on blocks of a chain.

    Args:
        chain: The chain; its node must still have the state of the blocks.
        folder: Where state packs are kept from run to run; None keeps nothing.
        executable: The anvil; None finds the pinned one.
    """

    def __init__(self, chain: RpcChain, *, folder: Path | None = None, executable: Path | None = None) -> None:
        self._chain = chain
        self._folder = folder
        self._executable = executable

    def __call__(self, block: Block) -> PackedEngine:
        """Return the engine on the state after ``block``, with the chain's rules at that block."""
        return PackedEngine(self._chain, block, folder=self._folder, executable=self._executable, limits=AS_MINED)
