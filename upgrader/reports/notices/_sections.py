"""The sections that several notices share, each a list of Markdown lines that ends in an empty one."""

from typing import Final

from upgrader.findings import Verdict
from upgrader.reports import summary
from upgrader.reports.deadlines import deadline_words
from upgrader.reports.decoded import bounded_hex
from upgrader.reports.dossier import Dossier
from upgrader.reports.effects import expiry_words, halt_words, market_changes
from upgrader.reports.markdown import code, prose, table
from upgrader.reports.market import market_lines, market_sentence, stress_lines
from upgrader.reports.moments import moment, span, weekday
from upgrader.reports.notices._base import NoticeContext
from upgrader.units import hexed

ROWS: Final = 200
"""Rows of one list; what is left out is counted."""

NOT_ADVICE: Final = (
    "Computed from the timetable above; working days without Saturdays and Sundays, holidays not considered. "
    "Not legal advice: whether and when a rule applies is for counsel to say."
)


def heading(dossier: Dossier, audience: str) -> list[str]:
    """Title, state and, unless the verdict is safe, the word DRAFT."""
    plan = dossier.plan
    venue = f", {prose(dossier.project, 120)}" if dossier.project else ""
    lines = [f"# Upgrade {prose(plan.name, 120)}{venue}: notice to {audience}", ""]
    if dossier.verdict is not Verdict.SAFE:
        lines += [f"**DRAFT, not for publication. {summary.headline(dossier).why}**", ""]
    what = "Return to earlier code" if plan.rollback_of else "Upgrade"
    lines += [f"{what} on {prose(plan.network, 60)} (chain {plan.state.chain_id}). {summary.schedule_words(dossier)}"]
    return [*lines, ""]


def what_and_why(dossier: Dossier, extra: str = "") -> list[str]:
    """The summary, the contracts in words, and the differences that are meant."""
    plan = dossier.plan
    lines = ["## What changes, and why", "", prose(plan.summary), ""]
    if extra:
        lines += [prose(extra, 2_000), ""]
    for change in summary.contract_changes(dossier):
        role = dossier.roles.get(change.contract, "")
        call = summary.call_words(change.call) if change.call else bounded_hex(change.call_data)
        runs = f" In the same transaction it runs {code(call)}." if change.call_data else ""
        what = f" ({prose(role)})" if role else ""
        lines += [f"- **{prose(change.contract, 120)}**{what} runs new code; its address stays.{runs}"]
    lines += [f"- Meant to differ: {code(d.contract)} {code(d.observable)}: {prose(d.why)}" for d in plan.differences]
    return [*lines, ""]


def when(dossier: Dossier) -> list[str]:
    """Dates in UTC, with what is assumed marked."""
    times = dossier.times
    how = "" if times.certain else " (assumed: not scheduled yet)"
    rows = [("scheduled on chain", f"{_when(times.scheduled)}{how}")]
    if times.delay:
        rows += [("exit window ends, earliest execution", _when(times.earliest))]
    if dossier.executed_at is not None:
        rows += [("executed", _when(dossier.executed_at))]
    else:
        rows += [("execution from", _when(times.opens))]
        rows += [("execution until", _when(times.closes))] if times.closes is not None else []
    rows += [("confirmation with hashes", _when(times.verify)), ("review", _when(times.review))]
    return ["## When (UTC)", "", *table(("what", "when"), rows)]


def halted(dossier: Dossier, context: NoticeContext) -> list[str]:
    """What stops, and how it could be stopped."""
    lines = ["## What is halted", "", *(prose(line) for line in halt_words(dossier))]
    lines += [f"- {prose(name, 120)}: {prose(how)}" for name, how in sorted(context.pauses.items())]
    return [*lines, ""]


