"""``storage-unjudged`` and ``storage-enum-unlisted``: the layouts do not say enough.

**Why.** A raw storage layout names types without what is in them: no members of enums, nothing under user-defined
value types, no namespaces.  An array that no code names may be a gap or a forgotten ledger.  What cannot be judged is
not safe, so it blocks as *cannot tell*; only an enum that is otherwise unchanged merely warns.

**Fix.** Give the sources, or a build-info with AST, for both sides; for an array, call it a gap if it is one.

**Example.** An OpenZeppelin manifest of the first age knows ``struct Decimal.decimal`` by its name alone.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, listed, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange

CODES: Final = ("storage-unjudged", "storage-enum-unlisted", "storage-regions-unseen")

_REMEDY: Final = "give the sources, or a build-info with AST, for both sides"


@FAMILY.register
def storage_unjudged(case: Case) -> Iterator[Finding]:
    """Yield one finding for each range that cannot be judged, and one for all enums without members."""
    for change in case.of(ChangeKind.UNJUDGED):
        if change.new is not None:
            yield _unknown(case, change, f"{shown(change.new.path)} cannot be compared: {change.reason}", _REMEDY)
    for change in case.of(ChangeKind.MOVED, ChangeKind.REUSED):
        if change.dead and change.old is not None:
            told = (
                f"{shown(change.old.path)} ({shown(change.old.type)}, {where(change.old)}) is an array that no code "
                "names, and loses its place: whether it holds data is not known"
            )
            yield _unknown(case, change, told, "call it a gap if it is one, or read its slots on the chain")
    unlisted = list(case.of(ChangeKind.UNLISTED))
    if unlisted:
        yield _unlisted(case, unlisted)
    unseen = [change.old or change.new for change in case.of(ChangeKind.REGION_UNSEEN)]
    if unseen:
        yield case.finding(
            "storage-regions-unseen",
            Severity.BLOCKER,
            case.new.contract,
            f"only one side knows of {listed(place.region for place in unseen if place is not None)}",
            _REMEDY,
            {},
            judged=False,
        )
    elif not case.old.complete and not case.new.complete:
        yield case.finding(
            "storage-regions-unseen",
            Severity.NOTE,
            case.new.contract,
            "neither side comes with its source: namespaces and slot constants were not looked for",
            _REMEDY,
            {},
        )


def _unknown(case: Case, change: LayoutChange, message: str, remedy: str) -> Finding:
    place = change.new or change.old
    subject = case.subject(place) if place is not None else case.new.contract
    return case.finding(
        "storage-unjudged", Severity.BLOCKER, subject, message, remedy, evidence(change.old, change.new), judged=False
    )


def _unlisted(case: Case, changes: list[LayoutChange]) -> Finding:
    places = [change.new for change in changes if change.new is not None]
    return case.finding(
        "storage-enum-unlisted",
        Severity.WARNING,
        case.new.contract,
        f"the members of {listed(place.type for place in places)} are not known; everything else about "
        f"{listed(place.path for place in places)} is unchanged",
        _REMEDY,
        evidence(changes[0].old, changes[0].new),
    )
