"""``check``: may a proxy that runs this implementation take that one?

The storage of both sides is compared byte by byte, the new code is held against the upgrade-safety rules, and the two
judgements become one.  Nothing here asks a chain; what is known of a live proxy is handed in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from upgrader.build import Artifact
from upgrader.checks.code import CodePair
from upgrader.checks.code import examine as examine_code
from upgrader.checks.storage import Case, judge
from upgrader.findings import Finding, Verdict, ranked, verdict_of
from upgrader.layout.changes import LayoutChange
from upgrader.layout.compare import compare
from upgrader.layout.formats import Described
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check came to.

    Attributes:
        findings: Worst first.
        changes: Every fact about the two layouts, those that need no finding too.
        old: Storage of what runs now.
        new: Storage of what shall run.
    """

    findings: tuple[Finding, ...]
    changes: tuple[LayoutChange, ...]
    old: StorageLayout
    new: StorageLayout

    @property
    def verdict(self) -> Verdict:
        """The worst that the findings support."""
        return verdict_of(self.findings)


def check_pair(  # noqa: PLR0913 - what may be known of an upgrade
    old: Described,
    new: Described,
    *,
    history: Sequence[Described] = (),
    proxy_kind: str | None = None,
    initialized: int | None = None,
    call: bytes | None = None,
    acknowledged: Collection[tuple[str, str]] = (),
) -> CheckResult:
    """Judge an upgrade from ``old`` to ``new``.

    Args:
        old: The implementation in use: a compiled contract, or its storage layout alone.
        new: The implementation that shall be used.
        history: Implementations used before, oldest first.
        proxy_kind: ``uups``, ``transparent``, ``beacon``; None when unknown.
        initialized: The live proxy's ``_initialized``; None when unknown.
        call: Calldata that the upgrade runs on the proxy; None when unknown, empty for none.
        acknowledged: ``(code, subject)`` of warnings that a person has confirmed.

    Raises:
        InputError: A side has no storage layout, or one that does not have its form.
    """
    before, after = described_layout(old), described_layout(new)
    changes = compare(before, after, [described_layout(each) for each in history])
    findings = list(judge(Case(before, after, changes, frozenset(acknowledged))))
    if isinstance(new, Artifact):
        known = old if isinstance(old, Artifact) else None
        findings += examine_code(CodePair(new, known, proxy_kind, initialized, call))
    return CheckResult(ranked(findings), changes, before, after)


def described_layout(side: Described) -> StorageLayout:
    """Return the storage layout of a contract, or the layout itself."""
    return layout_of(side) if isinstance(side, Artifact) else side
