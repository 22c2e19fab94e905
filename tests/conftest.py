"""Puts ``tests/`` on the path, for what several folders of tests share; times no property; orders the files."""

import atexit
import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from upgrader.edges import solc_parts

# A property holds or does not, however busy the machine is.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

# Compilers' trees, which many tests share, live to the end: to walk them again and again took a fifth of the time.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)  # nor to look for cycles in them a last time

# Where the tests themselves run side by side no core is idle, and each part of a compilation parses all sources again.
if "PYTEST_XDIST_WORKER" in os.environ:
    solc_parts.MOST_WORKERS = 1

ON_A_CHAIN = ("edges", "protocol", "flows", "market", "e2e")
"""Folders whose tests need a chain, in the order in which they run: after all that is pure."""

LONGEST = (
    "test_e2e_demo.py",
    "test_e2e_upstream.py",
    "test_e2e_incidents.py",
    "test_e2e_journey.py",
    "test_e2e_third_party.py",
    "test_e2e_regression.py",
)
"""Files that begin first among those of their folder, so that no process is left alone with one at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run fast and pure tests first, then those on a chain, end to end last."""
    items.sort(key=lambda item: _place(item.path))


def _place(file: Path) -> tuple[int, int, str]:
    folder = file.relative_to(Path(__file__).parent).parts[0]
    chain = ON_A_CHAIN.index(folder) + 1 if folder in ON_A_CHAIN else 0
    begins = LONGEST.index(file.name) if file.name in LONGEST else len(LONGEST)
    return chain, begins, file.as_posix()
