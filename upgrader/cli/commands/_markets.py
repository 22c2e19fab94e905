"""What ``simulate`` says of the markets, and of one saved script."""

from pathlib import Path
from typing import TYPE_CHECKING

from upgrader.cli.desk import Desk
from upgrader.cli.outcome import Outcome

if TYPE_CHECKING:
    from upgrader.flows.simulating import Tools
    from upgrader.simulation.regression import Regression

LISTED = 12
"""Differences that the terminal lists; the report has them all."""


def regression_lines(regression: "Regression") -> tuple[str, ...]:
    """Return what was compared in the markets, and what differs."""
    from upgrader.reports.text import counted, visible

    lines = [
        f"  {part.title}: {counted(part.scenarios, 'scenario')}, {counted(part.acts, 'transaction')} and "
        f"{counted(part.answers, 'answer')} on both codes"
        for part in regression.parts
    ]
    differing = {(shown.contract, shown.observable): shown for shown in regression.differences}
    undeclared = {(shown.contract, shown.observable) for shown in regression.differences if not shown.declared}
    if regression.scenarios:
        lines.append(
            f"  {counted(len(regression.compared), 'market')}: {len(differing) - len(undeclared)} observables differ "
            f"as declared, {len(undeclared)} undeclared, {counted(len(regression.broken), 'law')} broken"
        )
    for contract, observable in sorted(undeclared)[:LISTED]:
        shown = differing[contract, observable]
        script = f"  evidence/scripts/{shown.script}" if shown.script else ""
        lines.append(f"  ✗ {visible(contract)}.{visible(observable, 100)} in {visible(shown.case, 60)}{script}")
    if len(undeclared) > LISTED:
        lines.append(f"    and {len(undeclared) - LISTED} more in regression.html")
    return tuple(lines)


def script_outcome(desk: Desk, tools: "Tools", path: Path) -> Outcome:
    """Run one saved script and say what differs."""
    from upgrader.cli import wiring
    from upgrader.findings import verdict_of
    from upgrader.flows.reproducing import reproduce_script
    from upgrader.plan.reading import written
    from upgrader.reports.text import count_line, finding_lines, visible
    from upgrader.simulation.regression import Regression

    script = wiring.saved_script(path)
    found = reproduce_script(desk.opened, desk.manifest, desk.project, tools, script, desk.console.progress)
    acts = sum(len(moment.acts) for moment in script.scenario.moments)
    lines = [
        f"{visible(script.scenario.name)} ({visible(script.case)}), {acts} transactions after block {script.block}",
        f"  saved for: {visible(script.difference, 300)}",
        "",
    ]
    for each in found.differences:
        place = f"{visible(each.contract)}.{visible(each.observable, 100)} ({each.aspect}), block {each.moment}"
        lines += [
            f"  {place}: {visible(each.label, 100)}",
            f"    old: {visible(each.old, 240)}",
            f"    new: {visible(each.new, 240)}",
        ]
    if not found.differences:
        lines.append("  nothing differs")
    verdict = verdict_of(found.findings)
    lines += ["", *finding_lines(found.findings), f"{verdict.value}: {count_line(found.findings)}"]
    data = {"script": str(path), "regression": written(Regression, found.regression)}
    return Outcome(data, tuple(lines), found.findings, verdict, next=f"upgrader simulate {desk.bundle.name}")
