"""The new code behaves otherwise than the old in the same market, and nobody declared it.

Why: both ran the same script in the same blocks, so the upgrade alone explains the difference.  Aevo's vaults lost 2.7
million USD in December 2025 because an oracle came with 18 decimals where others had 8; Compound paid out 80 million
USD in September 2021 because of one ``>`` that should have been ``>=``.  Either shows in the first scenario that
settles a series or touches an old account.

Fix: run the script that the finding names, and mend the code; or declare under ``[[difference]]`` what the upgrade
means to change, with a bound that holds in every condition.

Example: ``observable = "priceOf(uint256)"``, ``bound = "0.15"``, ``why = "volatility surface instead of one figure"``.

Source: post-mortems of the incidents named above
"""

from collections.abc import Iterator, Sequence

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.regression import Regression, Shown

CODES = ("market-difference", "market-difference-declared", "market-difference-absent")

_ASPECTS = {
    "status": "goes through on one code and reverts on the other",
    "result": "returns or reverts with something else",
    "events": "emits other events",
    "gas": "needs more gas",
    "answer": "answers otherwise",
    "storage": "is left with another value",
}


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Block for undeclared differences, note declared ones, warn of declarations that nothing matched."""
    gathered: dict[tuple[str, str, str, str], list[Shown]] = {}
    for shown in regression.differences:
        gathered.setdefault((shown.contract, shown.observable, shown.aspect, shown.declared), []).append(shown)
    for (contract, observable, aspect, why), all_shown in gathered.items():
        yield _finding(f"{contract}.{observable}", aspect, why, all_shown)
    for contract, observable, condition in regression.absent:
        yield Finding(
            "market-difference-absent",
            Severity.WARNING,
            f"{contract}.{observable}",
            f"It was declared to change{f' in {condition}' if condition else ''}, and did not in any market.",
            "remove the declaration, or name the later step under activation",
        )


def _finding(subject: str, aspect: str, why: str, all_shown: Sequence[Shown]) -> Finding:
    first = all_shown[0]
    bound = next((shown.bound for shown in all_shown if shown.bound), "")
    variables = next((f" ({shown.variables})" for shown in all_shown if shown.variables), "")
    message = f"It{variables} {_ASPECTS.get(aspect, 'differs')} in {first.case}: {first.old} -> {first.new}."
    if len(all_shown) > 1:
        message += f" Likewise in {len(all_shown) - 1} more."
    if bound:
        message += f" The declared bound {bound} does not hold it."
    if why:
        message += f" Declared: {why}"
    evidence = {
        "cases": ", ".join(shown.case for shown in all_shown[:32]),
        "times": str(sum(shown.count for shown in all_shown)),
        "act": first.label,
        "scenario": f"{first.scenario}, block {first.moment}",
    }
    if largest := max((shown.relative for shown in all_shown if shown.relative), key=float, default=""):
        evidence["largest relative change"] = largest
    if script := next((shown.script for shown in all_shown if shown.script), ""):
        evidence["smallest script"] = script
    return Finding(
        "market-difference-declared" if why else "market-difference",
        Severity.NOTE if why else Severity.BLOCKER,
        subject,
        message,
        "nothing, if the reason holds in these markets" if why else "mend the code, or declare it under [[difference]]",
        evidence,
    )
