"""``storage-deleted``: a variable, or the end of an array, is no longer declared.

**Why.** Its bytes keep their value.  Nothing reads them now, but the next variable that is declared there inherits
it, and the compiler will not say so.

**Fix.** Keep the variable under a name that says what it is (``_deprecatedFee``), or let a gap take its bytes and
give every later layout to ``check`` with ``--history``.

**Example.** ``uint256 a; uint256 b;`` becomes ``uint256 a;``: ``b``'s value stays in slot 1.

Source: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.units import WORD

CODES: Final = ("storage-deleted",)

_ELEMENT: Final = re.compile(r"\[\d+\].*$")


@FAMILY.register
def storage_deleted(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable that is gone and each array that is shorter."""
    groups: dict[tuple[str, str, str], list[LayoutChange]] = {}
    for change in case.of(ChangeKind.DELETED, ChangeKind.SHRUNK):
        if change.old is not None and not change.dead and not _taken(case, change.old):
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
            "keep it declared, under another name if it is no longer used, so that nothing else takes its bytes",
            case.evidence(*group),
        )


def _array_of(path: str) -> str:
    """Return the fixed array that a path is an element of, which was compared element by element; else the path."""
    return _ELEMENT.sub("", path)


def _taken(case: Case, place: Place) -> bool:
    """Whether a variable that moved lies there now; ``storage-moved`` then names the deletion as its cause."""
    begin = place.slot * WORD + place.offset
    return any(
        (new.region, new.inside) == (place.region, place.inside)
        and begin < new.slot * WORD + new.offset + new.size
        and new.slot * WORD + new.offset < begin + place.size
        for new in (change.new for change in case.of(ChangeKind.MOVED))
        if new is not None
    )
