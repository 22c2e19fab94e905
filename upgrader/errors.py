"""What went wrong with *our* work, where, and what to do about it.

An error is about our inability; a :class:`~upgrader.findings.Finding` is about the user's upgrade.
Every error carries a remedy, and its class decides the exit code (the table is published in the README)::

    UpgraderError              1  unexpected
    +-- InputError             2  a word, a file or a value that we were given
    +-- BlockedError           3  the upgrade is unsafe, or cannot be judged
    +-- SimulationError        4  the simulated upgrade did not go through
    +-- MismatchError          5  the chain or the bundle differs from the plan
    +-- NotReadyError          6  signatures or delay are missing
    +-- UnavailableError       7  a tool or an endpoint is missing or does not answer
    +-- InterruptionError    130  whoever started it stopped it
"""

from typing import ClassVar


class UpgraderError(Exception):
    """An expected failure.

    Args:
        message: What happened, in one sentence without a final stop; untrusted text is allowed, because
            whoever prints it escapes it.
        remedy: What the user does next, in the imperative.
        where: File, address, endpoint or field; empty when the message names it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(UpgraderError):
    """A missing, malformed or contradictory argument, file or field."""

    exit_code = 2


class BlockedError(UpgraderError):
    """Findings forbid the step."""

    exit_code = 3


class SimulationError(UpgraderError):
    """The upgrade did not go through on the local copy of the chain."""

    exit_code = 4


class MismatchError(UpgraderError):
    """The chain or the bundle is not what the plan says: stale, tampered with, or the wrong chain."""

    exit_code = 5


class NotReadyError(UpgraderError):
    """A signature or a delay is still missing; trying again later may succeed."""

    exit_code = 6


class UnavailableError(UpgraderError):
    """A tool is missing, or an endpoint does not answer as it should."""

    exit_code = 7


class InterruptionError(UpgraderError):
    """Whoever started the command stopped it (128 and the number of SIGINT, as shells count)."""

    exit_code = 130
