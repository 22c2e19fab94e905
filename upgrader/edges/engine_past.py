"""Engines on the state of old blocks, which run what really happened there: the :class:`~upgrader.ports.Engines` port.

Each is a copy of the chain of its own: the node need not offer ``eth_simulateV1``, only the state.  Blocks of the past
are not held to what nodes accept of a simulation today: they may share a second with the block before, and a
transaction may have had any gas limit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from upgrader.edges.anvil import VERSION
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.engine_resumed import ResumedCopy
from upgrader.edges.kept_runs import KeptRuns
from upgrader.edges.rpc import RpcChain
from upgrader.ports import Block, Copy
from upgrader.simulation.coverage import Written
from upgrader.simulation.ground import Ground
from upgrader.simulation.mined import Mined
from upgrader.simulation.request import Base
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.simulation.validate import Limits
from upgrader.units import keccak, word

AS_MINED: Final = Limits(call_gas=2**63 - 1, same_time=True)
"""What anvil runs of blocks that a chain has taken already."""

ENGINE: Final = f"anvil {VERSION} under the chain's rules"
"""What kept runs were made by; chain and block, which the key commits to as well, determine the rules."""


class PastEngines:
    """Opens engines on blocks of a chain.

    Args:
        chain: The chain; its node must still have the state of the blocks.
        executable: The anvil; None finds the pinned one.
        kept: Where runs are kept: a block whose runs are all there is not copied again.  None keeps nothing.
    """

    def __init__(self, chain: RpcChain, *, executable: Path | None = None, kept: KeptRuns | None = None) -> None:
        self._chain = chain
        self._executable = executable
        self._kept = kept

    def __call__(self, block: Block) -> AbstractContextManager[Copy]:
        """Return the engine on the state after ``block``, with the chain's rules at that block."""
        return self._copied(block) if self._kept is None else self._resumed(block, self._kept)

    def _copied(self, block: Block) -> PackedEngine:
        return PackedEngine(self._chain, block, executable=self._executable, limits=AS_MINED)

    @contextmanager
    def _resumed(self, block: Block, kept: KeptRuns) -> Iterator[Copy]:
        state = keccak(word(self._chain.chain_id()) + block.hash)
        with _Late(lambda: self._copied(block)) as copy:
            yield ResumedCopy(copy, Base(block.number, block.timestamp), state, ENGINE, kept)


class _Late:
    """A copy that is opened when something is asked of it: what is kept needs none."""

    def __init__(self, opens: Callable[[], PackedEngine]) -> None:
        self._opens = opens
        self._stack = ExitStack()
        self._opened: PackedEngine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def name(self) -> str:
        return self._copy.name

    @property
    def hardfork(self) -> str:
        return self._copy.hardfork

    @property
    def base(self) -> Base:
        return self._copy.base

    @property
    def ground(self) -> Ground:
        return self._copy.ground

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        yield from self._copy.run(prelude, scenarios, watch)

    def written(self, prelude: tuple[Moment, ...], scenario: Scenario) -> Written:
        return self._copy.written(prelude, scenario)

    def replay(self, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch, *, within: bool = False) -> Mined:
        return self._copy.replay(prelude, scenario, watch, within=within)

    @property
    def _copy(self) -> PackedEngine:
        if self._opened is None:
            self._opened = self._stack.enter_context(self._opens())
        return self._opened
