"""The file of runs that were made: one line each, appended as they come and found again by key.

A line that was cut off, by a power cut or a Ctrl-C, is as good as none, and the next one stands alone; so is one that
this user's own runs did not leave (:mod:`upgrader.edges.own_results`).
"""

import os
from pathlib import Path
from typing import BinaryIO

from upgrader.edges.own_results import sealed, unsealed
from upgrader.errors import InputError
from upgrader.simulation.record import Record, record_in
from upgrader.units import Hash32


class KeptRuns:
    """What runs showed, by their key.

    Args:
        path: The file; made with the first run.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[Hash32, int] | None = None

    def __contains__(self, key: Hash32) -> bool:
        """Whether the run of this key was made."""
        return key in self._known()

    def read(self, key: Hash32) -> Record:
        """Return what the run of a key that is there showed.

        Raises:
            InputError: The file was changed meanwhile.
        """
        with self._path.open("rb") as file:
            file.seek(self._known()[key])
            _, record = record_in(_text(self._path.name, file.readline()))
        return record

    def add(self, key: Hash32, line: str) -> None:
        """Append a run as one line, which reaches the disk before this returns.

        Args:
            key: Its key.
            line: As :mod:`upgrader.simulation.record` writes it.
        """
        places = self._known()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            _end_last_line(file)
            places[key] = file.seek(0, os.SEEK_END)
            file.write(sealed(self._path.name, line.encode()) + b"\n")

    def _known(self) -> dict[Hash32, int]:
        """Return where in the file each run stands."""
        if self._places is None:
            self._places = {}
            if self._path.is_file():
                with self._path.open("rb") as file:
                    self._places = _places(file, self._path.name)
        return self._places


def _places(file: BinaryIO, name: str) -> dict[Hash32, int]:
    places: dict[Hash32, int] = {}
    place = 0
    for line in file:
        try:
            key, _ = record_in(_text(name, line))
            if line.endswith(b"\n"):
                places[key] = place
        except (InputError, UnicodeDecodeError):
            pass
        place += len(line)
    return places


def _text(name: str, line: bytes) -> str:
    """Return the run that a line tells of.

    Raises:
        InputError: It is not one that this user's own runs left, or it was cut off.
    """
    text = unsealed(name, line.removesuffix(b"\n"))
    if text is None:
        raise InputError("is no line of an own run", remedy="run it without --resume", where=name)
    return text.decode()


def _end_last_line(file: BinaryIO) -> None:
    """End a line that was cut off, so that the next one stands alone."""
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.write(b"\n")
