"""What a protocol's own scenarios are made of: a script, and the laws that its run must obey.

A *playbook* is a Python function in the protocol's project.  It is given the cases of the market conditions and the
stage (when the run begins), and returns scripts: who does what in that market, which views are asked, and what must be
true of the answers.  It does no I/O and sees no node; the same script runs on the old and on the new code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from upgrader.market.condition import Case
from upgrader.simulation.legend import Legend
from upgrader.simulation.scenario import Answers, Moment, Scenario
from upgrader.units import Address, BlockNumber, Seconds, Timestamp


@dataclass(frozen=True, slots=True)
class Breach:
    """The new code broke a law, or left a reference.

    Attributes:
        law: ``conservation``, ``put-call parity``: what must hold; unique within a protocol.
        kind: ``invariant`` for what the answers say of each other, ``reference`` for what an independent computation
            says of them.
        contract: Its address, or the name that it has everywhere.
        observable: Signature of the view that showed it.
        moment: Index of the block in the scenario.
        detail: What was found and what was due.
    """

    law: str
    kind: Literal["invariant", "reference"]
    contract: str
    observable: str
    moment: int
    detail: str


Law: TypeAlias = Callable[[Answers], Iterable[Breach]]
"""Looks at the new code's answers; yields what is wrong with them.  Raises nothing on answers that failed."""


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario in one market.

    Attributes:
        case: Name of the case, for declarations and the grid: that of the condition, then ``/`` and the case.
        scenario: What happens after the upgrade.
        before: Blocks ahead of the upgrade, the same on both branches.
        wait: How much later than usual the upgrade's first block comes.
        during: Blocks between scheduling and executing, the same on both branches; shorter than the stage's delay.
        laws: What must be true of the new code's answers.
        legend: How people read its figures and accounts.
    """

    case: str
    scenario: Scenario
    before: tuple[Moment, ...] = ()
    wait: Seconds = Seconds(0)
    laws: tuple[Law, ...] = ()
    during: tuple[Moment, ...] = ()
    legend: Legend = field(default_factory=Legend)

    @property
    def condition(self) -> str:
        """Name of the condition that the case belongs to."""
        return self.case.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scripts begin.

    Attributes:
        block: The copied block.
        start: Its time.
        upgrade: How long the upgrade's blocks take, from the block before the first to the last.
        delay: How much of that lies between scheduling and executing, when the market goes on; zero without a delay.
        addresses: Name -> address, of the contracts under management and of what ``[regression.addresses]`` names.
    """

    block: BlockNumber
    start: Timestamp
    upgrade: Seconds
    delay: Seconds = Seconds(0)
    addresses: Mapping[str, Address] = field(default_factory=dict)


class Playbook(Protocol):
    """A protocol's own scenarios."""

    def __call__(self, cases: Sequence[Case], stage: Stage) -> Iterable[Script]:
        """Return scripts with unique names; a case that means nothing to the protocol may be left out."""
        ...
