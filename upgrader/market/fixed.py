"""Prices and rates with eighteen decimals, as integers: the same on every machine."""

import re
from typing import Final, NewType

from upgrader.errors import InputError

Price = NewType("Price", int)
"""Units of account for one unit of the underlying, 18 decimals."""

Rate = NewType("Rate", int)
"""A share or an annual volatility, 18 decimals: ``ONE`` is 100 %."""

DECIMALS: Final = 18
ONE: Final = 10**DECIMALS
WHOLE: Final = Rate(ONE)
"""100 %."""

_DECIMAL: Final = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,18}))?")


def fixed(text: str) -> int:
    """Parse a decimal number that is not negative, ``7938.05``, as an integer with 18 decimals.

    Raises:
        InputError: The text is something else.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise InputError(f"{text[:40]!r} is not a decimal number", remedy='write for example "0.35"')
    return int(match[1]) * ONE + int((match[2] or "").ljust(DECIMALS, "0"))
