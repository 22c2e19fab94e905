"""What a market regression did not run, so that nobody takes it for more than it was."""

from dataclasses import dataclass

from upgrader.plan.reading import STRICT


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was not run, in a sentence; ``chosen`` where somebody asked for that."""

    __pydantic_config__ = STRICT
    what: str
    chosen: bool
