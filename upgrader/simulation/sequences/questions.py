"""The views to ask at the end of a sequence, on both branches.

Every sequence begins with one that was asked at its own end, so that in time each kept state is looked at with every
view.  Views without arguments are always asked, and of the others up to :data:`ASKED`, with arguments from the pool.
"""

from collections.abc import Iterable
from typing import Final

from upgrader.inquiry import ReadFailed
from upgrader.simulation.scenario import Question
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.learning import learn_answer, words_of
from upgrader.simulation.sequences.pool import Pool
from upgrader.simulation.sequences.surface import Function, Surface
from upgrader.simulation.sequences.values import Values
from upgrader.units import WORD, address_from_word

ASKED: Final = 96
"""Views with arguments that one sequence asks: all of a large protocol's, for what shows in one alone is else found by
luck (a price without its factor took more than 128 sequences with 32, for two of three seeds, and takes 2)."""

MOST_ACCOUNTS: Final = 24
"""Accounts of which is asked whether they hold a role."""

MOST_ROLES: Final = 8
"""Words that are asked about as roles, beside the default admin's: those that were met last, which are what views
without arguments named."""

LEARNT: Final = 6
"""Choices of arguments with which each view is asked before the first sequence, to learn of the state."""


def plain(surface: Surface) -> tuple[Question, ...]:
    """Return every view without arguments, and what each token holds for the contracts under management."""
    asked = [_question(view, ()) for view in surface.views if not view.parameters]
    for view in surface.views:
        if not view.managed and view.name == "balanceOf":
            asked += [_question(view, (owner,)) for owner in surface.managed]
    return tuple(asked)


def drawn(surface: Surface, pool: Pool, chance: Chance) -> tuple[Question, ...]:
    """Return some of the views with arguments, each once at least where there are few."""
    views = [view for view in surface.views if view.parameters]
    if not views:
        return ()
    first = chance.below(len(views))
    values = Values(pool, chance)
    asked = {}
    for index in range(ASKED):
        view = views[(first + index) % len(views)]
        question = _question(view, values.arguments(*view.place, view.parameters))
        asked[question.to, question.data] = question
    return tuple(asked.values())


def exploring(surface: Surface, pool: Pool, chance: Chance) -> tuple[Question, ...]:
    """Return every view with arguments, several times."""
    values = Values(pool, chance)
    asked = {}
    for view in surface.views:
        for _ in range(LEARNT if view.parameters and view.managed else 0):
            question = _question(view, values.arguments(*view.place, view.parameters))
            asked[question.to, question.data] = question
    return tuple(asked.values())


def roles(surface: Surface, pool: Pool) -> tuple[Question, ...]:
    """Return who holds which role: every known account, for every word that a view without arguments names."""
    asked = []
    for view in surface.views:
        if view.name == "hasRole" and view.types == ("bytes32", "address"):
            words = (bytes(32), *pool.of("bytes32")[-MOST_ROLES:])
            asked += [_question(view, (word, each)) for word in words for each in tuple(pool.accounts)[:MOST_ACCOUNTS]]
    return tuple(asked)


def learn_roles(pool: Pool, questions: Iterable[Question], answers: Iterable[bytes | ReadFailed]) -> None:
    """Keep who holds which role."""
    for question, answer in zip(questions, answers, strict=True):
        if isinstance(answer, bytes) and any(answer):
            role, account = words_of(question.data)
            pool.holds(question.to, role, address_from_word(account))


def learn_answers(
    pool: Pool, surface: Surface, questions: Iterable[Question], answers: Iterable[bytes | ReadFailed]
) -> None:
    """Keep what views said."""
    for question, answer in zip(questions, answers, strict=True):
        view = surface.at(question.to, question.data)
        if view is not None and isinstance(answer, bytes):
            learn_answer(pool, view, answer)
            if view.to in surface.tokens and view.name == "balanceOf" and any(answer):
                pool.holding[view.to] = max(pool.holding.get(view.to, 0), int.from_bytes(answer[:WORD]))


def _question(view: Function, values: Iterable[object]) -> Question:
    return Question(view.to, view.calldata(list(values)))
