"""``deploy``: put the new code on the chain with CREATE2, and compare what is there with the build."""

from collections.abc import Iterator
from dataclasses import dataclass

from upgrader.build import Bytecode
from upgrader.calls import Call
from upgrader.errors import MismatchError, NotReadyError, UnavailableError
from upgrader.flows.opened import Opened
from upgrader.flows.path import one
from upgrader.inquiry import ReadCode, gather
from upgrader.plan.build_record import recorded_runtime
from upgrader.plan.bytecode import equal
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY, DeployImplementation
from upgrader.ports import Chain, Journal, Progress, Sender
from upgrader.units import WORD, Address, hexed, keccak


@dataclass(frozen=True, slots=True)
class Immutable:
    """One immutable of deployed code.

    Attributes:
        name: Its name and, in brackets, its AST id.
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


def recorded(opened: Opened) -> dict[str, tuple[bytes, Bytecode]]:
    """Return creation and runtime code of every planned implementation, from build records that the plan commits to.

    Raises:
        MismatchError: A record was changed after planning.
    """
    return {
        step.contract: recorded_runtime(step, opened.bundle.read_json(f"build/{step.contract}.json")["new"])
        for step in opened.plan.deployments
    }


def compare_deployed(opened: Opened, chain: Chain) -> tuple[Deployed, ...]:
    """Compare every planned implementation with its build, byte by byte outside immutables and libraries.

    Raises:
        MismatchError: A build record was changed after planning.
    """
    builds = recorded(opened)
    steps = opened.plan.deployments
    codes = chain.ask(gather(one(ReadCode(step.address)) for step in steps))
    return tuple(_compared(step, builds[step.contract][1], code) for step, (code,) in zip(steps, codes, strict=True))


def require_deployed(opened: Opened, chain: Chain) -> None:
    """Go on only when every planned implementation is there and is what was built.

    Raises:
        NotReadyError: Code is missing.
        MismatchError: Code differs from the build.
    """
    found = compare_deployed(opened, chain)
    if missing := [each.contract for each in found if not each.present]:
        raise NotReadyError(
            f"the new code of {', '.join(missing)} is not on the chain",
            remedy=f"run `upgrader deploy {opened.plan.name} --execute`",
        )
    for each in found:
        if each.problem:
            raise MismatchError(
                f"{each.contract} at {each.address}: {each.problem}",
                remedy="go no further; find out who put this code there",
            )


def deploy(opened: Opened, chain: Chain, sender: Sender, journal: Journal, say: Progress) -> tuple[Deployed, ...]:
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
    builds = recorded(opened)
    for standing in compare_deployed(opened, chain):
        if standing.present:
            say(f"deploy: {standing.contract} is at {standing.address} already")
            continue
        say(f"deploy: {standing.contract} at {standing.address}")
        code, _ = builds[standing.contract]
        journal.append("sending", {"step": "deploy", "contract": standing.contract, "address": standing.address})
        receipt = sender.send(Call(FACTORY, DEPLOYMENT_SALT + code, label=f"deploy {standing.contract}"))
        facts = {"step": "deploy", "contract": standing.contract, "transaction": hexed(receipt.transaction)}
        journal.append("sent", facts | {"status": receipt.status})
        if not receipt.status:
            raise UnavailableError(
                f"deploying {standing.contract} reverted in {hexed(receipt.transaction)}",
                remedy="simulate its constructor with `upgrader simulate`",
            )
    require_deployed(opened, chain)
    return compare_deployed(opened, chain)


def _compared(step: DeployImplementation, build: Bytecode, code: bytes) -> Deployed:
    if not code:
        return Deployed(step.contract, step.address, present=False)
    problem = "" if equal(build, code) else f"its code (keccak {hexed(keccak(code))}) differs from the build"
    immutables = tuple(_immutables(step.address, build, code))
    return Deployed(step.contract, step.address, present=True, immutables=immutables, problem=problem)


def _immutables(address: Address, build: Bytecode, code: bytes) -> Iterator[Immutable]:
    own = bytes.fromhex(address[2:]).rjust(WORD, b"\0")
    for name, places in build.immutables.items():
        offset, length = places[0]
        value = code[offset : offset + length]
        yield Immutable(name, hexed(value), value == own[-length:])
