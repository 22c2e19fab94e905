"""A file that shows one difference alone: the smallest script, what comes before it, and where it starts.

Everything that a run needs is in it but the chain itself: chain id, block number and hash, the blocks of the upgrade
and of the script with their calldata, and the difference that was seen.  Amounts and bytes are text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer

from upgrader.plan.reading import STRICT, AddressField, BytesField, HashField, read_as, written
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario, Watch
from upgrader.units import Address, BlockNumber, ChainId, Hash32, Seconds, Slot, Wei

SCHEMA = "upgrader.scenario/1"


def _whole(text: object) -> int:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if isinstance(text, str) and text.isascii() and text.isdigit():
        return int(text)
    raise ValueError("not a whole number as text")


WholeField = Annotated[int, BeforeValidator(_whole), PlainSerializer(str, return_type=str)]
"""A number that JSON readers would round, as text."""


@dataclass(frozen=True, slots=True)
class _Slots:
    __pydantic_config__ = STRICT
    account: AddressField
    slots: tuple[WholeField, ...] = ()


@dataclass(frozen=True, slots=True)
class _Act:
    __pydantic_config__ = STRICT
    sender: AddressField
    to: AddressField
    data: BytesField
    value: WholeField = 0
    label: str = ""
    gas: int | None = None
    tip: WholeField = 0
    access: tuple[_Slots, ...] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    __pydantic_config__ = STRICT
    to: AddressField
    data: BytesField
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    __pydantic_config__ = STRICT
    slot: WholeField
    value: BytesField


@dataclass(frozen=True, slots=True)
class _Override:
    __pydantic_config__ = STRICT
    account: AddressField
    balance: WholeField | None = None
    code: BytesField | None = None
    words: tuple[_Word, ...] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    __pydantic_config__ = STRICT
    after: int
    acts: tuple[_Act, ...] = ()
    questions: tuple[_Question, ...] = ()
    basefee: WholeField | None = None
    overrides: tuple[_Override, ...] = ()
    beneficiary: AddressField | None = None
    randomness: BytesField | None = None


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """``evidence/scripts/*.json``: one script, what comes before it, and the difference that it shows.

    Attributes:
        schema: Version of this format.
        name: Of the script.
        case: The market.
        difference: What it shows, in words.
        chain_id: Of the chain.
        block: The block on whose state it starts.
        block_hash: Of that block.
        prelude: Blocks before it on the new branch.
        idle: Indices of those in which the old branch does nothing: the upgrade.
        moments: Its own blocks.
        watch: Words that are read at the end, where the difference is one of storage.
    """

    __pydantic_config__ = STRICT
    schema: Literal["upgrader.scenario/1"]
    name: str
    case: str
    difference: str
    chain_id: int
    block: int
    block_hash: HashField
    prelude: tuple[_Moment, ...]
    idle: tuple[int, ...]
    moments: tuple[_Moment, ...]
    watch: tuple[_Slots, ...] = ()


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One scenario with all that a run of it needs.

    Attributes:
        scenario: The script, usually a shrunk one.
        prelude: Blocks before it on the new branch.
        upgrade: Indices of those blocks of the prelude in which the old branch does nothing.
        case: The market.
        difference: What it shows, in words; never parsed.
        chain_id: Of the chain.
        block: The base.
        block_hash: Of the base.
        watch: Words that are read at the end, without which a difference of storage would not show.
    """

    scenario: Scenario
    prelude: tuple[Moment, ...]
    upgrade: tuple[int, ...]
    case: str
    difference: str
    chain_id: ChainId
    block: BlockNumber
    block_hash: Hash32
    watch: Watch = field(default_factory=dict)


def write_reproduction(reproduction: Reproduction) -> dict[str, Any]:
    """Return the file's content; the same reproduction gives the same bytes."""
    document = ScriptFile(
        schema="upgrader.scenario/1",
        name=reproduction.scenario.name,
        case=reproduction.case,
        difference=reproduction.difference,
        chain_id=reproduction.chain_id,
        block=reproduction.block,
        block_hash=reproduction.block_hash,
        prelude=tuple(map(_written, reproduction.prelude)),
        idle=reproduction.upgrade,
        moments=tuple(map(_written, reproduction.scenario.moments)),
        watch=tuple(_Slots(owner, tuple(reproduction.watch[owner])) for owner in sorted(reproduction.watch)),
    )
    return written(ScriptFile, document)


def read_reproduction(tree: Mapping[str, Any], *, where: str) -> Reproduction:
    """Read such a file.

    Raises:
        InputError: It has another shape.
    """
    document = read_as(ScriptFile, tree, where=where)
    return Reproduction(
        scenario=Scenario(document.name, _read(document.moments)),
        prelude=_read(document.prelude),
        upgrade=document.idle,
        case=document.case,
        difference=document.difference,
        chain_id=ChainId(document.chain_id),
        block=BlockNumber(document.block),
        block_hash=document.block_hash,
        watch={each.account: tuple(map(Slot, each.slots)) for each in document.watch},
    )


def _written(moment: Moment) -> _Moment:
    return _Moment(
        after=moment.after,
        acts=tuple(map(_written_act, moment.acts)),
        questions=tuple(_Question(question.to, question.data, question.label) for question in moment.questions),
        basefee=moment.basefee,
        overrides=tuple(_override(account, moment.overrides[account]) for account in sorted(moment.overrides)),
        beneficiary=moment.beneficiary,
        randomness=moment.randomness,
    )


def _written_act(act: Act) -> _Act:
    access = tuple(_Slots(owner, slots) for owner, slots in act.access)
    return _Act(act.sender, act.to, act.data, act.value, act.label, act.gas, act.tip, access)


def _override(account: Address, override: Override) -> _Override:
    words = tuple(_Word(slot, override.slots[slot]) for slot in sorted(override.slots))
    return _Override(account, override.balance, override.code, words)


def _read(moments: Sequence[_Moment]) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            after=Seconds(moment.after),
            acts=tuple(map(_read_act, moment.acts)),
            questions=tuple(Question(question.to, question.data, question.label) for question in moment.questions),
            basefee=None if moment.basefee is None else Wei(moment.basefee),
            overrides={each.account: _overridden(each) for each in moment.overrides},
            beneficiary=moment.beneficiary,
            randomness=moment.randomness,
        )
        for moment in moments
    )


def _read_act(act: _Act) -> Act:
    access = tuple((each.account, tuple(map(Slot, each.slots))) for each in act.access)
    return Act(act.sender, act.to, act.data, Wei(act.value), act.label, act.gas, Wei(act.tip), access)


def _overridden(override: _Override) -> Override:
    balance = None if override.balance is None else Wei(override.balance)
    return Override(balance, override.code, {Slot(word.slot): word.value for word in override.words})
