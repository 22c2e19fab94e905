"""Waivers: opinions of a check that an author answers for, with a reason and an end."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from upgrader.findings import Finding, Severity
from upgrader.plan.manifest import Waiver
from upgrader.units import Timestamp

UNMATCHED = "waiver-unmatched"
"""Code of the finding about a waiver that no finding matched."""

CORRUPTION = "storage-"
"""Findings of this family that block may be waived only with evidence from the chain."""

CONFIRMED = frozenset({"storage-renamed", "storage-recast", "storage-deleted", "storage-restored"})
"""Those that never block: a waiver is a person's word that the change is meant."""

NEVER: Final = frozenset({"market-invariant-broken"})
"""Findings that nobody can answer for: a venue that owes more than it holds."""


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], *, at: Timestamp) -> tuple[Finding, ...]:
    """Turn each waived finding into a note that carries the reason, and judge the waivers themselves.

    Args:
        findings: Opinions of the checks.
        waivers: What the author declared.
        at: Time of the observed block; a waiver that ended before it is expired.

    Returns:
        The findings, waived ones as notes, and one finding for each waiver that is expired, unmatched or lacks
        evidence.
    """
    judged = list(findings)
    extra: list[Finding] = []
    for waiver in waivers:
        matching = [
            index
            for index, finding in enumerate(judged)
            if finding.code == waiver.code
            and finding.subject == waiver.subject
            and finding.severity is not Severity.NOTE
        ]
        if problem := _problem(waiver, [judged[index] for index in matching], at=at):
            extra.append(problem)
            continue
        for index in matching:
            judged[index] = _waived(judged[index], waiver)
    return (*judged, *extra)


def _waived(finding: Finding, waiver: Waiver) -> Finding:
    evidence = {
        **finding.evidence,
        "waived": waiver.reason,
        "waived by": waiver.author,
        "waived severity": finding.severity.value,
    }
    return replace(finding, severity=Severity.NOTE, evidence=evidence, judged=True)


def _problem(waiver: Waiver, matched: Sequence[Finding], *, at: Timestamp) -> Finding | None:
    subject = f"{waiver.code} {waiver.subject}"
    if at > waiver.until:
        return Finding(
            "waiver-expired", Severity.BLOCKER, subject, "The waiver has ended.", "mend the cause or renew the waiver"
        )
    if waiver.code in NEVER:
        return Finding(
            "waiver-refused",
            Severity.BLOCKER,
            subject,
            "Nobody can answer for an invariant of the market that does not hold.",
            "mend the code and remove the waiver",
        )
    corrupts = waiver.code.startswith(CORRUPTION) and waiver.code not in CONFIRMED
    if not waiver.evidence and (corrupts if not matched else _corrupt(matched)):
        return Finding(
            "waiver-without-evidence",
            Severity.BLOCKER,
            subject,
            "A finding about storage that blocks can be waived only with slot values from the chain.",
            'add evidence = ["0xslot=0xvalue"] to the waiver',
        )
    if not matched:
        return Finding(
            UNMATCHED,
            Severity.WARNING,
            subject,
            "No finding has this code and subject.",
            "remove the waiver, or correct its code and subject",
        )
    return None


def _corrupt(findings: Iterable[Finding]) -> bool:
    return any(finding.blocks and finding.code.startswith(CORRUPTION) for finding in findings)
