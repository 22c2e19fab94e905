"""``storage-not-fresh``, ``fresh-on-chain``: whether bytes that a new variable takes are zero on the live proxy.

**Why.** A new variable starts with whatever lies in its bytes.  Layouts show what code declared; only the chain shows
what was written: by an implementation that nobody recorded, through assembly, by a migration, by another contract's
layout behind the same proxy.  A value that is found there is read as the new variable's own from the first block.

**Fix.** Declare the variable where nothing was ever stored: behind everything else, or in a namespace of its own.
Where the bytes are known and harmless, set the variable in the upgrade's own call and waive the finding with the
value found.

**Example.** ``uint256[49] __gap`` becomes ``uint256 feeCap; uint256[48] __gap`` on a proxy whose first implementation
kept an address in that slot: ``feeCap`` starts as a number of 48 digits.

Source: https://github.com/Rubilmax/foundry-storage-check (NON_ZERO_ADDED_SLOT),
https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.live._base import FAMILY, Case
from upgrader.checks.storage._base import NOW, THEN, evidence, shown, slot_text, where
from upgrader.findings import Finding, Severity
from upgrader.layout.fresh import Fresh
from upgrader.layout.live import LiveStorage
from upgrader.units import hexed

NOT_FRESH: Final = "storage-not-fresh"
FRESH: Final = "fresh-on-chain"
CODES: Final = (NOT_FRESH, FRESH)


@FAMILY.register
def fresh_on_chain(case: Case) -> Iterator[Finding]:
    """Yield one finding for each new variable over bytes that are not zero, and one note about those that are."""
    live, every = case.live, case.fresh
    if live is None or not every:
        return
    words: set[int] = set()
    for each in every:
        used = [piece for piece in each.pieces if any(live.held.part(*piece) or b"")]
        if used:
            yield _used(case, live, each, used)
        words |= {slot for slot, _, _ in each.pieces if slot in live.held.known}
    used_words = {slot for each in every for slot, *rest in each.pieces if any(live.held.part(slot, *rest) or b"")}
    if zero := len(words - used_words):
        yield Finding(
            FRESH,
            Severity.NOTE,
            case.new.contract,
            f"{zero} new {'slot is' if zero == 1 else 'slots are'} zero on chain",
            "nothing is to be done",
            {"slots": ", ".join(slot_text(slot) for slot in sorted(words - used_words)[:20])},
        )


def _used(case: Case, live: LiveStorage, each: Fresh, used: list[tuple[int, int, int]]) -> Finding:
    place = each.place
    slot, offset, size = used[0]
    found = hexed(live.held.part(slot, offset, size) or b"")
    read = live.value(case.new, place)
    more = f" (and {len(used) - 1} more of its words are set)" if len(used) > 1 else ""
    spot = f"slot {slot_text(slot)}" + (f", byte {offset}" if offset else "")
    return Finding(
        NOT_FRESH,
        Severity.BLOCKER,
        f"{shown(place.contract or case.new.contract)}.{shown(place.path)}",
        f"{shown(place.path)} ({shown(place.type)}, {where(place)}) is new, but the live proxy has {found} at {spot}"
        f"{more}" + (f": the new code reads {shown(read)}" if read else ""),
        "declare it where nothing was ever stored, or find out who wrote these bytes and set it in the upgrade's call",
        {
            **evidence(None, place),
            "slot": slot_text(slot),
            "offset": str(offset),
            "bytes": str(size),
            NOW: found,
            **({THEN: read} if read else {}),
        },
    )