def positions(dossier: Dossier) -> list[str]:
    """Effect on positions, orders, margin and settlement, as far as storage and views show it."""
    simulation = dossier.simulation
    lines = ["## Positions, orders, margin and settlement", ""]
    if simulation is None:
        return [*lines, "Not known yet: the upgrade was not simulated.", ""]
    changes = market_changes(dossier)
    if not changes:
        lines += ["The upgrade itself rewrites no position, balance or parameter in storage."]
    for change in changes[:ROWS]:
        contract = prose(change.contract, 120)
        lines += [
            f"- {contract} {code(variable.name)}: {code(variable.before)} -> {code(variable.after)}"
            for variable in change.variables[:16]
        ]
        if not change.variables:
            lines += [f"- {contract} slot {code(change.slot)} changes and **no layout explains it**"]
    lines += _left(len(changes), "storage words")
    if not simulation.views_compared:
        lines += ["", "No view was compared."]
    elif not simulation.differences:
        lines += ["", f"No view that was compared changed ({simulation.views_compared} compared)."]
    else:
        lines += ["", f"Of {simulation.views_compared} views that were compared, these answer differently:", ""]
        for view in simulation.differences[:ROWS]:
            why = f" ({prose(view.declared)})" if view.declared else " **(not declared)**"
            name = f"{prose(view.contract, 120)} {code(view.view)} {code(view.arguments)}".rstrip()
            lines += [f"- {name}: {code(view.old)} -> {code(view.new)}{why}"]
        lines += _left(len(simulation.differences), "views")
    return [*lines, ""]


def market(dossier: Dossier) -> list[str]:
    """What changes for those who trade, as the market regression measured it; nothing that it did not measure."""
    regression = dossier.regression
    lines = ["## In the markets it was tried in", "", market_sentence(regression), ""]
    if regression is None:
        return lines
    for subject in market_lines(regression):
        lines += [f"- **{subject.title}**: {subject.summary}", *(f"  - {prose(line, 800)}" for line in subject.changes)]
    return [*lines, ""]


def stress(dossier: Dossier) -> list[str]:
    """How every market fared: the stressed-condition results of a change record."""
    if dossier.regression is None:
        return []
    fared = stress_lines(dossier.regression)
    lines = ["### Stressed conditions", "", *(f"- {prose(line)}" for line in fared[:ROWS])]
    return [*lines, *_left(len(fared), "markets"), ""]


def expiries(dossier: Dossier, context: NoticeContext) -> list[str]:
    """Series that expire near the execution."""
    return ["## Expiries", "", *(f"- {prose(line)}" for line in expiry_words(dossier, context.expiries)[:ROWS]), ""]


def exit_window(dossier: Dossier) -> list[str]:
    """Until when one can leave on the present terms."""
    times = dossier.times
    lines = ["## If you want to leave before it", ""]
    if not times.delay:
        return [*lines, "There is no timelock: the upgrade can take effect as soon as it is signed.", ""]
    until = f"You have {span(times.delay)} from scheduling: until {moment(times.earliest)} the present code runs"
    return [*lines, f"{until}, and positions can be closed and funds withdrawn on its terms.", ""]


def verify(dossier: Dossier) -> list[str]:
    """Addresses and code hashes to compare afterwards."""
    lines = ["## How to verify it", "", "After execution each proxy must point to this code and to no other:", ""]
    rows = [
        (prose(change.contract, 120), code(change.proxy), code(change.after), code(hexed(change.after_code_hash)))
        for change in summary.contract_changes(dossier)
    ]
    lines += table(("contract", "proxy (unchanged)", "implementation", "code hash"), rows)
    lines += ["The code hash is the keccak-256 of the runtime code with immutables and library addresses zeroed.", ""]
    lines += [f"- plan digest {code(hexed(dossier.plan.digest))}"]
    lines += [
        f"- {prose(line.label, 40)} {code(line.value)}" for line in dossier.hashes if line.label == "Operation id"
    ]
    lines += [f"- sources at git commit {code(dossier.plan.commit)}"] if dossier.plan.commit else []
    return [*lines, f"- {code(f'upgrader verify {dossier.argument}')} compares all of it", ""]


def dates(dossier: Dossier, context: NoticeContext, audience: str) -> list[str]:
    """The deadlines of an audience, with their sources."""
    chosen = [deadline for deadline in context.deadlines if deadline.audience in {"", audience}]
    if not chosen:
        return []
    rows = [(prose(deadline_words(deadline, dossier.times)), prose(deadline.source)) for deadline in chosen[:ROWS]]
    return ["## Dates", "", *table(("date", "source"), rows), NOT_ADVICE, ""]


def ask(context: NoticeContext) -> list[str]:
    """Where to ask, and what comes next."""
    lines = ["## Questions", "", f"Contact: {prose(context.contact)}" if context.contact else "No contact was given."]
    lines += [f"- {prose(link)}" for link in context.links]
    return [*lines, "", "If the upgrade is cancelled, moved or rolled back, another notice follows.", ""]


def _when(at: int) -> str:
    return f"{weekday(at)} {moment(at)}".strip()


def _left(count: int, what: str) -> list[str]:
    return [f"- {count - ROWS} more {what} are in the report"] if count > ROWS else []
