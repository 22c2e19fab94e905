"""One real chain for the folder's tests, and servers that spoil its answers."""

import engine_world
import pytest
from edges_world import INVALID, LOGGER, REVERTER, SENDER, SLOTS, STORE
from faulty_node import FaultyNode

from upgrader.edges.anvil import Anvil
from upgrader.units import Slot, word


@pytest.fixture(scope="session")
def anvil():
    """A real chain of 31 blocks: a log of LOGGER in each of the blocks 1 to 30."""
    with Anvil() as chain:
        chain.set_code(REVERTER, bytes.fromhex("63deadbeef5f526004601cfd"))
        chain.set_code(INVALID, bytes.fromhex("fe"))
        chain.set_code(LOGGER, bytes.fromhex("5f3560075f5fa200"))
        chain.set_code(STORE, bytes.fromhex("00"))
        for number in range(30):
            chain.send(SENDER, LOGGER, word(number))
        for slot in range(SLOTS):
            chain.set_storage(STORE, Slot(slot), word(slot + 1))
        chain.mine()
        yield chain


@pytest.fixture
def spoiled(anvil):
    """Return a function that starts a server in front of the real chain which answers as ``fault`` says."""
    nodes = []

    def start(fault):
        node = FaultyNode(anvil.url, fault)
        nodes.append(node)
        return node.__enter__()

    yield start
    for node in nodes:
        node.__exit__()


@pytest.fixture
def waits():
    """Collects the seconds that the code under test wanted to wait."""
    return []


@pytest.fixture(scope="session")
def demo():
    """The reference protocol under its real governance, with a planned upgrade."""
    with engine_world.opened() as world:
        yield world
