import market_world
import protocol_build
import pytest

from upgrader.edges.anvil import Anvil


@pytest.fixture(scope="session")
def build():
    """Everything in ``contracts/``, compiled once."""
    return protocol_build.compile_contracts()


@pytest.fixture(scope="session")
def code(build):
    """What can be deployed: the builds and OpenZeppelin's proxies."""
    return protocol_build.deployable(build)


def start():
    return Anvil(timestamp=market_world.START, options=["--gas-price", "0", "--block-base-fee-per-gas", "0"])


@pytest.fixture(scope="session")
def empty_worlds(code):
    """One chain with the protocol deployed and nothing listed, as a function that brings it back to that."""
    with start() as sandbox:
        yield _restorer(market_world.World(sandbox, code))


@pytest.fixture(scope="session")
def live_worlds(code):
    """One chain with the demo's series and positions, as a function that brings it back to that."""
    with start() as sandbox:
        yield _restorer(market_world.World(sandbox, code, live=True))


@pytest.fixture
def world(empty_worlds):
    """The protocol deployed, nothing listed."""
    return empty_worlds()


@pytest.fixture
def live(live_worlds):
    """The protocol with the demo's series and positions."""
    return live_worlds()


def _restorer(world):
    handle = world.sandbox.snapshot()
    faces = world.market, world.house

    def restored():
        nonlocal handle
        world.sandbox.revert(handle)
        handle = world.sandbox.snapshot()
        world.pace(1)
        # A test that upgrades looks at the new code through the new code's ABI.
        world.market, world.house = faces
        return world

    return restored
