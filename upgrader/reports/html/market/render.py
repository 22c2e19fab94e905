"""From the facts of a market regression to one self-contained page, as harmless as the report beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from upgrader.findings import Verdict
from upgrader.market.conditions import conditions
from upgrader.reports import summary
from upgrader.reports.dossier import Dossier
from upgrader.reports.html.environment import environment, policy, table
from upgrader.reports.html.market.chart import described, draw
from upgrader.reports.html.market.differences import COMPARED, DIFFERENCES, WORDS
from upgrader.reports.html.market.grid import GRID
from upgrader.reports.html.market.page import DECLARED, HEAD, LAWS, PAGE
from upgrader.reports.html.market.pieces import PIECES as MARKET_PIECES
from upgrader.reports.html.market.style import MARKET_STYLE
from upgrader.reports.html.pieces import PIECES
from upgrader.reports.market.figures import both, bound_words, change, number_in, percent, readable
from upgrader.reports.market.grid import Grid, fold
from upgrader.reports.market.outline import Cause, Kind, MarketOutline, outline, people_of
from upgrader.reports.market.words import does, market_lines, market_sentence, verdict_of_market
from upgrader.reports.names import names_of
from upgrader.reports.text import visible
from upgrader.simulation.compare import STORAGE
from upgrader.simulation.plot import Plot
from upgrader.simulation.regression import Meant, Regression
from upgrader.simulation.told import Step

CAUSES: Final = 40
"""Undeclared differences with a script that are shown; what is left out is counted."""

FOLLOWING: Final = 40
MEANT: Final = 60

VALUE: Final = 160
"""Characters of one side of a difference."""

_SIGNS: Final = {Verdict.SAFE: "✓", Verdict.UNSAFE: "✗", Verdict.CANNOT_TELL: "?"}


@dataclass(frozen=True, slots=True)
class Item:
    """A difference with the name that cells link to."""

    id: str
    kind: Kind
    cause: Cause | None = None
    following: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column's words, where its cells lead, and whether a contract begins with it."""

    label: str
    target: str
    begins: bool


def render_market(dossier: Dossier, regression: Regression) -> str:
    """Return the market regression as one static HTML file, ``regression.html`` beside the report.

    Args:
        dossier: Of the upgrade; may hold hostile text anywhere.
        regression: What was measured; so may this.

    Returns:
        A complete document; the same facts give the same bytes.
    """
    return _environment().get_template("page").render(_context(dossier, regression))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    templates = {
        "page": PAGE,
        "pieces": PIECES,
        "market_pieces": MARKET_PIECES,
        "head": HEAD,
        "declared": DECLARED,
        "laws": LAWS,
        "grid": GRID,
        "differences": DIFFERENCES,
        "words": WORDS,
        "compared": COMPARED,
    }
    functions = {"described": described, "does": does, "percent": percent, "shorten": _shorten}
    return environment(templates, functions)


