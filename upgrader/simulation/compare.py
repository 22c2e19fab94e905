"""The same scenario on the old and on the new code: every way in which they differ, as facts.

Of a transaction: whether it went through, what it returned or why it reverted, its events as a multiset, its gas (a
tenth more is a difference).  Of a view: its answer.  Of storage: every watched word that the upgrade itself did not
write.  Where both sides are numbers, the largest relative change is measured, so that a declared bound can be held
against it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from upgrader.calls import SELECTOR_BYTES, abi_signature, selector
from upgrader.errors import SimulationError
from upgrader.inquiry import Log, ReadFailed
from upgrader.simulation.naming import Abi, Names
from upgrader.simulation.scenario import Act, ActResult, Answers, Question, Scenario, Watch
from upgrader.units import WORD, Address, Slot, hexed

GAS_TOLERANCE: Final = Fraction(1, 10)
"""More gas than this share above the old code's is a difference: what a keeper's or a caller's limit may not cover."""

SHOWN: Final = 240
"""Characters of one side of a difference that are kept."""

REVERTS: Final = "reverts: "
"""How words about what was refused begin."""

PLACE: Final = "slot "
"""How the place of a word begins, before its number."""

STORAGE: Final = "storage"
"""The observable that a declaration names for any word of a contract."""


_Number = TypeVar("_Number", int, Fraction)


class Aspect(StrEnum):
    """In what two runs differ."""

    STATUS = "status"
    RESULT = "result"
    EVENTS = "events"
    GAS = "gas"
    ANSWER = "answer"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class MarketDifference:
    """One way in which the new code behaved otherwise than the old.

    Attributes:
        aspect: In what.
        contract: Name under management, or the address.
        observable: Signature of the function or the view; a variable or slot for storage.
        label: The act or question, in words; the place of a word of storage.
        moment: Index of the block in the scenario; -1 for storage, which is read at the end.
        old: What the old code did.
        new: What the new code did.
        relative: Largest relative change of a number; None where something else than numbers changed.
        amount: Largest change of a number, in its own units; None likewise.
    """

    aspect: Aspect
    contract: str
    observable: str
    label: str
    moment: int
    old: str
    new: str
    relative: Fraction | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Lens:
    """What is known of the contracts in a run.

    Attributes:
        names: Of addresses, calls, events and errors.
        signatures: Selector -> signature.
        written: Words that the upgrade itself wrote; they differ by intent and are not compared.
        variables: What words hold, where a layout says it.
    """

    names: Names = field(default_factory=Names)
    signatures: Mapping[bytes, str] = field(default_factory=dict)
    written: Mapping[Address, frozenset[Slot]] = field(default_factory=dict)
    variables: Mapping[tuple[Address, Slot], str] = field(default_factory=dict)

    def observable(self, data: bytes) -> str:
        """Return the signature that calldata calls; its selector where no ABI has it."""
        head = data[:SELECTOR_BYTES]
        return self.signatures.get(head) or (hexed(head) if head else "(transfer)")


def signatures_of(abis: Iterable[Abi]) -> dict[bytes, str]:
    """Return selector -> signature of every function in ``abis``."""
    entries = (entry for abi in abis for entry in abi if entry.get("type") == "function")
    return {selector(signature): signature for signature in map(abi_signature, entries)}


def compare(scenario: Scenario, old: Answers, new: Answers, lens: Lens) -> tuple[MarketDifference, ...]:
    """Return every difference, in the order of the scenario.

    Args:
        scenario: What was run.
        old: What it showed without the upgrade.
        new: What it showed with it.
        lens: What is known of the contracts.

    Raises:
        SimulationError: The answers are not those of this scenario.
    """
    wanted = [(len(moment.acts), len(moment.questions)) for moment in scenario.moments]
    for answers in (old, new):
        if wanted != [(len(a), len(q)) for a, q in zip(answers.acts, answers.questions, strict=True)]:
            raise SimulationError(
                f"the answers are not those of the scenario {scenario.name!r}", remedy="run it again on both branches"
            )
    found: list[MarketDifference] = []
    for index, moment in enumerate(scenario.moments):
        for act, before, after in zip(moment.acts, old.acts[index], new.acts[index], strict=True):
            found += _act(act, before, after, index, lens)
        for question, said, says in zip(moment.questions, old.questions[index], new.questions[index], strict=True):
            found += _answer(question, said, says, index, lens)
    return (*found, *_storage(old, new, lens))


