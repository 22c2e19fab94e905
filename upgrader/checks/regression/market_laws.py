"""The new code breaks a law of its market, or leaves the independent reference.

Why: a difference may be meant; an insolvency never is.  What a venue holds is what it owes, to the wei; a series never
pays more than was collected for it; a call less a put is spot less strike; more volatility never makes an option
cheaper; bad debt begins where the insurance fund ends.  And a price that another implementation of the same model does
not confirm is wrong even where old and new code agree.

Fix: mend the code.  No declaration covers this, and no waiver is accepted for an invariant.

Example: a settlement that rounds up owes one wei more than it collected in every series.

Source: knowledge of Drift v1 (May 2022, about 10 million USD short after a crash), Moonwell (15 February 2026, a mark
of 1.12 for 2,200) and Opyn (4 August 2020, double exercise)
"""

from collections.abc import Iterator

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.regression import Broken, Regression

CODES = ("market-invariant-broken", "market-reference-deviation")


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Block for each law that was broken in any case."""
    gathered: dict[tuple[str, str, str, str], list[Broken]] = {}
    for broken in regression.broken:
        gathered.setdefault((broken.kind, broken.law, broken.contract, broken.observable), []).append(broken)
    for (kind, law, contract, observable), cases in gathered.items():
        first = cases[0]
        more = f" Likewise in {len(cases) - 1} more." if len(cases) > 1 else ""
        invariant = kind == "invariant"
        yield Finding(
            "market-invariant-broken" if invariant else "market-reference-deviation",
            Severity.BLOCKER,
            f"{contract}.{observable}",
            f"{law[:1].upper()}{law[1:]} does not hold in {first.case}: {first.detail}.{more}",
            "mend the code: an invariant cannot be declared away" if invariant else "mend the code or the model",
            {
                "law": law,
                "cases": ", ".join(case.case for case in cases[:32]),
                "times": str(sum(case.count for case in cases)),
                "scenario": f"{first.scenario}, block {first.moment}",
                "on the old code": "too" if all(case.old_too for case in cases) else "it held",
            },
        )
