"""``storage-reused``: a new variable reads what a deleted one left behind.

**Why.** Deleting a declaration clears nothing on the chain.  A variable declared over those bytes starts with the old
value, read as its own type: an address made of a balance, a cap made of a timestamp.  All earlier layouts of the
proxy count, not only the last.

**Fix.** Declare the new variable behind every byte that any earlier layout used, and keep the old one declared.

**Example.** V0 ``uint256 a; uint256 b;`` then V1 ``uint256 a;`` then V2 ``uint256 a; address c;``: ``c`` starts as
the low twenty bytes of ``b``.

Source: https://github.com/crytic/slither/issues/349
"""

from collections.abc import Iterable, Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, listed, shown, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place

CODES: Final = ("storage-reused",)


@FAMILY.register
def storage_reused(case: Case) -> Iterator[Finding]:
    """Yield one finding for each new variable over old bytes."""
    for pairs in _together(change for change in case.of(ChangeKind.REUSED) if not change.dead):
        (change, old, new), *_ = pairs
        olds, news = [was.path for _, was, _ in pairs], [now.path for _, _, now in pairs]
        when = " in an earlier layout" if change.reason else ""
        # The code in use knows nothing of them, so that what is zero stays zero until the upgrade.
        cleared = case.live is not None and all(was.reason and case.live.cleared(was) for was, _, _ in pairs)
        yield case.finding(
            "storage-reused",
            Severity.NOTE if cleared else Severity.BLOCKER,
            case.subject(new),
            f"{listed(news)} ({shown(new.type)}, {where(new)}) takes bytes that held {listed(olds)} "
            f"({shown(old.type)}){when} and " + ("are zero on chain now" if cleared else "starts with that value"),
            f"declare {listed(news)} behind every existing variable, and keep {listed(olds)} declared",
            case.evidence(*(each for each, _, _ in pairs)),
        )


def _together(changes: Iterable[LayoutChange]) -> list[list[tuple[LayoutChange, Place, Place]]]:
    """Join changes that share an old or a new variable: one edit split or merged them."""
    groups: list[list[tuple[LayoutChange, Place, Place]]] = []
    first: tuple[dict[Place, int], dict[Place, int]] = {}, {}
    """The first group of each old and of each new variable."""
    for change in changes:
        old, new = change.old, change.new
        if old is None or new is None:
            continue
        known = [side[place] for side, place in zip(first, (old, new), strict=True) if place in side]
        home = min(known, default=len(groups))
        if not known:
            groups.append([])
        groups[home].append((change, old, new))
        for side, place in zip(first, (old, new), strict=True):
            side[place] = min(home, side.get(place, home))
    return groups
