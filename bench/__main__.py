"""Measure, print the table, write ``results.json``."""

import json
import os
import platform
import statistics
from pathlib import Path
from typing import Any, Final

from bench import fuzz, proxy_scan, sweep
from bench.comparators import compared
from bench.pairs import LAYOUTS
from bench.trees import VERSION, Peer, closure, namespaces, ours, peer, tree_sources

RESULTS: Final = Path(__file__).with_name("results.json")
PEER: Final = "@openzeppelin/upgrades-core 1.46.0"
REPEATS: Final = 5
PARTS: Final = (8, 4, 2)
"""The series that shows how cost grows: every eighth, fourth and second source of the tree."""

RUNS: Final = {
    "layout_cold_tree": ("layout", "cold"),
    "check_cold_tree": ("check", "cold"),
    "check_cold_tree_code": ("code", "cold"),
    "layout_warm_tree": ("layout", "warm"),
}


def main() -> None:
    """Run every benchmark."""
    rows = [*_trees(), *_pairs(), *sweep.rows(), proxy_scan.row(), *fuzz.rows()]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, solc {VERSION} (npm)"
    for row in rows:
        row["machine"] = machine
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"\n{machine}\n\n{'':26}{'ours':>10}{'peer':>10}{'times better':>20}")
    for row in rows:
        print(f"{row['name']:26}{row['ours']:10.3f}{row['peer']:10.3f} {row['unit']:<5}{row['ratio']:14.2f}")


def _trees() -> list[dict[str, Any]]:
    """Measure the whole tree, each side in turn, so that a busy machine slows both."""
    sources = tree_sources()
    texts = closure(sources)
    wanted = namespaces(texts)
    ours("layout", "warm", sources)  # fills the cache
    theirs: list[Peer] = []
    mine: dict[str, list[float]] = {name: [] for name in RUNS}
    for turn in range(REPEATS):
        theirs.append(peer(texts))
        for name, (what, state) in RUNS.items():
            measured, judged = ours(what, state, sources)
            mine[name].append(measured.cpu)
            assert judged["namespaces"] == wanted, "every namespace of the tree is judged"
        print(f"turn {turn + 1}: {judged['contracts']} contracts, {len(wanted)} namespaces", flush=True)
    cold = statistics.median(each.cpu for each in theirs)
    kept = statistics.median(each.validate.cpu for each in theirs)
    rows = [
        _row(name, statistics.median(runs), kept if RUNS[name][1] == "warm" else cold, "s")
        for name, runs in mine.items()
    ]
    return [*rows, *_series(sources)]


def _series(sources: list[str]) -> list[dict[str, Any]]:
    """Return the cost of parts of the tree: the time a contract shows whether it is linear."""
    rows = []
    for part in PARTS:
        chosen = sources[::part]
        measured, judged = ours("layout", "cold", chosen)
        name = f"layout_cold_{judged['contracts']}_contracts"
        rows.append(_row(name, measured.cpu, peer(closure(chosen)).cpu, "s"))
        print(f"1/{part} of the sources, with what they import: {judged['contracts']} contracts", flush=True)
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
