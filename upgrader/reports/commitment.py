"""Whether what is signed commits to the plan that was reviewed.

A timelock operation carries a salt, and the plan's digest is that salt; the calls inside must be the plan's calls,
byte for byte.  Both are compared here on what was decoded from the signed bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upgrader.governance import multisend, timelock
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.reports.decoded import CallLine, bounded_hex
from upgrader.units import hexed

_SCHEDULES = frozenset({timelock.SCHEDULE, timelock.SCHEDULE_BATCH})


@dataclass(frozen=True, slots=True)
class Commitment:
    """One comparison of what is signed with the plan, in a sentence."""

    holds: bool
    words: str


def commitments(plan: UpgradePlan, calls: Sequence[CallLine]) -> tuple[Commitment, ...]:
    """Return the comparisons that apply; none for what is no upgrade, such as a cancellation.

    Args:
        plan: What was reviewed.
        calls: What is signed, decoded from its bytes.
    """
    if not calls or any(line.signature == timelock.CANCEL for line in _flat(calls)):
        return ()
    found = []
    scheduled = [line for line in _flat(calls) if line.signature in _SCHEDULES]
    if scheduled:
        salts = [a.value for line in scheduled for a in line.arguments if a.name == "salt"]
        found.append(
            Commitment(holds=True, words="The timelock's salt is the digest of this plan.")
            if all(salt == hexed(plan.digest) for salt in salts)
            else Commitment(holds=False, words="The timelock's salt is NOT the digest of this plan. Do not sign.")
        )
    governed = [inner for line in scheduled for inner in line.inner] if scheduled else list(_unbatched(calls))
    wanted = [(call.to, int(call.value), bounded_hex(call.data)) for call in plan.calls]
    found.append(
        Commitment(holds=True, words=f"It makes exactly the {len(wanted)} call{'s' * (len(wanted) != 1)} of this plan.")
        if [(line.to, line.value, line.data) for line in governed] == wanted
        else Commitment(holds=False, words="Its calls are NOT those of this plan. Do not sign.")
    )
    return tuple(found)


def _unbatched(lines: Sequence[CallLine]) -> Iterator[CallLine]:
    for line in lines:
        if line.signature == multisend.MULTI_SEND:
            yield from line.inner
        else:
            yield line


def _flat(lines: Sequence[CallLine]) -> Iterator[CallLine]:
    for line in lines:
        yield line
        yield from _flat(line.inner)
