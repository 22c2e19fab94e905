"""Figures over time on the old and the new code: what is drawn of a difference.

Of each observable that differs in numbers one script is kept, the one with the largest change, and in it the question
(or the function) that changed most: as many facts as a page can show, however many scenarios ran.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from upgrader.calls import SELECTOR_BYTES, selector
from upgrader.inquiry import ReadFailed
from upgrader.plan.reading import STRICT
from upgrader.simulation.compare import GAS_TOLERANCE, Aspect, Lens
from upgrader.simulation.legend import Legend, Scale
from upgrader.simulation.scenario import Act, ActResult, Answers
from upgrader.simulation.script import Script
from upgrader.simulation.told import call_words
from upgrader.units import WORD, Address

MOST_PLOTS: Final = 24
"""Observables that are drawn: undeclared differences before declared ones, and then first come."""

MOST_KEPT: Final = 4 * MOST_PLOTS
"""Observables that are followed during a run, before it is known which of them are declared."""

MOST_POINTS: Final = 200
"""Points of one drawing; of more, evenly chosen ones and the largest change are kept."""

LARGEST: Final = 1 << 128
"""Above this a word is taken for an address, a hash or a mask, and not for a figure."""

WholeText = Annotated[str, Field(pattern=r"^(-?[0-9]{1,78})?$")]
"""A whole number as text, or empty."""

Kind: TypeAlias = tuple[Aspect, str, str]
"""What makes two differences one: aspect, contract and observable."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure in one script, on both codes.

    Attributes:
        case: The market.
        scenario: The script.
        aspect: ``answer`` of one view, ``result`` or ``gas`` of every successful call of one function.
        contract: Name under management.
        observable: Signature.
        label: The question or function, in words.
        scale: How the figure is read.
        times: Seconds after the upgrade, one for each point; never falling.
        old: The figure without the upgrade, a whole number as text; empty where there was none.
        new: The figure with it.
        largest: The call with the largest change, in words; empty for a view.
    """

    __pydantic_config__ = STRICT
    case: str
    scenario: str
    aspect: str
    contract: str
    observable: str
    label: str
    scale: Scale
    times: tuple[int, ...]
    old: tuple[WholeText, ...]
    new: tuple[WholeText, ...]
    largest: str = ""

    @property
    def widest(self) -> int | None:
        """Index of the point with the largest change; None where no point has both sides."""
        pairs = enumerate(zip(self.old, self.new, strict=True))
        changes = {at: abs(int(new) - int(old)) for at, (old, new) in pairs if old and new}
        return max(changes, key=lambda at: (changes[at], -at), default=None)


@dataclass(frozen=True, slots=True)
class Path:
    """Where the market was in one script, as the protocol saw it on the new code.

    Attributes:
        case: The market.
        scenario: The script.
        scale: How the price is read.
        times: Seconds after the upgrade; rising.
        values: Whole numbers as text; empty where there was no price.
    """

    __pydantic_config__ = STRICT
    case: str
    scenario: str
    scale: Scale
    times: tuple[int, ...]
    values: tuple[WholeText, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a figure comes from: a view by its whole calldata, a function by its selector; the word of what it says."""

    aspect: Aspect
    to: Address
    data: bytes
    word: int


@dataclass(frozen=True, slots=True)
class _Point:
    """One figure: the index of its block, and both sides; None where there was none.  The act, where one made it."""

    moment: int
    old: int | None
    new: int | None
    act: Act | None = None

    @property
    def change(self) -> int:
        return 0 if self.old is None or self.new is None else abs(self.new - self.old)


@dataclass
class Plotting:
    """Takes scripts with what they showed; :meth:`result` is what is drawn of them."""

    _best: dict[Kind, tuple[int, Plot, Path | None]] = field(default_factory=dict)

    def script(self, script: Script, old: Answers, new: Answers, lens: Lens) -> None:
        """Note a script whose answers differ."""
        largest: dict[Kind, tuple[int, _Place]] = {}
        for place, change in _changes(script, old, new):
            kind = (place.aspect, lens.names.of(place.to), _observable(place, lens))
            if kind not in largest or largest[kind][0] < change:
                largest[kind] = (change, place)
        for kind, (change, place) in largest.items():
            known = self._best.get(kind)
            room = len(self._best) < MOST_KEPT
            if room if known is None else known[0] < change:
                self._best[kind] = (change, _plot(script, old, new, lens, place), _path(script, new))

    def result(self, undeclared: Collection[Kind]) -> tuple[tuple[Plot, ...], tuple[Path, ...]]:
        """Return the drawings, those of ``undeclared`` differences first, and the price paths of their scripts."""
        kinds = sorted(self._best, key=lambda kind: kind not in undeclared)[:MOST_PLOTS]
        paths = dict.fromkeys(path for kind in kinds if (path := self._best[kind][2]))
        return tuple(self._best[kind][1] for kind in kinds), tuple(paths)


def _changes(script: Script, old: Answers, new: Answers) -> Iterator[tuple[_Place, int]]:
    """Yield every figure that differs, with how much, in whole numbers."""
    words = _words(script.legend)
    for index, moment in enumerate(script.scenario.moments):
        for question, said, says in zip(moment.questions, old.questions[index], new.questions[index], strict=True):
            if isinstance(said, bytes) and isinstance(says, bytes) and said != says:
                chosen = words.get((question.to, question.data[:SELECTOR_BYTES]), ())
                for word, change in _word_changes(said, says, chosen):
                    yield _Place(Aspect.ANSWER, question.to, question.data, word), change
        for act, before, after in zip(moment.acts, old.acts[index], new.acts[index], strict=True):
            head = act.data[:SELECTOR_BYTES]
            if not (before.status and after.status):
                continue
            if before.data != after.data:
                for word, change in _word_changes(before.data, after.data, words.get((act.to, head), ())):
                    yield _Place(Aspect.RESULT, act.to, head, word), change
            rise = after.gas_used - before.gas_used
            if rise > GAS_TOLERANCE * before.gas_used:
                yield _Place(Aspect.GAS, act.to, head, 0), rise


