"""``journal.jsonl``: what was done, in order, so that no line can be changed or removed from the middle unseen.

One JSON object a line; each carries the SHA-256 of the line before it.  An entry is on the disk before
:meth:`FileJournal.append` returns.  A line without its newline is what a crash in the middle of a write leaves: it
was never acknowledged, so it is set aside, and the next entry says so.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from upgrader.edges.files import parse_json, read_bytes, sync_folder
from upgrader.errors import InputError, MismatchError
from upgrader.ports import Clock

GENESIS: Final = "0" * 64
"""What the first line names as the line before it."""

TORN: Final = "torn-line-set-aside"
"""The event that says that an unfinished line was removed; its facts hold its length and hash."""


class FileJournal:
    """The :class:`~upgrader.ports.Journal` in a file.

    Args:
        path: The file; made with the first entry.
        clock: Where the times of entries come from.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def append(self, event: str, facts: Mapping[str, Any]) -> None:
        """Write one entry durably before returning.

        Raises:
            InputError: The file cannot be written.
            MismatchError: It was tampered with.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self._path) as handle:
                lines, torn = self._lines()
                sequence = len(self._verified(lines))
                previous = _digest(lines[-1]) if lines else GENESIS
                if torn:
                    os.ftruncate(handle, sum(len(line) + 1 for line in lines))
                    about = {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
                    previous = _digest(self._write(handle, sequence, previous, TORN, about))
                    sequence += 1
                self._write(handle, sequence, previous, event, facts)
            sync_folder(self._path.parent)
        except OSError as error:
            raise InputError(
                f"cannot be written: {error.strerror}",
                remedy="check its permissions and the disk",
                where=str(self._path),
            ) from error

    def entries(self) -> Sequence[Mapping[str, Any]]:
        """Return every entry, oldest first, after verifying the chain of hashes.

        Returns:
            ``{"sequence", "time", "event", "facts", "previous"}`` each; empty when there is no file yet.

        Raises:
            MismatchError: A line was changed, removed, added or moved.
        """
        return self._verified(self._lines()[0]) if self._path.exists() else ()

    def _lines(self) -> tuple[list[bytes], bytes]:
        """Return the finished lines, and what follows the last newline."""
        *lines, torn = read_bytes(self._path, follow=False).split(b"\n")
        return lines, torn

    def _verified(self, lines: Sequence[bytes]) -> tuple[Mapping[str, Any], ...]:
        entries: list[Mapping[str, Any]] = []
        previous = GENESIS
        for number, line in enumerate(lines):
            where = f"{self._path}:{number + 1}"
            try:
                entry = parse_json(line.decode(), where=where)
            except (InputError, UnicodeDecodeError):
                entry = None
            fits = isinstance(entry, dict) and entry.get("previous") == previous and entry.get("sequence") == number
            if not fits:
                raise MismatchError(
                    "does not follow from the line before it: the journal was changed",
                    remedy="restore it from version control; what the chain holds is told by `upgrader status`",
                    where=where,
                )
            entries.append(MappingProxyType(entry))
            previous = _digest(line)
        return tuple(entries)

    def _write(self, handle: int, sequence: int, previous: str, event: str, facts: Mapping[str, Any]) -> bytes:
        entry = {"sequence": sequence, "time": self._clock.now(), "event": event, "facts": facts, "previous": previous}
        line = json.dumps(entry, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
        data = line + b"\n"
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
        return line


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file for appending, with no second process of ours in between."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
