"""Questions by name, so that what reads the answers need not count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from upgrader.calls import decode_result, encode_call
from upgrader.errors import InputError
from upgrader.inquiry import ReadFailed
from upgrader.simulation.scenario import Answers, Moment, Question
from upgrader.units import WORD, Address


@dataclass(frozen=True, slots=True)
class Asked:
    """One view under a name of our own.

    Attributes:
        key: ``price of series 1``; unique in a questionnaire.
        to: Whom to ask.
        signature: ``priceOf(uint256)``.
        arguments: One for each of its types.
        answers: Types of the answer; none where nobody reads it.
    """

    key: str
    to: Address
    signature: str
    arguments: tuple[Any, ...] = ()
    answers: tuple[str, ...] = ("uint256",)

    @property
    def question(self) -> Question:
        """What a moment holds."""
        return Question(self.to, encode_call(self.signature, *self.arguments), self.key)


class Questionnaire:
    """The questions of a moment, in order.

    Args:
        asked: With unique keys.
    """

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = tuple(asked)
        self.questions = tuple(each.question for each in self.asked)
        self._places = {each.key: place for place, each in enumerate(self.asked)}

    def read(self, answers: Sequence[bytes | ReadFailed]) -> Mapping[str, Any]:
        """Return what each question was answered: a value, or a tuple of several; None where it failed.

        Answers of a moment that did not ask all of this (a shrunk scenario) give nothing.
        """
        if len(answers) != len(self.asked):
            return {}
        return _Read(self.asked, self._places, answers)

    def each(self, moments: Sequence[Moment], answers: Answers) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield index and answers, as :meth:`read` gives them, of every moment that asked just this.

        Args:
            moments: The script's: several questionnaires of one may have as many questions.
            answers: What it showed; a run may have been stopped before the script's end.
        """
        for index, (moment, said) in enumerate(zip(moments, answers.questions, strict=False)):
            if moment.questions == self.questions:
                yield index, self.read(said)


class _Read(Mapping[str, Any]):
    """Answers by key, each decoded when it is looked at: a law looks at a few of hundreds."""

    __slots__ = ("_answers", "_asked", "_places", "_values")

    def __init__(
        self, asked: Sequence[Asked], places: Mapping[str, int], answers: Sequence[bytes | ReadFailed]
    ) -> None:
        self._asked, self._places, self._answers = asked, places, answers
        self._values: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        place = self._places[key]
        if key not in self._values:
            self._values[key] = _value(self._asked[place], self._answers[place])
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _value(asked: Asked, answer: bytes | ReadFailed) -> Any:
    if isinstance(answer, ReadFailed):
        return None
    if asked.answers == ("uint256",) and len(answer) == WORD:
        # Most answers by far; the general decoder takes hundreds of times as long over each.
        return int.from_bytes(answer, "big")
    return _decoded(asked.answers, answer)


@lru_cache(maxsize=4_096)
def _decoded(types: tuple[str, ...], answer: bytes) -> Any:
    """Decode a longer answer once: the terms of a series, say, are the same in every block."""
    try:
        values = decode_result(types, answer)
    except InputError:
        return None
    return values[0] if len(values) == 1 else values
