"""Markets by observables, folded so that thousands of cells stay readable.

What differs nowhere is counted and not drawn: its columns are listed by contract, its rows by name.  Where many rows
fare alike they become one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.simulation.regression import Mark, Regression

Observable = tuple[str, str]
"""Contract and observable."""

COLUMNS: Final = 60
"""Observables that are drawn; what is left out is counted."""

ROWS: Final = 120

MERGED: Final = 24
"""More rows than this, and those that fare alike become one."""


@dataclass(frozen=True, slots=True)
class Row:
    """Markets that fared alike; ``marks`` is one for each column, None where it was not compared there."""

    cases: tuple[str, ...]
    marks: tuple[Mark | None, ...]
    laws: int


@dataclass(frozen=True, slots=True)
class Grid:
    """What is drawn, and what is only counted.

    Attributes:
        contracts: Contract and how many columns it has, from left to right.
        columns: Observables that differ somewhere.
        rows: Markets in which something differs or a law is broken.
        laws: Whether any law is broken.
        same_cases: Markets in which everything was the same.
        same_columns: Contract -> observables that were the same wherever they were compared, with in how many markets.
        cells: How many comparisons the whole grid has.
        left: Columns and rows that are not drawn.
    """

    contracts: tuple[tuple[str, int], ...]
    columns: tuple[Observable, ...]
    rows: tuple[Row, ...]
    laws: bool
    same_cases: tuple[str, ...]
    same_columns: Mapping[str, tuple[tuple[str, int], ...]]
    cells: int
    left: tuple[int, int]


def fold(regression: Regression) -> Grid:
    """Return the grid of a regression."""
    whole = regression.grid()
    compared = {name for row in regression.compared for name in row.observables}
    differing = [name for row in whole.values() for name, mark in row.items() if mark != "same"]
    weight = {name: ("undeclared" not in {row.get(name) for row in whole.values()}, *name) for name in set(differing)}
    order = {contract: place for place, (_, contract, _) in enumerate(sorted(weight.values(), key=lambda each: each))}
    columns = sorted(weight, key=lambda name: (order[name[0]], weight[name]))
    laws: dict[str, set[str]] = {}
    for broken in regression.broken:
        laws.setdefault(broken.case, set()).add(broken.law)
    rows = [
        Row((case,), tuple(_mark(row, name, compared) for name in columns[:COLUMNS]), len(laws.get(case, ())))
        for case, row in whole.items()
        if laws.get(case) or any(mark != "same" for mark in row.values())
    ]
    drawn = {case for row in rows for case in row.cases}
    if len(rows) > MERGED:
        rows = _merged(rows)
    return Grid(
        contracts=_contracts(columns[:COLUMNS]),
        columns=tuple(columns[:COLUMNS]),
        rows=tuple(rows[:ROWS]),
        laws=bool(laws),
        same_cases=tuple(case for case in whole if case not in drawn),
        same_columns=_same(whole, set(differing)),
        cells=sum(len(row) for row in whole.values()),
        left=(max(0, len(columns) - COLUMNS), max(0, len(rows) - ROWS)),
    )


def _mark(row: Mapping[Observable, Mark], name: Observable, compared: set[Observable]) -> Mark | None:
    """Return how an observable fared.

    Gas and storage are compared wherever anything is, and are named only where they differ.
    """
    return row.get(name) or (None if name in compared else "same")


def _merged(rows: Sequence[Row]) -> list[Row]:
    alike: dict[tuple[tuple[Mark | None, ...], int], list[str]] = {}
    for row in rows:
        alike.setdefault((row.marks, row.laws), []).extend(row.cases)
    return [Row(tuple(cases), marks, laws) for (marks, laws), cases in alike.items()]


def _contracts(columns: Sequence[Observable]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for contract, _ in columns:
        counts[contract] = counts.get(contract, 0) + 1
    return tuple(counts.items())


def _same(
    whole: Mapping[str, Mapping[Observable, Mark]], differing: set[Observable]
) -> dict[str, tuple[tuple[str, int], ...]]:
    counts: dict[Observable, int] = {}
    for row in whole.values():
        for name in row.keys() - differing:
            counts[name] = counts.get(name, 0) + 1
    found: dict[str, list[tuple[str, int]]] = {}
    for (contract, observable), count in sorted(counts.items()):
        found.setdefault(contract, []).append((observable, count))
    return {contract: tuple(entries) for contract, entries in found.items()}
