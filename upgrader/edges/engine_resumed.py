"""An engine whose results are kept as they come: a sweep that was stopped goes on where it stopped."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from upgrader.errors import InputError
from upgrader.ports import Engine
from upgrader.simulation.record import answers_in, key_of, line_of
from upgrader.simulation.request import Base, Run, request_of
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.units import Hash32


class ResumedEngine:
    """Runs only what the file does not hold yet, and appends to it.

    Args:
        engine: Who runs the rest.
        base: Where runs start.
        state: Digest of the chain and the block.
        name: Name, version and hardfork of the engine.
        path: The file; made when it is missing.
    """

    def __init__(self, engine: Engine, base: Base, state: Hash32, name: str, path: Path) -> None:
        self._engine = engine
        self._base = base
        self._state = state
        self._name = name
        self._path = path
        self._kept: dict[Hash32, int] | None = None

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given; exceptions as of the engine behind."""
        keys = [self._key(prelude, scenario, watch) for scenario in scenarios]
        if self._kept is None:
            self._kept = self._places()
        kept = self._kept
        fresh = {key: each for key, each in zip(keys, scenarios, strict=True) if key not in kept}
        made = self._engine.run(prelude, tuple(fresh.values()), watch)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            _end_last_line(file)
            for scenario, key in zip(scenarios, keys, strict=True):
                if key in kept:
                    file.seek(kept[key])
                    _, answers = answers_in(file.readline().decode())
                else:
                    answers = next(made)
                    kept[key] = file.seek(0, os.SEEK_END)
                    file.write(line_of(key, answers).encode() + b"\n")
                    file.flush()
                yield replace(answers, scenario=scenario.name)

    def _key(self, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch) -> Hash32:
        return key_of(self._state, self._name, request_of(Run(self._base, prelude, scenario, watch)))

    def _places(self) -> dict[Hash32, int]:
        """Return where in the file each run stands; a line that was cut off is as good as none."""
        places: dict[Hash32, int] = {}
        if not self._path.is_file():
            return places
        with self._path.open("rb") as file:
            place = 0
            for line in file:
                try:
                    key, _ = answers_in(line.decode())
                    if line.endswith(b"\n"):
                        places[key] = place
                except (InputError, UnicodeDecodeError):
                    pass
                place += len(line)
        return places


def _end_last_line(file: BinaryIO) -> None:
    """End a line that was cut off, so that the next one stands alone."""
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.write(b"\n")
