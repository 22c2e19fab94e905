"""What could not be judged, because the input does not hold it.

Why:
    A storage layout alone says nothing of code, and code without its source cannot say who may call a function or
    which initializer sets a variable. Silence about that would read like approval. Of a Vyper contract the storage is
    judged, and nothing else: the rules on code read solc's AST.

Fix:
    Give the sources, a Foundry or Hardhat build-info, or verified sources (`--sources`) for an address.

Example:
    `upgrader check old-layout.json new-layout.json`

Source:
    https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description (`ast`)
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.code._base import FAMILY, Case
from upgrader.findings import Finding, Severity
from upgrader.layout.model import VYPER

CODE: Final = "code-unjudged"
CODES: Final = (CODE,)

_FROM_SOURCE: Final = (
    "uups-open-authorize",
    "implementation-unlocked",
    "initializer-missing",
    "initializer-recallable",
    "initializer-parent-missing",
    "reinitializer-never-runs",
)
"""Rules that could block and that only a source can answer."""

_OF_VYPER: Final = (
    "have its initializer, its upgrade function and raw_call reviewed: of Vyper the storage alone is judged"
)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Name the rules that had nothing to look at."""
    artifact = case.new.artifact
    if case.new.contract is None:
        nothing = artifact.abi is None and artifact.runtime is None
        rules = (*_FROM_SOURCE, "unsafe-delegatecall", "uups-lost") if nothing else _FROM_SOURCE
        yield case.finding(
            CODE,
            Severity.NOTE if nothing else Severity.WARNING,
            "",
            "only its storage layout is known: nothing of its code was judged"
            if nothing
            else "its source is not known: who may call what, and what initialises what, was not judged",
            _OF_VYPER if artifact.compiler.language == VYPER else "give its sources or a build-info with the AST",
            judged=False,
            evidence={"rules": ", ".join(rules)},
        )
    elif case.old is not None and case.old.contract is None and case.old.artifact.storage_layout is None:
        yield case.finding(
            CODE,
            Severity.WARNING,
            "",
            "the source of the old implementation is not known: which state is new was not judged",
            "give the old version's sources or its build-info",
            judged=False,
            evidence={"rules": "initializer-missing"},
        )
