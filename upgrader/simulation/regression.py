"""What a market regression showed: facts only; ``checks/regression`` decides what they mean.

Written to ``evidence/regression.json`` and shown to people, so everything is text or numbers.  Single differences are
gathered (:mod:`upgrader.simulation.gathering`): one :class:`Shown` for each case, contract, observable and aspect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from upgrader.plan.reading import STRICT
from upgrader.simulation.assurance import Assurance
from upgrader.simulation.compare import PLACE, Aspect
from upgrader.simulation.dissected import Dissected
from upgrader.simulation.legend import Scale
from upgrader.simulation.plot import Path, Plot, WholeText
from upgrader.simulation.told import Told
from upgrader.simulation.unseen import Unseen

ShareText = Annotated[str, Field(pattern=r"^([0-9]{1,80}(\.[0-9]{1,80})?)?$")]
"""A share as a decimal number, or empty."""

Mark: TypeAlias = Literal["same", "declared", "undeclared"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One way in which the new code behaves otherwise, in one case.

    Attributes:
        case: The market.
        aspect: ``status``, ``result``, ``events``, ``gas``, ``answer``, ``storage``.
        contract: Name under management.
        observable: Signature, variable or slot.
        scenario: The first scenario that shows it.
        moment: The first block that does.
        label: The act or question, in words; of a word of storage its variables, where a trace told them.
        old: What the old code did there.
        new: What the new code did.
        count: How often it was seen.
        relative: Largest relative change; empty where something else than numbers changed.
        declared: The manifest's reason; empty where nothing covers it.
        bound: The declared bound or amount that it exceeds; empty otherwise.
        script: Name of the file that shows it alone; empty where none was made.
    """

    __pydantic_config__ = STRICT
    case: str
    aspect: str
    contract: str
    observable: str
    scenario: str
    moment: int
    label: str
    old: str
    new: str
    count: int = 1
    relative: ShareText = ""
    declared: str = ""
    bound: str = ""
    script: str = ""

    @property
    def variables(self) -> str:
        """What a word of storage holds; empty for anything else, and where nothing told it."""
        return self.label if self.aspect == Aspect.STORAGE and not self.label.startswith(PLACE) else ""

    @property
    def condition(self) -> str:
        """Name of the condition that the case belongs to."""
        return self.case.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Broken:
    """One law that the new code broke in one case; ``old_too`` where the old code did as well."""

    __pydantic_config__ = STRICT
    case: str
    law: str
    kind: Literal["invariant", "reference"]
    contract: str
    observable: str
    scenario: str
    moment: int
    detail: str
    count: int = 1
    old_too: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared in one case.

    Attributes:
        case: The market.
        acts: Transactions.
        answers: Views.
        observables: Of which contracts and functions.
        laws: How many laws were held against it.
        words: Words of storage that were read at the end of its scenarios; 0 where none was.
    """

    __pydantic_config__ = STRICT
    case: str
    acts: int
    answers: int
    observables: tuple[tuple[str, str], ...]
    laws: int = 0
    words: int = 0


@dataclass(frozen=True, slots=True)
class Meant:
    """One declaration, and what became of it.

    Attributes:
        contract: As declared.
        observable: As declared.
        condition: Empty for all.
        bound: Largest relative change; empty for any.
        why: The reason.
        activation: The later step that brings it about; empty otherwise.
        kept: How often a difference was within it.
        exceeded: How often one was beyond its bound.
        relative: Largest relative change that it was about; empty where there was none, or one without a measure.
        amount: Largest change in the observable's own units; empty for any.
    """

    __pydantic_config__ = STRICT
    contract: str
    observable: str
    condition: str
    bound: ShareText
    why: str
    activation: str = ""
    kept: int = 0
    exceeded: int = 0
    relative: ShareText = ""
    amount: WholeText = ""


@dataclass(frozen=True, slots=True)
class Read:
    """How people read one word of what a function or view returns."""

    __pydantic_config__ = STRICT
    contract: str
    observable: str
    word: int
    scale: Scale


@dataclass(frozen=True, slots=True)
class Part:
    """One of several regressions that were joined: where it ran, and how much."""

    __pydantic_config__ = STRICT
    title: str
    scenarios: int
    acts: int
    answers: int


@dataclass(frozen=True, slots=True)
class Unproved:
    """A past transaction of which the replay says nothing, because it was not, or not exactly, re-executed.

    Attributes:
        transaction: Its hash.
        block: Where it was mined.
        contract: Whom it called: name under management, or the address.
        observable: Signature of what it called.
        reason: Why it says nothing.
        remedy: What would change that.
    """

    __pydantic_config__ = STRICT
    transaction: str
    block: int
    contract: str
    observable: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Replay:
    """How much of a chain's past was re-executed.

    Attributes:
        transactions: Those that touched a managed contract and ended as they did then.
        first: Block of the oldest of them; 0 where there is none.
        last: Block of the newest; 0 where there is none.
        looked_from: The first block that was looked at.
        looked_to: The last.
        unproved: Those that did not end as then, or could not be run.
        omitted: What was not looked at, in sentences.
    """

    __pydantic_config__ = STRICT
    transactions: int
    first: int
    last: int
    looked_from: int
    looked_to: int
    unproved: tuple[Unproved, ...] = ()
    omitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regression:
    """The old and the new code in the same markets.

    Attributes:
        scenarios: How many were run on each branch.
        compared: By case, in the order of the run.
        differences: Gathered, in the order in which they were seen.
        broken: Gathered.
        absent: Declarations that nothing matched and something would have, as (contract, observable, condition).
        declared: Every declaration, with what became of it.
        plots: Figures that differ, over time.
        paths: Where the market was in the scripts of the plots, where they say so.
        told: The smallest scripts, in words.
        scales: How figures are read.
        people: Accounts by their role, as (address, role).
        parts: What was joined; empty for one regression alone.
        replay: What was re-executed of the chain's past; None where nothing was to be.
        assurance: Why the answers of each sweep may be believed; empty where that was not asked.
        unseen: What was not run.
        dissected: The smallest scripts, mined and traced on both branches.
    """

    __pydantic_config__ = STRICT
    scenarios: int
    compared: tuple[Compared, ...]
    differences: tuple[Shown, ...] = ()
    broken: tuple[Broken, ...] = ()
    absent: tuple[tuple[str, str, str], ...] = ()
    declared: tuple[Meant, ...] = ()
    plots: tuple[Plot, ...] = ()
    paths: tuple[Path, ...] = ()
    told: tuple[Told, ...] = ()
    scales: tuple[Read, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    replay: Replay | None = None
    assurance: tuple[Assurance, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    dissected: tuple[Dissected, ...] = ()

    def grid(self) -> Mapping[str, Mapping[tuple[str, str], Mark]]:
        """Return case -> (contract, observable) -> how it fared; what was not compared there is missing."""
        rows: dict[str, dict[tuple[str, str], Mark]] = {
            each.case: dict.fromkeys(each.observables, "same") for each in self.compared
        }
        for shown in self.differences:
            row = rows.setdefault(shown.case, {})
            name = (shown.contract, shown.observable)
            if row.get(name) != "undeclared":
                row[name] = "declared" if shown.declared else "undeclared"
        return rows
