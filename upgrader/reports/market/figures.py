"""Whole numbers of a chain as people read them: with their unit, and with as many digits as a difference needs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from typing import Final

from upgrader.reports.moments import moment
from upgrader.reports.text import visible
from upgrader.simulation.legend import Scale
from upgrader.simulation.regression import Meant, Read

GAP: Final = "\N{NO-BREAK SPACE}"
"""Between groups of three digits, and between a number and its unit."""

USUAL: Final = 2
"""Digits behind the point that are shown at least, where the figure has them."""

AXIS: Final = 12
"""Characters beside an axis."""

TENTH: Final = 10

LONG: Final = 7
"""Digits from which on a whole number in a text is grouped."""

_EXACT: Final = Context(prec=100)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")
_TIME: Final = re.compile(r"(?i)\b(\w*(?:expiry|deadline|timestamp|updatedAt|startedAt)): ([12]\d{9})\b")
_NUMBER: Final = re.compile(rf"(?<![\w.])-?\d{{{LONG},}}(?![\w.])")
_WHOLE: Final = r"-?\d+"
_SIGNIFICANT: Final = Context(prec=3)
_SMALLEST: Final = Decimal("0.0001")


def both(old: str, new: str, scale: Scale) -> tuple[str, str]:
    """Return two figures with their unit, with so many digits that they differ where they do, and by what they do.

    Args:
        old: A whole number as text; empty for none.
        new: The other.
        scale: How they are read.
    """
    for digits in range(min(USUAL, scale.decimals), scale.decimals + 1):
        texts = tuple(number(side, scale, digits) if side else "none" for side in (old, new))
        if texts[0] != texts[1] and (not (old and new) or _tells(texts, int(new) - int(old), scale, digits)):
            break
    unit = f"{GAP}{scale.unit}" if scale.unit else ""
    first, second = (text if text == "none" else f"{text}{unit}" for text in texts)
    return first, second


def _tells(texts: Sequence[str], difference: int, scale: Scale, digits: int) -> bool:
    """Whether two rounded figures seem to differ by what they do: as it is rounded itself, and within a tenth of it."""
    old, new = (Decimal(text.replace(GAP, "")) for text in texts)
    seeming, real = _EXACT.subtract(new, old), _EXACT.scaleb(Decimal(difference), -scale.decimals)
    rounded = real.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return seeming == rounded and abs(_EXACT.subtract(seeming, real)) * TENTH <= abs(real)


def exact(value: str, scale: Scale, beside: str = "") -> str:
    """Return one figure with its unit and every digit, but for zeros at its end that none ``beside`` it needs."""
    least = min(USUAL, scale.decimals)
    needed = next(
        digits
        for digits in range(least, scale.decimals + 1)
        if not any(int(each) % 10 ** (scale.decimals - digits) for each in (value, beside or "0"))
    )
    unit = f"{GAP}{scale.unit}" if scale.unit else ""
    return f"{number(value, scale, needed)}{unit}"


def number(value: str | int, scale: Scale, digits: int) -> str:
    """Return a figure without its unit, rounded to ``digits`` behind the point."""
    scaled = _EXACT.scaleb(Decimal(value), -scale.decimals)
    rounded = scaled.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    # What rounds to nothing has no sign: "-0.00" would be taken for a loss.
    return f"{rounded or abs(rounded):,f}".replace(",", GAP)


def compact(value: int, scale: Scale, digits: int) -> str:
    """Return a round value for an axis, of a few characters: ``60e15`` where it is long, ``0`` for nothing."""
    if not value:
        return "0"
    text = number(value, scale, digits)
    if len(text) <= AXIS:
        return text
    zeros = len(str(value)) - len(str(value).rstrip("0"))
    power = zeros - zeros % 3 - scale.decimals
    return (
        f"{number(value, Scale('', '', scale.decimals + power), 0)}e{power}"
        if power > 0
        else f"{value / 10**scale.decimals:.3g}"
    )


def change(old: str, new: str, scale: Scale) -> str:
    """Return new less old, with sign and unit; nothing where a side is missing."""
    if not (old and new):
        return ""
    difference = int(new) - int(old)
    _, text = both("0", str(difference), scale)
    return f"+{text}" if difference > 0 else text


def percent(share: str) -> str:
    """Return a relative change as ``5.53 %``; nothing where it could not be measured."""
    if not share:
        return ""
    value = Decimal(share) * 100
    if 0 < value < _SMALLEST:
        return f"less than {_SMALLEST}{GAP}%"
    return f"{format(_SIGNIFICANT.plus(value).normalize(_EXACT), ',f').replace(',', GAP)}{GAP}%"


def limit(declared: str) -> str:
    """Return a declared limit: a share in percent, an amount as it was written."""
    sides = (percent(side) if "." in side else side for side in declared.split(" or "))
    return " or ".join(sides)


def readable(text: str, people: Mapping[str, str]) -> str:
    """Return facts for the eye: accounts by their role, times as dates, long numbers in groups.

    Args:
        text: A decoded call, an answer or an ending, untrusted.
        people: Lower-case address -> role.
    """
    named = _ADDRESS.sub(lambda found: people.get(found[0].lower(), found[0]), visible(text))
    dated = _TIME.sub(lambda found: f"{found[1]}: {moment(int(found[2]))}", named)
    return _NUMBER.sub(lambda found: _grouped(found[0]), dated)


def _grouped(digits: str) -> str:
    """Return ``120 x 10^18`` for round numbers, groups of three digits for others."""
    sign, figures = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    zeros = len(figures) - len(figures.rstrip("0"))
    power = zeros - zeros % 3
    if figures.strip("0") and power >= LONG - 1:
        return f"{sign}{int(figures[:-power]):,}".replace(",", GAP) + f"{GAP}\N{MULTIPLICATION SIGN}{GAP}10^{power}"
    return f"{sign}{int(figures):,}".replace(",", GAP)


def number_in(text: str, contract: str, function: str, scales: Iterable[Read], beside: str = "") -> str:
    """Return an answer or an ending with its first word in the unit that people read, where the legend has it.

    Args:
        text: ``61357878``, ``returns 61357878``, or anything else, which stays as it is.
        contract: Whose.
        function: Its signature, or a call that begins with its name.
        scales: What the legend says.
        beside: The same on the other code, to be read beside it; empty for none.
    """
    if text == "returns 0x":
        return "goes through"
    head, _, tail = text.rpartition(" ")
    if head not in {"", "returns"} or not re.fullmatch(_WHOLE, tail):
        return text
    name = function.partition("(")[0]
    for read in scales:
        if read.contract == contract and read.word == 0 and read.observable.partition("(")[0] == name:
            other = beside.rpartition(" ")[2]
            return f"{head} {exact(tail, read.scale, other if re.fullmatch(_WHOLE, other) else '')}".strip()
    return text


def bound_words(meant: Meant, scales: Iterable[Read]) -> str:
    """Return a declaration's bound and amount; nothing where any change is meant."""
    amount = number_in(meant.amount, meant.contract, meant.observable, scales) if meant.amount else ""
    return " or ".join(filter(None, (percent(meant.bound), amount)))
