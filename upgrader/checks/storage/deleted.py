"""``storage-deleted``: a variable, or the end of an array, is no longer declared.

**Why.** Its bytes keep their value.  Nothing reads them now, but the next variable that is declared there inherits
it, and the compiler will not say so.

**Fix.** Keep the variable under a name that says what it is (``_deprecatedFee``), or let a gap take its bytes and
give every later layout to ``check`` with ``--history``.

**Example.** ``uint256 a; uint256 b;`` becomes ``uint256 a;``: ``b``'s value stays in slot 1.

Source: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.types import LOCK
from upgrader.units import WORD

CODES: Final = ("storage-deleted",)

_ELEMENT: Final = re.compile(r"\[\d+\].*$")


@FAMILY.register
def storage_deleted(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable that is gone and each array that is shorter."""
    groups: dict[tuple[str, str, str], list[LayoutChange]] = {}
    moved = _moved(case)
    for change in case.of(ChangeKind.DELETED, ChangeKind.SHRUNK):
        if change.old is not None and not change.dead and not _taken(moved, change.old):
            groups.setdefault((change.kind.value, change.old.region, _array_of(change.old.path)), []).append(change)
    for (_, _, name), group in groups.items():
        change, place = group[0], group[0].old
        if place is None:
            continue
        what = "is gone" if change.kind is ChangeKind.DELETED else f"has {change.reason}"
        whole = replace(place, path=name) if len(group) > 1 else place
        parts = f", {len(group)} elements from there" if len(group) > 1 else ""
        yield case.finding(
            "storage-deleted",
            Severity.WARNING,
            case.subject(whole),
            f"{shown(place.path)} ({shown(place.type)}, {where(place)}{parts}) {what}; its bytes keep their value",
            "let no variable take its slot"
            if place.type == LOCK
            else "keep it declared, under another name if it is no longer used, so that nothing else takes its bytes",
            case.evidence(*group),
        )


def _array_of(path: str) -> str:
    """Return the fixed array that a path is an element of, which was compared element by element; else the path."""
    return _ELEMENT.sub("", path)


def _moved(case: Case) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Return first bytes of what moved, and the bytes behind it, in ascending order by region and what it is in."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for change in case.of(ChangeKind.MOVED):
        if (new := change.new) is not None:
            begin = new.slot * WORD + new.offset
            found.setdefault((new.region, new.inside), []).append((begin, begin + new.size))
    return {row: sorted(ranges) for row, ranges in found.items()}


def _taken(moved: Mapping[tuple[str, str], Sequence[tuple[int, int]]], place: Place) -> bool:
    """Whether a variable that moved lies there now; ``storage-moved`` then names the deletion as its cause."""
    begin = place.slot * WORD + place.offset
    ranges = moved.get((place.region, place.inside), ())
    last = bisect_left(ranges, (begin + place.size, 0)) - 1  # of one layout no two share a byte
    return last >= 0 and ranges[last][1] > begin
