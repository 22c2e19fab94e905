"""``storage-unjudged``: the layouts do not say enough about a range.

**Why.** A raw storage layout names types without what is in them: nothing under user-defined value types, no members of
structs in manifests of the first age.  A Vyper layout alone calls a struct, a flag and an interface by a bare name.  An
array that no code names may be a gap or a forgotten ledger.  A slot may be computed by code that nobody but the machine
can follow, and that changed.  Two new base contracts with private variables of one name leave open which of them took
over the old one's.  What cannot be judged is not safe, so it blocks as *cannot tell*.

**Fix.** Give the sources, or a build-info with AST, for both sides (of Vyper what ``vyper -f layout,annotated_ast``
prints); for an array, call it a gap if it is one; keep the name of a base contract where another brings a variable of
the same name.

**Example.** An OpenZeppelin manifest of the first age knows ``struct Decimal.decimal`` by its name alone.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, by_type, listed, names_of, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange
from upgrader.layout.compare import UNFOLLOWED
from upgrader.layout.matching import NAMESAKES

CODES: Final = ("storage-unjudged",)

_CONSTANT: Final = "make the slot a constant, or leave the code that computes it as it was"
_NAMESAKE: Final = "call the contract that declares it as it was called before, and new variables otherwise"


@FAMILY.register
def storage_unjudged(case: Case) -> Iterator[Finding]:
    """Yield one finding for each range that cannot be judged."""
    for _, place, changes in by_type(case.of(ChangeKind.UNJUDGED)):
        names = listed(dict.fromkeys(name or place.region for name in names_of(changes)))
        told = f"{names} ({shown(place.type)}) cannot be compared: {changes[0].reason}"
        yield _unknown(case, changes, told, _remedy(case, changes[0]))
    for change in case.of(ChangeKind.MOVED, ChangeKind.REUSED):
        if change.dead and change.old is not None:
            told = (
                f"{shown(change.old.path)} ({shown(change.old.type)}, {where(change.old)}) is an array that no code "
                "names, and loses its place: whether it holds data is not known"
            )
            yield _unknown(case, [change], told, "call it a gap if it is one, or read its slots on the chain")


def _remedy(case: Case, change: LayoutChange) -> str:
    return {UNFOLLOWED: _CONSTANT, NAMESAKES: _NAMESAKE}.get(change.reason, case.more)


def _unknown(case: Case, changes: list[LayoutChange], message: str, remedy: str) -> Finding:
    place = changes[0].new or changes[0].old
    subject = case.subject(place) if place is not None else case.new.contract
    return case.finding(
        "storage-unjudged", Severity.BLOCKER, subject, message, remedy, case.evidence(*changes), judged=False
    )