def word_of(difference: MarketDifference, watch: Watch, names: Names) -> Watch:
    """Return the word of a watch that a difference is about: what a run must read to show it again.

    Returns:
        Nothing for a difference that is not one of storage.
    """
    if difference.aspect is not Aspect.STORAGE:
        return {}
    found = {
        owner: tuple(slot for slot in slots if place_of(slot) == difference.label)
        for owner, slots in watch.items()
        if names.of(owner) == difference.contract
    }
    return {owner: slots for owner, slots in found.items() if slots}


def place_of(slot: Slot) -> str:
    """Return a word's place as differences name it."""
    return f"{PLACE}{slot:#x}"


def relative_change(old: bytes, new: bytes) -> Fraction | None:
    """Return the largest relative change of a word from ``old`` to ``new``, each word a signed number.

    Returns:
        |new - old| / |old|; 0 for equal data.  None where the data are not equally many words, or where a word that
        was zero is not any more: no bound holds such a change.
    """
    if old == new:
        return Fraction(0)
    if len(old) != len(new) or len(old) % WORD:
        return None
    largest = Fraction(0)
    for start in range(0, len(old), WORD):
        before, after = (int.from_bytes(side[start : start + WORD], "big", signed=True) for side in (old, new))
        if before == after:
            continue
        if not before:
            return None
        largest = max(largest, Fraction(abs(after - before), abs(before)))
    return largest


def ending(result: ActResult, lens: Lens, called: bytes) -> str:
    """Return what became of a transaction with this calldata, in words."""
    if result.status:
        return f"returns {_words(result.data, lens, called)}"
    return f"{REVERTS}{lens.names.error(result.data) or hexed(result.data)}"


def shown(answer: bytes | ReadFailed, lens: Lens, called: bytes) -> str:
    """Return what a view with this calldata answered, in words."""
    if isinstance(answer, ReadFailed):
        return f"{REVERTS}{lens.names.error(answer.data) or hexed(answer.data)}"
    return _words(answer, lens, called)


def amount_changed(old: bytes, new: bytes) -> int | None:
    """Return the largest change of a word from ``old`` to ``new``, each word a signed number.

    Returns:
        |new - old|; None where the data are not equally many words.
    """
    if len(old) != len(new) or len(old) % WORD:
        return None
    starts = range(0, len(old), WORD)
    before, after = (
        [int.from_bytes(side[start : start + WORD], "big", signed=True) for start in starts] for side in (old, new)
    )
    return max((abs(b - a) for a, b in zip(before, after, strict=True)), default=0)


def _act(act: Act, old: ActResult, new: ActResult, moment: int, lens: Lens) -> Iterator[MarketDifference]:
    contract, function = lens.names.of(act.to), lens.observable(act.data)
    label = act.label or function

    def differs(
        aspect: Aspect, before: str, after: str, relative: Fraction | None = None, amount: int | None = None
    ) -> MarketDifference:
        name = f"{function} gas" if aspect is Aspect.GAS else function
        return MarketDifference(aspect, contract, name, label, moment, before[:SHOWN], after[:SHOWN], relative, amount)

    if old.status != new.status:
        yield differs(Aspect.STATUS, ending(old, lens, act.data), ending(new, lens, act.data))
        return
    if old.data != new.data:
        measured = (relative_change(old.data, new.data), amount_changed(old.data, new.data)) if old.status else ()
        texts = ending(old, lens, act.data)[:SHOWN], ending(new, lens, act.data)[:SHOWN]
        yield differs(Aspect.RESULT, *(texts if texts[0] != texts[1] else _apart(old.data, new.data)), *measured)
    if not old.status:
        return
    # A log's index counts within the block, so one event more would move all that follow: contents only.
    gone = Counter(map(_content, old.logs)) - Counter(map(_content, new.logs))
    come = Counter(map(_content, new.logs)) - Counter(map(_content, old.logs))
    if gone or come:
        before, after = (_left(logs, counted) for logs, counted in ((old.logs, gone), (new.logs, come)))
        yield differs(Aspect.EVENTS, _events(before, lens), _events(after, lens), *_events_change(before, after))
    rise = Fraction(new.gas_used - old.gas_used, max(old.gas_used, 1))
    if rise > GAS_TOLERANCE:
        yield differs(Aspect.GAS, f"{old.gas_used} gas", f"{new.gas_used} gas", rise, new.gas_used - old.gas_used)


