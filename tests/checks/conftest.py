"""Real compiler output for the checks: one solc run a corpus, kept in ``.build`` under the hash of its input."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from upgrader.build import Artifact, Bytecode, CompilerSettings

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
SHARED = ROOT.parent / "shared"
FIXTURES = Path(__file__).parent / "fixtures"
OUTPUTS = ["abi", "storageLayout", "evm.bytecode", "evm.deployedBytecode"]
MODERN, PERP = "0.8.37", "0.7.6"
NPM = ("@openzeppelin/=node_modules/@openzeppelin/",)

Build = Mapping[str, Artifact]
"""Artifacts by ``path:Name``."""


@cache
def compile_sources(paths: tuple[tuple[str, Path], ...], version: str, remappings: tuple[str, ...] = NPM) -> Build:
    """Compile files (name in the compiler's eyes, path) and return every contract of the run."""
    sources = {name: {"content": path.read_text()} for name, path in paths}
    settings = {
        "remappings": list(remappings),
        "optimizer": {"enabled": True, "runs": 200},
        "outputSelection": {"*": {"": ["ast"], "*": OUTPUTS}},
    }
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    output = _cached(request, version)
    asts = {path: unit["ast"] for path, unit in output["sources"].items()}
    texts = {name: source["content"] for name, source in sources.items()}
    return {
        f"{path}:{name}": _artifact(path, name, contract, asts, texts, version)
        for path, contracts in output["contracts"].items()
        for name, contract in contracts.items()
    }


def _cached(request: dict, version: str) -> dict:
    digest = hashlib.sha256(f"{version}{json.dumps(request, sort_keys=True)}".encode()).hexdigest()[:24]
    kept = ROOT / ".build" / "tests" / f"checks-{digest}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".tools" / "solcx"))
    import solcx

    output = solcx.compile_standard(request, solc_version=version, base_path=str(ROOT), allow_paths=str(ROOT))
    kept.parent.mkdir(parents=True, exist_ok=True)
    beside = kept.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(output))
    beside.rename(kept)
    return output


def _artifact(path: str, name: str, contract: dict, asts: Mapping, texts: Mapping, version: str) -> Artifact:
    return Artifact(
        source=path,
        name=name,
        compiler=CompilerSettings(version),
        abi=tuple(contract["abi"]),
        creation=_bytecode(contract["evm"]["bytecode"]),
        runtime=_bytecode(contract["evm"]["deployedBytecode"]),
        storage_layout=contract.get("storageLayout"),
        asts=asts,
        texts=texts,
    )


def _bytecode(emitted: dict) -> Bytecode:
    links = {
        f"{path}:{name}": tuple(place["start"] for place in places)
        for path, libraries in emitted.get("linkReferences", {}).items()
        for name, places in libraries.items()
    }
    text = emitted["object"]
    for places in emitted.get("linkReferences", {}).values():
        for spots in places.values():
            for spot in spots:
                begin, end = spot["start"] * 2, (spot["start"] + spot["length"]) * 2
                text = text[:begin] + "0" * (end - begin) + text[end:]
    immutables = {
        identity: tuple((place["start"], place["length"]) for place in places)
        for identity, places in emitted.get("immutableReferences", {}).items()
    }
    return Bytecode(bytes.fromhex(text), links, immutables)


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
