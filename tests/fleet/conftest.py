"""A fleet's words in short form."""

import json
from pathlib import Path

import pytest

from upgrader.edges.nodes.files import read_schedule
from upgrader.forks.schedule import ForkSchedule


@pytest.fixture(scope="session")
def version_strings():
    """What real clients call themselves."""
    return json.loads((Path(__file__).parents[1] / "vectors/forks/client_version_strings.json").read_text())


@pytest.fixture(scope="session")
def sepolia() -> ForkSchedule:
    """Sepolia's schedule as the project ships it."""
    schedule = read_schedule("sepolia", ())
    assert schedule is not None
    return schedule
