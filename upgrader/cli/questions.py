"""Questions to the person at the terminal; asked on stderr, so that stdout stays the result."""

import sys
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Person:
    """The :class:`~upgrader.ports.Questioner` at the keyboard.

    Attributes:
        no_input: Whether nobody may be asked.
    """

    no_input: bool = False

    def confirm_name(self, question: str, expected: str) -> bool:
        """Ask the person to type ``expected``; False when they did not or nobody can be asked."""
        if not may_ask(no_input=self.no_input):
            return False
        typed = click.prompt(f"{question}\nType {expected} to go on", default="", show_default=False, err=True)
        return str(typed).strip() == expected


@dataclass(frozen=True, slots=True)
class Given:
    """An answer given beforehand with ``--confirm NAME``."""

    name: str

    def confirm_name(self, question: str, expected: str) -> bool:  # noqa: ARG002 - the answer came first
        """Tell whether the name that was given is the one."""
        return self.name == expected


def may_ask(*, no_input: bool) -> bool:
    """Whether a person can be asked: allowed, and a terminal at both ends."""
    return not no_input and sys.stdin is not None and sys.stdin.isatty()


def ask_passphrase(question: str) -> str:
    """Ask without echo."""
    return str(click.prompt(question, hide_input=True, err=True))
