"""A chain with a past: the reference protocol, and every kind of transaction that its users send, mined."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import market_world
import protocol_build
from market_world import LIQUIDATOR, MAXIMUM, ONE, PARTIES, STRANGER, TRADER, WRITER, RevertedError
from test_protocol_economic import exact_cost
from venue_world import BLOCK, NEW_CODE, upgrade_acts

from upgrader.edges.anvil import Anvil
from upgrader.edges.engine_past import PastEngines
from upgrader.edges.history import ChainHistory
from upgrader.flows.demo.trading import DOLLAR
from upgrader.flows.dissect import Known
from upgrader.flows.regression import Trial
from upgrader.flows.replay import Past, replay
from upgrader.layout.read import layout_of
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Moment
from upgrader.units import BlockNumber

PAST_CODE = (*NEW_CODE, "PackedBits")
CODES = ("OptionsMarketV1", "ClearingHouseV1", "OptionsMarketV2", "ClearingHouseV2")
"""The old and the new code of market and house."""


@dataclass
class PastWorld:
    """The chain at rest.

    Attributes:
        world: The protocol on version 1, with shorthand to act in it.
        base: A trial without an upgrade, of the whole past.
        past: How the chain's past is had.
        deployed: Where each new implementation is; all but ``late`` are older than the traffic.
        late: Names of those that came after it.
        moments: What happened -> block number.
        known: Layouts of the first version and of the second, and names.
    """

    world: market_world.World
    base: Trial
    past: Past
    deployed: dict
    moments: dict
    known: Known

    @property
    def managed(self):
        """The proxies."""
        return (self.world.market.address, self.world.house.address)

    def trial(self, market="OptionsMarketV2", house="ClearingHouseV2", until=None, **changes):
        """Return an upgrade to these two contracts, looking back from what happened last, or from the end."""
        acts = upgrade_acts(self.world.protocol, self.deployed[market], self.deployed[house])
        block = self.world.sandbox.block(BlockNumber(self.moments[until])) if until else self.base.block
        return replace(self.base, upgrade=(Moment(BLOCK, acts),), block=block, **changes)

    def replay(self, trial, most, past=None, managed=(), **options):
        """Replay the last ``most`` transactions."""
        return replay(trial, managed or self.managed, past or self.past, lambda _: None, most=most, **options)

    def through(self, chain):
        """Return the same past, had through another endpoint."""
        return Past(chain, ChainHistory(chain), PastEngines(chain))


@contextmanager
def opened():
    """Start the chain, deploy every new code, let the users act; the chain ends with the context."""
    code = protocol_build.deployable(protocol_build.compile_contracts())
    options = ["--gas-price", "0", "--block-base-fee-per-gas", "0", "--order", "fifo"]
    with Anvil(timestamp=market_world.START, options=options) as sandbox:
        deployed = {name: sandbox.deploy(code.creation(name)) for name in PAST_CODE}
        world = market_world.World(sandbox, code, live=True)
        moments = dict(_acted(world))
        # The same code once more, after everything that happened.
        deployed |= {f"{name}, late": sandbox.deploy(code.creation(name)) for name in NEW_CODE[:2]}
        protocol = world.protocol
        names = {**protocol.named(), protocol.market: "market", protocol.house: "house", protocol.pricing: "pricing"}
        abis = tuple(artifact.abi for artifact in code.artifacts.values() if artifact.abi)
        lens = Lens(Names(names, abis), signatures_of(abis))
        base = Trial((Moment(BLOCK),), sandbox.chain_id(), sandbox.block(), lens)
        past = Past(sandbox, ChainHistory(sandbox), PastEngines(sandbox))
        layouts = {artifact.name: layout_of(artifact) for artifact in protocol_build.compile_contracts().values()
                   if artifact.name in CODES}  # fmt: skip
        old, new = (dict(zip((protocol.market, protocol.house), map(layouts.get, pair), strict=True)) for pair in
                    (CODES[:2], CODES[2:]))  # fmt: skip
        yield PastWorld(world, base, past, deployed, moments, Known(old, new, lens.names))


def _acted(world):
    """Do everything; yield what was done and its block."""
    sandbox, market, house = world.sandbox, world.market, world.house
    (first, *_) = world.protocol.series

    def done(what):
        return what, sandbox.block().number

    world.pace(0)
    world.deposit(STRANGER, 1_000)
    house.send(STRANGER, "withdraw", 1_000 * DOLLAR - exact_cost(world))
    market.send(STRANGER, "buy", 1, WRITER, ONE, MAXIMUM)
    world.pace(1)
    yield done("spent all")
    _one_block(world)
    yield done("one block")
    world.deposit(LIQUIDATOR, 2_000_000)
    world.price(20_000)
    market.send(PARTIES.guardian, "pause")
    _refused(house, LIQUIDATOR, "liquidate", WRITER, 1, ONE, 0)
    yield done("liquidation while paused")
    market.send(PARTIES.timelock, "resume")
    house.send(LIQUIDATOR, "liquidate", WRITER, 1, ONE, 0)
    yield done("liquidation")
    world.token(first.number).send(TRADER, "transfer", WRITER, ONE)
    world.expire(first.expiry, 3_300)
    world.pace(0)
    _refused(market, WRITER, "close", first.number, ONE)
    world.pace(1)
    yield done("close at expiry")
    market.send(STRANGER, "settle", first.number, 10)
    yield done("settlement")
    market.send(PARTIES.guardian, "pause")
    market.send(TRADER, "redeem", first.number, ONE)
    yield done("redemption while paused")
    market.send(TRADER, "redeem", first.number, 10**13 + 1)
    yield done("odd redemption")
    sandbox.mine(3)


def _one_block(world):
    """A price, a purchase at it, one that its limit refuses, and a transfer: in one block, in this order."""
    sandbox, market = world.sandbox, world.market
    cost = exact_cost(world)
    sandbox.request("evm_setAutomine", False)  # noqa: FBT003 - a JSON-RPC parameter
    for sender, contract, data in (
        (PARTIES.deployer, world.feed, world.feed.encode("setAnswer", 3_100 * 10**8)),
        (TRADER, market, market.encode("buy", 1, WRITER, ONE // 10, MAXIMUM)),
        (TRADER, market, market.encode("buy", 1, WRITER, ONE, cost)),
        (TRADER, world.dollar, world.dollar.encode("approve", STRANGER, 1)),
    ):
        message = {"from": sender, "to": contract.address, "data": "0x" + data.hex(), **market_world.FREE_GAS}
        sandbox.request("eth_sendTransaction", message)
    sandbox.mine()
    sandbox.request("evm_setAutomine", True)  # noqa: FBT003 - likewise


def _refused(contract, sender, name, *arguments):
    """Send what reverts."""
    try:
        contract.send(sender, name, *arguments)
    except RevertedError:
        return
    raise AssertionError(f"{name} went through")
