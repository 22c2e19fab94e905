"""The contracts of the protocol as the demo builds them, and what can be deployed."""

import json

import demo_build

from upgrader.flows.demo.deployed import Code

ROOT = demo_build.ROOT
PROXIES = ROOT / "node_modules" / "@openzeppelin" / "contracts" / "build" / "contracts"


def compile_contracts():
    """Return every contract of ``contracts/`` by ``path.sol:Name``."""
    return demo_build.compiled()


def deployable(artifacts):
    """Return the builds together with OpenZeppelin's published proxies."""
    erc1967, transparent, beacon = (
        bytes.fromhex(json.loads((PROXIES / f"{name}.json").read_text())["bytecode"].removeprefix("0x"))
        for name in ("ERC1967Proxy", "TransparentUpgradeableProxy", "UpgradeableBeacon")
    )
    return Code(artifacts, erc1967, transparent, beacon)
