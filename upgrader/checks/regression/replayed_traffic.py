"""Past transactions were re-executed on the old and the new code, or could not be.

Why: the last transactions of real users reach what no scenario thinks of.  They are evidence only where the old code,
run again from the state of the block before, ends each of them as its receipt says: same status, same gas, same events.
Where it does not, the engine runs other rules than the chain did, the node's answers do not fit together, or state is
missing; a comparison with the new code would then be of two inventions, so it cannot be told how the upgrade treats
that transaction.

Fix: name an endpoint that keeps the state of old blocks (an archive node) with ``--rpc``; look at the reason that the
finding gives.

Example: Compound's proposal 62 (September 2021) paid out about 280,000 COMP by one ``>`` for ``>=`` that only accounts
of one class showed; the protocol's own past transactions came from such accounts.

Source: knowledge of the incident named above; https://ethereum.github.io/execution-apis/api-documentation/
"""

from collections.abc import Iterator, Sequence

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.regression import Regression, Replay, Unproved

CODES = ("traffic-not-reproduced", "traffic-none", "traffic-replayed")

SHOWN = 32
"""Transactions that a finding names."""


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Block as *cannot tell* for what did not end as then, warn where nothing was there, note how much was."""
    replay = regression.replay
    if replay is None:
        return
    gathered: dict[tuple[str, str, str], list[Unproved]] = {}
    for each in replay.unproved:
        gathered.setdefault((each.contract, each.observable, each.reason), []).append(each)
    for (contract, observable, _), all_unproved in gathered.items():
        yield _unproved(f"{contract}.{observable}", all_unproved)
    if replay.transactions:
        yield Finding(
            "traffic-replayed",
            Severity.NOTE,
            "traffic",
            f"{replay.transactions} past transactions of the blocks {replay.first} to {replay.last} ended on the old "
            "code as their receipts say, and were run on the new one.",
            "nothing; what was not looked at is named in the evidence",
            _looked_at(replay),
        )
    elif not replay.unproved:
        yield Finding(
            "traffic-none",
            Severity.WARNING,
            "traffic",
            f"No transaction of the blocks {replay.looked_from} to {replay.looked_to} touched the managed contracts on "
            "their present code: the past shows nothing of this upgrade.",
            "rest the decision on scenarios; on a chain with traffic, check the addresses under management",
            _looked_at(replay),
        )


def _unproved(subject: str, all_unproved: Sequence[Unproved]) -> Finding:
    first = all_unproved[0]
    count = len(all_unproved)
    return Finding(
        "traffic-not-reproduced",
        Severity.BLOCKER,
        subject,
        f"What the upgrade does to {'this transaction' if count == 1 else f'{count} such transactions'} cannot be "
        f"told: {first.reason}.",
        first.remedy,
        {
            "transactions": ", ".join(each.transaction for each in all_unproved[:SHOWN]),
            "blocks": ", ".join(dict.fromkeys(str(each.block) for each in all_unproved[:SHOWN])),
            "times": str(count),
        },
        judged=False,
    )


def _looked_at(replay: Replay) -> dict[str, str]:
    return {
        "blocks looked at": f"{replay.looked_from} to {replay.looked_to}",
        "not looked at": " ".join(replay.omitted) or "nothing",
    }
