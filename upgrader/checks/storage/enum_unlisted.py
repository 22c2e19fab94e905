"""``storage-enum-unlisted``: the members of an enum are not known, and nothing else about it changed.

**Why.** A stored ordinal means the member at that place.  A raw storage layout names the enum and not its members, so
that an inserted member cannot be seen.

**Fix.** Give the sources, or a build-info with AST, for both sides.

**Example.** ``{"t_enum(Side)7": {"label": "enum Market.Side", "numberOfBytes": "1"}}`` on both sides.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, evidence, listed
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-enum-unlisted",)


@FAMILY.register
def storage_enum_unlisted(case: Case) -> Iterator[Finding]:
    """Yield one finding for all enums that are otherwise unchanged."""
    changes = [change for change in case.of(ChangeKind.UNLISTED) if change.new is not None]
    if changes:
        places = [change.new for change in changes if change.new is not None]
        yield case.finding(
            "storage-enum-unlisted",
            Severity.WARNING,
            case.new.contract,
            f"the members of {listed(place.type for place in places)} are not known; everything else about "
            f"{listed(place.path for place in places)} is unchanged",
            case.more,
            evidence(changes[0].old, changes[0].new),
        )
