"""How people read what a protocol answers: names and units of its figures, its price path, its accounts.

A chain knows words of 32 bytes; a risk manager reads ``premium 184.20 USD``.  A playbook says once which is which.
Nothing is judged by it: differences are found in the bytes, and what no legend explains is shown as whole numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from upgrader.plan.reading import STRICT
from upgrader.simulation.scenario import Question
from upgrader.units import Address

MOST_DECIMALS: Final = 77
"""Digits of the largest word."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a whole number on the chain means.

    Attributes:
        name: What people call the figure: ``premium``.
        unit: ``USD``, ``%``; empty for a bare number.
        decimals: How many of its digits stand behind the point.
    """

    __pydantic_config__ = STRICT
    name: str
    unit: str = ""
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS)] = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of what a function or view returns.

    Attributes:
        to: The contract.
        signature: ``priceOf(uint256)``.
        scale: How it is read.
        word: Its place in the answer, in words of 32 bytes from 0.
    """

    to: Address
    signature: str
    scale: Scale
    word: int = 0


@dataclass(frozen=True, slots=True)
class Legend:
    """What a playbook knows of its figures.

    Attributes:
        figures: How numbers are read.
        path: The view that says where the market is, asked in the scenario's blocks; None where nothing does.
        path_scale: How its answer is read.
        people: Accounts by their role: ``liquidator``.
    """

    figures: tuple[Figure, ...] = ()
    path: Question | None = None
    path_scale: Scale = Scale("price")
    people: Mapping[Address, str] = field(default_factory=dict)
