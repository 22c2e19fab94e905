"""A view answers otherwise with the upgrade than without it, and nobody declared it.

Why: both branches run the same block and clock, so the upgrade alone explains the difference: a price, a margin or a
balance that users see has changed.

Fix: declare it in ``upgrade.toml`` under ``[[difference]]`` with the reason, or mend the code.

Example: ``version()`` answers 2 instead of 1 (declare it); ``quote(bytes32)`` halves (mend it).

Source: https://github.com/crytic/diffusc (the idea of comparing return values of two versions)
"""

from collections.abc import Iterator

from upgrader.checks.outcome._base import FAMILY, Outcome
from upgrader.findings import Finding, Severity

CODES = ("view-changed", "difference-declared", "difference-unused")


@FAMILY.register
def judge(outcome: Outcome) -> Iterator[Finding]:
    """Block for undeclared differences, note declared ones, warn of declarations that nothing matched."""
    seen: dict[tuple[str, str], list[str]] = {}
    for item in outcome.simulation.differences:
        asked = f"({item.arguments}) " if item.arguments else ""
        seen.setdefault((item.contract, item.view), []).append(f"{asked}{item.old} -> {item.new}")
    declared = {(item.contract, item.observable): item.why for item in outcome.declared}
    for (contract, view), answers in seen.items():
        why = declared.get((contract, view))
        more = f" (and {len(answers) - 1} more)" if len(answers) > 1 else ""
        yield Finding(
            "difference-declared" if why else "view-changed",
            Severity.NOTE if why else Severity.BLOCKER,
            f"{contract}.{view}",
            f"Its answer changes with the upgrade: {answers[0]}{more}." + (f" Declared: {why}" if why else ""),
            "declare it under [[difference]] with the reason, or mend the code",
            {"answers": "; ".join(answers[:8])},
        )
    regressed = {(item.contract, item.observable) for item in outcome.declared if item.regressed}
    for contract, view in declared.keys() - seen.keys() - regressed - outcome.regressed:
        yield Finding(
            "difference-unused",
            Severity.WARNING,
            f"{contract}.{view}",
            "It was declared to change, and did not.",
            "remove the declaration, or say which later step activates the change",
        )
