"""What an earlier layout of the proxy left in bytes that look fresh now.

Nothing clears storage when a variable is dropped.  So bytes that the layout in use does not have, and the new one
takes, are fresh only where no earlier layout had them: a variable that is back where it was still has the value of
then, and any other starts with what somebody else left.  The same holds for values: the ordinal of a member that was
dropped from an enum, and that another member has now, is still stored.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.units import WORD

EARLIER: Final = "a value that an earlier layout stored stands for another one now"

_ARRIVED: Final = frozenset({ChangeKind.ADDED, ChangeKind.REGION_ADDED})
_LONGER: Final = frozenset({ChangeKind.GROWN, ChangeKind.WIDENED, ChangeKind.RECAST, ChangeKind.RENAMED})
"""What may keep its first byte and take more behind its last."""

_ANOTHER: Final = frozenset(
    {
        ChangeKind.REUSED,
        ChangeKind.RENAMED,
        ChangeKind.NARROWED,
        ChangeKind.REINTERPRETED,
        ChangeKind.RESTRIDED,
        ChangeKind.UNJUDGED,
        ChangeKind.MOVED,
        ChangeKind.SWAPPED,
    }
)
"""What makes a variable that is back another than it was, with the value that it had then."""

_LEFT: Final = _ANOTHER | {ChangeKind.DELETED}
"""What became of a variable whose bytes another one takes."""

_OTHERWISE: Final = frozenset({ChangeKind.RENAMED, ChangeKind.REINTERPRETED})
"""What became of values that a type had earlier and has for something else now."""

_NEW: Final = _ARRIVED | {ChangeKind.REGION_UNSEEN, ChangeKind.MOVED}
"""What the earlier layout did not have there either."""


def remembered(
    changes: list[LayoutChange],
    since: list[LayoutChange],
    keepers: AbstractSet[Place] = frozenset(),
    until: Callable[[], list[LayoutChange]] = list,
) -> list[LayoutChange]:
    """Find, among what looks fresh, bytes and values that an earlier layout had live.

    Args:
        changes: Facts about the layout in use and the new one.
        since: Facts about an earlier layout and the new one.
        keepers: Variables of the new layout that nobody reads, and that keep a place.
        until: Asks for the facts about that earlier layout and the one in use, which were judged then.

    Returns:
        A range that starts with what another variable left as *reused*, a variable that is back as *restored*, one
        whose new values stood for others as *reinterpreted*.
    """
    found, known = [], set(changes)
    for change in changes:
        values = _values(change, since, known)
        if values:
            judged = {fact.reason for fact in until()}
            found += [
                replace(fact, reason=f"{EARLIER} ({fact.reason})") for fact in values if fact.reason not in judged
            ]
        fresh = _fresh(change)
        if fresh is None or change.new is None or change.new in keepers:
            continue
        place = change.new
        left = [fact for fact in since if fact.kind in _LEFT and _takes(place, fresh, fact.old)]
        new = any(fact.new == place and fact.kind in _NEW | {change.kind} for fact in since)
        if not new:
            left += [fact for fact in since if fact.kind in _ANOTHER and _inside(fact.new, place)]
        stale = next((fact for fact in left if fact not in known), None)
        if stale is not None:
            found.append(replace(stale, kind=ChangeKind.REUSED, new=place, reason="deleted earlier", cause=()))
        elif not new:
            found.append(LayoutChange(ChangeKind.RESTORED, change.old, place))
    return found


def _values(change: LayoutChange, since: list[LayoutChange], known: AbstractSet[LayoutChange]) -> list[LayoutChange]:
    """Return what values that a type gained in the same bytes stood for earlier: an ordinal that is given again."""
    if change.kind is not ChangeKind.WIDENED or change.new is None:
        return []
    return [
        replace(fact, kind=ChangeKind.REINTERPRETED)
        for fact in since
        # A new name of the variable has no reason; one of a member says which ordinal.
        if fact.new == change.new and fact.reason and fact.kind in _OTHERWISE and fact not in known
    ]


def _fresh(change: LayoutChange) -> tuple[int, int] | None:
    """Return the first fresh byte of a change and the first behind it; None where it takes none."""
    if change.new is None or change.kind not in _ARRIVED | _LONGER:
        return None
    if change.kind in _ARRIVED or change.dead:
        return _start(change.new), _end(change.new)
    if change.old is None or _end(change.old) >= _end(change.new):
        return None
    return _end(change.old), _end(change.new)


def _takes(place: Place, fresh: tuple[int, int], left: Place | None) -> bool:
    """Whether the fresh bytes of a place are some that an earlier variable had."""
    if left is None or (left.region, left.inside) != (place.region, place.inside):
        return False
    return _start(left) < fresh[1] and fresh[0] < _end(left)


def _start(place: Place) -> int:
    return place.slot * WORD + place.offset


def _end(place: Place) -> int:
    return _start(place) + place.size


def _inside(place: Place | None, outer: Place) -> bool:
    """Whether a place is one of the values that ``outer`` leads to, or of the variables of the region it is."""
    if place is None or place == outer or place.region != outer.region:
        return False
    return not outer.path or place.inside == outer.path or place.inside.startswith((f"{outer.path}[", f"{outer.path}."))
