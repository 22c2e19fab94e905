"""The chain and the published bytecode of tests/governance serve here too."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "governance"))

from real_parts import LocalChain, anvil


@pytest.fixture(scope="session")
def chain() -> LocalChain:
    with anvil() as running:
        yield running
