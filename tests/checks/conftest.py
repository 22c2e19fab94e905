"""The corpora that the checks are tested on, compiled once a session."""

from collections.abc import Callable

import pytest
from checks_corpora import FIXTURES, MODERN, PERP, ROOT, SHARED, Build, compile_sources

from upgrader.build import Artifact


@pytest.fixture(scope="session")
def fixtures() -> Build:
    """Every contract of ``tests/checks/fixtures``."""
    return compile_sources(tuple((path.name, path) for path in sorted(FIXTURES.glob("*.sol"))), MODERN)


@pytest.fixture(scope="session")
def adversarial() -> Build:
    """Every contract of the shared adversarial corpus."""
    folder = SHARED / "layouts" / "adversarial"
    if not folder.exists():
        pytest.skip("the shared corpora are not beside this checkout")
    return compile_sources(tuple((path.name, path) for path in sorted(folder.glob("*.sol"))), MODERN)


@pytest.fixture(scope="session")
def perp() -> Callable[[str], Artifact]:
    """Return Perpetual Protocol's ClearingHouseConfig in one of its npm versions."""

    def compiled(version: str) -> Artifact:
        package = "node_modules/@perp/curie-contract" if version == "2.8.4" else f"node_modules/perp-curie-{version}"
        name = f"{package}/contracts/ClearingHouseConfig.sol"
        remappings = (
            "@openzeppelin/contracts-upgradeable/=node_modules/oz-upgradeable-3/",
            "@openzeppelin/contracts/=node_modules/oz-3/",
            "@uniswap/=node_modules/@uniswap/",
            "@perp/=node_modules/@perp/",
        )
        return compile_sources(((name, ROOT / name),), PERP, remappings)[f"{name}:ClearingHouseConfig"]

    return compiled