def _word_changes(old: bytes, new: bytes, chosen: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(old) != len(new):
        return
    # Of several words that no legend explains, nobody could say what is drawn.
    for word in chosen or range(int(len(old) == WORD)):
        before, after = _figure(old, word), _figure(new, word)
        if before is not None and after is not None and before != after:
            yield word, abs(after - before)


def _plot(script: Script, old: Answers, new: Answers, lens: Lens, place: _Place) -> Plot:
    points = _points(script, old, new, place)
    kept = _kept(points)
    times = _times(script)
    names = {**script.legend.people, **lens.names.addresses}
    act = max(points, key=lambda point: point.change).act
    question = call_words(place.data, lens, names) if place.aspect is Aspect.ANSWER else ""
    return Plot(
        case=script.case,
        scenario=script.scenario.name,
        aspect=place.aspect.value,
        contract=lens.names.of(place.to),
        observable=_observable(place, lens),
        label=question or (act.label if act else "") or lens.observable(place.data),
        scale=_scale(script.legend, place, lens.observable(place.data)),
        times=tuple(times[point.moment] for point in kept),
        old=tuple(_text(point.old) for point in kept),
        new=tuple(_text(point.new) for point in kept),
        largest=f"{call_words(act.data, lens, names)} by {names.get(act.sender, act.sender)}" if act else "",
    )


def _points(script: Script, old: Answers, new: Answers, place: _Place) -> list[_Point]:
    points = []
    for index, moment in enumerate(script.scenario.moments):
        if place.aspect is Aspect.ANSWER:
            for question, said, says in zip(moment.questions, old.questions[index], new.questions[index], strict=True):
                if question.to == place.to and question.data == place.data:
                    points.append(_Point(index, _answered(said, place.word), _answered(says, place.word)))
                    break
            continue
        for act, before, after in zip(moment.acts, old.acts[index], new.acts[index], strict=True):
            if act.to == place.to and act.data[:SELECTOR_BYTES] == place.data and (before.status or after.status):
                points.append(_Point(index, _done(before, place), _done(after, place), act))
    return points


def _kept(points: list[_Point]) -> list[_Point]:
    """Thin out evenly; first, last and the largest change stay."""
    if len(points) <= MOST_POINTS:
        return points
    widest = max(range(len(points)), key=lambda index: points[index].change)
    return [points[index] for index in sorted({*_evenly(len(points)), widest})]


def _evenly(count: int) -> list[int]:
    """Return indices of at most :data:`MOST_POINTS` less one, the first and the last among them."""
    last = MOST_POINTS - 2
    return list(range(count)) if count <= last else [index * (count - 1) // last for index in range(last + 1)]


def _path(script: Script, new: Answers) -> Path | None:
    asked, times = script.legend.path, _times(script)
    found: list[tuple[int, str]] = []
    for index, moment in enumerate(script.scenario.moments):
        for question, says in zip(moment.questions, new.questions[index], strict=True):
            if asked and (question.to, question.data) == (asked.to, asked.data):
                found.append((times[index], _text(_answered(says, 0))))
                break
    kept = [found[index] for index in _evenly(len(found))]
    if not kept:
        return None
    return Path(script.case, script.scenario.name, script.legend.path_scale, *map(tuple, zip(*kept, strict=True)))


def _times(script: Script) -> list[int]:
    """Return how long after the upgrade each block comes."""
    return list(accumulate(moment.after for moment in script.scenario.moments))


def _observable(place: _Place, lens: Lens) -> str:
    return f"{lens.observable(place.data)} gas" if place.aspect is Aspect.GAS else lens.observable(place.data)


def _scale(legend: Legend, place: _Place, function: str) -> Scale:
    if place.aspect is Aspect.GAS:
        return Scale("gas")
    for figure in legend.figures:
        if (figure.to, selector(figure.signature), figure.word) == (place.to, place.data[:SELECTOR_BYTES], place.word):
            return figure.scale
    return Scale(function.partition("(")[0])


def _words(legend: Legend) -> dict[tuple[Address, bytes], tuple[int, ...]]:
    """Return the words that the legend explains, by callee and selector."""
    words: dict[tuple[Address, bytes], tuple[int, ...]] = {}
    for figure in legend.figures:
        key = (figure.to, selector(figure.signature))
        words[key] = (*words.get(key, ()), figure.word)
    return words


def _answered(answer: bytes | ReadFailed, word: int) -> int | None:
    return None if isinstance(answer, ReadFailed) else _figure(answer, word)


def _done(result: ActResult, place: _Place) -> int | None:
    if not result.status:
        return None
    return result.gas_used if place.aspect is Aspect.GAS else _figure(result.data, place.word)


def _figure(data: bytes, word: int) -> int | None:
    """Return one word as a signed number; None where there is none or it is no figure."""
    chunk = data[word * WORD : (word + 1) * WORD]
    number = int.from_bytes(chunk, "big", signed=True)
    return number if len(chunk) == WORD and abs(number) < LARGEST else None


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
