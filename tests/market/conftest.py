"""The reference protocol on anvil, with both versions' code deployed and nothing upgraded yet."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "protocol"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "edges"))

import past_world
import planted_world
import venue_world


@pytest.fixture(scope="session")
def venue():
    """One chain for all regressions: simulated runs leave nothing behind."""
    with venue_world.opened() as world:
        yield world


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
