"""REVIEW.md: the report for signers who read it in a repository, in the order of the page.

Verdict, what changes, hashes to compare, when; then findings, calls, storage, behaviour, probes, path, authority,
code, and how to compute it all again.
"""

from collections.abc import Sequence
from typing import Any, Final

from upgrader.findings import Finding, Severity
from upgrader.reports import summary
from upgrader.reports.commitment import commitments
from upgrader.reports.decoded import CallLine, bounded_hex
from upgrader.reports.dossier import Dossier, in_device_order, is_waived
from upgrader.reports.grouping import grouped_lines
from upgrader.reports.markdown import code, fenced, prose, table
from upgrader.reports.market import market_sentence, outline
from upgrader.reports.market.figures import bound_words, percent
from upgrader.reports.market.words import change_words
from upgrader.reports.moments import moment, span
from upgrader.reports.text import SENTENCE, visible
from upgrader.units import hexed

ROWS: Final = 400
"""Rows of one table; what is left out is counted."""


def render_review(dossier: Dossier) -> str:
    """Return REVIEW.md.

    Args:
        dossier: Everything that is known; may hold hostile text anywhere.

    Returns:
        Markdown that renders the same with and without GitHub's extensions; the same dossier, the same text.
    """
    lines = [
        *_first_screen(dossier),
        *_findings(dossier),
        *_calls(dossier),
        *_storage(dossier),
        *_behaviour(dossier),
        *_market(dossier),
        *_path(dossier),
        *_origin(dossier),
    ]
    return "\n".join(lines).rstrip() + "\n"


def hash_block(dossier: Dossier) -> list[str]:
    """Return the hashes as a code block, grouped by four digits."""
    lines = []
    for line in in_device_order(dossier.hashes):
        first, *rest = grouped_lines(line.value) or ("",)
        lines += [f"{visible(line.label, 40):<13} {first}", *(f"{'':<13} {more}" for more in rest)]
    return lines


def _first_screen(dossier: Dossier) -> list[str]:
    plan, head = dossier.plan, summary.headline(dossier)
    lines = [f"# {head.sign} {head.word}: {prose(plan.name, 120)}", "", prose(plan.summary), "", f"**{head.why}**", ""]
    lines += [f"- **{code(one.code)} {code(one.subject)}: {prose(one.message, SENTENCE)}**" for one in head.blockers]
    lines += [f"- {prose(fact)}" for fact in head.facts]
    lines += ["", "## What changes", ""]
    for change in summary.contract_changes(dossier):
        role = f", {prose(change.role)}" if change.role else ""
        runs = code(summary.call_words(change.call)) if change.call else code(bounded_hex(change.call_data))
        runs = runs if change.call_data else "nothing else"
        origin = f" from {code(change.origin)}" if change.origin else ""
        lines += [
            f"- **{prose(change.contract)}** ({change.kind}{role}) {code(change.proxy)}",
            f"  - from {code(change.before)}",
            f"  - to {code(change.after)}{origin}",
            f"  - runs {runs}",
        ]
    lines += ["", *(f"- {effect}" for effect in summary.effect_words(dossier)), ""]
    lines += ["## Compare on your device", ""]
    lines += fenced(hash_block(dossier)) if dossier.hashes else ["There is no proposal yet: nothing to sign.", ""]
    safe = plan.state.safe
    if safe:
        lines += [
            f"- Safe {code(safe.address)}, version {prose(safe.version, 40)}",
            f"- needs {safe.threshold} of {len(safe.owners)} owners",
            f"- nonce **{dossier.safe_nonce}** on chain **{plan.state.chain_id}**",
        ]
    if plan.state.timelock:
        lines += [f"- timelock {code(plan.state.timelock.address)}"]
    return [*lines, "", "## When", "", summary.schedule_words(dossier), ""]


