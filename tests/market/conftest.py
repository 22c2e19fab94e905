"""The reference protocol on anvil at each of its versions, with the next ones' code deployed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "protocol"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "edges"))

import past_world
import planted_world
import venue_world


@pytest.fixture(scope="session")
def stage():
    """One chain for all regressions, and version 1 on it: simulated runs leave nothing behind."""
    with venue_world.opened() as world:
        yield world


@pytest.fixture(scope="session")
def venue(stage):
    """Version 1 at rest."""
    return stage[1]


@pytest.fixture(scope="session")
def second(stage):
    """Version 2 at rest, with a spread."""
    return venue_world.second(*stage)


@pytest.fixture(scope="session")
def third(stage, second):
    """Version 3 at rest, with the composite oracle and options on staked ether."""
    return venue_world.third(stage[0], second)


@pytest.fixture(scope="session")
def fourth(stage, third):
    """Version 4 at rest, with everybody allowed."""
    return venue_world.fourth(stage[0], third)


@pytest.fixture(scope="session")
def past():
    """The reference protocol after a busy week; replays leave nothing behind."""
    with past_world.opened() as world:
        yield world


@pytest.fixture(scope="session")
def planted():
    """One chain with every planted defect's new code; simulated runs leave nothing behind."""
    with planted_world.opened() as world:
        yield world
