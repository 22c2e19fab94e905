"""The governance of the demo: a real Safe that proposes to a real timelock, from their published bytecode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from upgrader.calls import Call, encode_call, topic
from upgrader.codec import encode
from upgrader.errors import SimulationError
from upgrader.flows.demo.protocol import Deploy
from upgrader.ports import Sandbox
from upgrader.units import ZERO_ADDRESS, Address, Seconds, address_from_word

PROXY_CREATION: Final = topic("ProxyCreation(address,address)")
SETUP: Final = "setup(address[],uint256,address,bytes,address,address,uint256,address)"


@dataclass(frozen=True, slots=True)
class GovernanceCode:
    """Creation code of what is deployed: Safe 1.4.1's three contracts and OpenZeppelin's TimelockController."""

    singleton: bytes
    factory: bytes
    handler: bytes
    timelock: bytes


@dataclass(frozen=True, slots=True)
class Governance:
    """Where the governance stands."""

    safe: Address
    timelock: Address


def deploy_governance(
    sandbox: Sandbox, deploy: Deploy, code: GovernanceCode, owners: Sequence[Address], threshold: int, delay: Seconds
) -> Governance:
    """Deploy a Safe and a timelock that it proposes to, cancels at, and that anybody executes from.

    Args:
        sandbox: The chain.
        deploy: Creates contracts on it.
        code: What to deploy.
        owners: The Safe's owners.
        threshold: How many must agree.
        delay: The timelock's minimum.
    """
    singleton, factory, handler = deploy(code.singleton), deploy(code.factory), deploy(code.handler)
    setup = encode_call(SETUP, list(owners), threshold, ZERO_ADDRESS, b"", handler, ZERO_ADDRESS, 0, ZERO_ADDRESS)
    create = encode_call("createProxyWithNonce(address,bytes,uint256)", singleton, setup, 0)
    receipt = sandbox.impersonate(owners[0]).send(Call(factory, create, label="create the Safe"))
    created = [log for log in receipt.logs if log.topics[:1] == (PROXY_CREATION,)]
    if not receipt.status or not created:
        raise SimulationError("the Safe could not be created", remedy="check the Safe package's version")
    safe = address_from_word(created[0].topics[1])
    # No outside admin (the last argument): the timelock alone administers its roles.
    arguments = encode(("uint256", "address[]", "address[]", "address"), (delay, [safe], [ZERO_ADDRESS], ZERO_ADDRESS))
    return Governance(safe, deploy(code.timelock + arguments))
