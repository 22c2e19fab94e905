"""Whether a node is ready for a fork: many weak witnesses, one judgement.

No single witness suffices.  A node's configuration may be right in a release that halts at the fork, or its
``eth_config`` wrong in one that would pass it; a version proves what a release *can*, not what it was started with;
``eth_syncing`` stays false while a node is stuck at a fork that it missed.  So all evidence is weighed together, the
known defects of the release are taken from it first, and what is left decides::

    a known issue of the release for this fork           KNOWN_ISSUE
    too early a release, yet past the fork                DISAGREE
    too early a release                                   NOT_READY     whatever the configuration says
    the chain went past it and the node did not           NOT_READY
    statements that contradict each other                 DISAGREE
    other rules than the schedule's                       NOT_READY
    a release that knows it, running without it           RESTART_NEEDED
    a configuration without it                            NOT_READY
    every layer known, and spoken for                     READY
    anything less                                         UNKNOWN       which never counts as ready
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from upgrader.fleet.clients._base import Defect
from upgrader.fleet.evidence import Evidence, Kind, Layer, Standing
from upgrader.fleet.identity import Identity, Unknown


class Status(StrEnum):
    """The judgement of one node and one fork."""

    READY = "ready"
    NOT_READY = "not_ready"
    KNOWN_ISSUE = "known_issue"
    RESTART_NEEDED = "restart_needed"
    DISAGREE = "disagree"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A judgement with what it rests on.

    Attributes:
        status: The judgement.
        reasons: The statements that decided it, in words.
        by_version_only: Whether some layer is ready on the word of its version alone.
    """

    status: Status
    reasons: tuple[str, ...]
    by_version_only: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """One layer of a node with everything that speaks about it.

    Attributes:
        layer: Which half.
        identity: Who it says it is.
        evidence: Its statements, unweighed.
    """

    layer: Layer
    identity: Identity | Unknown
    evidence: tuple[Evidence, ...]

    @property
    def defects(self) -> tuple[Defect, ...]:
        """The known defects of its release."""
        return self.identity.client.defects_of(self.identity.version) if isinstance(self.identity, Identity) else ()

    def credible(self) -> tuple[Evidence, ...]:
        """Return the statements that its release is not known to get wrong."""
        return tuple(e for e in self.evidence if not any(defect.discredits(e) for defect in self.defects))

    def issues_with(self, fork: str) -> tuple[str, ...]:
        """Return the known issues of its release at ``fork``."""
        return tuple(f"{defect.what} ({defect.source})" for defect in self.defects if fork in defect.halts_at)


def judge(fork: str, witnesses: Sequence[Witness]) -> Readiness:
    """Judge one node.

    Args:
        fork: Execution-layer name of the fork.
        witnesses: One for each layer that the node has.
    """
    issues = tuple(issue for witness in witnesses for issue in witness.issues_with(fork))
    if issues:
        return Readiness(Status.KNOWN_ISSUE, issues)
    evidence = tuple(e for witness in witnesses for e in witness.credible())
    behind = _saying(evidence, Standing.LACKS, Kind.HEAD)
    too_old = _saying(evidence, Standing.LACKS, Kind.VERSION)
    passed = _saying(evidence, Standing.KNOWS, Kind.HEAD)
    if too_old and passed:
        return Readiness(Status.DISAGREE, _words((*too_old, *passed)))
    if too_old or behind:
        return Readiness(Status.NOT_READY, _words((*too_old, *behind)))
    contrary = _contrary(evidence, witnesses)
    return contrary or _affirmative(witnesses)


def _contrary(evidence: tuple[Evidence, ...], witnesses: Sequence[Witness]) -> Readiness | None:
    """Return the judgement when a configuration speaks against the fork, else None."""
    differs = _saying(evidence, Standing.DIFFERS)
    if differs:
        supports = _saying(evidence, Standing.KNOWS)
        status = Status.DISAGREE if supports else Status.NOT_READY
        return Readiness(status, _words((*differs, *supports)))
    restarts: tuple[Evidence, ...] = ()
    for witness in witnesses:
        credible = witness.credible()
        lacks, knows = _saying(credible, Standing.LACKS), _saying(credible, Standing.KNOWS)
        if not lacks:
            continue
        if not knows:
            return Readiness(Status.NOT_READY, _words(lacks))
        if any(e.kind is not Kind.VERSION for e in knows):
            return Readiness(Status.DISAGREE, _words((*lacks, *knows)))
        restarts += (*lacks, *knows)
    return Readiness(Status.RESTART_NEEDED, _words(restarts)) if restarts else None


def _affirmative(witnesses: Sequence[Witness]) -> Readiness:
    reasons: tuple[str, ...] = ()
    by_version = False
    for witness in witnesses:
        if isinstance(witness.identity, Unknown):
            # Who does not say what it is cannot be cleared of known issues.
            return Readiness(Status.UNKNOWN, (f"{witness.layer.value}: {witness.identity}",))
        knows = _saying(witness.credible(), Standing.KNOWS)
        if not knows:
            said = _words(witness.evidence) or (f"{witness.layer.value}: no evidence",)
            return Readiness(Status.UNKNOWN, said)
        reasons += _words(knows)
        by_version = by_version or all(e.kind is Kind.VERSION for e in knows)
    status = Status.READY if witnesses else Status.UNKNOWN
    return Readiness(status, reasons, by_version_only=by_version)


def _saying(evidence: Iterable[Evidence], standing: Standing, kind: Kind | None = None) -> tuple[Evidence, ...]:
    return tuple(e for e in evidence if e.standing is standing and kind in (None, e.kind))


def _words(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(f"{e.layer.value} {e.kind.value}: {e.detail}" for e in evidence)
