"""From what is there and what is wanted to the operations between the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from upgrader.build import Artifact
from upgrader.calls import SELECTOR_BYTES, abi_signature, selector
from upgrader.errors import InputError
from upgrader.plan.build_record import record_digest, side_record
from upgrader.plan.bytecode import equal
from upgrader.plan.manifest import Change, Manifest
from upgrader.plan.operations import DeployImplementation, Operation, UpgradeProxy, create2_address
from upgrader.plan.state import State
from upgrader.plan.values import encode_wanted, values
from upgrader.units import Hash32, keccak


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new implementation, ready to be put on a chain.

    Attributes:
        artifact: The build.
        creation_code: Creation code with the constructor's arguments behind it.
    """

    artifact: Artifact
    creation_code: bytes

    @property
    def creation_hash(self) -> Hash32:
        """Keccak-256 of the creation code, from which the address follows."""
        return keccak(self.creation_code)


def wanted(change: Change, artifact: Artifact) -> Wanted:
    """Join a build with the constructor arguments of the manifest.

    Raises:
        InputError: The build has no bytecode, links libraries, or the arguments do not fit its constructor.
    """
    if artifact.creation is None or artifact.runtime is None or not artifact.creation.code:
        raise InputError(
            f"{artifact.qualified} has no bytecode",
            remedy="name a contract that is not abstract, in a source file or a full build",
            where=artifact.origin,
        )
    if artifact.creation.links:
        raise InputError(
            f"{artifact.qualified} links {', '.join(sorted(artifact.creation.links))}",
            remedy="give a build whose libraries are linked (solc settings.libraries)",
            where=artifact.origin,
        )
    from upgrader.calls import canonical_type
    from upgrader.codec import encode

    constructor = next((entry for entry in artifact.abi or () if entry.get("type") == "constructor"), {})
    types = [canonical_type(parameter) for parameter in constructor.get("inputs", ())]
    if len(types) != len(change.constructor):
        raise InputError(
            f"the constructor of {artifact.name} takes {len(types)} arguments, {len(change.constructor)} are given",
            remedy=f"set constructor = [...] under [[change]] of {change.contract}",
        )
    return Wanted(artifact, artifact.creation.code + encode(types, values(types, change.constructor)))


def detect(
    state: State, manifest: Manifest, builds: Mapping[str, Wanted], current: Mapping[str, bytes]
) -> tuple[Operation, ...]:
    """Return what must be done, deployments first, in the manifest's order.

    Args:
        state: The observed world.
        manifest: What is wanted.
        builds: The new implementation of each changed contract.
        current: Runtime code of each changed contract's present implementation.

    Returns:
        The operations; a contract that already runs equal code (immutables aside) and needs no call gets none.

    Raises:
        InputError: There is nothing to upgrade, or the new code lacks the function that is to be called.
    """
    deployments: list[Operation] = []
    upgrades: list[Operation] = []
    for change in manifest.change:
        there, new = state.contracts[change.contract], builds[change.contract]
        call = encode_wanted(change.call) if change.call else b""
        if there.kind != "beacon":  # where one is under management, the call goes to the beacon
            _require_function(change, call, new.artifact)
        if not call and equal(new.artifact.runtime, current[change.contract]):
            continue
        runtime = new.artifact.runtime
        runtime_hash = runtime.digest if runtime else keccak(b"")
        target = change.at or create2_address(new.creation_hash)
        if change.at is None:
            deployments.append(
                DeployImplementation(
                    contract=change.contract,
                    origin=new.artifact.qualified,
                    creation_hash=new.creation_hash,
                    runtime_hash=runtime_hash,
                    record_hash=record_digest(side_record(new.artifact, new.creation_code)),
                    address=target,
                )
            )
        upgrades.append(
            UpgradeProxy(
                contract=change.contract,
                proxy=there.proxy,
                kind=there.kind,
                admin=there.admin,
                interface_version=there.interface_version,
                before=there.implementation,
                after=target,
                after_code_hash=runtime_hash,
                call=call,
            )
        )
    if not upgrades:
        raise InputError(
            "nothing to upgrade: every proxy already runs this code", remedy="check the source named in upgrade.toml"
        )
    return (*deployments, *upgrades)


def _require_function(change: Change, call: bytes, artifact: Artifact) -> None:
    """Refuse a call that the new code would refuse: a mistyped name would cost an owner a signature to find out."""
    kinds = {str(entry.get("type")) for entry in artifact.abi or ()}
    if change.call is None or artifact.abi is None or "fallback" in kinds:
        return
    known = {selector(signature): signature for signature in _signatures(artifact)}
    if call[:SELECTOR_BYTES] not in known:
        close = get_close_matches(change.call.function, sorted(known.values()))
        raise InputError(
            f"{artifact.qualified} has no function {change.call.function}",
            remedy=f"correct call under [[change]] of {change.contract}" + (f": {', '.join(close)}?" if close else ""),
        )


def _signatures(artifact: Artifact) -> list[str]:
    return [abi_signature(entry) for entry in artifact.abi or () if entry.get("type") == "function"]
