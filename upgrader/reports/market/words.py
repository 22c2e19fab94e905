"""What a market regression means to those who trade, in sentences: only what was measured, and where.

Each subject is found by what functions and views are called.  A subject of which nothing was compared is said to be
one: silence would read as *nothing changes*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.findings import Verdict
from upgrader.reports import summary
from upgrader.reports.market.figures import both, limit, percent
from upgrader.reports.market.outline import Kind, conditions_of, outline
from upgrader.reports.moments import span
from upgrader.simulation.compare import Aspect
from upgrader.simulation.regression import Regression

NAMED: Final = 8
"""Differences of one subject that are named; the rest is counted."""

GREEKS: Final = ("volatility", "delta", "gamma", "vega", "theta")

SUBJECTS: Final = (
    ("Prices and premiums", ("price", "premium", "quote", "buy", "sell", "mark", "funding", *GREEKS)),
    ("Margin", ("margin", "exposure", "collateral", "deposit", "withdraw", "headroom", "equity")),
    ("Liquidation", ("liquidat", "baddebt", "insurance")),
    ("Settlement and payouts", ("settle", "payout", "payoff", "redeem", "exercise", "pool", "observe")),
)
"""What traders ask, and how functions and views that bear on it are called.  The longest word that fits counts: a
settlement price is about the settlement, a liquidation price about liquidation."""

OTHER: Final = "Everything else"


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject in words.

    Attributes:
        title: ``Margin``.
        summary: One sentence: what changes, or that nothing did, or that nothing was compared.
        changes: One sentence for each difference.
    """

    title: str
    summary: str
    changes: tuple[str, ...]


def market_sentence(regression: Regression | None) -> str:
    """Return the market regression in one line, for the first screen."""
    if regression is None or not regression.scenarios:
        return "Old and new code were not compared in markets."
    found = outline(regression)
    where = (
        f"{summary.plural(regression.scenarios, 'scenario')} in {summary.plural(conditions_of(regression), 'market')}"
    )
    new_laws, old_laws = found.laws
    said = []
    if found.undeclared:
        said.append(f"{summary.plural(len(found.undeclared), 'difference')} NOT declared")
    if found.declared:
        said.append(f"{len(found.declared)} declared beforehand")
    if new_laws:
        said.append(f"{summary.plural(new_laws, 'law')} BROKEN")
    if old_laws:
        said.append(f"{summary.plural(old_laws, 'law')} broken on the old code too")
    less = " Not everything was run." if any(each.chosen for each in regression.unseen) else ""
    return f"{where}: {', '.join(said) if said else 'old and new code behave the same'}.{less}"


def market_lines(regression: Regression) -> tuple[Subject, ...]:
    """Return what changes for traders, subject by subject."""
    found = outline(regression)
    kinds: dict[str, list[Kind]] = {}
    for kind in (*found.undeclared, *found.declared):
        kinds.setdefault(_subject(kind.observable), []).append(kind)
    compared: dict[str, set[tuple[str, str]]] = {}
    for row in regression.compared:
        for contract, observable in row.observables:
            compared.setdefault(_subject(observable), set()).add((contract, observable))
    titles = (*(title for title, _ in SUBJECTS), OTHER)
    return tuple(
        Subject(
            title,
            _summary(kinds.get(title, ()), len(compared.get(title, ())), conditions_of(regression)),
            tuple(_changes(kinds.get(title, ()))),
        )
        for title in titles
        if title != OTHER or kinds.get(title) or compared.get(title)
    )


def stress_lines(regression: Regression) -> tuple[str, ...]:
    """Return how every market fared, one sentence each."""
    grid = regression.grid()
    broken: dict[str, set[str]] = {}
    for law in regression.broken:
        broken.setdefault(law.case, set()).add(law.law)
    lines = []
    for row in regression.compared:
        marks = list(grid.get(row.case, {}).values())
        undeclared, declared = marks.count("undeclared"), marks.count("declared")
        said = [f"{undeclared} observables differ undeclared"] if undeclared else []
        said += [f"{declared} differ as declared"] if declared else []
        said += [f"broken: {', '.join(sorted(broken[row.case]))}"] if row.case in broken else []
        said = said or ["the same on both codes"]
        if row.case not in broken:
            said.append(f"all {summary.plural(row.laws, 'law')} held" if row.laws else "no law was tried")
        how = "; ".join(said)
        lines.append(f"{row.case}: {row.acts} transactions and {row.answers} views, {how}")
    return tuple(lines)


