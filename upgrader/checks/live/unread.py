"""``storage-unread``: storage of the live proxy that was not read, so that its freshness is not shown.

**Why.** Whether a new variable's bytes are zero is a question to the chain.  A node may not answer it; an array may be
too long to read word by word; and a beacon under management stands for proxies that nobody named.  What was not read
is not taken for zero.

**Fix.** Name another endpoint with ``--rpc`` where a node did not answer.  Where the array is long, look at the words
that matter.  For a beacon, check the proxies behind it: ``upgrader check network:0xProxy NEW``.

**Example.** ``uint256[100000] history`` is appended: its first 256 words are read.

Source: https://eips.ethereum.org/EIPS/eip-1474 (eth_getStorageAt)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.live._base import FAMILY, Case
from upgrader.checks.storage._base import listed, shown
from upgrader.findings import Finding, Severity

UNREAD: Final = "storage-unread"
CODES: Final = (UNREAD,)


@FAMILY.register
def storage_unread(case: Case) -> Iterator[Finding]:
    """Yield what stands between the new variables and the proof that their bytes are zero."""
    every, contract = case.fresh, shown(case.new.contract)
    if not every:
        return
    if case.live is None:
        yield Finding(
            UNREAD,
            Severity.WARNING,
            contract,
            f"a beacon keeps no storage, and the proxies behind it are not known: whether the bytes of "
            f"{listed(each.place.path for each in every)} are zero there was not read",
            "check the proxies one by one: upgrader check network:0xProxy NEW",
        )
        return
    held = case.live.held
    failed = [each for each in every if any(slot in held.failed for slot, _, _ in each.pieces)]
    if failed:
        reason = next(held.failed[slot] for slot, _, _ in failed[0].pieces if slot in held.failed)
        yield Finding(
            UNREAD,
            Severity.BLOCKER,
            contract,
            f"the bytes of {listed(each.place.path for each in failed)} could not be read: {shown(reason)}",
            "name another endpoint with --rpc",
            judged=False,
        )
    seen = (held.known, held.failed)
    cut = [e for e in every if e.cut or any(all(slot not in part for part in seen) for slot, _, _ in e.pieces)]
    if cut:
        yield Finding(
            UNREAD,
            Severity.WARNING,
            contract,
            f"only the first words of {listed(each.place.path for each in cut)} were read: they are too many",
            "look at the words that matter",
            {"read": str(len(held.known))},
        )
