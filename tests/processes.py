"""``upgrader`` in a process of its own that can be interrupted."""

import sys

INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from upgrader.cli import main; main()",
)
"""A shell starts what runs in the background with interrupts ignored; the tests may run there."""
