"""Two layouts, compared: time per pair over the real histories."""

import gc
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any, Final

from bench.pairs import Side, real_pairs
from bench.trees import ROOT, node
from upgrader.checks.storage import examine
from upgrader.layout.formats import Described, describe
from upgrader.layout.model import StorageLayout

WARMING: Final = 5
"""Passes of both sides that do not count: V8 compiles the peer's code while it runs."""

TURNS: Final = 25
"""One pass of ours, then one of the peer's; the turn of the median ratio counts."""

SCRIPT: Final = ROOT / "bench" / "peer_compare.js"


def compared() -> dict[str, tuple[float, float]]:
    """Return microseconds a pair, ours and the peer's, ``cold`` and ``warm``."""
    pairs = real_pairs()
    kept = [(_model(old), _model(new)) for old, new in pairs]
    gc.set_threshold(50_000, 20, 50)  # as the command line's process
    sides = {"cold": (_cold, pairs), "warm": (_warm, kept)}
    turns: dict[str, list[tuple[float, float]]] = {state: [] for state in sides}
    with _peer(pairs) as peer:
        for turn in range(WARMING + TURNS):
            for state, (judge, items) in sides.items():  # a machine may run at half its speed seconds later
                measured = _pass(judge, items), peer(state) / len(pairs) / 1e3
                turns[state] += [measured] if turn >= WARMING else []
    found = {state: sorted(each, key=lambda turn: turn[1] / turn[0])[TURNS // 2] for state, each in turns.items()}
    return {"pairs": (len(pairs), len(pairs)), **found}


def _pass(judge: Any, items: list[Any]) -> float:
    begin = time.process_time()
    for item in items:
        judge(item)
    return (time.process_time() - begin) / len(items) * 1e6


def _cold(pair: tuple[Side, Side]) -> None:
    examine(_model(pair[0]), _model(pair[1]))


def _warm(pair: tuple[StorageLayout, StorageLayout]) -> None:
    examine(*pair)


def _model(side: Side) -> StorageLayout:
    read: Described = describe(side.document, "", side.origin)
    assert isinstance(read, StorageLayout)
    return read


@contextmanager
def _peer(pairs: list[tuple[Side, Side]]) -> Iterator[Callable[[str], float]]:
    """Yield what has the peer judge all pairs once, in a state, and returns the nanoseconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pairs.json"
        file.write_text(json.dumps([[old.layout, new.layout] for old, new in pairs]))
        command = [node(), str(SCRIPT), str(file)]
        with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True, bufsize=1) as process:
            if process.stdin is None or process.stdout is None:
                raise AssertionError("both are pipes")
            asked, answered = process.stdin, process.stdout

            def one_pass(state: str) -> float:
                asked.write(f"{state}\n")
                return float(answered.readline())

            yield one_pass
