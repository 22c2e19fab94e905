"""``check``: may a proxy that runs this implementation take that one?

The storage of both sides is compared byte by byte, the new code is held against the upgrade-safety rules, and the two
judgements become one.  Nothing here asks a chain; what is known of a live proxy is handed in
(:mod:`upgrader.flows.live` asks for it).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from upgrader.build import Artifact, CompilerSettings
from upgrader.checks.code import CodePair
from upgrader.checks.code import examine as examine_code
from upgrader.checks.live import Case as LiveCase
from upgrader.checks.live import Unknown
from upgrader.checks.live import examine as examine_live
from upgrader.checks.storage import Case, judge
from upgrader.findings import Finding, Verdict, ranked, verdict_of
from upgrader.layout.changes import LayoutChange
from upgrader.layout.compare import compare
from upgrader.layout.formats import Described
from upgrader.layout.fresh import new_names
from upgrader.layout.live import LiveStorage, Words
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of


@dataclass(frozen=True, slots=True)
class Live:
    """What a chain says of the proxy that is to be upgraded.

    Attributes:
        kind: ``uups``, ``transparent``, ``beacon``.
        initialized: Its ``_initialized``; None when unknown.
        held: Words of its storage; None where there is no one storage to read (a beacon under management).
        unknown: Earlier implementations that nobody could compare with.
        old_code: Runtime code of what it runs; None when unknown.
        new_code: Runtime code of what it shall run, as it is or will be on the chain; None when unknown.
    """

    kind: str
    initialized: int | None = None
    held: Words | None = None
    unknown: tuple[Unknown, ...] = ()
    old_code: bytes | None = None
    new_code: bytes | None = None


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


def check_pair(
    old: Described,
    new: Described,
    *,
    history: Sequence[Described] = (),
    live: Live | None = None,
    proxy: Described | None = None,
    call: bytes | None = None,
) -> CheckResult:
    """Judge an upgrade from ``old`` to ``new``.

    Args:
        old: The implementation in use: a compiled contract, or its storage layout alone.
        new: The implementation that shall be used.
        history: Implementations used before, oldest first.
        live: What a chain says of the proxy; None where none was asked.
        proxy: The proxy's own code, or its storage layout alone; None when unknown.
        call: Calldata that the upgrade runs on the proxy; None when unknown, empty for none.

    Raises:
        InputError: A side has no storage layout, or one that does not have its form.
    """
    before = described_layout(old)
    after = before if new is old else described_layout(new)
    held = live.held if live is not None else None
    changes = compare(before, after, [described_layout(each) for each in history], held=held)
    storage = LiveStorage(before, after, held) if held is not None else None
    beside = described_layout(proxy) if proxy is not None else None
    findings = list(judge(Case(before, after, changes, live=storage, proxy=beside)))
    if live is not None:
        findings += examine_live(LiveCase(before, after, changes, storage, live.unknown))
    if isinstance(new, Artifact):
        # Of a bare layout the name is all that the rules on code may believe; that is not a first deployment.
        known = old if isinstance(old, Artifact) else Artifact("", old.contract, origin=old.origin)
        code = proxy if isinstance(proxy, Artifact) else None
        pair = CodePair(new, known, call=call, proxy=code, arrived=new_names(after, changes))
        if live is not None:
            pair = replace(
                pair,
                proxy_kind=live.kind,
                initialized=live.initialized,
                old_code=live.old_code,
                new_code=live.new_code,
            )
        findings += examine_code(pair)
    else:
        # A layout says nothing of code, and silence about that would read like approval.
        language = CompilerSettings(language=after.language)
        findings += examine_code(CodePair(Artifact("", after.contract, language, origin=after.origin)))
    return CheckResult(ranked(findings), changes, before, after)


def described_layout(side: Described) -> StorageLayout:
    """Return the storage layout of a contract, or the layout itself."""
    return layout_of(side) if isinstance(side, Artifact) else side
