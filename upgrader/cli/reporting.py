"""From a bundle to the words about it: the dossier, the report files, the signing screen, the notices."""

from typing import TYPE_CHECKING, Any

from upgrader.cli.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from upgrader.flows.dated import Dates
    from upgrader.flows.plan import Planned
    from upgrader.layout.drawing import Drawing
    from upgrader.plan.governing import Action, Governing
    from upgrader.plan.upgrade_plan import UpgradePlan
    from upgrader.reports.decoded import Book, CallLine
    from upgrader.reports.dossier import Dossier, HashLine

LAYOUTS = "evidence/layouts.json"
MARKET = "regression.html"

COLUMNS = 112
"""Of a drawing on the page, where there are names that need them: what a sheet of paper shows in readable size."""


def record_drawings(desk: Desk, planned: "Planned") -> None:
    """Write what the report shows of layouts and authority, and seal the bundle."""
    from upgrader.layout.drawing import draw
    from upgrader.reports.authority import authority_lines

    drawn = {
        contract: draw(found.old, found.new, found.changes, width=COLUMNS)
        for contract, found in planned.checked.items()
    }
    drawings = {
        contract: [[[span.text, span.kind] for span in line] for line in lines] for contract, lines in drawn.items()
    }
    authority = [line for name, found in planned.authorities.items() for line in (f"{name}:", *authority_lines(found))]
    desk.bundle.write_json(LAYOUTS, {"drawings": drawings, "authority": authority})
    desk.bundle.seal()


def write_report(desk: Desk) -> tuple[str, ...]:
    """Write report.html, REVIEW.md and, where markets were run, regression.html; seal, and return their names."""
    from upgrader.reports.html import render_html
    from upgrader.reports.html.market import render_market
    from upgrader.reports.review import render_review

    dossier = dossier_of(desk)
    pages = {"report.html": render_html(dossier), "REVIEW.md": render_review(dossier)}
    if dossier.regression is not None:
        pages[MARKET] = render_market(dossier, dossier.regression)
    else:
        desk.bundle.remove(MARKET)  # of an earlier plan
    for name, text in pages.items():
        desk.bundle.write_text(name, text)
    desk.bundle.seal()
    return tuple(pages)


def write_notices(desk: Desk, dates: "Dates") -> tuple[str, ...]:
    """Write the notices and the calendar, and return their names.

    Args:
        desk: The upgrade.
        dates: What has happened to it so far.
    """
    from dataclasses import replace

    from upgrader.plan.governing import Action
    from upgrader.reports.calendar import render_calendar
    from upgrader.reports.notices import NoticeContext, render_notices
    from upgrader.units import hexed

    dossier = replace(dossier_of(desk), scheduled_at=dates.scheduled, executed_at=dates.executed)
    manifest = desk.manifest
    written = []
    context = NoticeContext(
        contact=desk.project.project.contact,
        traders=manifest.upgrade.traders,
        terms_change=manifest.upgrade.terms_change,
        expiries=manifest.expiry or None,
        evidence={"keccak-256 of MANIFEST, which lists every file": hexed(desk.bundle.verify())},
        approvals=tuple(str(signature.owner) for signature in desk.opened.signatures(Action.SCHEDULE))
        if dossier.plan.state.safe
        else (),
        pauses={
            name: f"{contract.pause.function} by {contract.pause.sender}"
            for name, contract in desk.project.contracts.items()
            if contract.pause
        },
    )
    for name, text in render_notices(dossier, context, interfaces=_interfaces(desk, dossier.plan)).items():
        desk.bundle.write_text(f"notices/{name}.md", text)
        written.append(f"notices/{name}.md")
    desk.bundle.write_text("notices/upgrade.ics", render_calendar(dossier).decode())
    return (*written, "notices/upgrade.ics")


def signing_lines(desk: Desk, governing: "Governing", action: "Action") -> tuple[str, ...]:
    """Return the decoded screen that is shown before anything is signed."""
    from upgrader.flows.evidence import recorded_findings
    from upgrader.reports.decoded import safe_call_line
    from upgrader.reports.screen import signing_screen

    plan = governing.plan
    calls = (safe_call_line(governing.transaction(action), _book(desk, plan)),)
    findings = recorded_findings(desk.bundle, plan)
    return signing_screen(plan, _hash_lines(governing, action), calls, findings, nonce=governing.nonce)


def operation_lines(desk: Desk, plan: "UpgradePlan") -> tuple[str, ...]:
    """Return the steps of a plan, each with the call that it makes on the proxy, decoded."""
    from upgrader.calls import Call
    from upgrader.plan.operations import UpgradeProxy
    from upgrader.reports.decoded import call_lines
    from upgrader.reports.screen import calls_in_words
    from upgrader.reports.text import visible

    book, lines = _book(desk, plan), []
    for number, step in enumerate(plan.operations, 1):
        lines.append(f"  {number}. {visible(step.describe())}")
        if isinstance(step, UpgradeProxy) and step.call:
            lines += calls_in_words(call_lines((Call(step.proxy, step.call),), book), 3)
    return tuple(lines)


