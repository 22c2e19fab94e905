"""For regulators and auditors: the change as a record.

The record follows what change-management rules ask for: purpose and scope, timeline and expected outcome, separation
of requester and approver, tests with their evidence, risks, a fall-back plan, and the review afterwards.

Source: Commission Delegated Regulation (EU) 2024/1774, ICT change management
"""

from upgrader.findings import Severity
from upgrader.reports import summary
from upgrader.reports.dossier import Dossier, is_waived
from upgrader.reports.effects import market_changes
from upgrader.reports.markdown import code, prose
from upgrader.reports.moments import moment, span
from upgrader.reports.notices import _sections as section
from upgrader.reports.notices._base import FAMILY, Notice, NoticeContext
from upgrader.units import hexed


def render(dossier: Dossier, context: NoticeContext) -> str:
    """Return the change record for regulators as Markdown."""
    lines = [
        *section.heading(dossier, "regulators and auditors"),
        *section.what_and_why(dossier),
        *_terms(context),
        *section.when(dossier),
        *_approval(dossier, context),
        *_tests(dossier, context),
        *_risks(dossier),
        *section.positions(dossier),
        *section.market(dossier),
        *section.stress(dossier),
        *section.expiries(dossier, context),
        *_fallback(dossier, context),
        *section.verify(dossier),
        *section.dates(dossier, context, "regulators"),
        *section.ask(context),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _terms(context: NoticeContext) -> list[str]:
    match context.terms_change:
        case None:
            said = "Nobody has stated whether rules or contract terms change."
        case True:
            said = "Rules or contract terms change."
        case False:
            said = "No rule and no contract term changes, as stated by the requester."
    return ["## Rules and contract terms", "", said, ""]


def _approval(dossier: Dossier, context: NoticeContext) -> list[str]:
    state = dossier.plan.state
    lines = ["## Request and approval", ""]
    lines += [f"- requested by {prose(dossier.author)}" if dossier.author else "- the requester is not stated"]
    if state.safe:
        lines += [
            f"- approved by at least {state.safe.threshold} of these owners of the Safe {code(state.safe.address)}:"
        ]
        lines += [f"  - {code(owner)}" for owner in state.safe.owners[:50]]
    if state.timelock:
        wait = span(dossier.plan.delay)
        lines += [f"- executed by the timelock {code(state.timelock.address)} after {wait} at the earliest"]
    lines += [f"- signature: {prose(line)}" for line in context.approvals] or [
        "- no signature was given to this notice"
    ]
    if dossier.author and any(dossier.author.lower() == one.lower() for one in context.approvals):
        lines += ["- **the requester is also an approver**"]
    return [*lines, ""]


def _tests(dossier: Dossier, context: NoticeContext) -> list[str]:
    head = summary.headline(dossier)
    lines = ["## Tests and evidence", "", f"Verdict: **{head.word}**. {head.why}", ""]
    lines += [f"- {prose(fact)}" for fact in head.facts]
    lines += [f"- {prose(effect)}" for effect in summary.effect_words(dossier)]
    if dossier.simulation:
        bad = [probe for probe in dossier.simulation.probes if probe.answer != "held"]
        lines += [
            f"- probe {prose(probe.name)} on {prose(probe.contract, 120)} {code(probe.subject)}: {probe.answer}, "
            f"{prose(probe.detail)}"
            for probe in bad[: section.ROWS]
        ]
    lines += [f"- {prose(name)}: {code(digest)}" for name, digest in sorted(context.evidence.items())]
    lines += [] if context.evidence else ["- no digest of evidence files was given to this notice"]
    return [*lines, f"- plan digest {code(hexed(dossier.plan.digest))}", ""]


def _risks(dossier: Dossier) -> list[str]:
    lines = ["## Risks found, and who answers for them", ""]
    weighty = [f for f in summary.ordered_findings(dossier) if f.severity is not Severity.NOTE or is_waived(f)]
    for finding in weighty[: section.ROWS]:
        weight = "waived" if is_waived(finding) else finding.severity.value
        answer = ""
        if is_waived(finding):
            by = prose(finding.evidence.get("waived by", "nobody"), 120)
            answer = f" Accepted by {by}: {prose(finding.evidence['waived'])}"
        lines += [f"- {weight} {code(finding.code)} {code(finding.subject)}: {prose(finding.message)}{answer}"]
    if not weighty:
        lines += ["No check objects." if dossier.checks else "Nothing was checked yet."]
    ends = [f"- waiver of {code(w.code)} {code(w.subject)} ends {moment(w.until)}" for w in dossier.plan.waivers]
    touched = len({change.contract for change in market_changes(dossier)})
    return [*lines, *ends, f"- contracts whose market state the upgrade writes: {touched}", ""]


def _fallback(dossier: Dossier, context: NoticeContext) -> list[str]:
    lines = ["## Fall-back plan", ""]
    lines += [f"- {prose(line)}" for line in context.fallback]
    if not context.fallback:
        command = code(f"upgrader rollback {dossier.argument}")
        lines += [f"- return to the present implementations through the same governance: {command}"]
        lines += [f"  - {prose(step.contract, 120)} to {code(step.before)}" for step in dossier.plan.upgrades]
    lines += [f"- stop {prose(name, 120)}: {prose(how)}" for name, how in sorted(context.pauses.items())]
    lines += ["- no stop without delay was given to this notice"] if not context.pauses else []
    return [*lines, ""]


FAMILY.add(__name__, Notice("regulators", "Regulators and auditors", render))
