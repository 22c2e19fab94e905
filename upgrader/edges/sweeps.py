"""Where an upgrade's sweeps keep what they have read of the chain and what they have found, until they are through.

One file of results for each base block, of its markets, its generated calls and the past transactions before it: while
it is there, the regression on that block was stopped, and can go on.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from upgrader.edges.anvil_packed import PackedAnvil
from upgrader.edges.engine_cluster import ClusterEngine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.engine_past import PastEngines
from upgrader.edges.engine_resumed import ResumedCopy, ResumedEngine
from upgrader.edges.kept_runs import KeptRuns
from upgrader.edges.rpc import RpcChain
from upgrader.errors import MismatchError, NotReadyError
from upgrader.ports import Block, Copy, Engine, Engines
from upgrader.simulation.prelude import SLOT_TIME
from upgrader.simulation.scenario import Act, Answers, Moment, Scenario, Watch
from upgrader.units import BlockNumber, Hash32, keccak, word

PACKS: Final = "packs"
_RESULTS: Final = re.compile(r"(\d{1,18})-([0-9a-f]{64})\.jsonl")


@dataclass(frozen=True, slots=True)
class Opened:
    """The engines of a regression; whatever they run is kept.

    Attributes:
        engine: Runs sweeps: on the cluster, where there is one.
        copy: The copy of the chain, on this machine.
        past: Opens engines on the blocks before it.
    """

    engine: Engine
    copy: Copy
    past: Engines


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The sweeps of one upgrade.

    Attributes:
        folder: Theirs; made when it is missing.
        chain: The chain that is copied.
        executable: The anvil.
        cluster: Address of the dask scheduler whose workers run the scenarios; empty for this machine alone.
    """

    folder: Path
    chain: RpcChain
    executable: Path
    cluster: str = ""

    @contextmanager
    def sandbox(self, block: Block, foreseen: Sequence[Scenario]) -> Iterator[PackedAnvil]:
        """Open a copy of the chain to mine on, which has read already what some scenarios read.

        What it reads is kept for the engine on the same block.

        Args:
            block: Where it starts.
            foreseen: What will be done there, as near as can be told; only how often the chain is asked rests on it.

        Raises:
            MismatchError: The chain has another block at that height.
            UnavailableError: The chain does not answer, or anvil is missing.
        """
        self._keep_packs(block)
        packs = self.folder / PACKS
        with PackedEngine(self.chain, block, folder=packs, executable=self.executable, interval=SLOT_TIME) as packed:
            packed.foresee(foreseen)
            yield packed.sandbox

    @contextmanager
    def engine(self, block: Block, hints: tuple[Act, ...]) -> Iterator[Opened]:
        """Open an engine on the state of a block, and those on the blocks before it.

        Results are kept as they come, and dropped once the context ends well; those of other blocks are dropped now.

        Args:
            block: Where runs start.
            hints: Acts that reach the upgraded state without its delay.

        Raises:
            MismatchError: The chain has another block at that height.
            UnavailableError: The chain does not answer, or anvil is missing.
        """
        results = self.folder / f"{block.number}-{block.hash.hex()}.jsonl"
        for other in _results(self.folder):
            if block.hash.hex() not in other.name:
                other.unlink(missing_ok=True)
        self._keep_packs(block)
        state = keccak(word(self.chain.chain_id()) + block.hash)
        packs = self.folder / PACKS
        with PackedEngine(self.chain, block, hints=hints, folder=packs, executable=self.executable) as packed:
            kept, name = KeptRuns(results), f"{packed.name} {packed.hardfork}"
            here = ResumedCopy(packed, packed.base, state, name, kept)
            engine: Engine = here
            if self.cluster:
                spread = _Spread(packed, ClusterEngine(packed, self.cluster))
                engine = ResumedEngine(spread, packed.base, state, name, kept)
            yield Opened(engine, here, PastEngines(self.chain, executable=self.executable, kept=kept))
        results.unlink(missing_ok=True)

    def _keep_packs(self, block: Block) -> None:
        """Drop the packs of blocks that nothing more is run on: not of this one, nor of sweeps that can go on."""
        needed = [block.hash.hex(), *(path.stem.partition("-")[2] for path in _results(self.folder))]
        for pack in (self.folder / PACKS).glob("*.json"):
            if not any(digest in pack.name for digest in needed):
                pack.unlink(missing_ok=True)

    @property
    def stopped(self) -> bool:
        """Whether a sweep was stopped and can go on."""
        return bool(_results(self.folder))

    def unfinished(self) -> Block:
        """Return the block of the sweep that was stopped.

        Raises:
            NotReadyError: None was.
            MismatchError: Its block is no longer on the chain.
        """
        found = sorted(_results(self.folder), key=lambda path: path.stat().st_mtime)
        match = _RESULTS.fullmatch(found[-1].name) if found else None
        if match is None:
            raise NotReadyError("no regression was interrupted", remedy="run it without --resume")
        number, digest = BlockNumber(int(match[1])), Hash32(bytes.fromhex(match[2]))
        block = self.chain.block(number)
        if block.hash != digest:
            raise MismatchError(
                f"block {number}, on which the interrupted regression began, is no longer on the chain",
                remedy="run it without --resume",
            )
        return block


@dataclass(frozen=True, slots=True)
class _Spread:
    """Sweeps go to the cluster; a scenario alone, as shrinking tries them by the hundred, is not worth the way."""

    here: PackedEngine
    there: ClusterEngine

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed; exceptions as of the engine that runs them."""
        yield from (self.there if len(scenarios) > 1 else self.here).run(prelude, scenarios, watch)


def _results(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if _RESULTS.fullmatch(path.name)]
