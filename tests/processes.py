"""``upgrader`` as a person starts it: in a process of its own that can be interrupted, or within this one."""

import contextlib
import io
import sys
from subprocess import CompletedProcess

from upgrader.cli import main

INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from upgrader.cli import main; main()",
)
"""A shell starts what runs in the background with interrupts ignored; the tests may run there."""


def run_within(folder, *arguments):
    """Run the command line in a folder, within this process, and return what a process of its own would leave.

    To start one takes longer than most of what is asked of it.
    """
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
