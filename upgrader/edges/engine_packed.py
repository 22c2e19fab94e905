"""The engine on a copy of a chain: one anvil that forks from a state pack.

The state that a sweep reads is had in a few round trips: a guess by tracing where the node offers it, then runs that
note what they lacked, one batch for all of it, and again until nothing is lacking.  Results are given out only when
the runs that made them needed no guess.  After :data:`ROUNDS` such batches the rest is read as a plain fork reads
it, one word at a time and never wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from upgrader.edges.anvil import VERSION
from upgrader.edges.anvil_packed import PackedAnvil
from upgrader.edges.engine import WORKERS, SimulatingEngine
from upgrader.edges.engine_mined import mine
from upgrader.edges.pack import UpstreamPack
from upgrader.edges.pack_server import PackServer
from upgrader.edges.parallel import in_order
from upgrader.edges.rpc import RpcChain
from upgrader.errors import SimulationError, UnavailableError
from upgrader.inquiry import ReadBalance
from upgrader.ports import Block
from upgrader.simulation.coverage import Written
from upgrader.simulation.discovery import known, mining, trace_request
from upgrader.simulation.ground import Ground
from upgrader.simulation.mined import Mined
from upgrader.simulation.pack import StatePack, Wanted
from upgrader.simulation.request import Base, Run, spent
from upgrader.simulation.scenario import Act, Answers, Moment, Scenario, Watch
from upgrader.simulation.validate import Limits
from upgrader.units import Address, Seconds, Wei

ROUNDS: Final = 12
"""Round trips of one sweep after which what is still lacking is read word by word.  Measured: a sweep whose node offers
no tracing converges after ten."""

SAMPLE: Final = 32
"""Scenarios traced to find out what a sweep reads."""

WITH_CODE: Final = 2
"""Traces that tell contracts' code, too: the prelude's, and that of the first scenario."""

AHEAD: Final = 64
"""Blocks that may be mined on a copy before a word of theirs is asked for by itself."""

CHUNK: Final = 256
"""Scenarios whose results are held until they are proved."""


class PackedEngine:
    """Runs scenarios on a copy of a chain at one block; a context manager that starts and stops the copy.

    Args:
        chain: The chain to copy.
        block: Where; None for the latest.
        hints: Acts that reach the state behind the prelude without its delay, for the tracing guess alone.
        folder: Where state packs are kept from run to run; None keeps nothing.
        executable: The anvil; None finds the pinned one.
        workers: Requests under way at a time.
        hardfork: The rules to run; None for the chain's own at the block.
        limits: What requests are held to; None for what nodes have in common.
        interval: Seconds between blocks that are mined on the copy; None for the machine's clock.

    Attributes:
        sandbox: The anvil, for mined replays and traces; whoever changes it brings it back.
    """

    def __init__(  # noqa: PLR0913 - each has a default that serves
        self,
        chain: RpcChain,
        block: Block | None = None,
        *,
        hints: tuple[Act, ...] = (),
        folder: Path | None = None,
        executable: Path | None = None,
        workers: int = WORKERS,
        hardfork: str | None = None,
        limits: Limits | None = None,
        interval: Seconds | None = None,
    ) -> None:
        self._chain = chain
        self._block = block
        self._hints = hints
        self._folder = folder
        self._executable = executable
        self._workers = workers
        self._hardfork = hardfork
        self._limits = limits
        self._interval = interval
        self._last_round = ROUNDS
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Read the block's header, start the copy.

        Raises:
            MismatchError: The chain has another block at that height.
            UnavailableError: The chain does not answer, or anvil is missing.
        """
        self._upstream = UpstreamPack(self._chain, self._block, self._folder)
        with ExitStack() as stack:
            self._server = stack.enter_context(PackServer(self._upstream))
            self.sandbox = stack.enter_context(
                PackedAnvil(self._server, self.hardfork, executable=self._executable, interval=self._interval)
            )
            self._engine = SimulatingEngine(self.sandbox, self.block, limits=self._limits, workers=self._workers)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the copy, hold what it was made of against the other endpoints where all went well, and keep it.

        Raises:
            MismatchError: One of them answers otherwise.
        """
        self._stack.close()
        if kind is None:
            self._upstream.confirm()
        self._upstream.save()

    @property
    def block(self) -> Block:
        """The block whose state is copied."""
        return self._upstream.block

    @property
    def base(self) -> Base:
        """Where its runs start."""
        return self._engine.base

    @property
    def name(self) -> str:
        """What runs the scenarios, with the version."""
        return f"anvil {VERSION}"

    @property
    def hardfork(self) -> str:
        """The rules that it runs."""
        return self._hardfork or self._upstream.hardfork

    @property
    def limits(self) -> Limits | None:
        """What requests are held to; None for what nodes have in common."""
        return self._limits

    def fetch(self, wanted: Iterable[Wanted]) -> None:
        """Ask the chain for facts that are not known yet, all in one round trip.

        Raises:
            MismatchError: The block is no longer on the chain, or endpoints disagree.
            UnavailableError: A fact could not be had.
        """
        self._upstream.fetch(wanted)

    def balances(self, prelude: tuple[Moment, ...], scenarios: Iterable[Scenario], watch: Watch) -> dict[Address, Wei]:
        """Return what those who spend in some scenarios own at the base block; exceptions as of :meth:`fetch`."""
        runs = [Run(self.base, prelude, scenario, watch) for scenario in scenarios]
        self._upstream.fetch(ReadBalance(owner) for run in runs for owner in spent(run.moments))
        return self._balances(runs)

    @property
    def ground(self) -> Ground:
        """The chain that its runs stand on, under the chain's own rules."""
        upstream = self._upstream
        return Ground(upstream.pack.chain_id, upstream.hardfork, int(upstream.header["gasLimit"], 16), upstream.fact)

    @property
    def pack(self) -> StatePack:
        """What was read of the chain so far."""
        return self._upstream.pack

    @property
    def rounds(self) -> int:
        """Round trips to the chain so far."""
        return self._upstream.rounds

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given; none of it rests on state that is not the chain's.

        Raises:
            MismatchError: The base block is no longer on the chain.
            SimulationError: A scenario is not one that nodes accept, or its answer makes no sense.
            UnavailableError: The state could not be had.
        """
        runs = [Run(self._engine.base, prelude, scenario, watch) for scenario in scenarios]
        if not runs:
            return
        self._allow_rounds()
        self._guess(runs, runs[:: max(1, -(-len(runs) // SAMPLE))])
        waiting = iter(runs)
        while chunk := list(islice(waiting, CHUNK)):
            yield from self._settled(chunk)

    def foresee(self, scenarios: Sequence[Scenario]) -> None:
        """Read ahead, in few round trips, what these scenarios read, so that :attr:`sandbox` has it.

        What they show is nobody's evidence; one that no node would run only saves nothing.

        Raises:
            MismatchError: The base block is no longer on the chain.
            UnavailableError: The state could not be had.
        """
        runs = [Run(self.base, (), scenario, mining(self.block.number, AHEAD)) for scenario in scenarios]
        if not runs:
            return
        self._allow_rounds()
        with suppress(SimulationError):
            self._guess(runs, runs)
            # A trace says nothing of the code of an account that has none; anvil asks for it all the same.
            self._upstream.complete()
            self._settled(runs)
        self._server.guessing = False

    def replay(self, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch, *, within: bool = False) -> Mined:
        """Return the same run mined, transaction by transaction: the check on a sample of every sweep.

        ``within`` traces each from within: its calls, its changes and what it hashed, at many times the cost.
        What the pack lacks is read word by word; a run before it has fetched nearly all.
        """
        run = Run(self._engine.base, prelude, scenario, watch)
        self._server.guessing, self._server.fault = False, None
        self._upstream.fetch(known(run.moments, watch))
        return mine(run, self.sandbox, self._balances([run]), within=within)

    def written(self, prelude: tuple[Moment, ...], scenario: Scenario) -> Written:
        """Return every word that the same run mined changes, of whatever contract.

        Raises:
            SimulationError: anvil refused to mine it.
            UnavailableError: The state could not be had.
        """
        try:
            return self.replay(prelude, scenario, {}).written
        except UnavailableError as error:
            if self._server.fault is not None:
                raise self._server.fault from None
            raise SimulationError(
                f"what {scenario.name!r} writes could not be found out: {error.message}",
                remedy="the words above say which transaction no block of this chain would take",
            ) from error

    def _allow_rounds(self) -> None:
        # The header, had when the copy was opened, counts among the first sweep's.
        self._last_round = max(ROUNDS, self._upstream.rounds + ROUNDS - 1)

    def _guess(self, runs: Sequence[Run], sample: Sequence[Run]) -> None:
        """Fetch what can be known without running, and what the node's tracer tells of the sample."""
        wanted = known((*runs[0].prelude, *(each for run in runs for each in run.scenario.moments)), runs[0].watch)
        if all(self._upstream.get(fact) is not None for fact in wanted):
            return  # a pack from an earlier run: what it lacks is found out here
        hinted = (Moment(Seconds(1), self._hints),) if self._hints else ()
        prelude = sample[0].prelude
        guessed = [*([prelude] if prelude else []), *((*hinted, *run.scenario.moments) for run in sample)]
        number = int(self.block.number) + 1
        last = int(sample[0].times[-1]) if sample[0].moments else int(self.block.timestamp) + 1
        traced = self._upstream.gather(
            wanted,
            [trace_request(moments, number, last, code=index < WITH_CODE) for index, moments in enumerate(guessed)],
        )
        if not traced:
            self._upstream.look_up([moment for moments in guessed for moment in moments])

    def _settled(self, runs: Sequence[Run]) -> list[Answers]:
        """Return the answers of runs that needed no guess."""
        self._server.guessing = self._upstream.rounds < self._last_round
        while self._server.guessing:
            self.sandbox.hold(self._upstream.pack.contracts())
            try:
                answers: list[Answers] | SimulationError = self._made(runs)
            except SimulationError as error:  # perhaps only because of what was guessed
                answers = error
            guesses = self._server.take_guesses()
            if not guesses:
                if isinstance(answers, SimulationError):
                    raise answers
                return answers
            self._upstream.fetch(guesses)
            self.sandbox.forget()
            self._server.guessing = self._upstream.rounds < self._last_round
        return self._made(runs)

    def _made(self, runs: Sequence[Run]) -> list[Answers]:
        balances = self._balances(runs)
        self._server.fault = None
        workers = min(self._workers, len(runs))
        return list(in_order(lambda run: self._engine.one(run, balances), runs, workers))

    def _balances(self, runs: Sequence[Run]) -> dict[Address, Wei]:
        owners = {sender for run in runs for sender in spent(run.moments)}
        return {owner: Wei(int.from_bytes(self._upstream.get(ReadBalance(owner)) or b"")) for owner in owners}
