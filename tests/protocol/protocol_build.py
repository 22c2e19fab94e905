"""Compile ``contracts/`` once, and remember the result under ``.build/`` by the hash of everything that made it."""

import hashlib
import json
import os
from pathlib import Path

import solcx

from upgrader.build import Artifact, Bytecode, CompilerSettings
from upgrader.flows.demo.deployed import Code

ROOT = Path(__file__).resolve().parents[2]
SOLC = "0.8.37"
SETTINGS = {
    "optimizer": {"enabled": True, "runs": 200},
    "evmVersion": "cancun",
    "remappings": [
        "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",
        "@openzeppelin/contracts-upgradeable/=node_modules/@openzeppelin/contracts-upgradeable/",
    ],
    "outputSelection": {
        "*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"]},
    },
}
PROXIES = ROOT / "node_modules" / "@openzeppelin" / "contracts" / "build" / "contracts"


def compile_contracts():
    """Return every contract of ``contracts/`` by ``path.sol:Name``."""
    files = sorted((ROOT / "contracts").rglob("*.sol"))
    source = {
        "language": "Solidity",
        "sources": {file.relative_to(ROOT).as_posix(): {"content": file.read_text()} for file in files},
        "settings": SETTINGS,
    }
    # The lock file stands for the imported OpenZeppelin sources.
    key = hashlib.sha256(json.dumps([SOLC, source]).encode() + (ROOT / "package-lock.json").read_bytes()).hexdigest()
    cache = ROOT / ".build" / f"protocol-{key[:32]}.json"
    if not cache.exists():
        output = solcx.compile_standard(source, base_path=ROOT, allow_paths=ROOT, solc_version=SOLC)
        cache.parent.mkdir(exist_ok=True)
        beside = cache.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(output["contracts"]))
        for outdated in cache.parent.glob("protocol-*.json"):
            outdated.unlink(missing_ok=True)
        beside.rename(cache)
    contracts = json.loads(cache.read_text())
    return {
        f"{path}:{name}": artifact(path, name, contract)
        for path, members in contracts.items()
        for name, contract in members.items()
        if path.startswith("contracts/")
    }


def artifact(path, name, contract):
    """Return one contract of solc's output; without code where it is abstract or an interface."""
    creation, runtime = (bytes.fromhex(contract["evm"][key]["object"]) for key in ("bytecode", "deployedBytecode"))
    return Artifact(
        source=path,
        name=name,
        compiler=CompilerSettings(SOLC, settings=SETTINGS),
        abi=tuple(contract["abi"]),
        creation=Bytecode(creation) if creation else None,
        runtime=Bytecode(runtime) if runtime else None,
        storage_layout=contract["storageLayout"],
    )


def deployable(artifacts):
    """Return the builds together with OpenZeppelin's published proxies."""
    erc1967, transparent, beacon = (
        bytes.fromhex(json.loads((PROXIES / f"{name}.json").read_text())["bytecode"].removeprefix("0x"))
        for name in ("ERC1967Proxy", "TransparentUpgradeableProxy", "UpgradeableBeacon")
    )
    return Code(artifacts, erc1967, transparent, beacon)
