"""A smallest script as steps that a person reads: who calls what with what, how much time passes, and what came of it.

The file reproduces; this explains.  Both sides of every step are those of a run of the file's own blocks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from upgrader.calls import SELECTOR_BYTES, decode_call
from upgrader.inquiry import ReadFailed
from upgrader.plan.reading import STRICT
from upgrader.simulation.compare import Lens, ending, shown
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import ActResult, Answers, Moment
from upgrader.units import Address, address, hexed

MOST_ITEMS: Final = 16
"""Items of one list among the arguments that are told."""

SHOWN: Final = 160
"""Characters of one argument, or of what came of a step, that are kept."""

_LARGEST: Final = {(1 << bits) - 1: f"max uint{bits}" for bits in (64, 96, 128, 160, 256)}

MOST_STEPS: Final = 60
"""Steps of one script that are told; of more, the last ones, which show the difference."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens.

    Attributes:
        kind: ``act`` for a transaction, ``ask`` for a view, ``put`` for state put in place, ``upgrade`` for what the
            old code does without.
        after: Seconds since the step before it; 0 within a block.
        who: The sender, by role where the playbook names it; empty for a view.
        contract: The callee, by name.
        call: Function with its decoded arguments.
        label: What it does, in the script's words.
        value: Wei sent along, as text; empty for none.
        old: What came of it on the old code.
        new: What came of it on the new code.
    """

    __pydantic_config__ = STRICT
    kind: Literal["act", "ask", "put", "upgrade"]
    after: int
    who: str = ""
    contract: str = ""
    call: str = ""
    label: str = ""
    value: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One smallest script.

    Attributes:
        file: Its name.
        case: The market.
        shows: The difference, in words.
        steps: From the copied block on.
        left: Earlier steps that are only in the file.
    """

    __pydantic_config__ = STRICT
    file: str
    case: str
    shows: str
    steps: tuple[Step, ...]
    left: int = 0


def tell(
    file: str, reproduction: Reproduction, runs: tuple[Answers, Answers], lens: Lens, people: Mapping[Address, str]
) -> Told:
    """Return a script in words.

    Args:
        file: Its name.
        reproduction: The script.
        runs: What it showed on the old and on the new code.
        lens: What is known of the contracts.
        people: Accounts by their role.
    """
    names = {**lens.names.addresses, **people}
    steps = tuple(_steps(reproduction, *runs, lens, names))
    left = max(0, len(steps) - MOST_STEPS)
    return Told(file, reproduction.case, reproduction.difference, steps[left:], left)


def _steps(
    reproduction: Reproduction, old: Answers, new: Answers, lens: Lens, names: Mapping[Address, str]
) -> Iterator[Step]:
    ahead = len(reproduction.prelude)
    acts = zip((*old.prelude, *old.acts), (*new.prelude, *new.acts), strict=True)
    answers = zip((*[()] * ahead, *old.questions), (*[()] * ahead, *new.questions), strict=True)
    blocks = (*reproduction.prelude, *reproduction.scenario.moments)
    waited = 0
    for index, (moment, acted, answered) in enumerate(zip(blocks, acts, answers, strict=True)):
        waited += moment.after
        if index in reproduction.upgrade:
            told: Iterable[Step] = _upgrade(index, reproduction.upgrade)
        else:
            told = _block(moment if index >= ahead else replace(moment, questions=()), acted, answered, lens, names)
        for step in told:
            yield replace(step, after=waited)
            waited = 0


def _upgrade(index: int, blocks: Sequence[int]) -> Iterator[Step]:
    """Tell the first and the last of the upgrade's own blocks; approvals between them say nothing of the market."""
    if index == blocks[-1]:
        yield Step("upgrade", 0, label="the upgrade is executed, on the new code only")
    elif index == blocks[0]:
        yield Step("upgrade", 0, label="the upgrade is proposed, on the new code only")


def _block(
    moment: Moment,
    acted: tuple[Sequence[ActResult], Sequence[ActResult]],
    answered: tuple[Sequence[bytes | ReadFailed], Sequence[bytes | ReadFailed]],
    lens: Lens,
    names: Mapping[Address, str],
) -> Iterator[Step]:
    for account in moment.overrides:
        yield Step("put", 0, contract=names.get(account, account), label="state is put in place")
    for act, before, after in zip(moment.acts, *acted, strict=True):
        yield Step(
            "act",
            0,
            who=names.get(act.sender, act.sender),
            contract=names.get(act.to, act.to),
            call=call_words(act.data, lens, names),
            label=act.label,
            value=str(act.value) if act.value else "",
            old=ending(before, lens, act.data)[:SHOWN],
            new=ending(after, lens, act.data)[:SHOWN],
        )
    for question, said, says in zip(moment.questions, *answered, strict=True):
        yield Step(
            "ask",
            0,
            contract=names.get(question.to, question.to),
            call=call_words(question.data, lens, names),
            label=question.label,
            old=shown(said, lens, question.data)[:SHOWN],
            new=shown(says, lens, question.data)[:SHOWN],
        )


def call_words(data: bytes, lens: Lens, names: Mapping[Address, str]) -> str:
    """Return calldata as ``buy(seriesId: 1, writer: maker)``; its selector where no ABI knows it."""
    for abi in lens.names.abis:
        if decoded := decode_call(abi, data):
            arguments = (
                f"{name}: {_words(value, kind, names)}" if name else _words(value, kind, names)
                for name, kind, value in decoded.arguments
            )
            return f"{decoded.name}({', '.join(arguments)})"
    if not data:
        return "plain transfer"
    return f"{lens.observable(data)} with {len(data) - SELECTOR_BYTES} bytes"


def _words(value: Any, kind: str, names: Mapping[Address, str]) -> str:
    match value:
        case bytes():
            text = _bytes_words(value)
        case tuple() | list():
            items = [_words(item, "address" if kind.startswith("address[") else "", names) for item in value]
            more = ["…"] if len(items) > MOST_ITEMS else []
            text = f"[{', '.join([*items[:MOST_ITEMS], *more])}]"
        case bool():
            text = "yes" if value else "no"
        case int() if value in _LARGEST:
            text = _LARGEST[value]
        case str() if kind == "address":
            text = names.get(address(value), value)
        case _:
            text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _bytes_words(data: bytes) -> str:
    """Return a short name that was padded to a word as that name, anything else as hex."""
    stripped = data.rstrip(b"\0")
    return stripped.decode() if stripped.isascii() and stripped.decode("ascii").isalnum() else hexed(data)
