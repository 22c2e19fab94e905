"""The conditions as data: ``data/conditions.toml``, and any other file of its form.

::

    schema = 1
    bars = [["2021-05-19", "42865.05", "43591.7", "30000.0", "36731.75"]]     # date, open, high, low, close

    [[condition]]
    name = "crash_2021_05_19"
    about = "A fall of 30 % and half of it back within one day."
    source = "BTC daily bar"
    days = ["2021-05-19"]
    volatility = ["0.8", "1.5"]

Numbers are text, durations ``45m``; pydantic validates the file at the border, and a key that no table has is an error.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from upgrader.errors import InputError
from upgrader.market.bridge import Bar
from upgrader.market.condition import GWEI, USUAL, Condition, Crossing, Defect, Fault
from upgrader.market.fixed import ONE, Price, Rate, fixed
from upgrader.units import Seconds, Wei, seconds

STRICT: Final = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""``__pydantic_config__`` of every table: unknown keys are errors."""

MAX_FEE: Final = 1_000_000
"""Gwei; a thousand times the worst day that was measured."""


def _fixed(text: object) -> int:
    try:
        return fixed(str(text))
    except InputError as error:
        raise ValueError(error.message) from error


def _seconds(text: object) -> Seconds:
    sign, plain = (-1, str(text)[1:]) if str(text).startswith("-") else (1, str(text))
    try:
        return Seconds(sign * seconds(plain))
    except InputError as error:
        raise ValueError(error.message) from error


_Fixed = Annotated[int, BeforeValidator(_fixed)]
_Duration = Annotated[Seconds, BeforeValidator(_seconds)]


@dataclass(frozen=True, slots=True)
class _FaultTable:
    __pydantic_config__ = STRICT
    defect: Defect
    age: _Duration = Seconds(0)
    share: _Fixed = ONE


@dataclass(frozen=True, slots=True)
class _CrossingTable:
    __pydantic_config__ = STRICT
    name: str
    offset: _Duration
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class _ConditionTable:
    __pydantic_config__ = STRICT
    name: str
    about: str
    source: str
    days: tuple[str, ...] = ()
    shape: tuple[_Fixed, _Fixed, _Fixed, _Fixed] | None = None
    day: _Duration = Seconds(86_400)
    volatility: tuple[_Fixed, _Fixed] = USUAL
    base_fees_gwei: tuple[int, ...] = ()
    transaction_usd: _Fixed = 0
    keepers_stop_usd: _Fixed = 0
    faults: tuple[_FaultTable, ...] = ()
    lag: _Duration = Seconds(0)
    liquidity: _Fixed = ONE
    collateral: _Fixed = ONE
    staked: _Fixed = ONE
    down: _Duration = Seconds(0)
    grace: _Duration = Seconds(0)
    fund_empty: bool = False
    crossings: tuple[_CrossingTable, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__ = STRICT
    schema: Literal[1]
    condition: tuple[_ConditionTable, ...]
    bars: tuple[tuple[str, _Fixed, _Fixed, _Fixed, _Fixed], ...] = ()


@cache
def conditions() -> tuple[Condition, ...]:
    """Return the conditions that come with the package, in their order."""
    file = files("upgrader.market") / "data" / "conditions.toml"
    return read_conditions(tomllib.loads(file.read_text(encoding="utf-8")), where="conditions.toml")


def read_conditions(tree: Mapping[str, Any], *, where: str) -> tuple[Condition, ...]:
    """Validate a parsed file of conditions.

    Raises:
        InputError: A field is wrong, a name stands twice, or a condition names a day without a bar.
    """
    try:
        file = TypeAdapter(_File).validate_python(tree)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"{path}: {first['msg']}", remedy="correct the field", where=where) from error
    names = [table.name for table in file.condition]
    if len(set(names)) != len(names):
        raise InputError("two conditions have one name", remedy="name each once", where=where)
    bars = {
        date: Bar(date, Price(opened), Price(high), Price(low), Price(close))
        for date, opened, high, low, close in file.bars
    }
    return tuple(_condition(table, bars, where) for table in file.condition)


def _condition(table: _ConditionTable, bars: Mapping[str, Bar], where: str) -> Condition:
    place = f"{where} {table.name}"
    if table.day <= 0 or table.down < 0 or table.grace < 0:
        raise InputError("a duration is negative, or a day is nothing", remedy="correct it", where=place)
    if unknown := [day for day in table.days if day not in bars]:
        raise InputError(f"no bar of {', '.join(unknown)}", remedy="add its bar under bars", where=place)
    if not all(0 <= fee <= MAX_FEE for fee in table.base_fees_gwei):
        raise InputError(f"a base fee is not within 0 and {MAX_FEE} gwei", remedy="correct it", where=place)
    if table.transaction_usd and table.base_fees_gwei:
        raise InputError("the price of gas is given twice", remedy="give gwei or dollars", where=place)
    days = tuple(bars[day] for day in table.days)
    if table.shape:
        days = (Bar(table.name, *(Price(price) for price in table.shape)),)
    return Condition(
        name=table.name,
        about=table.about,
        source=table.source,
        bars=days,
        day=table.day,
        volatility=(Rate(table.volatility[0]), Rate(table.volatility[1])),
        base_fees=tuple(Wei(fee * GWEI) for fee in table.base_fees_gwei),
        faults=tuple(Fault(fault.defect, fault.age, Rate(fault.share)) for fault in table.faults),
        transaction_cost=Price(table.transaction_usd),
        keepers_stop=Price(table.keepers_stop_usd),
        lag=table.lag,
        liquidity=Rate(table.liquidity),
        collateral=Rate(table.collateral),
        staked=Rate(table.staked),
        down=table.down,
        grace=table.grace,
        fund_empty=table.fund_empty,
        crossings=tuple(Crossing(each.name, each.offset, each.disputed) for each in table.crossings),
    )
