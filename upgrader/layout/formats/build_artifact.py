"""An artifact file of one contract: Foundry's ``out/X.sol/X.json``, Hardhat's ``artifacts/.../X.json``.

Foundry's holds a storage layout when ``extra_output = ["storageLayout"]`` is set, and an AST of its own file with
``ast = true``.  Hardhat's holds code and interface only.  A build-info has the rest, and is read in its place where
there is one (``edges/build_infos`` finds it).

Sources: https://getfoundry.sh/config/reference/solidity-compiler#extra_output,
https://hardhat.org/hardhat-runner/docs/advanced/artifacts
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from upgrader.build import CompilerSettings
from upgrader.layout.formats._base import FORMATS, Described
from upgrader.layout.formats.compiler_output import artifact


@FORMATS.register
class BuildArtifact:
    """``{"abi": [...], "bytecode": ..., "storageLayout": ...}``."""

    name: ClassVar[str] = "Foundry or Hardhat artifact"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether it is one contract with its interface."""
        return isinstance(document.get("abi"), list)

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return the one key: ``path.sol:Name`` where the file says it."""
        path, name = _names(document)
        return [f"{path}:{name}" if path else name]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:  # noqa: ARG002 - one contract
        """Return the contract; without a layout it has none, and whoever needs one says so."""
        path, name = _names(document)
        tree = document.get("ast")
        asts = {str(tree.get("absolutePath") or path): tree} if isinstance(tree, dict) and tree else {}
        raw = {**document, "evm": {side: document.get(side) for side in ("bytecode", "deployedBytecode")}}
        return artifact(raw, path, name, origin, settings=_compiler(document), asts=asts, texts={})


def _names(document: Mapping[str, Any]) -> tuple[str, str]:
    if isinstance(document.get("contractName"), str):
        return str(document.get("sourceName", "")), document["contractName"]
    metadata = document.get("metadata")
    target = (metadata.get("settings") or {}).get("compilationTarget") if isinstance(metadata, Mapping) else None
    if isinstance(target, Mapping) and len(target) == 1:
        path, name = next(iter(target.items()))
        return str(path), str(name)
    return "", ""


def _compiler(document: Mapping[str, Any]) -> CompilerSettings:
    metadata = document.get("metadata")
    version = (metadata.get("compiler") or {}).get("version", "") if isinstance(metadata, Mapping) else ""
    return CompilerSettings(str(version).partition("+")[0][:40])
