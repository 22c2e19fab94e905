"""A file that shows one difference alone: the smallest script, what comes before it, and where it starts.

Everything that a run needs is in it but the chain itself: chain id, block number and hash, the blocks of the upgrade
and of the script with their calldata, and the difference that was seen.  Amounts and bytes are text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, PlainSerializer

from upgrader.plan.reading import STRICT, AddressField, BytesField, HashField, read_as, written
from upgrader.simulation.scenario import Act, Answers, Moment, Override, Question, Scenario, Watch, without
from upgrader.units import Address, BlockNumber, ChainId, Hash32, Seconds, Slot, Wei

SCHEMA = "upgrader.scenario/1"

_Result = TypeVar("_Result")


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
        same_block: Whether the last block of the prelude is none of its own: what it does comes first in the script's
            first block, in the same second.
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
    same_block: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """What is run of a script on one of the codes.

    Attributes:
        prelude: Blocks before the scenario.
        scenario: The script, with the upgrade in its first block where both share one.
        led: Acts of that block that are the upgrade's and none of the script's.
    """

    prelude: tuple[Moment, ...]
    scenario: Scenario
    led: int = 0

    def own(self, blocks: Sequence[tuple[_Result, ...]]) -> tuple[tuple[_Result, ...], ...]:
        """Return what each block of the scenario showed, act by act, without the upgrade's."""
        return tuple(block[self.led :] if not index else block for index, block in enumerate(blocks))


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
        same_block: Whether the last block of the prelude, the upgrade's, is the scenario's first, in the same second:
            so real traffic is run again.
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
    same_block: bool = False

    def branch(self, code: Literal["old", "new"]) -> Branch:
        """Return what is run on one of the codes."""
        prelude = without(self.prelude, self.upgrade) if code == "old" else self.prelude
        if not self.same_block:
            return Branch(prelude, self.scenario)
        *before, upgrade = prelude
        first, *rest = self.scenario.moments
        shared = replace(
            first,
            after=Seconds(upgrade.after + first.after),
            acts=(*upgrade.acts, *first.acts),
            overrides={**upgrade.overrides, **first.overrides},
        )
        return Branch(tuple(before), replace(self.scenario, moments=(shared, *rest)), led=len(upgrade.acts))

    def answers(self, branch: Branch, said: Answers) -> Answers:
        """Return what a branch showed, block by block of this script's prelude and scenario."""
        if not self.same_block:
            return said
        upgrade = said.acts[0][: branch.led]
        return replace(said, prelude=(*said.prelude, upgrade), acts=branch.own(said.acts))


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
        same_block=reproduction.same_block,
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
        same_block=document.same_block,
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
