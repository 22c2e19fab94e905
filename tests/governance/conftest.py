"""One local chain for all governance tests; each test deploys what it needs."""

import pytest
from real_parts import LocalChain, anvil


@pytest.fixture(scope="session")
def chain() -> LocalChain:
    with anvil() as running:
        yield running
