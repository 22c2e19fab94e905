"""A compiler that stays: npm's solc takes most of a second to load, and longer than that to compile little.

It is asked through the pipes that started it, one input at a time, and ends when they close: when nobody has asked
for a while, when this process ends, whatever the reason.  Only the command line that ``tools/install_solc.py`` writes
can stay; a native solc is started for each input.
"""

import atexit
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

IDLE: Final = 30.0
"""Seconds after which one that nobody asks is sent away: it holds some hundred megabytes."""

MOST: Final = 4
"""Compilers that wait at a time."""

_MARK: Final = b"solc_shim.js"
_HEAD: Final = 4096


class Resident:
    """One running compiler.

    Args:
        executable: What to run; :func:`can_stay` says whether it is one.

    Attributes:
        process: It.
    """

    def __init__(self, executable: Path) -> None:
        self.executable = executable
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process that writes there
        self.process = subprocess.Popen(
            [str(executable), "--stay"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            process_group=0,  # Ctrl-C is ours to answer
        )
        assert self.process.stdin is not None  # noqa: S101 - opened as pipes above
        assert self.process.stdout is not None  # noqa: S101 - likewise
        self._asked: IO[bytes] = self.process.stdin
        self._answers: IO[bytes] = self.process.stdout

    def ask(self, request: bytes, limit: float) -> bytes:
        """Return the standard-JSON output for an input.

        Args:
            request: The input.
            limit: Seconds it may take.

        Raises:
            OSError: It has gone, or went while it compiled; what it said last is in the message.
        """
        timer = threading.Timer(limit, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            self._asked.write(b"%d\n" % len(request) + request)
            self._asked.flush()
            length = self._answers.readline()
            answer = self._answers.read(int(length or 0))
        except (OSError, ValueError) as error:
            raise OSError(self._last_words() or str(error)) from error
        finally:
            timer.cancel()
        if not length or len(answer) < int(length):
            raise OSError(self._last_words() or "it ended without an answer")
        return answer

    @property
    def stays(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """Send it away."""
        for pipe in (self._asked, self._answers):
            with suppress(OSError):
                pipe.close()
        self.process.kill()
        self.process.wait()
        self._words.close()

    def _last_words(self) -> str:
        self._words.seek(0)
        return self._words.read().decode(errors="replace").strip()[-400:]


class Residents:
    """The compilers of this process that wait for the next input."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._waiting: list[Resident] = []
        self._lock = threading.Lock()
        self._leave: threading.Timer | None = None
        self._owner = os.getpid()

    @contextmanager
    def one(self, executable: Path) -> Iterator[Resident]:
        """Yield a compiler that nobody else asks meanwhile; it waits afterwards unless something went wrong."""
        resident = self._take(executable) or Resident(executable)
        try:
            yield resident
        except BaseException:
            resident.close()
            raise
        self._give_back(resident)

    def close(self) -> None:
        """Send away all that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if os.getpid() == self._owner:
            for resident in waiting:
                resident.close()

    def _take(self, executable: Path) -> Resident | None:
        if os.getpid() != self._owner:  # forked: the pipes are the parent's
            self._waiting, self._owner, self._lock = [], os.getpid(), threading.Lock()
        with self._lock:
            found = next((each for each in self._waiting if each.executable == executable and each.stays), None)
            if found is not None:
                self._waiting.remove(found)
        return found

    def _give_back(self, resident: Resident) -> None:
        with self._lock:
            self._waiting.append(resident)
            surplus = self._waiting[:-MOST]
            self._waiting = self._waiting[-MOST:]
            if self._leave is not None:
                self._leave.cancel()
            self._leave = threading.Timer(self._idle, self.close)
            self._leave.daemon = True
            self._leave.start()
        for each in surplus:
            each.close()


HERE: Final = Residents()
"""Of this process."""

atexit.register(HERE.close)


def can_stay(executable: Path) -> bool:
    """Whether a compiler is npm's behind our command line."""
    try:
        with executable.open("rb") as file:
            return _MARK in file.read(_HEAD)
    except OSError:
        return False
