"""A deployed reference protocol, and what it takes to put an upgrade of it through the markets."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import market_world
import protocol_build

from upgrader.calls import encode_call
from upgrader.edges.anvil import Anvil
from upgrader.edges.engine import SimulatingEngine
from upgrader.flows.demo.playbook import ReferencePlaybook
from upgrader.flows.demo.protocol import HOUSE_V2_CALL, MARKET_V2_CALL, deploy_protocol
from upgrader.flows.regression import Trial, regress
from upgrader.market.conditions import conditions
from upgrader.market.fixed import ONE, Price
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, Moment
from upgrader.units import Seconds

SPOT = Price(3_000 * ONE)
CASES = {case.name: case for condition in conditions() for case in condition.cases()}
BLOCK = Seconds(12)


@dataclass
class Venue:
    """The chain at rest.

    Attributes:
        protocol: Version 1, with live positions.
        base: A trial without an upgrade.
        engine: Runs scenarios on the block at rest.
        book: The playbook.
        deployed: Where each new implementation is.
        sandbox: The chain itself.
    """

    protocol: object
    base: Trial
    engine: SimulatingEngine
    book: ReferencePlaybook
    deployed: dict
    sandbox: Anvil

    def trial(self, market="OptionsMarketV2", house="ClearingHouseV2", **changes):
        """Return an upgrade to these two contracts; both are deployed already."""
        acts = upgrade_acts(self.protocol, self.deployed[market], self.deployed[house])
        return replace(self.base, upgrade=(Moment(BLOCK, acts),), **changes)

    def scripts(self, *cases):
        """Return the playbook's scripts for the cases of these names."""
        return list(self.book([CASES[name] for name in cases], self.trial().stage))

    def regress(self, trial, *cases):
        """Run the cases and return what differed."""
        return regress(self.engine, trial, self.scripts(*cases), lambda _: None)


def upgrade_acts(protocol, market, house):
    """Return what the timelock does to take both proxies to new implementations."""
    timelock = protocol.parties.timelock
    upgrade = encode_call("upgradeAndCall(address,address,bytes)", protocol.house, house, HOUSE_V2_CALL)
    authorised = encode_call("upgradeToAndCall(address,bytes)", market, MARKET_V2_CALL)
    return (
        Act(timelock, protocol.house_admin, upgrade, label="upgrade the house"),
        Act(timelock, protocol.market, authorised, label="upgrade the market"),
    )


NEW_CODE = (
    "OptionsMarketV2", "ClearingHouseV2", "SettlementRoundedUp", "ExpiryComparison", "LiquidationGas",
    "LiquidationNotPaused", "RedeemPaused", "AccountClass",
)  # fmt: skip


@contextmanager
def opened():
    """Start the chain, deploy everything that any test upgrades to; the chain ends with the context."""
    code = protocol_build.deployable(protocol_build.compile_contracts())
    options = ["--gas-price", "0", "--block-base-fee-per-gas", "0"]
    with Anvil(timestamp=market_world.START, options=options) as sandbox:
        sandbox.request("anvil_autoImpersonateAccount", True)  # noqa: FBT003 - a JSON-RPC parameter
        protocol = deploy_protocol(sandbox, sandbox.deploy, code, market_world.PARTIES)
        deployed = {name: sandbox.deploy(code.creation(name)) for name in NEW_CODE}
        names = {**protocol.named(), protocol.market: "market", protocol.house: "house", protocol.pricing: "pricing"}
        abis = tuple(artifact.abi for artifact in code.artifacts.values() if artifact.abi)
        block = sandbox.block()
        base = Trial((Moment(BLOCK),), sandbox.chain_id(), block, Lens(Names(names, abis), signatures_of(abis)))
        engine, book = SimulatingEngine(sandbox, block), ReferencePlaybook(protocol, SPOT)
        yield Venue(protocol, base, engine, book, deployed, sandbox)
