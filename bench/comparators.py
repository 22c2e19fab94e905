"""Two layouts, compared: time per pair over the real histories."""

import gc
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.pairs import Side, real_pairs
from bench.process import run
from bench.trees import ROOT, node
from upgrader.checks.storage import examine
from upgrader.layout.formats import Described, describe
from upgrader.layout.model import StorageLayout

ROUNDS: Final = 7
TURNS: Final = 5
"""Of both sides, one after the other; the turn of the median ratio counts."""

SCRIPT: Final = ROOT / "bench" / "peer_compare.js"


def compared() -> dict[str, tuple[float, float]]:
    """Return microseconds a pair, ours and the peer's, ``cold`` and ``warm``: medians over rounds, then over turns."""
    pairs = real_pairs()
    kept = [(_model(old), _model(new)) for old, new in pairs]
    gc.set_threshold(50_000, 20, 50)  # as the command line's process
    turns = []
    for _ in range(TURNS):  # a machine may run at half its speed a minute later
        theirs = _peer(pairs)
        turns.append({"cold": (_median(_cold, pairs), theirs["cold"]), "warm": (_median(_warm, kept), theirs["warm"])})
    found = {state: sorted((turn[state] for turn in turns), key=lambda each: each[1] / each[0]) for state in turns[0]}
    return {"pairs": (len(pairs), len(pairs)), **{state: each[len(each) // 2] for state, each in found.items()}}


def _median(judge: Any, items: list[Any]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for item in items:
            judge(item)
        rounds.append(time.process_time() - begin)
    return statistics.median(rounds) / len(items) * 1e6


def _cold(pair: tuple[Side, Side]) -> None:
    examine(_model(pair[0]), _model(pair[1]))


def _warm(pair: tuple[StorageLayout, StorageLayout]) -> None:
    examine(*pair)


def _model(side: Side) -> StorageLayout:
    read: Described = describe(side.document, "", side.origin)
    assert isinstance(read, StorageLayout)
    return read


def _peer(pairs: list[tuple[Side, Side]]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pairs.json"
        file.write_text(json.dumps([[old.layout, new.layout] for old, new in pairs]))
        done = json.loads(run([node(), str(SCRIPT), str(file), str(ROUNDS)], folder=ROOT).output)
    return {
        state: statistics.median(each["ns"] for each in rounds) / len(pairs) / 1e3 for state, rounds in done.items()
    }
