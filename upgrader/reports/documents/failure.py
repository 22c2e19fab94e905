"""Data of every command that could not do its work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """Why a command ended.

    Attributes:
        message: What happened, in one sentence.
        remedy: What to do next.
        where: File, address, endpoint or field; empty when the message names it.
        kind: Name of the error; it decides the exit code.
    """

    message: str
    remedy: str
    where: str
    kind: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An error in the place of the command's data.

    Attributes:
        error: The only one.
    """

    error: ErrorFacts