def _findings(dossier: Dossier) -> list[str]:
    lines = ["## Findings", ""]
    found = summary.ordered_findings(dossier)
    if not found:
        lines += ["No check objects." if dossier.checks else "Nothing was checked yet.", ""]
    for finding in found[:ROWS]:
        lines += [
            f"- {_weight(finding)} {code(finding.code)} {code(finding.subject)}: {prose(finding.message, SENTENCE)}"
        ]
        if is_waived(finding):
            by = prose(finding.evidence.get("waived by", "nobody"), 120)
            lines += [f"  - **Reason:** {prose(finding.evidence['waived'])} (says {by})"]
        elif finding.severity is not Severity.NOTE:
            lines += [f"  - Do: {prose(finding.remedy, SENTENCE)}"]
        facts = [(name, value) for name, value in finding.evidence.items() if not name.startswith("waived")]
        lines += [f"  - {prose(name, 60)}: {code(value)}" for name, value in facts[:24]]
    lines += _left(found, "findings")
    if dossier.plan.differences:
        lines += ["", "Declared beforehand:", ""]
        lines += [
            f"- {code(f'{difference.contract}.{difference.observable}')}: {prose(difference.why)}"
            for difference in dossier.plan.differences[:ROWS]
        ]
    return [*lines, ""]


def _weight(finding: Finding) -> str:
    if is_waived(finding):
        return f"**waived** (was {prose(finding.evidence.get('waived severity', 'unknown'), 20)})"
    match finding.severity:
        case Severity.BLOCKER:
            return "**✗ blocks**" if finding.judged else "**✗ cannot tell**"
        case Severity.WARNING:
            return "**! warning**"
        case Severity.NOTE:
            return "· note"


def _calls(dossier: Dossier) -> list[str]:
    kept = commitments(dossier.plan, dossier.calls)
    lines = ["## What will be called", "", *(f"- {'✓' if one.holds else '**✗**'} {one.words}" for one in kept)]
    lines += [""] if kept else []
    if dossier.calls:
        for line in dossier.calls[:ROWS]:
            lines += _call(line, 0)
    else:
        lines += [f"- {prose(call.label)}" for call in dossier.plan.calls[:ROWS]]
    return [*lines, ""]


def _call(line: CallLine, depth: int) -> list[str]:
    pad = "  " * depth
    how = " **by DELEGATECALL**" if line.delegate else ""
    value = f" **with {line.value} wei**" if line.value else ""
    lines = [
        f"{pad}- {code(line.signature or 'unknown function')} on {prose(line.to_name)} {code(line.to)}{how}{value}"
    ]
    if line.warning:
        lines += [f"{pad}  - **! {prose(line.warning)}** {code(line.data)}"]
    for argument in line.arguments:
        note = f" ({prose(argument.note)})" if argument.note else ""
        lines += [f"{pad}  - {prose(argument.name or argument.type, 120)}: {code(argument.value)}{note}"]
    for inner in line.inner:
        lines += _call(inner, depth + 1)
    return lines


def _storage(dossier: Dossier) -> list[str]:
    lines = ["## What changes in storage", ""]
    if dossier.simulation is None:
        return [*lines, "Not simulated yet.", ""]
    rows = []
    changes = summary.state_changes(dossier)
    for change in changes[:ROWS]:
        place = prose(change.contract, 120)
        for variable in change.variables[:16]:
            name = f"{code(variable.name)} {prose(variable.type, 120)}"
            rows.append((place, name, code(change.slot), code(variable.before), code(variable.after)))
        if not change.variables:
            rows.append((place, "**✗ unexplained**", code(change.slot), code(change.before), code(change.after)))
    lines += table(("contract", "variable", "slot", "before", "after"), rows) if rows else ["Nothing.", ""]
    return [*lines, *_left(changes, "changed words")]


