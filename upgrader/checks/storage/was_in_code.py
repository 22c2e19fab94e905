"""``storage-was-in-code``: a variable that was an immutable or a constant of a Vyper contract is read from storage now.

**Why.** Its value was a part of the old code, and goes with it.  Nothing ever wrote its slot on the proxy, so the new
code reads zero there: a cap of zero, an oracle at the zero address, until something sets it.  The layouts agree, for
the old one had no slot for it.  (Of Solidity the rules on code say the same: ``immutable-to-storage`` and
``constant-to-storage``.)

**Fix.** Set it in the call that comes with the upgrade.

**Example.** ``CAP: immutable(uint256)`` becomes ``CAP: uint256``.

Source: https://docs.vyperlang.org/en/stable/scoping-and-declarations.html#declaring-immutable-variables
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, shown
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, Place

CODES: Final = ("storage-was-in-code",)


@FAMILY.register
def storage_was_in_code(case: Case) -> Iterator[Finding]:
    """Yield one finding for each variable that has left the code, wherever it was put."""
    left = case.old.in_code - case.new.in_code
    arrived = (change.new for change in case.of(ChangeKind.ADDED, ChangeKind.REUSED))
    before_others = (place for change in case.of(ChangeKind.MOVED) for place in change.cause)
    for place in filter(None, (*arrived, *before_others)) if left else ():
        for name in [name for name in left if _is_of(place, name)]:
            left -= {name}
            yield case.finding(
                "storage-was-in-code",
                Severity.WARNING,
                case.subject(place),
                f"{shown(name)} was in the code and is read from storage now, where the proxy holds nothing for it",
                "set it in the call that comes with the upgrade",
                evidence(None, place),
            )


def _is_of(place: Place, name: str) -> bool:
    """Whether a place is a variable, or a member or an element of it."""
    return not place.inside and (place.path == name or place.path.startswith((f"{name}.", f"{name}[")))
