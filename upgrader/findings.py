"""One opinion of one check, and what a set of opinions amounts to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """How much a finding weighs, in ascending order."""

    NOTE = "NOTE"
    WARNING = "WARNING"
    BLOCKER = "BLOCKER"


class Verdict(StrEnum):
    """What a judgement ends in; what cannot be judged blocks like unsafe."""

    SAFE = "safe"
    CANNOT_TELL = "cannot_tell"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Finding:
    """One opinion about the user's upgrade.

    Attributes:
        code: Stable, ``family-words-with-dashes``; published in the catalogue and never reused.
        severity: NOTE informs, WARNING asks for a look, BLOCKER stops.
        subject: What it is about: ``Contract.variable``, ``Contract.function()``, an address.
        message: One sentence; may quote untrusted text, which whoever prints it escapes.
        remedy: What to do, in the imperative.
        evidence: Facts by name: slots, bytes, values, files and lines, all as text.
        judged: False when the check could not tell; a BLOCKER then means *cannot tell*.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    remedy: str
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    judged: bool = True

    @property
    def blocks(self) -> bool:
        """Whether this finding alone stops the upgrade."""
        return self.severity is Severity.BLOCKER

    def to_json(self) -> dict[str, object]:
        """Return the published form (``upgrader schema finding``)."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subject": self.subject,
            "message": self.message,
            "remedy": self.remedy,
            "evidence": dict(self.evidence),
        }


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict that ``findings`` support: unsafe before cannot tell before safe."""
    blockers = [finding for finding in findings if finding.blocks]
    if any(finding.judged for finding in blockers):
        return Verdict.UNSAFE
    return Verdict.CANNOT_TELL if blockers else Verdict.SAFE


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return ``findings`` worst first, then by code and subject, without repetitions."""
    order = {Severity.BLOCKER: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    unique = {(f.code, f.severity, f.subject, f.message): f for f in findings}
    return tuple(sorted(unique.values(), key=lambda f: (order[f.severity], f.code, f.subject, f.message)))