def _behaviour(dossier: Dossier) -> list[str]:
    simulation = dossier.simulation
    lines = ["## What changes in behaviour", ""]
    if simulation is None:
        return [*lines, "Not simulated yet.", ""]
    views = sorted(simulation.differences, key=lambda view: bool(view.declared))
    lines += [f"{simulation.views_compared} views asked with and without the upgrade.", ""]
    rows = [
        (
            f"{prose(view.contract, 120)} {code(view.view)} {code(view.arguments)}".strip(),
            code(view.old),
            code(view.new),
            prose(view.declared) or "**✗ not declared**",
        )
        for view in views[:ROWS]
    ]
    lines += table(("view", "without", "with the upgrade", "declared"), rows) if rows else ["None changed.", ""]
    lines += _left(views, "views")
    if simulation.probes:
        signs = {"held": "✓ held", "failed": "**✗ failed**", "unclear": "**? unclear**"}
        asked = [
            (
                signs[probe.answer],
                prose(probe.name),
                f"{prose(probe.contract, 120)} {code(probe.subject)}",
                prose(probe.detail),
            )
            for probe in simulation.probes[:ROWS]
        ]
        lines += ["## Probes", "", *table(("answer", "probe", "subject", "what happened"), asked)]
    return lines


def _market(dossier: Dossier) -> list[str]:
    regression = dossier.regression
    lines = ["## In the market", "", market_sentence(regression), ""]
    if regression is None:
        return lines
    rows = [
        (
            f"{prose(meant.contract, 120)} {code(meant.observable)}",
            prose(meant.condition) or "any market",
            bound_words(meant, regression.scales) or "none",
            percent(meant.relative) or ("not measurable" if meant.kept or meant.exceeded else "not seen"),
            f"**✗ {meant.exceeded} beyond it**" if meant.exceeded else f"{meant.kept} times",
            prose(meant.why),
        )
        for meant in regression.declared[:ROWS]
    ]
    if rows:
        head = ("declared before the run", "where", "bound", "largest measured", "seen", "why")
        lines += [*table(head, rows)]
    found = outline(regression)
    for cause in found.causes[:ROWS]:
        file = f" Smallest script: {code(dossier.scripts + cause.first.script)}" if cause.first.script else ""
        lines += [f"- **✗ not declared**: {prose(change_words(cause.first))}{file}"]
        lines += [f"  - {prose(change_words(kind))}" for kind in cause.following[:40]]
    lines += _left(found.causes, "undeclared differences")
    lines += [
        f"- **✗ broken**: {prose(law.law)} in {prose(law.case)}, {code(f'{law.contract}.{law.observable}')}: "
        f"{prose(law.detail)}"
        for law in regression.broken[:ROWS]
    ]
    return [*lines, "", "Grid, drawings and scripts are in regression.html.", ""]


def _path(dossier: Dossier) -> list[str]:
    if dossier.simulation is None or not dossier.simulation.steps:
        return []
    rows = [
        (
            prose(step.name, 60),
            prose(step.label),
            f"{'✓' if step.succeeded else '**✗**'} {prose(step.detail)}".strip(),
            moment(step.timestamp),
            str(step.gas_used),
        )
        for step in dossier.simulation.steps[:ROWS]
    ]
    return ["## Governance path and gas", "", *table(("step", "what", "outcome", "time", "gas"), rows)]


def _origin(dossier: Dossier) -> list[str]:
    state = dossier.plan.state
    lines = ["## Who can upgrade", "", *(f"- {prose(line)}" for line in dossier.authority[:ROWS])]
    if state.timelock:
        who = "anybody" if state.timelock.open_executor else "only an executor"
        least = span(state.timelock.min_delay)
        lines += [f"- timelock {code(state.timelock.address)}: waits at least {least}; {who} can execute what is ready"]
    if state.safe:
        lines += [f"- Safe {code(state.safe.address)}: {state.safe.threshold} of these owners"]
        lines += [f"  - {code(owner)}" for owner in state.safe.owners[:50]]
    lines += ["", "## New code, to verify", ""]
    lines += [
        f"- {prose(change.contract)} {code(change.after)}, code hash {code(hexed(change.after_code_hash))}"
        for change in summary.contract_changes(dossier)
    ]
    lines += [f"- {prose(line)}" for line in dossier.sources[:ROWS]]
    if dossier.plan.commit:
        lines += [f"- git commit {code(dossier.plan.commit)}"]
    return [*lines, "", "## Compute it again", "", *fenced(summary.commands(dossier)[:ROWS])]


def _left(rows: Sequence[Any], what: str) -> list[str]:
    return [f"! {len(rows) - ROWS} more {what} are in the evidence folder.", ""] if len(rows) > ROWS else []
