"""What happens to a chain in one run, as data, and what was seen of it.

A :class:`Scenario` is a series of blocks; each block holds transactions and, after them, questions.  The old and the
new code are put through the same scenario: both branches run the same blocks at the same times, and the old one only
omits the upgrade (:func:`idle`).  Nothing here knows how a run is made; :class:`upgrader.ports.Engine` makes it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from upgrader.inquiry import Log, ReadFailed
from upgrader.units import Address, Seconds, Slot, Wei

Watch = Mapping[Address, tuple[Slot, ...]]
"""Whose storage is read at the end of a run, and which words of it."""

Access = tuple[tuple[Address, tuple[Slot, ...]], ...]
"""Accounts and words that a transaction pays for ahead.  Source: EIP-2930"""


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction.

    Attributes:
        sender: Who sends it; needs neither a key nor a balance for gas.
        to: The callee.  Contracts are created through a factory, as plans do it.
        data: Calldata.
        value: Wei sent along.
        label: What it does, in words, for people; never parsed.
        gas: Its gas limit; None for as much as one transaction may use.
        tip: Paid to the block's beneficiary for each gas, where gas has a price.
        access: Its access list.
    """

    sender: Address
    to: Address
    data: bytes
    value: Wei = Wei(0)
    label: str = ""
    gas: int | None = None
    tip: Wei = Wei(0)
    access: Access = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A view, asked in a block after the block's acts.

    Attributes:
        gas: Its gas limit; None for as much as one transaction may use.
    """

    to: Address
    data: bytes
    label: str = ""
    gas: int | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """State that is put in place before a block, whoever would have had to write it.

    Attributes:
        balance: Wei of the account; None leaves it.
        code: Its runtime code; None leaves it.
        slots: Words of its storage, 32 bytes each; every other word stays.
    """

    balance: Wei | None = None
    code: bytes | None = None
    slots: Mapping[Slot, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """One block.

    Attributes:
        after: Time since the block before it: at least one second, but for a block of the past on the pinned anvil.
        acts: Transactions, in order.
        questions: Views, asked after the acts.
        basefee: Price of gas in the block, what BASEFEE and GASPRICE read; None for nothing.
        overrides: State put in place before the acts.
        beneficiary: What COINBASE reads; None leaves it to the node.
        randomness: What PREVRANDAO reads, 32 bytes; None leaves it to the node.
    """

    after: Seconds
    acts: tuple[Act, ...] = ()
    questions: tuple[Question, ...] = ()
    basefee: Wei | None = None
    overrides: Mapping[Address, Override] = field(default_factory=dict)
    beneficiary: Address | None = None
    randomness: bytes | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script of market actions.

    Attributes:
        name: Unique among the scenarios that run together.
    """

    name: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class ActResult:
    """What became of one act.

    Attributes:
        status: True when its outermost call did not revert.
        gas_used: With the intrinsic gas, after refunds: what a receipt would say.
        logs: Its events; a log's index counts within the block.
        data: What it returned, or its revert data.
    """

    status: bool
    gas_used: int
    logs: tuple[Log, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Answers:
    """What one scenario showed, in the order in which it was asked.

    Attributes:
        scenario: Its name.
        prelude: Results of the acts before the scenario, per moment of the prelude.
        acts: Results per moment of the scenario.
        questions: Answers per moment of the scenario; a view that reverted is a ReadFailed.
        slots: The watched words at the end of the run.
    """

    scenario: str
    prelude: tuple[tuple[ActResult, ...], ...]
    acts: tuple[tuple[ActResult, ...], ...]
    questions: tuple[tuple[bytes | ReadFailed, ...], ...]
    slots: Mapping[Address, Mapping[Slot, bytes]]


def idle(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the same blocks without what is done in them: the prelude of the branch that omits the upgrade."""
    return tuple(replace(moment, acts=(), questions=(), overrides={}) for moment in moments)


def without(prelude: Iterable[Moment], steps: Collection[int]) -> tuple[Moment, ...]:
    """Return a prelude whose blocks of these indices are idle."""
    return tuple(idle((each,))[0] if index in steps else each for index, each in enumerate(prelude))
