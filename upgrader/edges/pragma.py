"""Which compilers a source allows: ``pragma solidity`` as npm's semver ranges.

Source: https://docs.soliditylang.org/en/latest/layout-of-source-files.html#version-pragma
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int, int]

_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_PRAGMA: Final = re.compile(r"pragma(?<![\w$]pragma)\s+solidity\s+([^;]{1,200});")
_PART: Final = re.compile(r"(\^|~|>=|<=|>|<|=)?\s*v?(\d{1,6}|[xX*])(?:\.(\d{1,6}|[xX*]))?(?:\.(\d{1,6}|[xX*]))?")
_RANGE: Final = re.compile(r"(\S+)\s+-\s+(\S+)")
_UNBOUNDED: Final[Version] = (10**6, 0, 0)


def parsed(text: str) -> Version | None:
    """Return ``0.8.37`` as numbers; None for anything else."""
    found = re.fullmatch(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})", text.strip())
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def uncommented(source: str) -> str:
    """Return a source without its comments."""
    return _COMMENT.sub("", source)


def pragmas(source: str) -> tuple[str, ...]:
    """Return the ranges that a source text names, comments left out."""
    return tuple(match.strip() for match in _PRAGMA.findall(uncommented(source)))


def newest_allowed(installed: Iterable[str], ranges: Sequence[str]) -> str | None:
    """Return the newest version that every range allows; None when there is none."""
    known = sorted(((parsed(name), name) for name in installed if parsed(name)), reverse=True)
    fitting = (name for number, name in known if number and all(allows(each, number) for each in ranges))
    return next(fitting, None)


def allows(expression: str, version: Version) -> bool:
    """Whether a range such as ``^0.8.20`` or ``>=0.6.0 <0.9.0 || 0.5.17`` contains a version."""
    return any(_all_of(part, version) for part in expression.split("||"))


def _all_of(part: str, version: Version) -> bool:
    between = _RANGE.fullmatch(part.strip())
    text = f">={between[1]} <={between[2]}" if between else part
    bounds = [_bounds(match) for match in _PART.finditer(text)]
    return bool(bounds) and all(low <= version < high for low, high in bounds)


def _bounds(match: re.Match[str]) -> tuple[Version, Version]:  # noqa: PLR0911 - one case an operator
    """Return ``[low, high)`` of one comparator."""
    numbers = [int(group) if group and group.isdecimal() else None for group in match.groups()[1:]]
    major, minor, patch = numbers
    base: Version = (major or 0, minor or 0, patch or 0)
    partial_end = _after(major, minor, patch)
    match match[1]:
        case ">=":
            return base, _UNBOUNDED
        case ">":
            return partial_end, _UNBOUNDED
        case "<":
            return (0, 0, 0), base
        case "<=":
            return (0, 0, 0), partial_end
        case "^":
            fixed = next((i for i, number in enumerate(base) if number), 2)
            return base, (_bump(base, fixed) if minor is not None else _after(major, None, None))
        case "~":
            return base, _after(major, minor, None)
    return base, partial_end


def _after(major: int | None, minor: int | None, patch: int | None) -> Version:
    """Return the first version behind everything that a partial version names."""
    if major is None:
        return _UNBOUNDED
    if minor is None:
        return (major + 1, 0, 0)
    return (major, minor + 1, 0) if patch is None else (major, minor, patch + 1)


def _bump(version: Version, index: int) -> Version:
    raised = [number if i < index else number + 1 if i == index else 0 for i, number in enumerate(version)]
    return raised[0], raised[1], raised[2]
