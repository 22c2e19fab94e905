"""Questions by name, so that what reads the answers need not count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upgrader.calls import decode_result, encode_call
from upgrader.errors import InputError
from upgrader.inquiry import ReadFailed
from upgrader.simulation.scenario import Question
from upgrader.units import Address


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

    def read(self, answers: Sequence[bytes | ReadFailed]) -> Mapping[str, Any]:
        """Return what each question was answered: a value, or a tuple of several; None where it failed.

        Answers of a moment that did not ask all of this (a shrunk scenario) give nothing.
        """
        if len(answers) != len(self.asked):
            return {}
        return {each.key: _value(each, answer) for each, answer in zip(self.asked, answers, strict=True)}


def _value(asked: Asked, answer: bytes | ReadFailed) -> Any:
    if isinstance(answer, ReadFailed):
        return None
    try:
        values = decode_result(asked.answers, answer)
    except InputError:
        return None
    return values[0] if len(values) == 1 else values
