"""``build/<contract>.json``: both sides of a change, as the plan commits to them.

The plan holds the digest of the new side's record, so that whoever schedules or executes can compare the chain with
the build without a compiler and without believing the file.  No path of a machine is in it: the same sources give the
same bytes everywhere.
"""

from collections.abc import Mapping
from typing import Any

from upgrader.build import Artifact, Bytecode
from upgrader.errors import MismatchError
from upgrader.plan.digest import digest
from upgrader.plan.operations import DeployImplementation
from upgrader.units import Hash32, hex_bytes, hexed, keccak


def side_record(artifact: Artifact, creation_code: bytes = b"") -> dict[str, Any]:
    """Return the record of one side.

    Args:
        artifact: The build.
        creation_code: With the constructor's arguments behind it; empty for what runs already.
    """
    runtime = artifact.runtime
    names = variable_names(artifact)
    return {
        "contract": artifact.qualified,
        "compiler": artifact.compiler.version,
        "settings": {key: value for key, value in artifact.compiler.settings.items() if key != "outputSelection"},
        "abi": list(artifact.abi or ()),
        "storage_layout": artifact.storage_layout,
        "creation_code": hexed(creation_code),
        "runtime_code": hexed(runtime.code) if runtime else "0x",
        "immutables": {
            f"{names.get(identifier, 'immutable')} ({identifier})": [list(place) for place in places]
            for identifier, places in (runtime.immutables if runtime else {}).items()
        },
    }


def record_digest(record: Mapping[str, Any]) -> Hash32:
    """Return the digest of one side's record, which the plan holds."""
    return digest(record)


def recorded_runtime(step: DeployImplementation, record: Mapping[str, Any]) -> tuple[bytes, Bytecode]:
    """Return creation code and runtime code of a record, if it is the one that the plan holds.

    Raises:
        MismatchError: The record was changed after planning.
    """
    creation = hex_bytes(str(record.get("creation_code", "")), what="creation code")
    if record_digest(record) != step.record_hash or keccak(creation) != step.creation_hash:
        raise MismatchError(
            f"the build record of {step.contract} is not the planned one",
            remedy="restore it from git, or plan again",
            where=f"build/{step.contract}.json",
        )
    immutables = {
        str(name): tuple((int(offset), int(length)) for offset, length in places)
        for name, places in record["immutables"].items()
    }
    return creation, Bytecode(hex_bytes(record["runtime_code"], what="runtime code"), immutables=immutables)


def variable_names(artifact: Artifact) -> dict[str, str]:
    """Return the names of state variables by AST id; solc names immutables by id alone."""
    return {
        str(member["id"]): str(member["name"])
        for unit in artifact.asts.values()
        for contract in unit.get("nodes", ())
        if contract.get("nodeType") == "ContractDefinition"
        for member in contract.get("nodes", ())
        if member.get("nodeType") == "VariableDeclaration"
    }
