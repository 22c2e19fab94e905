"""Hashes as eyes compare them: four digits at a time."""

from typing import Final

from upgrader.reports.text import visible

GROUP: Final = 4
DIGITS: Final = 128
"""Hex digits that are shown of one value; a hash has sixty-four."""


def groups(value: str) -> tuple[str, ...]:
    """Return the digits after ``0x``, four at a time."""
    digits = visible(value.removeprefix("0x"), DIGITS)
    return tuple(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def grouped_lines(value: str, per_line: int = 8) -> tuple[str, ...]:
    """Return ``0x 1a2b 3c4d …`` in lines of ``per_line`` groups, the later ones indented to match."""
    found = groups(value)
    lines = [" ".join(found[at : at + per_line]) for at in range(0, len(found), per_line)]
    return tuple(f"{'0x' if index == 0 else '  '} {line}" for index, line in enumerate(lines))
