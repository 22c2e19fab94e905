"""For institutions, market makers and keepers: everything a trader is told, and what their programs will notice."""

from upgrader.reports.dossier import Dossier
from upgrader.reports.interface import InterfaceChange
from upgrader.reports.markdown import code, prose, table
from upgrader.reports.moments import moment
from upgrader.reports.notices import _sections as section
from upgrader.reports.notices._base import FAMILY, Notice, NoticeContext
from upgrader.reports.review import hash_block
from upgrader.reports.text import visible
from upgrader.units import hexed


def render(dossier: Dossier, context: NoticeContext) -> str:
    """Return the notice to institutions as Markdown."""
    lines = [
        *section.heading(dossier, "institutions, market makers and keepers"),
        *section.what_and_why(dossier, context.traders),
        *section.when(dossier),
        *_session_plan(dossier),
        *section.halted(dossier, context),
        *section.positions(dossier),
        *section.market(dossier),
        *section.expiries(dossier, context),
        *_interfaces(dossier, context),
        *_gas(dossier),
        *section.exit_window(dossier),
        *section.verify(dossier),
        *_custody(dossier),
        *_rehearse(dossier),
        *section.dates(dossier, context, "institutions"),
        *section.ask(context),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _session_plan(dossier: Dossier) -> list[str]:
    times = dossier.times
    opens = times.opens
    rows = [
        (moment(opens - 3_600), "reminder; last look at the operation in the timelock"),
        (moment(opens), "execution can begin: one transaction"),
        (moment(times.verify), "confirmation with addresses and hashes"),
    ]
    if times.closes is not None:
        rows.append((moment(times.closes), "if it was not executed, the plan has expired and is announced anew"))
    return ["## Session plan", "", *table(("time", "what"), sorted(rows))]


def _interfaces(dossier: Dossier, context: NoticeContext) -> list[str]:
    lines = ["## What programs will notice", ""]
    for step in dossier.plan.upgrades:
        found = context.interfaces.get(step.contract)
        lines += [f"**{prose(step.contract, 120)}** {code(step.proxy)}", ""]
        if found is None:
            lines += ["The two interfaces were not given to this notice.", ""]
        elif found.empty:
            lines += ["Functions, events and errors stay as they are.", ""]
        else:
            lines += [*_changes(found), ""]
    return lines


def _changes(found: InterfaceChange) -> list[str]:
    kinds = (("removed", found.removed), ("changed", found.changed), ("added", found.added))
    return [f"- {word} {code(entry)}" for word, entries in kinds for entry in entries[: section.ROWS]]


def _gas(dossier: Dossier) -> list[str]:
    if dossier.simulation is None:
        return []
    steps = [f"{prose(step.name, 40)} {step.gas_used}" for step in dossier.simulation.steps if step.gas_used]
    return ["## Gas", "", f"Of the governance path, as simulated: {', '.join(steps[:24])}.", ""] if steps else []


def _custody(dossier: Dossier) -> list[str]:
    safe = dossier.plan.state.safe
    if safe is None and not dossier.hashes:
        return []
    lines = ["## For custodians and signers", ""]
    if safe:
        lines += [
            f"Safe {code(safe.address)}, nonce {dossier.safe_nonce}, {safe.threshold} of {len(safe.owners)} owners.",
            "",
        ]
    return [*lines, *("    " + visible(line) for line in hash_block(dossier)), ""]


def _rehearse(dossier: Dossier) -> list[str]:
    name = dossier.argument
    what = f"{code(f'upgrader simulate {name}')} runs this very plan (digest {code(hexed(dossier.plan.digest))})"
    where = "through its real governance, on a copy of the chain that your own node gives you."
    return ["## Rehearse it", "", f"{what} {where}", ""]


FAMILY.add(__name__, Notice("institutions", "Institutions, market makers and keepers", render))