def verdict_of_market(regression: Regression) -> Verdict:
    """Return what differences and laws amount to.

    *Cannot tell* where a declared difference was not seen, or where markets were left out by choice.
    """
    found = outline(regression)
    if found.undeclared or any(found.laws):
        return Verdict.UNSAFE
    less = regression.absent or not regression.scenarios or any(each.chosen for each in regression.unseen)
    return Verdict.CANNOT_TELL if less else Verdict.SAFE


def change_words(kind: Kind) -> str:
    """Return one difference in one sentence: what, how much at most, where, and what was declared."""
    plot = kind.plot
    title = plot.scale.name if plot and plot.scale.name not in kind.observable else ""
    name = f"{title} ({kind.name})" if title else kind.name
    said = f"{name} {does(kind)}"
    if plot and (at := plot.widest) is not None and kind.aspect != Aspect.GAS.value:
        old, new = both(plot.old[at], plot.new[at], plot.scale)
        when = f"{span(plot.times[at])} after the upgrade in {plot.case}"
        said += f" The largest change of all: {old} before, {new} after, {when}."
    return f"{said} Declared: {kind.declared}" if kind.declared else f"{said} NOT declared."


def does(kind: Kind) -> str:
    """Return what an observable does, how often, by how much at most, and whether its bound holds it."""
    cases = summary.plural(len({shown.case for shown in kind.shown}), "market")
    most = f", at most by {percent(kind.relative)}" if kind.relative else ""
    where = f" (in {kind.worst.case})" if kind.relative and len(kind.shown) > 1 else ""
    times = summary.plural(kind.count, "time")
    bound = f" The declared bound of {limit(kind.bound)} does not hold it." if kind.bound else ""
    variables = next((f"({shown.variables}) " for shown in kind.shown if shown.variables), "")
    return f"{variables}{DOES.get(kind.aspect, 'differs')} in {cases}, {times}{most}{where}.{bound}"


DOES: Final = {
    Aspect.STATUS.value: "goes through on one code and is refused on the other",
    Aspect.RESULT.value: "returns or refuses with something else",
    Aspect.EVENTS.value: "emits other events",
    Aspect.GAS.value: "needs more gas",
    Aspect.ANSWER.value: "answers otherwise",
    Aspect.STORAGE.value: "is left with another value",
}
"""What an observable does, by the aspect in which it differs."""


def _summary(kinds: Sequence[Kind], compared: int, markets: int) -> str:
    if kinds:
        undeclared = sum(not kind.declared for kind in kinds)
        mark = f", {undeclared} NOT declared" if undeclared else ", all declared beforehand"
        return f"{summary.plural(len(kinds), 'difference')}{mark}."
    if not compared:
        return "No function or view whose name speaks of it was compared."
    what = summary.plural(compared, "function or view") if compared == 1 else f"{compared} functions and views"
    return f"Nothing changed in {summary.plural(markets, 'market')} ({what} compared)."


def _changes(kinds: Sequence[Kind]) -> Iterator[str]:
    ordered = sorted(kinds, key=lambda kind: bool(kind.declared))
    for kind in ordered[:NAMED]:
        yield change_words(kind)
    if len(ordered) > NAMED:
        yield f"{len(ordered) - NAMED} more are in regression.html."


def _subject(observable: str) -> str:
    name = observable.partition("(")[0].lower()
    fitting = ((len(word), title) for title, words in SUBJECTS for word in words if word in name)
    return max(fitting, default=(0, OTHER), key=lambda found: found[0])[1]