def _context(dossier: Dossier, regression: Regression) -> dict[str, Any]:
    found, grid = outline(regression), fold(regression)
    causes, meant = _items(found)
    people = people_of(regression)
    paths = {(path.case, path.scenario): path for path in regression.paths}
    verdict = verdict_of_market(regression)

    def say(text: str) -> str:
        return readable(text, people)

    def bound(meant: Meant) -> str:
        return bound_words(meant, regression.scales)

    def unseen(meant: Meant) -> bool:
        # What a market did not show, the views of the simulation may have: then it is not among the absent.
        return (meant.contract, meant.observable, meant.condition) in regression.absent

    def unread(meant: Meant) -> bool:
        return meant.observable == STORAGE and not any(row.words for row in regression.compared)

    def value(kind: Kind, text: str, beside: str) -> str:
        return say(number_in(text, kind.contract, kind.observable, regression.scales, beside))

    def outcome(step: Step, text: str, beside: str = "") -> str:
        return _shorten(say(number_in(text, step.contract, step.call, regression.scales, beside)))

    return {
        "abouts": {condition.name: condition.about for condition in conditions()},
        "bound": bound,
        "unseen": unseen,
        "unread": unread,
        "causes": causes[:CAUSES],
        "causes_left": max(0, len(causes) - CAUSES),
        "columns": _columns(grid, causes, meant),
        "command": lambda file: f"{dossier.reproduce} {file}" if dossier.reproduce else "",
        "compared": table(regression.compared),
        "declared": table(regression.declared),
        "drawing": lambda plot: draw(plot, paths.get((plot.case, plot.scenario))),
        "facts": _facts(regression),
        "folder": dossier.scripts,
        "grid": grid,
        "inside": lambda file: [each for each in regression.dissected if file and each.script == file],
        "largest": _largest,
        "laws": table(regression.broken),
        "meant": meant,
        "outcome": outcome,
        "places": {**people, **names_of(dossier.plan)},
        "plan": dossier.plan,
        "policy": policy(MARKET_STYLE),
        "project": dossier.project,
        "regression": regression,
        "same_count": sum(map(len, grid.same_columns.values())),
        "same_columns": sorted(grid.same_columns.items()),
        "say": say,
        "sentence": market_sentence(regression),
        "sign": _SIGNS[verdict],
        "style": Markup(MARKET_STYLE),  # noqa: S704 - a constant of this package
        "subjects": market_lines(regression),
        "value": value,
        "verdict": verdict.value,
        "word": {Verdict.SAFE: "Nothing undeclared", Verdict.UNSAFE: "Not as declared"}.get(verdict, "Look closer"),
    }


def _items(found: MarketOutline) -> tuple[list[Item], list[Item]]:
    causes = []
    for place, cause in enumerate(found.causes, 1):
        following = tuple(
            Item(f"d{place}-{number}", kind) for number, kind in enumerate(cause.following[:FOLLOWING], 1)
        )
        causes.append(Item(f"d{place}", cause.first, cause, following))
    meant = [Item(f"m{place}", kind) for place, kind in enumerate(found.declared[:MEANT], 1)]
    return causes, meant


def _columns(grid: Grid, causes: list[Item], meant: list[Item]) -> list[Column]:
    """Return what stands above each column; a cell leads to the first undeclared difference of its observable."""
    targets: dict[tuple[str, str], str] = {}
    for item in (*(one for cause in causes[:CAUSES] for one in (cause, *cause.following)), *meant):
        targets.setdefault((item.kind.contract, item.kind.observable), item.id)
    short: dict[tuple[str, str], int] = {}
    for contract, observable in grid.columns:
        key = (contract, _short(observable))
        short[key] = short.get(key, 0) + 1
    columns, before = [], ""
    for contract, observable in grid.columns:
        alone = short[contract, _short(observable)] == 1
        label = _short(observable) if alone else observable
        columns.append(Column(label, targets.get((contract, observable), "grid"), contract != before))
        before = contract
    return columns


def _short(observable: str) -> str:
    """Return ``buy gas`` of ``buy(uint256) gas``."""
    name, _, rest = observable.partition("(")
    return f"{name}{rest.rpartition(')')[2]}"


def _facts(regression: Regression) -> list[str]:
    acts = sum(row.acts for row in regression.compared)
    answers = sum(row.answers for row in regression.compared)
    facts = [
        summary.plural(regression.scenarios, "scenario"),
        f"{summary.plural(acts, 'transaction')} and {summary.plural(answers, 'view')} on each code",
        f"{summary.plural(len(regression.told), 'smallest script')}" if regression.told else "",
        f"{len(regression.absent)} declared and not seen" if regression.absent else "",
    ]
    return [fact for fact in facts if fact]


def _largest(plot: Plot) -> Mapping[int, str] | tuple[str, str, str] | None:
    """Return old, new and their difference at the largest change, in words."""
    at = plot.widest
    if at is None:
        return None
    return (*both(plot.old[at], plot.new[at], plot.scale), change(plot.old[at], plot.new[at], plot.scale))


def _shorten(text: str) -> str:
    return visible(text, VALUE)
