"""The engine on any node that offers ``eth_simulateV1``: one request a scenario, several at a time.

Nothing is mined and nothing is restored: each request starts from the base block's state by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from upgrader.edges.endpoint import METHOD_NOT_FOUND, Reply, Request
from upgrader.edges.parallel import in_order
from upgrader.edges.reads import integer
from upgrader.edges.rpc import RpcChain
from upgrader.errors import SimulationError
from upgrader.ports import Block
from upgrader.simulation.answers import answers_of
from upgrader.simulation.request import Base, Run, request_of, spent
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.simulation.validate import Limits, validate
from upgrader.units import Address, Wei

WORKERS: Final = 4
"""Requests under way at a time.  Measured: four keep two cores busy, more add nothing."""


class SimulatingEngine:
    """Runs scenarios on a node, on the state of one block.

    Args:
        chain: The node.
        block: The block; every request notices when it is no longer on the chain.
        limits: What the node takes; None for what nodes have in common.
        workers: Requests under way at a time.

    Attributes:
        base: Where its runs start.
    """

    def __init__(self, chain: RpcChain, block: Block, *, limits: Limits | None = None, workers: int = WORKERS) -> None:
        self._chain = chain
        self._block = block
        self.base = Base(block.number, block.timestamp)
        self._limits = limits or Limits()
        self._workers = workers

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given and as soon as it is known.

        Raises:
            MismatchError: The base block is no longer on the chain.
            SimulationError: A scenario is not one that nodes accept, or its answer makes no sense.
            UnavailableError: The node does not offer ``eth_simulateV1``, or gave no usable answer.
        """
        runs = [Run(self.base, prelude, scenario, watch) for scenario in scenarios]
        balances = self.balances({sender for run in runs for sender in spent(run.moments)})
        yield from in_order(lambda run: self.one(run, balances), runs, self._workers)

    def one(self, run: Run, balances: Mapping[Address, Wei]) -> Answers:
        """Return what one run showed; exceptions as of :meth:`run`."""
        document = request_of(run, balances)
        validate(document, run.base, self._limits)
        (reply,) = self._many([("eth_simulateV1", (document, hex(self.base.number)))], heavy=True)
        if reply.error is not None:
            if reply.error.code == METHOD_NOT_FOUND:
                raise reply.error
            raise SimulationError(
                f"the node refused the scenario {run.scenario.name!r}: {reply.error.message}",
                remedy="correct the scenario; the node's words say which of its calls it means",
                where=reply.error.where,
            )
        return answers_of(reply.result, run)

    def balances(self, owners: set[Address]) -> dict[Address, Wei]:
        """Return what each account owns at the base block.

        Raises:
            UnavailableError: The node does not say.
        """
        ordered = sorted(owners)
        replies = self._many([("eth_getBalance", (owner, hex(self.base.number))) for owner in ordered])
        return {owner: Wei(integer(reply.result) or 0) for owner, reply in zip(ordered, replies, strict=True)}

    def _many(self, requests: Sequence[Request], *, heavy: bool = False) -> list[Reply]:
        return self._chain.many(requests, self._block, heavy=heavy) if requests else []