def _answer(
    question: Question, old: bytes | ReadFailed, new: bytes | ReadFailed, moment: int, lens: Lens
) -> Iterator[MarketDifference]:
    if _said(old) == _said(new):
        return
    view = lens.observable(question.data)
    relative, amount = None, None
    texts = shown(old, lens, question.data)[:SHOWN], shown(new, lens, question.data)[:SHOWN]
    if isinstance(old, bytes) and isinstance(new, bytes):
        relative, amount = relative_change(old, new), amount_changed(old, new)
        texts = texts if texts[0] != texts[1] else _apart(old, new)
    yield MarketDifference(
        Aspect.ANSWER,
        lens.names.of(question.to),
        view,
        question.label or lens.names.call(question.data),
        moment,
        *texts,
        relative,
        amount,
    )


def _storage(old: Answers, new: Answers, lens: Lens) -> Iterator[MarketDifference]:
    for owner in sorted(old.slots.keys() | new.slots.keys()):
        before, after = old.slots.get(owner, {}), new.slots.get(owner, {})
        for slot in sorted((before.keys() | after.keys()) - lens.written.get(owner, frozenset())):
            was, now = before.get(slot), after.get(slot)
            if was == now:
                continue
            place = place_of(slot)
            yield MarketDifference(
                Aspect.STORAGE,
                lens.names.of(owner),
                lens.variables.get((owner, slot), place),
                place,
                -1,
                hexed(was) if was is not None else "not read",
                hexed(now) if now is not None else "not read",
                relative_change(was, now) if was is not None and now is not None else None,
                amount_changed(was, now) if was is not None and now is not None else None,
            )


def _said(answer: bytes | ReadFailed) -> tuple[bool, bytes, str]:
    if isinstance(answer, ReadFailed):
        # A node's words for a revert without data are its own.
        return False, answer.data, "" if answer.data or answer.reverted else answer.reason
    return True, answer, ""


def _words(data: bytes, lens: Lens, called: bytes) -> str:
    """Return one word as a number, since most answers are one; anything else as an ABI reads it, or as hex."""
    if len(data) == WORD:
        return str(int.from_bytes(data, "big", signed=True))
    return lens.names.answer(called[:SELECTOR_BYTES], data) or hexed(data)


def _apart(old: bytes, new: bytes) -> tuple[str, str]:
    """Return the first words in which two answers differ that are long and begin alike."""
    start = next(at for at in range(0, max(len(old), len(new)), WORD) if old[at : at + WORD] != new[at : at + WORD])
    before, after = (hexed(side[start : start + WORD]) for side in (old, new))
    return f"word {start // WORD}: {before}", f"word {start // WORD}: {after}"


def _content(log: Log) -> tuple[Address, tuple[bytes, ...], bytes]:
    return log.address, log.topics, log.data


def _left(logs: Iterable[Log], counted: Counter[tuple[Address, tuple[bytes, ...], bytes]]) -> list[Log]:
    left = counted.copy()
    kept = []
    for log in logs:
        if left[_content(log)] > 0:
            left[_content(log)] -= 1
            kept.append(log)
    return kept


def _events(logs: Iterable[Log], lens: Lens) -> str:
    return "; ".join(f"{lens.names.of(log.address)} {lens.names.event(log).text}" for log in logs) or "no such event"


def _events_change(old: list[Log], new: list[Log]) -> tuple[Fraction | None, int | None]:
    """Return the largest relative change and the largest change where the same events came with other figures."""
    if [(log.address, log.topics) for log in old] != [(log.address, log.topics) for log in new]:
        return None, None
    data = [(before.data, after.data) for before, after in zip(old, new, strict=True)]
    return _largest(relative_change(*each) for each in data), _largest(amount_changed(*each) for each in data)


def _largest(changes: Iterable[_Number | None]) -> _Number | None:
    """Return the largest, or None where one of them cannot be told."""
    known = list(changes)
    return None if None in known else max(each for each in known if each is not None)
