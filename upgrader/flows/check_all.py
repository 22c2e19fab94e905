"""``check --all``: every contract of a project at once, each judged as ``check`` judges one.

A contract that cannot be read or has nothing to be compared with does not stop the others and is not passed over: it
is *cannot tell*, and says why.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upgrader.build import Artifact
from upgrader.checks.code import CodePair
from upgrader.checks.code import examine as examine_code
from upgrader.errors import InputError
from upgrader.findings import Finding, Severity, Verdict, ranked, verdict_of
from upgrader.flows.check import CheckResult, check_pair
from upgrader.layout.formats import Described

MISSING: Final = "contract-missing"
UNREADABLE: Final = "contract-unreadable"
DEPENDENCIES: Final = "dependencies-differ"
VYPER: Final = "vyper-not-compared"

_PLACE: Final = re.compile(r"--> ([^:]{1,1000}):(\d{1,9}):")
_DRAWN: Final = re.compile(r"\d* *\|")
"""How a compiler names the place below its message, and draws it (from 0.6 on)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One contract to judge.

    Attributes:
        name: What it is called here.
        old: What runs; None where it is not known.
        new: What shall run; None where it is not known.
        problem: Why a side is not known.
        proxy: The proxy's own code; None where it is not known.
    """

    name: str
    old: Described | None
    new: Described | None
    problem: Finding | None = None
    proxy: Described | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check of one contract came to.

    Attributes:
        findings: Worst first.
        result: The comparison; None where there was nothing to compare.
        file: Where it is declared, from the root of its tree; empty when unknown.
    """

    name: str
    findings: tuple[Finding, ...]
    result: CheckResult | None
    file: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst that the findings support."""
        return verdict_of(self.findings)


@dataclass(frozen=True, slots=True)
class Everything:
    """What the check of a project came to.

    Attributes:
        contracts: Worst first, then in the order of their names.
        general: Findings about the project as a whole.
        left_out: Contracts that no proxy is made for, by their code.
    """

    contracts: tuple[Judged, ...]
    general: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, worst first; one about a base that several contracts share once."""
        return ranked([*self.general, *(finding for judged in self.contracts for finding in judged.findings)])

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all."""
        return verdict_of(self.findings)

    def count(self, verdict: Verdict) -> int:
        """Return how many contracts ended so."""
        return sum(judged.verdict is verdict for judged in self.contracts)


def check_all(
    candidates: Iterable[Candidate], *, general: Sequence[Finding] = (), left_out: Sequence[str] = ()
) -> Everything:
    """Judge every candidate."""
    judged = (_judged(candidate) for candidate in candidates)
    return Everything(tuple(sorted(judged, key=_order)), tuple(general), tuple(left_out))


def unreadable(name: str, error: InputError) -> Finding:
    """Return the finding about a contract that cannot be read."""
    # Where the contract's own name says where, it is not said again.
    whole = error.message if name in error.where else str(error)
    lines = [line.strip() for line in whole.removeprefix(f"{name} ").splitlines()]
    places = [found for line in lines if (found := _PLACE.match(line))]
    # A compiler draws where it stumbled, in lines of their own; the first place is one of the finding's facts.
    told = " ".join(line for line in lines if line and not _DRAWN.match(line) and not _PLACE.match(line)).rstrip(".")
    at = {"at": f"{places[0][1]}:{places[0][2]}"} if places else {}
    return Finding(UNREADABLE, Severity.BLOCKER, name, told, error.remedy, at, judged=False)


def missing(name: str, why: str, remedy: str, *, severity: Severity = Severity.BLOCKER) -> Finding:
    """Return the finding about a contract that has nothing to be compared with."""
    return Finding(MISSING, severity, name, why, remedy, judged=False)


def dependencies_differ(paths: Sequence[str]) -> Finding:
    """Return the finding about dependencies that were pinned otherwise at the base."""
    return Finding(
        DEPENDENCIES,
        Severity.WARNING,
        paths[0],
        "the dependencies changed since the base, whose sources were compiled with the present ones: "
        "what a new version of a base contract does to the layout was not seen",
        "check the base out with its own dependencies, build it there and give its build-info with --against",
        {"changed": ", ".join(paths[:20])},
    )


def vyper_not_compared(paths: Sequence[str]) -> Finding:
    """Return the finding about sources that are passed over because they are Vyper's."""
    return Finding(
        VYPER,
        Severity.WARNING,
        paths[0],
        f"Vyper sources of a tree are not compared, and it has {len(paths)}",
        "check each that runs behind a proxy by itself: upgrader check OLD.vy NEW.vy",
        {"sources": ", ".join(paths[:20])},
    )


def _order(judged: Judged) -> tuple[int, int, str]:
    verdict = (Verdict.UNSAFE, Verdict.CANNOT_TELL, Verdict.SAFE).index(judged.verdict)
    weights = [finding.severity for finding in judged.findings]
    said = 0 if Severity.WARNING in weights else 1 if weights else 2
    return verdict, said, judged.name


def _judged(candidate: Candidate) -> Judged:
    return replace(_examined(candidate), file=_file(candidate))


def _file(candidate: Candidate) -> str:
    for side in (candidate.new, candidate.old):
        if isinstance(side, Artifact) and side.source:
            return side.source
    path = candidate.name.rpartition(":")[0] or candidate.name
    return path if path.endswith(".sol") else ""


def _examined(candidate: Candidate) -> Judged:
    known = (candidate.problem,) if candidate.problem is not None else ()
    try:
        if candidate.old is None or candidate.new is None:
            return Judged(candidate.name, ranked([*known, *_first(candidate)]), None)
        result = check_pair(candidate.old, candidate.new, proxy=candidate.proxy)
    except InputError as error:
        return Judged(candidate.name, (*known, unreadable(candidate.name, error)), None)
    return Judged(candidate.name, ranked([*known, *result.findings]), result)


def _first(candidate: Candidate) -> tuple[Finding, ...]:
    """Judge the code of a contract that is new: it has no layout to keep, and may be unsafe all the same."""
    new = candidate.new
    fresh = candidate.problem is not None and not candidate.problem.blocks and candidate.old is None
    return examine_code(CodePair(new)) if fresh and isinstance(new, Artifact) else ()
