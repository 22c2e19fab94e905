"""``history-unknown``: the proxy ran implementations whose storage layout is not known.

**Why.** Every implementation that a proxy ever ran may have left data behind.  A value in a new variable's own bytes
is seen on the chain; entries of a mapping are not, because they lie at hashes of keys that nobody can list: a new
mapping at the slot of a forgotten one starts with its entries.  The proxy's ``Upgraded`` events tell which
implementations there were; where no build record, reference or verified source says what they stored, that danger
cannot be judged.

**Fix.** Give the earlier implementations with ``--history REF``, or their verified sources with ``--sources DIR``.

**Example.** Version 1 kept ``mapping(address => bool) banned`` at slot 5, version 2 dropped it, version 3 declares
``mapping(address => bool) admins`` there.

Source: https://eips.ethereum.org/EIPS/eip-1967 (Upgraded)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.live._base import FAMILY, Case
from upgrader.checks.storage._base import listed, shown
from upgrader.findings import Finding, Severity

HISTORY_UNKNOWN: Final = "history-unknown"
CODES: Final = (HISTORY_UNKNOWN,)

_SCATTERED: Final = "mapping"
"""In the label of a type whose values lie at hashes of keys."""


@FAMILY.register
def history_unknown(case: Case) -> Iterator[Finding]:
    """Yield one finding for all earlier implementations that are not known: a warning where they can matter."""
    if not case.unknown:
        return
    every = [each.place for each in case.fresh]
    matters = [place.path for place in every if case.live is None or _SCATTERED in place.type]
    if matters:
        lost = f"entries that they left where {listed(matters)} will look could not be ruled out"
    elif every:
        lost = "the bytes of every new variable were read instead, and none of them is a mapping"
    else:
        lost = "no variable is new, so that nothing can meet what they left"
    named = [unknown.implementation for unknown in case.unknown if unknown.implementation]
    who = f"the storage of {listed(named)}, which this proxy ran before," if named else "what this proxy ran before"
    yield Finding(
        HISTORY_UNKNOWN,
        Severity.WARNING if matters else Severity.NOTE,
        shown(case.new.contract),
        f"{who} is not known: {lost}",
        "give it with --history REF, or its verified sources with --sources DIR",
        {"why": "; ".join(f"{each.implementation} {shown(each.why)}".strip() for each in case.unknown[:20])},
    )
