"""``storage-moved``: a live variable now looks for its value in other bytes.

**Why.** A proxy keeps its storage when its implementation changes.  A variable that the new layout puts elsewhere
reads what lies there (zero, or another variable's value) and its own value is read by whatever took its place.
Nothing reverts; balances are simply others.  The usual causes: a variable inserted before existing ones, a base
contract that grew without its gap shrinking, bases in another order, a variable deleted in the middle, a larger
struct inside an array.

**Fix.** Declare new variables behind all existing ones, or take their bytes from a gap: the message says to which
length.  Keep a deleted variable declared under another name.  In Vyper the keys of ``@nonreentrant`` lie before all
variables, and how many slots they take depends on the version and on the EVM that is compiled for: where they leave or
come, the variables stay with ``--storage-layout-file``.

**Example.** ``uint256 a; uint256[49] __gap; uint256 z;`` becomes ``uint256 a; uint256 b; uint256[49] __gap;
uint256 z;``: ``z`` moves from slot 50 to 51.  With ``uint256[48] __gap`` nothing moves.

Sources: https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#modifying-your-contracts,
https://docs.openzeppelin.com/contracts/4.x/upgradeable#storage_gaps
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, MANY, Case, by_row, listed, region_named, shown, slot_words, where
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import Leaf, leaves
from upgrader.layout.model import VYPER
from upgrader.layout.types import LOCK
from upgrader.units import WORD

CODES: Final = ("storage-moved",)

_GONE_KEY: Final = "declare a word that nothing uses first of all in place of the key"
_ADDED_KEY: Final = "use a key that is there"
_KEYS: Final = (
    "(keys of @nonreentrant lie before all variables: with Vyper 0.3 each in a slot, with 0.4 all in the first one, "
    "used or not, for an EVM before cancun, and in none from cancun on)"
)


@FAMILY.register
def storage_moved(case: Case) -> Iterator[Finding]:
    """Yield one finding for each row of variables in which something moved."""
    for group in by_row(change for change in case.of(ChangeKind.MOVED) if not change.dead):
        yield _finding(case, group)
    for change in case.of(ChangeKind.RESTRIDED):
        if change.old is not None and change.new is not None:
            yield case.finding(
                "storage-moved",
                Severity.BLOCKER,
                case.subject(change.new),
                f"the elements of {shown(change.old.path)} move: {change.reason}",
                "keep the size of the element: put new members into a mapping or an array of their own",
                case.evidence(change),
            )


def _finding(case: Case, group: list[LayoutChange]) -> Finding:
    first = group[0]
    old, new = first.old, first.new
    if old is None or new is None:
        raise AssertionError("a move has two ends")
    others = [change.old.path for change in group[1:] if change.old is not None]
    also = f"; so do {listed(others)}" if others else ""
    target = where(new) if new.region == old.region else f"{shown(new.region)} {where(new)}"
    message = f"{shown(old.path)} moves from {where(old)} to {target}{_because(case, group)}{also}"
    moved = "; ".join(_arrow(change) for change in group[:MANY])
    return case.finding(
        "storage-moved",
        Severity.BLOCKER,
        case.subject(new),
        message,
        _remedy(case, old, new, group),
        {**case.evidence(*group), "moved": moved},
    )


def _arrow(change: LayoutChange) -> str:
    old, new = change.old, change.new
    return f"{shown(old.path)}: {where(old)} -> {where(new)}" if old is not None and new is not None else ""


def _because(case: Case, group: list[LayoutChange]) -> str:
    causes = _causes(case, group)
    if causes:
        one, many = (
            ("is larger now", "are larger now") if _grown(case, causes) else ("stands before it", "stand before it")
        )
        return f" because {listed(_own(place) for place in causes)} {one if len(causes) == 1 else many}"
    for names, what in ((_deleted_before(case, group), "gone"), (_smaller_before(case, group), "smaller now")):
        if names:
            return f" because {listed(names)} {'is' if len(names) == 1 else 'are'} {what}"
    return ""


def _causes(case: Case, group: list[LayoutChange]) -> tuple[Place, ...]:
    """Return what was inserted: over the bytes of what moved, else (over a gap that did not shrink) in front of it.

    Nothing that was inserted brings a variable forward.
    """
    first = group[0]
    if first.old is None or first.new is None or _bytes(first.new) <= _bytes(first.old):
        return ()
    direct = tuple(dict.fromkeys(place for change in group for place in change.cause))
    if direct:
        return direct
    added = [c.new for c in case.of(ChangeKind.ADDED) if c.new and _row(c.new) == _row(first.new)]
    return tuple(place for place in added if _bytes(place) < _bytes(first.new))


def _grown(case: Case, causes: tuple[Place, ...]) -> bool:
    """Whether everything that pushes others away was there before, and takes more bytes now."""
    larger = {change.new for change in case.of(ChangeKind.GROWN, ChangeKind.WIDENED)}
    return bool(causes) and larger.issuperset(causes)


def _deleted_before(case: Case, group: list[LayoutChange]) -> list[str]:
    return [place.path for place in _gone_before(case, group)]


def _gone_before(case: Case, group: list[LayoutChange]) -> list[Place]:
    first = group[0].old
    gone = [c.old for c in case.of(ChangeKind.DELETED, ChangeKind.REUSED) if c.old]
    return [place for place in gone if first and _row(place) == _row(first) and _bytes(place) < _bytes(first)]


def _smaller_before(case: Case, group: list[LayoutChange]) -> list[str]:
    first = group[0].old
    smaller = [c.old for c in case.of(ChangeKind.NARROWED) if c.old and c.new and c.new.size < c.old.size]
    return [place.path for place in smaller if first and _row(place) == _row(first) and _bytes(place) < _bytes(first)]


def _remedy(case: Case, old: Place, new: Place, group: list[LayoutChange]) -> str:  # noqa: PLR0911 - one a cause
    if new.region != old.region:
        return f"leave {shown(old.path)} in {shown(old.region)}; a move needs a migration that copies the value"
    causes = _causes(case, group)
    if any(place.type == LOCK for place in causes or _gone_before(case, group)):
        return (
            f"{_ADDED_KEY if causes else _GONE_KEY}, or leave each variable its slot with --storage-layout-file {_KEYS}"
        )
    vyper = case.new.language == VYPER
    gap, shift = _gap_behind(case, new, causes), _bytes(new) - _bytes(old)
    if gap is not None and shift > 0 and shift % WORD == 0 and gap.end - gap.start > shift:
        name = f"{shown(gap.variable.contract or case.new.contract)}.{shown(gap.name)}"
        return f"set {name} to {(gap.end - gap.start - shift) // WORD} words"
    if _grown(case, causes):
        larger = listed(place.path for place in causes)
        return f"leave {larger} as large as it was, and declare what it has no room for behind every existing variable"
    if causes:
        instead = "" if vyper else ", or in a namespace"
        return f"declare {listed(place.path for place in causes)} behind every existing variable{instead}"
    gone = _deleted_before(case, group)
    if gone:
        return f"keep {listed(gone)} declared, under another name if it is no longer used"
    smaller = _smaller_before(case, group)
    if smaller:
        return f"leave {listed(smaller)} as large as {'it was' if len(smaller) == 1 else 'they were'}"
    if vyper and _all_by_a_word(group):
        return f"compile for the EVM as before, or leave each variable its slot with --storage-layout-file {_KEYS}"
    if vyper:
        return "restore the order of variables and `initializes`"
    return "restore the order in which variables and bases are declared"


def _all_by_a_word(group: list[LayoutChange]) -> bool:
    """Whether everything from the first slot on moved by one: the slot before it was given or taken by the compiler."""
    shifts = {_bytes(change.new) - _bytes(change.old) for change in group if change.old and change.new}
    first = min(change.old.slot for change in group if change.old)
    return len(shifts) == 1 and abs(shifts.pop()) == WORD and first <= 1


def _gap_behind(case: Case, new: Place, causes: tuple[Place, ...]) -> Leaf | None:
    """Return the gap that should have shrunk: of the contract that grew, between what it added and what moved."""
    region = region_named(case.new, new.region)
    if region is None or new.inside or not causes:
        return None
    shift = (region.base or 0) * WORD
    grown, begin = {place.contract for place in causes}, min(_bytes(place) for place in causes)
    gaps = (leaf for leaf in leaves(case.new.types, region.variables) if not leaf.live)
    fitting = (leaf for leaf in gaps if leaf.variable.contract in grown and begin < leaf.start + shift < _bytes(new))
    return next(fitting, None)


def _row(place: Place) -> tuple[str, str]:
    return place.region, place.inside


def _bytes(place: Place) -> int:
    return place.slot * WORD + place.offset


def _own(place: Place) -> str:
    return f"{place.path} (slot {slot_words(place.slot)})" if not place.inside else place.path
