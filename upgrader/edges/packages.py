"""Published bytecode from npm packages: governance contracts and proxies as their projects released them."""

from pathlib import Path
from typing import Final

from upgrader.edges.files import read_json
from upgrader.errors import UnavailableError
from upgrader.units import hex_bytes

SIZE_LIMIT: Final = 8 * 2**20

TIMELOCK: Final = "@openzeppelin/contracts/build/contracts/TimelockController.json"
ERC1967_PROXY: Final = "@openzeppelin/contracts/build/contracts/ERC1967Proxy.json"
TRANSPARENT_PROXY: Final = "@openzeppelin/contracts/build/contracts/TransparentUpgradeableProxy.json"
BEACON: Final = "@openzeppelin/contracts/build/contracts/UpgradeableBeacon.json"
SAFE_SINGLETON: Final = "@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json"
SAFE_FACTORY: Final = (
    "@safe-global/safe-contracts/build/artifacts/contracts/proxies/SafeProxyFactory.sol/SafeProxyFactory.json"
)
SAFE_HANDLER: Final = (
    "@safe-global/safe-contracts/build/artifacts/contracts/handler/"
    "CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json"
)


def creation_code(package_path: str, root: Path) -> bytes:
    """Return the creation code of a published artifact.

    Args:
        package_path: Path below ``node_modules``.
        root: A folder in or above which ``node_modules`` lies.

    Raises:
        UnavailableError: The package is not installed, or its artifact has no bytecode.
    """
    for folder in (root, *root.resolve().parents):
        path = folder / "node_modules" / package_path
        if path.is_file():
            artifact = read_json(path, limit=SIZE_LIMIT)
            code = artifact.get("bytecode") if isinstance(artifact, dict) else None
            if isinstance(code, str) and len(code) > 2:  # noqa: PLR2004 - more than 0x
                return hex_bytes(code, what="bytecode")
            break
    raise UnavailableError(
        f"the npm package of {package_path} is not installed", remedy="run `make setup` in the project folder"
    )
