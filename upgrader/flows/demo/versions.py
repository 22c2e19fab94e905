"""Versions 3 and 4 of the reference protocol: what their upgrades call, and the modules that they come with.

Version 3 prices by a volatility surface once governance activates one, and packs positions and accounts.
Version 4 lets only accounts of a registry take on positions.  Version 2 is in :mod:`upgrader.flows.demo.protocol`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from upgrader.calls import encode_call
from upgrader.codec import encode
from upgrader.flows.demo.deployed import Code, Parties, ReferenceProtocol
from upgrader.flows.demo.protocol import Deploy
from upgrader.flows.demo.steps import act
from upgrader.flows.demo.trading import ETHER, ONE
from upgrader.ports import Sandbox
from upgrader.units import Address

MAXIMUM_SHIFT: Final = 25 * ONE // 100
"""Farthest that a surface counts from the flat volatility, as a share of it."""

STRIKES: Final = (2_000 * ONE, 3_000 * ONE, 4_000 * ONE)
TIMES: Final = (7 * 86_400, 30 * 86_400, 90 * 86_400)
VOLATILITIES: Final = (
    (72 * ONE // 100, 60 * ONE // 100, 66 * ONE // 100),
    (68 * ONE // 100, 60 * ONE // 100, 62 * ONE // 100),
    (65 * ONE // 100, 61 * ONE // 100, 62 * ONE // 100),
)
"""A smile that flattens with time, as ether options quote it: dear wings, the flat volatility at the money."""

ALLOWED: Final = 1
"""The registry's standing of an account that may take on positions."""


def market_v3_call(series: Iterable[int]) -> bytes:
    """Return what the market's upgrade to version 3 calls: the series whose positions are packed at once."""
    return encode_call("initializeV3(uint64,uint256[])", MAXIMUM_SHIFT, list(series))


def house_v3_call(accounts: Sequence[Address]) -> bytes:
    """Return what the house's upgrade to version 3 calls: the accounts whose records are packed at once."""
    return encode_call("initializeV3(address[])", list(accounts))


def market_v4_call(registry: Address) -> bytes:
    """Return what the market's upgrade to version 4 calls: the registry that says who is allowed."""
    return encode_call("initializeV4(address)", registry)


def activate_surface_call(surface: Address) -> bytes:
    """Return the timelock's call that makes a market of version 3 price by a surface; zero goes back."""
    return encode_call("activateSurface(address)", surface)


def deploy_surface(sandbox: Sandbox, deploy: Deploy, code: Code, parties: Parties) -> Address:
    """Deploy a volatility surface with the grid of :data:`VOLATILITIES`; the market does not use it yet.

    Args:
        sandbox: The chain.
        deploy: Creates contracts on it.
        code: What to deploy.
        parties: Who administers it.
    """
    arguments = encode(("address", "address"), (parties.timelock, parties.risk_admin))
    surface = deploy(code.creation("VolatilitySurface") + arguments)
    grid = encode_call("setGrid(bytes32,(uint256[],uint256[],uint256[][]))", ETHER, (STRIKES, TIMES, VOLATILITIES))
    act(sandbox, parties.risk_admin, surface, grid, "set the surface's grid")
    return surface


def deploy_registry(
    sandbox: Sandbox, deploy: Deploy, code: Code, protocol: ReferenceProtocol, allowed: Sequence[Address]
) -> Address:
    """Deploy the account registry behind a transparent proxy of the timelock's, and allow accounts.

    The risk admin decides; a venue that must separates the two.

    Args:
        sandbox: The chain.
        deploy: Creates contracts on it.
        code: What to deploy.
        protocol: Whose parties administer it.
        allowed: Who may take on positions from the start.
    """
    parties = protocol.parties
    implementation = deploy(code.creation("AccountRegistryV1"))
    set_up = encode_call("initialize(address,address)", parties.timelock, parties.risk_admin)
    arguments = encode(("address", "address", "bytes"), (implementation, parties.timelock, set_up))
    registry = deploy(code.transparent_proxy + arguments)
    decision = encode_call("decide(address[],uint8,bytes32)", list(allowed), ALLOWED, bytes(32))
    act(sandbox, parties.risk_admin, registry, decision, "allow accounts")
    return registry
