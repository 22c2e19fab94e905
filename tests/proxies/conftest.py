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


@pytest.fixture(scope="session")
def vaults():
    """Creation code of the vaults by name, compiled once."""
    from real_parts import ROOT

    from upgrader.edges.solc import Solc

    built = Solc().compile(["tests/proxies/contracts/Vaults.sol"], root=ROOT)
    return {artifact.name: artifact.creation.code for artifact in built.values() if "Vaults.sol" in artifact.source}


@pytest.fixture(scope="session")
def uups(chain, vaults):
    """Return a function that deploys a vault behind a UUPS proxy."""
    from real_parts import openzeppelin

    from upgrader.calls import encode_call

    def deploy(name, signature, *arguments):
        implementation = chain.deploy(vaults[name])
        start = encode_call(signature, *arguments)
        return chain.deploy(openzeppelin("ERC1967Proxy"), "constructor(address,bytes)", implementation, start)

    return deploy
