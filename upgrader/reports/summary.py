"""The sentences that every report shares, so that page, Markdown, terminal and notices can never disagree."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.findings import Finding, Severity, Verdict, ranked
from upgrader.plan.operations import UpgradeProxy
from upgrader.reports.decoded import CallLine, bounded_hex
from upgrader.reports.dossier import Dossier, is_waived
from upgrader.reports.effects import market_changes
from upgrader.reports.market.outline import outline
from upgrader.reports.moments import moment, span
from upgrader.reports.text import count_line
from upgrader.simulation.result import Probe, SlotChange

VERDICT_WORDS: Final = {Verdict.SAFE: "Safe", Verdict.UNSAFE: "Unsafe", Verdict.CANNOT_TELL: "Cannot tell"}
VERDICT_SIGNS: Final = {Verdict.SAFE: "✓", Verdict.UNSAFE: "✗", Verdict.CANNOT_TELL: "?"}

NAMED: Final = 3
"""Blockers that are named beside the verdict; all of them stand under *Findings*."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in one line.

    Attributes:
        word: ``Safe``, ``Unsafe``, ``Cannot tell``.
        sign: ✓, ✗ or ?; so that nothing is said by colour alone.
        why: The sentence behind the word.
        blockers: The findings that block, worst first, at most :data:`NAMED`.
        facts: Counts, blocks and dates, one each.
    """

    verdict: Verdict
    word: str
    sign: str
    why: str
    blockers: tuple[Finding, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractChange:
    """One contract in words.

    Attributes:
        contract: Name under management.
        role: What it is to the market; may be empty.
        kind: ``UUPS proxy``, ``transparent proxy`` or ``beacon``.
        proxy: Where users call it.
        before: The implementation it leaves.
        after: The implementation it will run.
        after_code_hash: Of the new code, immutables and library places zeroed.
        origin: The build of the new code; empty for code that is already deployed.
        call: What runs on the proxy with the upgrade, decoded; None for nothing.
        call_data: The same as bytes; empty for nothing.
        path: The calls that lead to it, outermost first, in words: ``Safe``, ``timelock scheduleBatch``.
        writes: What the simulation wrote into it beside the proxy's own machinery, a variable each.
    """

    contract: str
    role: str
    kind: str
    proxy: str
    before: str
    after: str
    after_code_hash: bytes
    origin: str
    call: CallLine | None
    call_data: bytes
    path: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


def headline(dossier: Dossier) -> Headline:
    """Return the verdict and the facts behind it."""
    verdict = dossier.verdict
    return Headline(
        verdict=verdict,
        word=VERDICT_WORDS[verdict],
        sign=VERDICT_SIGNS[verdict],
        why=_why(dossier, verdict),
        blockers=tuple(finding for finding in ordered_findings(dossier) if finding.blocks)[:NAMED],
        facts=headline_facts(dossier),
    )


def headline_facts(dossier: Dossier) -> tuple[str, ...]:
    """Return what was checked, where it was simulated, and when this report stops being true."""
    times = dossier.times
    waived = f" ({len(dossier.waived)} waived)" if dossier.waived else ""
    facts = [f"{plural(dossier.checks, 'check')}: {count_line(dossier.findings)}{waived}"]
    simulation = dossier.simulation
    if simulation is not None:
        done = "executed" if simulation.executed else "NOT executed"
        facts.append(f"simulated at block {simulation.base_block}, {done}, {simulation.engine}")
    else:
        facts.append("not simulated")
    state = dossier.plan.state
    facts.append(f"observed at block {state.block}, {moment(state.timestamp)}")
    if times.closes is not None:
        facts.append(f"expires {moment(times.closes)}")
    if times.waivers_end is not None:
        facts.append(f"first waiver ends {moment(times.waivers_end)}")
    return tuple(facts)


def contract_changes(dossier: Dossier) -> tuple[ContractChange, ...]:
    """Return what changes, contract by contract, in the order of the plan."""
    origins = {step.address: step.origin for step in dossier.plan.deployments}
    initializers = {(line.to, line.data): line for line in _flat(dossier.calls)}
    kinds = {"uups": "UUPS proxy", "transparent": "transparent proxy", "beacon": "beacon"}
    return tuple(
        ContractChange(
            contract=step.contract,
            role=dossier.roles.get(step.contract, ""),
            kind=kinds[step.kind],
            proxy=step.proxy,
            before=step.before,
            after=step.after,
            after_code_hash=step.after_code_hash,
            origin=origins.get(step.after, ""),
            call=_initializer(initializers, step.proxy, step.call),
            call_data=step.call,
            path=_path(dossier, step),
            writes=_writes(dossier, step.contract),
        )
        for step in dossier.plan.upgrades
    )


def _path(dossier: Dossier, step: UpgradeProxy) -> tuple[str, ...]:
    """Return how the upgrading call of a step is reached, itself included; empty where it is not among the calls."""
    wanted = {(call.to, bounded_hex(call.data)) for call in step.calls()}
    safe = ("Safe",) if dossier.plan.state.safe else ()
    trail = next((found for line in dossier.calls if (found := _trail(line, wanted))), ())
    names = (f"{line.to_name or line.to} {line.signature.split('(')[0]}" for line in trail)
    return (*safe, *names) if trail else ()


def _trail(line: CallLine, wanted: Collection[tuple[str, str]]) -> tuple[CallLine, ...]:
    if (line.to, line.data) in wanted:
        return (line,)
    inner = next((found for each in line.inner if (found := _trail(each, wanted))), ())
    return (line, *inner) if inner else ()


def _writes(dossier: Dossier, contract: str) -> tuple[str, ...]:
    """Return ``fee: 0 → 5`` a variable, and the slot of what no layout explains."""
    written = []
    for change in market_changes(dossier):
        if change.contract == contract:
            written += [f"{each.name}: {each.before} → {each.after}" for each in change.variables]
            written += [] if change.variables else [f"slot {change.slot}, NOT explained"]
    return tuple(written)


def call_words(line: CallLine) -> str:
    """Return ``initializeV2(minimumSpread: 100)``."""
    name = line.signature.split("(")[0]
    arguments = ", ".join(f"{a.name}: {a.value}" if a.name else a.value for a in line.arguments)
    return f"{name}({arguments})"


def effect_words(dossier: Dossier) -> tuple[str, ...]:
    """Return what the simulation showed to change, in one sentence each."""
    simulation = dossier.simulation
    if simulation is None:
        return ("Not simulated yet: the effect on storage and views is not known.",)
    unexplained = len(unexplained_changes(dossier))
    storage = plural(len(simulation.changes), "storage word")
    said = [
        f"{storage} written, all explained." if not unexplained else f"{storage} written, {unexplained} NOT explained."
    ]
    declared = sum(bool(difference.declared) for difference in simulation.differences)
    undeclared = len(simulation.differences) - declared
    if simulation.differences:
        said.append(
            f"{plural(len(simulation.differences), 'view')} of {simulation.views_compared} compared "
            f"answer{'s' if len(simulation.differences) == 1 else ''} differently: "
            f"{f'{declared} declared, {undeclared} NOT declared' if undeclared else 'declared beforehand'}."
        )
    elif simulation.views_compared:
        said.append(f"No view that was compared changed ({simulation.views_compared} compared).")
    else:
        said.append("No view was compared.")
    if simulation.probes:
        held = sum(probe.answer == "held" for probe in simulation.probes)
        said.append(f"{held} of {plural(len(simulation.probes), 'probe')} held{_not_held(simulation.probes)}.")
    return tuple(said)


def state_changes(dossier: Dossier) -> tuple[SlotChange, ...]:
    """Return every written word, unexplained ones first, then by contract as simulated."""
    changes = dossier.simulation.changes if dossier.simulation else ()
    return tuple(sorted(changes, key=lambda change: bool(change.variables)))


def unexplained_changes(dossier: Dossier) -> tuple[SlotChange, ...]:
    """Return the written words that no layout explains; each is a failure."""
    return tuple(change for change in state_changes(dossier) if not change.variables)


def ordered_findings(dossier: Dossier) -> tuple[Finding, ...]:
    """Return findings worst first; differences that follow from another one behind it; waived ones before notes."""
    order = {Severity.BLOCKER: 0, Severity.WARNING: 1, Severity.NOTE: 3}
    following = _following(dossier)

    def place(finding: Finding) -> tuple[int, bool]:
        follows = finding.code == "market-difference" and finding.subject in following
        return 2 if is_waived(finding) else order[finding.severity], follows

    return tuple(sorted(ranked(dossier.findings), key=place))


def _following(dossier: Dossier) -> frozenset[str]:
    """Return what differs in the markets only because something else does."""
    if dossier.regression is None:
        return frozenset()
    causes = outline(dossier.regression).causes
    following = {kind.name for cause in causes for kind in cause.following}
    return frozenset(following - {cause.first.name for cause in causes})


def schedule_words(dossier: Dossier) -> str:
    """Return when the upgrade can be executed, in one sentence."""
    times = dossier.times
    if dossier.executed_at is not None:
        return f"Executed {moment(dossier.executed_at)}."
    if not times.delay:
        return f"There is no timelock: it can be executed from {moment(times.opens)}, as soon as it is signed."
    how = f"Scheduled {moment(times.scheduled)}" if times.certain else f"If scheduled by {moment(times.scheduled)}"
    end = f", until {moment(times.closes)}" if times.closes is not None else ""
    late = " The window closes before the delay ends: schedule earlier or move the window." if times.missed else ""
    return f"{how}, it can be executed from {moment(times.opens)} ({span(times.delay)} in the timelock){end}.{late}"


def commands(dossier: Dossier) -> tuple[str, ...]:
    """Return what a reader runs to get the same answers."""
    if dossier.commands:
        return dossier.commands
    name = dossier.argument
    return (f"upgrader check {name}", f"upgrader plan {name}", f"upgrader simulate {name}", f"upgrader report {name}")


def plural(count: int, noun: str) -> str:
    """Return ``1 view``, ``2 views``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _why(dossier: Dossier, verdict: Verdict) -> str:
    blockers = [finding for finding in dossier.findings if finding.blocks]
    match verdict:
        case Verdict.SAFE:
            return f"{_weighed(dossier)} Compare the hashes before you sign."
        case Verdict.UNSAFE if dossier.proposal_differs:
            reason = "What is proposed is not this plan."
        case Verdict.UNSAFE:
            judged = sum(finding.judged for finding in blockers)
            reason = f"{plural(judged, 'finding')} block{'s' if judged == 1 else ''} this upgrade."
        case Verdict.CANNOT_TELL if blockers:
            reason = f"{plural(len(blockers), 'question')} could not be judged, which blocks like unsafe."
        case Verdict.CANNOT_TELL:
            reason = _missing(dossier)
    return f"{reason} Do not sign."


def _weighed(dossier: Dossier) -> str:
    warnings = sum(finding.severity is Severity.WARNING for finding in dossier.findings)
    if warnings:
        return f"Nothing that was checked and simulated forbids it; read {plural(warnings, 'warning')} first."
    return "Nothing that was checked and simulated speaks against it."


def _missing(dossier: Dossier) -> str:
    if not dossier.checks:
        return "Nothing was checked yet."
    if dossier.simulation is None:
        return "Checked, but not simulated yet."
    if dossier.simulated:
        return "The simulated upgrade did not go through."
    return "The simulation is one of another plan."


def _not_held(probes: Sequence[Probe]) -> str:
    counts = {answer: sum(probe.answer == answer for probe in probes) for answer in ("failed", "unclear")}
    return "".join(f", {count} {answer}" for answer, count in counts.items() if count)


def _flat(lines: tuple[CallLine, ...]) -> tuple[CallLine, ...]:
    return tuple(found for line in lines for found in (line, *_flat(line.inner)))


def _initializer(lines: dict[tuple[str, str], CallLine], proxy: str, data: bytes) -> CallLine | None:
    return lines.get((proxy, bounded_hex(data))) if data else None
