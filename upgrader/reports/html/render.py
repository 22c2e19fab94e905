"""From a dossier to one self-contained page; what keeps it harmless is in :mod:`upgrader.reports.html.environment`."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup, escape

from upgrader.findings import Finding
from upgrader.layout.drawing import SPAN_KINDS, Drawing, Span, halves
from upgrader.plan.upgrade_plan import write_plan
from upgrader.reports import summary
from upgrader.reports.commitment import commitments
from upgrader.reports.decoded import bounded_hex
from upgrader.reports.dossier import DEVICE_LABELS, Dossier, in_device_order, is_waived
from upgrader.reports.html.behaviour import BEHAVIOUR
from upgrader.reports.html.calls import CALLS
from upgrader.reports.html.environment import ROWS, environment, policy, table
from upgrader.reports.html.findings import FINDINGS
from upgrader.reports.html.first_screen import FIRST_SCREEN
from upgrader.reports.html.origin import ORIGIN
from upgrader.reports.html.page import PAGE
from upgrader.reports.html.pieces import PIECES
from upgrader.reports.html.style import STYLE
from upgrader.reports.html.timeline import draw
from upgrader.reports.market import market_sentence
from upgrader.reports.names import names_of
from upgrader.reports.text import count_line, sentence, visible
from upgrader.simulation.result import Step

CONTRACTS: Final = 24
"""Contracts on the first screen."""

COLUMNS: Final = 80
"""Columns of a drawing that a tablet held upright still shows."""

EVIDENCE: Final = 24
"""Facts of one finding."""

FACT: Final = 4_000
"""Characters of one of them: fifty variables that moved, each with both places."""

RAW: Final = 200_000
"""Characters of one piece of raw data."""

_OUTCOMES: Final = {
    (False, True): "done",
    (False, False): "did not go through",
    (True, True): "refused, as it must be",
    (True, False): "was NOT refused",
}


def render_html(dossier: Dossier) -> str:
    """Return the report as one static HTML file.

    Args:
        dossier: Everything that is known; may hold hostile text anywhere.

    Returns:
        A complete document; the same dossier gives the same bytes.
    """
    return _environment().get_template("page").render(_context(dossier))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    templates = {
        "page": PAGE,
        "pieces": PIECES,
        "first_screen": FIRST_SCREEN,
        "findings": FINDINGS,
        "calls": CALLS,
        "behaviour": BEHAVIOUR,
        "origin": ORIGIN,
    }
    functions = {
        "below": _below,
        "bytes_words": bounded_hex,
        "evidence": _evidence,
        "fact": _fact,
        "halves": halves,
        "is_waived": is_waived,
        "kind": _kind,
        "long": _long,
        "outcome": _outcome,
        "sentence": _sentence,
        "short": _short,
        "wide": _wide,
        "words": summary.call_words,
    }
    return environment(templates, functions)


def _context(dossier: Dossier) -> dict[str, Any]:
    simulation = dossier.simulation
    return {
        "authority": dossier.authority[:ROWS],
        "calls": dossier.calls[:ROWS],
        "changes": table(summary.contract_changes(dossier), CONTRACTS),
        "checks": dossier.checks,
        "commands": summary.commands(dossier)[:ROWS],
        "counts": count_line(dossier.findings),
        "device_hashes": [line for line in in_device_order(dossier.hashes) if line.label in DEVICE_LABELS],
        "effects": summary.effect_words(dossier),
        "findings": table(summary.ordered_findings(dossier)),
        "gas": sum(step.gas_used for step in simulation.steps) if simulation else 0,
        "headline": summary.headline(dossier),
        "kept": commitments(dossier.plan, dossier.calls),
        "layouts": [(name, table(lines)) for name, lines in sorted(dossier.layouts.items())],
        "market": market_sentence(dossier.regression),
        "names": {**names_of(dossier.plan), **dossier.names},
        "nonce": dossier.safe_nonce,
        "other_hashes": [line for line in dossier.hashes if line.label not in DEVICE_LABELS],
        "plan": dossier.plan,
        "plan_calls": table(dossier.plan.calls),
        "plan_text": _plan_text(dossier),
        "policy": policy(STYLE),
        "probes": table(simulation.probes if simulation else ()),
        "project": dossier.project,
        "regression": dossier.regression,
        "schedule": summary.schedule_words(dossier),
        "simulation": simulation,
        "sources": dossier.sources[:ROWS],
        "state": table(summary.state_changes(dossier)),
        "steps": table(simulation.steps if simulation else ()),
        "style": Markup(STYLE),  # noqa: S704 - a constant of this package
        "timeline": draw(dossier.times),
        "tree": table(simulation.call_tree if simulation else ()),
        "views": table(
            sorted(simulation.differences, key=lambda view: bool(view.declared)) if simulation else (),
        ),
    }


def _plan_text(dossier: Dossier) -> Markup:
    lines = json.dumps(write_plan(dossier.plan), indent=2, sort_keys=True, ensure_ascii=True)
    more = f"\n… ({len(lines) - RAW} more characters)" if len(lines) > RAW else ""
    return escape(lines[:RAW] + more)  # JSON in ASCII has no control characters but the line ends


def _long(text: str) -> Markup:
    return escape(visible(text, RAW))


def _fact(text: str) -> Markup:
    return escape(sentence(text, FACT))


def _sentence(text: str) -> Markup:
    return escape(sentence(text))


def _evidence(finding: Finding) -> list[tuple[str, str]]:
    facts = [(name, value) for name, value in finding.evidence.items() if not name.startswith("waived")]
    return facts[:EVIDENCE]


def _kind(piece: Span) -> str:
    return piece.kind if piece.kind in SPAN_KINDS else "same"


def _below(half: Sequence[Span]) -> str:
    """Return what the right half of a drawing's line is: cells of a word, the title of its side, or the ruler."""
    return "cells" if half[0].text.strip() else "side" if any(span.kind == "title" for span in half) else "ruler"


def _wide(drawing: Drawing) -> bool:
    """Whether a drawing is wider than a word is with a column for each byte."""
    return any(sum(len(span.text) for span in line) > COLUMNS for line in drawing)


def _short(slot: str) -> str:
    """Return a slot as people write it: small ones as hex digits, hashed ones abbreviated in the middle."""
    digits = slot.removeprefix("0x").lstrip("0") or "0"
    return f"0x{digits}" if len(digits) <= 16 else f"0x{digits[:8]}…{digits[-8:]}"  # noqa: PLR2004 - a readable length


def _outcome(step: Step) -> str:
    return _OUTCOMES["early" in step.name, step.succeeded]
