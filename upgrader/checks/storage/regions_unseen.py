"""``storage-regions-unseen``: namespaces and slot constants are known of one side only, or of neither.

**Why.** A raw storage layout describes the root.  What lies in namespaces, diamonds and behind slot constants is found
in the source or its AST.  If one side has such a region and the other cannot say, the upgrade cannot be judged; if
neither can, the judgement holds for the root only.

**Fix.** Give the sources, or a build-info with AST, for both sides.

**Example.** An old ``.openzeppelin`` entry without namespaces against a source that inherits ``OwnableUpgradeable`` 5.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case, listed
from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind

CODES: Final = ("storage-regions-unseen",)


@FAMILY.register
def storage_regions_unseen(case: Case) -> Iterator[Finding]:
    """Yield one finding where regions beyond the root cannot be compared."""
    unseen = [change.old or change.new for change in case.of(ChangeKind.REGION_UNSEEN)]
    if unseen:
        names = listed(place.region for place in unseen if place is not None)
        yield case.finding(
            "storage-regions-unseen",
            Severity.BLOCKER,
            case.new.contract,
            f"only one side knows of {names}",
            case.more,
            {},
            judged=False,
        )
    elif not case.old.complete and not case.new.complete:
        yield case.finding(
            "storage-regions-unseen",
            Severity.NOTE,
            case.new.contract,
            "neither side comes with its source: namespaces and slot constants were not looked for",
            case.more,
            {},
        )
