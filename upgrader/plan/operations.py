"""The immutable steps of a plan.

Each has three faces, as a database migration has: it transforms a :class:`State` in memory (``apply``), lowers to
what a chain understands (``calls``), and says what it does in words (``describe``).  It knows its inverse, or says
that it has none.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from upgrader.calls import Call, encode_call
from upgrader.errors import InputError
from upgrader.plan.reading import STRICT, AddressField, BytesField, HashField
from upgrader.plan.state import ProxyKindName, State
from upgrader.units import Address, Hash32, address_from_word, keccak

FACTORY: Final = Address("0x4e59b44847b379578588920cA78FbF26c0B4956C")
"""The deterministic deployment proxy, at one address on every chain.

Calldata is ``salt ++ creation code``; it answers with the address.
Source: https://github.com/Arachnid/deterministic-deployment-proxy
"""

DEPLOYMENT_SALT: Final = Hash32(bytes(32))
"""One salt for all: the same creation code has one address, whoever deploys it."""


def create2_address(
    creation_code_hash: Hash32, *, salt: Hash32 = DEPLOYMENT_SALT, factory: Address = FACTORY
) -> Address:
    """Return where ``factory`` puts the code.

    Source: https://eips.ethereum.org/EIPS/eip-1014
    """
    return address_from_word(keccak(b"\xff" + bytes.fromhex(factory[2:]) + salt + creation_code_hash))


@dataclass(frozen=True, slots=True)
class DeployImplementation:
    """Put an implementation's code on the chain; anybody may do it, nothing else changes.

    Attributes:
        contract: The managed contract it is for.
        origin: ``path.sol:Name`` of the build.
        creation_hash: Keccak-256 of creation code and constructor arguments; the address follows from it.
        runtime_hash: Keccak-256 of the build's runtime code with every immutable and library place zeroed.
        record_hash: Digest of its build record, so that the chain can be compared with the build without a compiler.
        address: Where it will be.
    """

    __pydantic_config__ = STRICT
    contract: str
    origin: str
    creation_hash: HashField
    runtime_hash: HashField
    record_hash: HashField
    address: AddressField
    operation: Literal["deploy"] = "deploy"

    def apply(self, state: State) -> State:
        """Return ``state``: code that nobody delegates to changes nothing."""
        return state

    def calls(self) -> tuple[Call, ...]:
        """Return no governed call: deploying needs no permission."""
        return ()

    def inverse(self, before: State) -> None:
        """Say that there is none: code stays, and harms nobody."""

    def describe(self) -> str:
        """Return the step in words."""
        return f"deploy {self.origin} for {self.contract} at {self.address}"


@dataclass(frozen=True, slots=True)
class UpgradeProxy:
    """Make a proxy delegate to another implementation, and run a call on it in the same transaction.

    Attributes:
        contract: The managed contract.
        proxy: The proxy, or the beacon where one is under management.
        kind: How it delegates.
        admin: The ProxyAdmin or the beacon; None for UUPS.
        interface_version: ``5.0.0`` where the OpenZeppelin 5 call exists, else empty.
        before: The implementation it leaves.
        after: The implementation it will run.
        after_code_hash: Keccak-256 of that code with every immutable and library place zeroed.
        call: Calldata run on the proxy after the change; empty for none.
    """

    __pydantic_config__ = STRICT
    contract: str
    proxy: AddressField
    kind: ProxyKindName
    admin: AddressField | None
    interface_version: str
    before: AddressField
    after: AddressField
    after_code_hash: HashField
    call: BytesField = b""
    operation: Literal["upgrade"] = "upgrade"

    def apply(self, state: State) -> State:
        """Return ``state`` after the upgrade.

        Raises:
            InputError: The proxy does not run ``before`` in ``state``.
        """
        there = state.contracts[self.contract].implementation
        if there != self.before:
            raise InputError(
                f"{self.contract} runs {there}, the step starts from {self.before}", remedy="plan again from the chain"
            )
        return state.running(self.contract, self.after, code_hash=self.after_code_hash)

    def calls(self) -> tuple[Call, ...]:
        """Return the governed call, addressed to whoever the kind obeys."""
        label = self.describe()
        match self.kind:
            case "uups" if self.interface_version or self.call:
                data = encode_call("upgradeToAndCall(address,bytes)", self.after, self.call)
                return (Call(self.proxy, data, label=label),)
            case "uups":
                # Before OpenZeppelin 5, upgradeToAndCall delegates even an empty call, which most code refuses.
                return (Call(self.proxy, encode_call("upgradeTo(address)", self.after), label=label),)
            case "transparent" if self.interface_version or self.call:
                data = encode_call("upgradeAndCall(address,address,bytes)", self.proxy, self.after, self.call)
                return (Call(self._obeyed(), data, label=label),)
            case "transparent":
                return (
                    Call(self._obeyed(), encode_call("upgrade(address,address)", self.proxy, self.after), label=label),
                )
            case "beacon":
                upgrade = Call(self._obeyed(), encode_call("upgradeTo(address)", self.after), label=label)
                follow = (Call(self.proxy, self.call, label=f"call {self.contract}"),) if self.call else ()
                return (upgrade, *follow)

    def inverse(self, before: State) -> "UpgradeProxy":
        """Return the way back to the implementation that ``before`` shows; state written meanwhile stays."""
        there = before.contracts[self.contract]
        return replace(self, before=self.after, after=self.before, after_code_hash=there.code_hash, call=b"")

    def describe(self) -> str:
        """Return the step in words."""
        run = f" and call 0x{self.call[:4].hex()}" if self.call else ""
        return f"upgrade {self.contract} ({self.kind} {self.proxy}) from {self.before} to {self.after}{run}"

    def _obeyed(self) -> Address:
        return self.admin if self.admin is not None else self.proxy


Operation: TypeAlias = DeployImplementation | UpgradeProxy
