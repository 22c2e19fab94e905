"""``deploy``: put the new code on the chain with CREATE2, and compare what is there with the build."""

from collections.abc import Mapping
from dataclasses import dataclass

from upgrader.build import Artifact
from upgrader.calls import Call
from upgrader.errors import MismatchError, UnavailableError
from upgrader.flows.path import one
from upgrader.inquiry import ReadCode
from upgrader.plan.bytecode import equal
from upgrader.plan.detect import Wanted
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY, DeployImplementation
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Chain, Journal, Progress, Sender
from upgrader.units import Address, hexed, keccak


@dataclass(frozen=True, slots=True)
class Immutable:
    """One immutable of deployed code.

    Attributes:
        name: Its name, or its AST id where the source is not known.
        value: Hex.
        self_address: Whether it holds the implementation's own address, as a UUPS ``__self`` does.
    """

    name: str
    value: str
    self_address: bool


@dataclass(frozen=True, slots=True)
class Deployed:
    """One implementation on the chain, compared with its build.

    Attributes:
        contract: Name under management.
        address: Where it is.
        present: Whether there is code.
        immutables: What its immutables hold.
        problem: How the code differs from the build; empty when it does not.
    """

    contract: str
    address: Address
    present: bool
    immutables: tuple[Immutable, ...] = ()
    problem: str = ""


def compare_deployed(plan: UpgradePlan, builds: Mapping[str, Wanted], chain: Chain) -> tuple[Deployed, ...]:
    """Compare every planned implementation with its build, byte by byte outside immutables and libraries."""
    found = []
    for step in plan.deployments:
        wanted = builds[step.contract]
        (code,) = chain.ask(one(ReadCode(step.address)))
        found.append(_compared(step, wanted.artifact, code))
    return tuple(found)


def deploy(
    plan: UpgradePlan, builds: Mapping[str, Wanted], chain: Chain, sender: Sender, journal: Journal, say: Progress
) -> tuple[Deployed, ...]:
    """Deploy what is missing and compare everything.

    Raises:
        UnavailableError: The chain has no deployment factory, or a deployment failed.
        MismatchError: Deployed code differs from the build.
    """
    (factory,) = chain.ask(one(ReadCode(FACTORY)))
    if not factory:
        raise UnavailableError(
            f"the chain has no CREATE2 factory at {FACTORY}",
            remedy="deploy it once: https://github.com/Arachnid/deterministic-deployment-proxy",
        )
    for standing in compare_deployed(plan, builds, chain):
        if standing.present:
            say(f"deploy: {standing.contract} is at {standing.address} already")
            continue
        say(f"deploy: {standing.contract} at {standing.address}")
        code = builds[standing.contract].creation_code
        journal.append("sending", {"step": "deploy", "contract": standing.contract, "address": standing.address})
        receipt = sender.send(Call(FACTORY, DEPLOYMENT_SALT + code, label=f"deploy {standing.contract}"))
        facts = {"step": "deploy", "contract": standing.contract, "transaction": hexed(receipt.transaction)}
        journal.append("sent", facts | {"status": receipt.status})
        if not receipt.status:
            raise UnavailableError(
                f"deploying {standing.contract} reverted in {hexed(receipt.transaction)}",
                remedy="simulate its constructor with `upgrader simulate`",
            )
    result = compare_deployed(plan, builds, chain)
    for standing in result:
        if standing.problem or not standing.present:
            raise MismatchError(
                f"{standing.contract} at {standing.address}: {standing.problem or 'no code after deployment'}",
                remedy="do not schedule; find out who put this code there",
            )
    return result


def _compared(step: DeployImplementation, artifact: Artifact, code: bytes) -> Deployed:
    if not code:
        return Deployed(step.contract, step.address, present=False)
    problem = "" if equal(artifact, code) else f"its code (keccak {hexed(keccak(code))}) differs from the build"
    immutables = tuple(_immutables(step.address, artifact, code))
    return Deployed(step.contract, step.address, present=True, immutables=immutables, problem=problem)


def _immutables(address: Address, artifact: Artifact, code: bytes) -> list[Immutable]:
    places = artifact.runtime.immutables if artifact.runtime else {}
    own = bytes.fromhex(address[2:]).rjust(32, b"\0")
    names = _names(artifact)
    found = []
    for identifier, where in places.items():
        offset, length = where[0]
        value = code[offset : offset + length]
        found.append(Immutable(names.get(identifier, identifier), hexed(value), value == own[-length:]))
    return found


def _names(artifact: Artifact) -> dict[str, str]:
    """Return the names of state variables by AST id; solc names immutables by id alone."""
    return {
        str(member["id"]): str(member["name"])
        for unit in artifact.asts.values()
        for contract in unit.get("nodes", ())
        if contract.get("nodeType") == "ContractDefinition"
        for member in contract.get("nodes", ())
        if member.get("nodeType") == "VariableDeclaration"
    }
