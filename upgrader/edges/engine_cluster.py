"""A sweep on a dask cluster: the state goes to the workers, and each runs its scenarios on an anvil of its own.

Only this machine asks the chain.  Scenarios travel in chunks through joblib; a chunk whose pack lacked something comes
back with the list of it, which is fetched in one batch, and is sent again.  A worker that dies gives its chunks to the
others.  Answers are those of the local engine, in the same order.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.engine_worker import Done, Work, work_on
from upgrader.errors import UnavailableError
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch

CHUNK: Final = 25
"""Scenarios sent at a time.  Measured: below, a cluster's own milliseconds for each task begin to show."""

WAVE: Final = 32
"""Chunks under way at a time: memory stays flat however many there are."""

TRIES: Final = 12
"""Times that a wave is sent before what is still lacking is run here."""

PATIENCE: Final = 15.0
"""Seconds until the scheduler, and one worker, must answer."""


class ClusterEngine:
    """Runs scenarios on the workers of a cluster.

    Args:
        engine: On the state to run on; it fetches, and runs what is left over.
        address: The scheduler's, ``tcp://host:port``.
        chunk: Scenarios sent at a time.
    """

    def __init__(self, engine: PackedEngine, address: str, *, chunk: int = CHUNK) -> None:
        self._engine = engine
        self._address = address
        self._chunk = chunk

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given.

        Raises:
            SimulationError: A scenario is not one that nodes accept, or its answer makes no sense.
            UnavailableError: ``distributed`` is missing, the cluster does not answer, or the state could not be had.
        """
        if not scenarios:
            return
        with _client(self._address) as client:
            # What the first reads is most of what all read.
            list(self._engine.run(prelude, scenarios[:1], watch))
            waiting = iter(scenarios)
            while chunks := _chunks(waiting, self._chunk):
                yield from self._wave(client, prelude, chunks, watch)

    def _wave(
        self, client: Any, prelude: tuple[Moment, ...], chunks: list[tuple[Scenario, ...]], watch: Watch
    ) -> Iterator[Answers]:
        done: dict[int, tuple[Answers, ...]] = {}
        left = list(range(len(chunks)))
        for _ in range(TRIES):
            if not left:
                break
            found = dict(zip(left, self._sent(client, prelude, [chunks[index] for index in left], watch), strict=True))
            done |= {index: each.answers for index, each in found.items() if each.answers}
            self._engine.fetch(dict.fromkeys(fact for each in found.values() for fact in each.lacking))
            left = [index for index, each in found.items() if each.lacking]
        for index, chunk in enumerate(chunks):
            yield from done[index] if index in done else self._engine.run(prelude, chunk, watch)

    def _sent(
        self, client: Any, prelude: tuple[Moment, ...], chunks: Sequence[tuple[Scenario, ...]], watch: Watch
    ) -> list[Done]:
        from joblib import Parallel, delayed, parallel_config

        engine, pack = self._engine, self._engine.pack
        works = [
            Work(pack, engine.hardfork, engine.limits, prelude, chunk, watch, engine.balances(prelude, chunk, watch))
            for chunk in chunks
        ]
        with parallel_config(backend="dask", client=client, scatter=[pack]):
            found: list[Done] = Parallel(batch_size=1)(delayed(work_on)(work) for work in works)
        return found


def _chunks(waiting: Iterator[Scenario], size: int) -> list[tuple[Scenario, ...]]:
    chunks = (tuple(islice(waiting, size)) for _ in range(WAVE))
    return [chunk for chunk in chunks if chunk]


def _client(address: str) -> Any:
    """Return a client of the scheduler, with one worker at least."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UnavailableError(
            "sweeps on a cluster need the package distributed, which is not installed",
            remedy="pip install 'upgrader[cluster]'",
        ) from error
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UnavailableError(
            "the scheduler of the cluster does not answer",
            remedy="start one (`dask scheduler`), and give its address as tcp://host:port",
            where=address,
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        client.close()
        raise UnavailableError(
            "the cluster has no worker", remedy=f"start some: `dask worker {address}`", where=address
        ) from error
    return client
