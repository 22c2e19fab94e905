"""A whole tree of contracts: from sources to a verdict on every contract.

The peer's path is a full build-info and then its validator; ours compiles for what the judgement needs.
"""

import json
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.ours import SETTINGS
from bench.process import Run, run
from upgrader.edges.imports import gathered, project_remappings

ROOT: Final = Path(__file__).resolve().parents[1]
TREE: Final = ROOT / "node_modules" / "@openzeppelin" / "contracts-upgradeable"
VALIDATE: Final = ROOT / "node_modules" / "@openzeppelin" / "upgrades-core" / "dist" / "cli" / "cli.js"
VERSION: Final = "0.8.37"
SHIM: Final = ROOT / ".tools" / "solcx" / f"solc-v{VERSION}"

HARDHAT: Final = {
    "*": {
        "*": ["abi", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata", "storageLayout"],
        "": ["ast"],
    }
}
"""What Hardhat writes into a build-info with upgrades-core's plugin: the outputs that the validator insists on."""

_ANNOTATED: Final = re.compile(r"@custom:storage-location\s+(erc7201:[^\s*]+)")


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer's run of a tree."""

    compile: Run
    validate: Run

    @property
    def cpu(self) -> float:
        """Seconds of processor time from cold."""
        return self.compile.cpu + self.validate.cpu


def tree_sources() -> list[str]:
    """Return every source of the tree, from the project's root."""
    return sorted(path.relative_to(ROOT).as_posix() for path in TREE.rglob("*.sol"))


def closure(sources: list[str]) -> dict[str, str]:
    """Return the texts of sources and of everything they import."""
    return gathered(ROOT, sources, project_remappings(ROOT))


def namespaces(texts: dict[str, str]) -> list[str]:
    """Return every namespace that a comment in the texts annotates."""
    return sorted({name for text in texts.values() for name in _ANNOTATED.findall(text)})


def peer(texts: dict[str, str]) -> Peer:
    """Compile a full build-info with the same compiler, and validate it with upgrades-core's command."""
    request: dict[str, Any] = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in texts.items()},
        "settings": {**SETTINGS, "remappings": project_remappings(ROOT), "outputSelection": HARDHAT},
    }
    compiled = run([str(SHIM), "--standard-json"], folder=ROOT, given=json.dumps(request).encode())
    with tempfile.TemporaryDirectory() as folder:
        info = {"_format": "hh-sol-build-info-1", "id": "bench", "solcVersion": VERSION, "solcLongVersion": VERSION}
        document = {**info, "input": request, "output": json.loads(compiled.output)}
        (Path(folder) / "bench.json").write_text(json.dumps(document))
        # 1: some contract is not upgrade-safe, which is a result.
        validated = run([node(), str(VALIDATE), "validate", folder], folder=ROOT, accept=frozenset({0, 1}))
    assert b"upgradeable contracts detected" in validated.output or b"SUCCESS" in validated.output, validated.output
    return Peer(compiled, validated)


def ours(what: str, state: str, sources: list[str]) -> tuple[Run, dict[str, Any]]:
    """Judge the tree with our own code in a fresh process."""
    done = run([sys.executable, "-m", "bench.ours", what, state, str(ROOT), *sources], folder=ROOT)
    return done, json.loads(done.output)


def node() -> str:
    """Return the node that the compiler's shim runs in."""
    found = re.search(r"exec '([^']+)'", SHIM.read_text())
    return found[1] if found else "node"
