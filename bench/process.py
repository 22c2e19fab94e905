"""What a process and everything it started cost."""

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process tree.

    Attributes:
        cpu: Seconds of processor time, user and system, of the process and of every child it waited for.
        wall: Seconds from start to end.
        output: What it printed.
    """

    cpu: float
    wall: float
    output: bytes


def run(command: Sequence[str], *, folder: Path, given: bytes = b"", accept: frozenset[int] = frozenset({0})) -> Run:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        given: Its standard input.
        accept: Exit codes that are results.

    Raises:
        RuntimeError: It ended otherwise.
    """
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in accept:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(cpu, wall, done.stdout)
