"""In a market, the new code writes a word that no layout explains.

Why: a word without a name is a word that nobody reviewed.  Where old and new code differ, the smallest script that
shows it is mined and traced on both, and every word that it changes in a contract under management is named by
variable, key and member, from the layout and from what the run hashed.  One that has no name is written by assembly, by
a library with a place of its own, or by mistake.

Fix: give the source that declares it (a library's struct, a namespace), or mend the code that writes it.

Example: a fee that a new version keeps in a hard-coded slot, beside the namespace of all else.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterator

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.regression import Regression

CODES = ("market-write-unexplained",)


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Block for each word that the new code writes and nothing explains."""
    scripts: dict[tuple[str, str], list[str]] = {}
    for dissected in regression.dissected:
        if dissected.branch == "new":
            for place in dissected.unexplained:
                scripts.setdefault(place, []).append(dissected.script)
    for (contract, slot), names in scripts.items():
        yield Finding(
            "market-write-unexplained",
            Severity.BLOCKER,
            f"{contract} {slot}",
            f"The script {names[0]} changes a word that no layout explains.",
            "give the source that declares this slot, or mend the code that writes it",
            {"slot": slot, "scripts": ", ".join(names[:16])},
            judged=False,
        )
