"""Measure, print the table, write ``results.json``."""

import json
import os
import platform
import statistics
from pathlib import Path
from typing import Any, Final

from bench import proxy_scan, sweep
from bench.comparators import compared
from bench.pairs import LAYOUTS
from bench.trees import VERSION, closure, namespaces, ours, peer, tree_sources

RESULTS: Final = Path(__file__).with_name("results.json")
PEER: Final = "@openzeppelin/upgrades-core 1.46.0"
REPEATS: Final = 3
PARTS: Final = (4, 2)
"""The series that shows how cost grows: a quarter, half and all of the tree."""


def main() -> None:
    """Run every benchmark."""
    rows = [*_trees(), *_pairs(), *sweep.rows(), proxy_scan.row()]
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"\n{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, solc {VERSION} (npm)\n")
    print(f"{'':30}{'ours':>10}{'peer':>10}{'':6}{'times better':>14}")
    for row in rows:
        print(f"{row['name']:30}{row['ours']:10.3f}{row['peer']:10.3f} {row['unit']:<5}{row['ratio']:14.2f}")


def _trees() -> list[dict[str, Any]]:
    sources = tree_sources()
    texts = closure(sources)
    series = _series(sources)
    theirs = [peer(texts) for _ in range(REPEATS)]
    cold = statistics.median(each.cpu for each in theirs)
    wanted = namespaces(texts)
    ours("layout", "warm", sources)  # fills the cache
    rows = []
    for name, what, state, against in (
        ("layout_cold_tree", "layout", "cold", cold),
        ("check_cold_tree", "check", "cold", cold),
        ("layout_warm_tree", "layout", "warm", statistics.median(each.validate.cpu for each in theirs)),
    ):
        runs = [ours(what, state, sources) for _ in range(REPEATS)]
        assert runs[0][1]["namespaces"] == wanted, "every namespace of the tree is judged"
        print(f"{name}: {runs[0][1]['contracts']} contracts, {len(wanted)} namespaces", flush=True)
        rows.append(_row(name, statistics.median(each.cpu for each, _ in runs), against, "s"))
    return [*rows, *series]


def _series(sources: list[str]) -> list[dict[str, Any]]:
    """Return the cost of parts of the tree: the time a contract shows whether it is linear."""
    rows = []
    for part in PARTS:
        chosen = sources[::part]
        measured, judged = ours("layout", "cold", chosen)
        rows.append(_row(f"layout_cold_1/{part}_tree", measured.cpu, peer(closure(chosen)).cpu, "s"))
        print(f"1/{part} of the tree: {judged['contracts']} contracts", flush=True)
    return rows


def _pairs() -> list[dict[str, Any]]:
    if not LAYOUTS.exists():
        print("the shared layouts are not here: pairs are not compared")
        return []
    found = compared()
    print(f"{found['pairs'][0]} pairs", flush=True)
    return [
        _row("layout_compare_pair", *found["cold"], "us"),
        _row("layout_compare_pair_warm", *found["warm"], "us"),
    ]


def _row(name: str, mine: float, theirs: float, unit: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(mine, 4),
        "peer": round(theirs, 4),
        "peer_name": PEER,
        "unit": unit,
        "ratio": round(theirs / mine, 2),
    }


if __name__ == "__main__":
    main()