def dossier_of(desk: Desk) -> "Dossier":
    """Return everything that is known of an upgrade."""
    from upgrader.flows.evidence import SCRIPTS, recorded_findings, recorded_regression, recorded_simulation
    from upgrader.plan.governing import Action
    from upgrader.reports.decoded import call_lines, safe_call_line
    from upgrader.reports.dossier import Dossier
    from upgrader.reports.names import names_of

    opened = desk.opened
    plan, manifest, governing = opened.plan, desk.manifest, opened.governing()
    book = _book(desk, plan)
    calls: tuple[CallLine, ...] = call_lines(plan.calls, book)
    if governing.safe is not None:
        calls = (safe_call_line(governing.transaction(), book),)
    builds = {step.contract: _build(desk, step.contract) for step in plan.upgrades}
    return Dossier(
        plan=plan,
        findings=recorded_findings(desk.bundle, plan),
        checks=checks_available(),
        simulation=recorded_simulation(desk.bundle, plan),
        hashes=_hash_lines(governing, Action.SCHEDULE),
        nonce=governing.nonce if governing.safe else None,
        calls=calls,
        layouts=recorded_layouts(desk),
        sources=tuple(
            f"{build['new']['contract']} with solc {build['new']['compiler'] or 'unknown'}" for build in builds.values()
        ),
        authority=recorded_authority(desk),
        names=names_of(plan),
        roles={name: contract.role for name, contract in desk.project.contracts.items() if contract.role},
        project=desk.project.project.name,
        author=manifest.upgrade.author,
        upgrade=desk.bundle.name,
        regression=recorded_regression(desk.bundle, plan),
        scripts=f"{SCRIPTS}/",
        reproduce=f"upgrader simulate {desk.bundle.name} --script",
    )


def checks_available() -> int:
    """Return how many rules judge an upgrade."""
    from upgrader.checks.authority import FAMILY as AUTHORITY
    from upgrader.checks.code import FAMILY as CODE
    from upgrader.checks.live import FAMILY as LIVE
    from upgrader.checks.outcome._base import FAMILY as OUTCOME
    from upgrader.checks.storage import FAMILY as STORAGE

    return sum(len(family.members()) for family in (AUTHORITY, CODE, LIVE, OUTCOME, STORAGE))


def _hash_lines(governing: "Governing", action: "Action") -> "tuple[HashLine, ...]":
    from upgrader.reports.dossier import HashLine

    return tuple(HashLine(label, value) for label, value in governing.hashes(action).items())


def _book(desk: Desk, plan: "UpgradePlan") -> "Book":
    from upgrader.reports.decoded import Book
    from upgrader.reports.names import names_of

    abis = {step.proxy.lower(): tuple(_build(desk, step.contract)["new"]["abi"]) for step in plan.upgrades}
    return Book(names_of(plan), abis)


def _build(desk: Desk, contract: str) -> "Mapping[str, Any]":
    return desk.bundle.read_json(f"build/{contract}.json")


def recorded_layouts(desk: Desk) -> "Mapping[str, Drawing]":
    """Return the drawings of a bundle, by contract.

    Raises:
        InputError: They do not have their form.
    """
    from upgrader.layout.drawing import Span
    from upgrader.layout.untrusted import entries, record

    drawn = record(_recorded(desk).get("drawings", {}), LAYOUTS)
    return {
        contract: tuple(
            tuple(Span(*_pair(piece)) for piece in entries(line, LAYOUTS)) for line in entries(lines, LAYOUTS)
        )
        for contract, lines in drawn.items()
    }


def _pair(piece: object) -> tuple[str, str]:
    """Return a span's text and kind as a bundle has them; it may come from anywhere."""
    from upgrader.layout.untrusted import entries, malformed, text

    both = entries(piece, LAYOUTS)
    if len(both) != len(("text", "kind")):
        raise malformed("a piece of a drawing is a text and its kind", LAYOUTS)
    return text(both[0], LAYOUTS), text(both[1], LAYOUTS)


def recorded_authority(desk: Desk) -> tuple[str, ...]:
    """Return who may upgrade, in lines, as a bundle has it.

    Raises:
        InputError: It does not have its form.
    """
    from upgrader.layout.untrusted import entries, text

    return tuple(text(line, LAYOUTS) for line in entries(_recorded(desk).get("authority", []), LAYOUTS))


def _recorded(desk: Desk) -> "Mapping[str, Any]":
    """Return what :func:`record_drawings` wrote; nothing where it wrote nothing yet."""
    from upgrader.layout.untrusted import record

    return record(desk.bundle.read_json(LAYOUTS), LAYOUTS) if desk.bundle.exists(LAYOUTS) else {}


def _interfaces(desk: Desk, plan: "UpgradePlan") -> "Mapping[str, Any]":
    return {step.contract: _build(desk, step.contract) for step in plan.upgrades}
