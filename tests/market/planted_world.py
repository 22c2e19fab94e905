"""Every economic defect of ``contracts/broken/economic.json`` as an upgrade on trial, on one chain.

The chain has been lived in for a week: the demo's series and positions, a feed that is kept alive, a first expiry that
was observed, settled and redeemed in part; later a perpetual with trades, a registry with decisions, a staked token
quoted in ether.
"""

import json
from contextlib import contextmanager
from dataclasses import dataclass

import market_world
import protocol_build
from market_world import PARTIES

from upgrader.calls import encode_call
from upgrader.checks.code import touched
from upgrader.codec import encode
from upgrader.edges.anvil import Anvil
from upgrader.edges.engine import SimulatingEngine
from upgrader.edges.reads import log_of
from upgrader.flows.demo.perpetual import deploy_perpetual, open_perpetual
from upgrader.flows.demo.protocol import (
    ADMIN_SLOT,
    HEARTBEAT,
    HOUSE_V2_CALL,
    MARKET_V2_CALL,
    SEQUENCER_GRACE,
    deploy_protocol,
)
from upgrader.flows.demo.steps import act, read_slot
from upgrader.flows.demo.trading import ETHER, FEED_DECIMALS, FEED_UNIT, ONE, expiry_after, publish_price
from upgrader.flows.demo.versions import deploy_registry
from upgrader.flows.regression import Trial
from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, Moment
from upgrader.simulation.sequences.surface import Interface
from upgrader.simulation.traffic import Transaction
from upgrader.units import ZERO_ADDRESS, BlockNumber, Seconds, Timestamp, Wei, address, address_from_word, hex_bytes

ECONOMIC = json.loads((protocol_build.ROOT / "contracts" / "broken" / "economic.json").read_text())
REPLACED = {entry["contract"]: entry["replaces"] for entry in ECONOMIC}
STAKED = b"STETH".ljust(32, b"\0")
BLOCK = Seconds(12)
ROUNDS = (3_000, 3_010, 2_990)
"""Dollars that the feed published at first."""

SETTLED = 3_150
"""Dollars at the first expiry: its call pays, its put does not."""

WINDOW, STEP = 1_800, 180
"""Seconds before the expiry in which prices are observed, and from one to the next."""

DECLARED = (
    Difference("market", "version()", "the version is a new one"),
    Difference("house", "version()", "the version is a new one"),
    Difference("market", "parts()", "the market is pointed at another adapter"),
)


@dataclass(frozen=True)
class Planted:
    """One upgrade on trial: what fuzzing is given."""

    engine: SimulatingEngine
    trial: Trial
    interfaces: dict
    traffic: tuple


@dataclass
class PlantedWorld:
    """The chain at rest.

    Attributes:
        sandbox: The chain.
        code: What can be deployed.
        protocol: The options venue.
        places: Name -> address of everything that stands besides.
        deployed: New implementations and oracle adapters.
        rests: The block after the venue was opened, and the one after everything else.
        traffic: Every transaction so far.
    """

    sandbox: Anvil
    code: object
    protocol: object
    places: dict
    deployed: dict
    rests: tuple
    traffic: tuple

    def good(self):
        """Return the good upgrade of the venue to version 2."""
        return self._venue("OptionsMarketV2", "ClearingHouseV2")

    def planted(self, name):
        """Return an upgrade to a broken contract; the venue's other side is upgraded as it should be."""
        match REPLACED[name]:
            case "OptionsMarketV1":
                return self._venue(name, "ClearingHouseV2")
            case "ClearingHouseV1":
                return self._venue("OptionsMarketV2", name)
            case "PerpetualMarketV1":
                upgrade = encode_call("upgradeToAndCall(address,bytes)", self.deployed[name], b"")
                return self._besides("perpetual", name, self.places["perpetual"], upgrade)
            case "AccountRegistryV1":
                data = encode_call("initializeV2(uint256)", 0) if name == "ZeroEpoch" else b""
                signature = "upgradeAndCall(address,address,bytes)"
                upgrade = encode_call(signature, self.places["registry"], self.deployed[name], data)
                return self._besides("registry", name, self.places["registry admin"], upgrade)
            case _:
                return self.oracle(name)

    def oracle(self, name):
        """Return an upgrade that points the market at another adapter."""
        late = REPLACED.get(name) == "CompositeOracleAdapter"
        call = (self.protocol.market, encode_call("setOracle(address)", self.deployed[name]))
        sides = {"market": ("OptionsMarketV1",) * 2, "house": ("ClearingHouseV1",) * 2}
        return self._trial(sides, [call], self.rests[late])

    def _venue(self, market, house):
        signature = "upgradeAndCall(address,address,bytes)"
        upgrade = encode_call(signature, self.protocol.house, self.deployed[house], HOUSE_V2_CALL)
        authorised = encode_call("upgradeToAndCall(address,bytes)", self.deployed[market], MARKET_V2_CALL)
        calls = [(self.protocol.house_admin, upgrade), (self.protocol.market, authorised)]
        sides = {"market": ("OptionsMarketV1", market), "house": ("ClearingHouseV1", house)}
        return self._trial(sides, calls, self.rests[0])

    def _besides(self, side, name, to, upgrade):
        return self._trial({side: (REPLACED[name], name)}, [(to, upgrade)], self.rests[1])

    def _trial(self, sides, calls, block):
        pairs = {side: tuple(map(self._artifact, both)) for side, both in sides.items()}
        reached = touched({side: both for side, both in pairs.items() if both[0] is not both[1]})
        interfaces = {
            self.places[side]: Interface(side, old.abi, new.abi, reached.get(side))
            for side, (old, new) in pairs.items()
        }
        names = {**self.protocol.named(), **{at: name for name, at in self.places.items() if name in sides}}
        abis = tuple(artifact.abi for artifact in self.code.artifacts.values() if artifact.abi)
        acts = tuple(Act(PARTIES.timelock, to, data, label="upgrade") for to, data in calls)
        lens = Lens(Names(names, abis), signatures_of(abis))
        trial = Trial((Moment(BLOCK, acts),), self.sandbox.chain_id(), block, lens, declared=DECLARED)
        others = {*(at for side, at in self.places.items() if side not in sides), *self.deployed.values()}
        traffic = tuple(each for each in self.traffic if each.block <= block.number and each.to not in others)
        return Planted(SimulatingEngine(self.sandbox, block), trial, interfaces, traffic)

    def _artifact(self, name):
        return next(artifact for artifact in self.code.artifacts.values() if artifact.name == name)


@contextmanager
def opened():
    """Start the chain and deploy everything that an upgrade goes to; the chain ends with the context."""
    code = protocol_build.deployable(protocol_build.compile_contracts())
    options = ["--gas-price", "0", "--block-base-fee-per-gas", "0"]
    with Anvil(timestamp=market_world.START, options=options) as sandbox:
        sandbox.request("anvil_autoImpersonateAccount", True)  # noqa: FBT003 - a JSON-RPC parameter
        # What is deployed first is no traffic of the venue's.
        names = ("OptionsMarketV2", "ClearingHouseV2", *(n for n, old in REPLACED.items() if "Oracle" not in old))
        deployed = {name: sandbox.deploy(code.creation(name)) for name in names}
        first = sandbox.block().number
        protocol = deploy_protocol(sandbox, sandbox.deploy, code, PARTIES)
        for dollars in ROUNDS:
            publish_price(sandbox, protocol, dollars)
        _expire(sandbox, protocol)
        deployed |= {
            name: _adapter(sandbox, code, protocol, name) for name in ("OracleAdapter", "OracleDecimals", "FrozenFeed")
        }
        publish_price(sandbox, protocol)
        early = sandbox.block()
        places = _besides(sandbox, code, protocol, deployed)
        publish_price(sandbox, protocol)
        rests = (early, sandbox.block())
        yield PlantedWorld(sandbox, code, protocol, places, deployed, rests, traffic_of(sandbox, first))


def _expire(sandbox, protocol):
    """Let the first expiry pass: observe its prices, settle its series, redeem a part of them."""
    expiry, keeper = protocol.series[0].expiry, PARTIES.deployer
    for time in range(expiry - WINDOW, expiry, STEP):
        sandbox.request("evm_setNextBlockTimestamp", time)
        publish_price(sandbox, protocol, SETTLED)
        act(sandbox, keeper, protocol.market, encode_call("observe(bytes32,uint64)", ETHER, expiry), "observe")
    sandbox.set_time(Timestamp(expiry))
    for series in protocol.series:
        if series.expiry == expiry:
            settle = encode_call("settle(uint256,uint256)", series.number, 10)
            act(sandbox, keeper, protocol.market, settle, "settle")
    redeem = encode_call("redeem(uint256,uint256)", protocol.series[0].number, ONE)
    act(sandbox, PARTIES.traders[0], protocol.market, redeem, "redeem")


def _besides(sandbox, code, protocol, deployed):
    """Open a perpetual and a registry, list a series on a staked token; return what stands where."""
    perpetual = deploy_perpetual(sandbox.deploy, code, protocol)
    open_perpetual(sandbox, protocol, perpetual)
    registry = deploy_registry(sandbox, sandbox.deploy, code, protocol, PARTIES.traders)
    arguments = encode(("uint8", "int256"), (FEED_DECIMALS, 112 * FEED_UNIT // 100))
    ratio = sandbox.deploy(code.creation("TestFeed") + arguments)
    terms = ("setFeed(bytes32,address,uint32,uint128,uint128)", STAKED, ratio, HEARTBEAT, ONE // 2, 2 * ONE)
    for name in ("CompositeOracleAdapter", "MissingFactor"):
        deployed[name] = _adapter(sandbox, code, protocol, name)
        act(sandbox, PARTIES.oracle_admin, deployed[name], encode_call(*terms), "set the ratio's feed")
        quoted = encode_call("setQuotedIn(bytes32,bytes32)", STAKED, ETHER)
        act(sandbox, PARTIES.oracle_admin, deployed[name], quoted, "quote it in ether")
    pointed = encode_call("setOracle(address)", deployed["CompositeOracleAdapter"])
    act(sandbox, PARTIES.timelock, protocol.market, pointed, "point the market at the composite adapter")
    volatility = encode_call("setVolatility(bytes32,uint256)", STAKED, 6 * ONE // 10)
    act(sandbox, PARTIES.risk_admin, protocol.market, volatility, "set the staked token's volatility")
    expiry = expiry_after(sandbox.block().timestamp, 28)
    listing = encode_call("createSeries(bytes32,uint128,uint64,bool)", STAKED, 3_000 * ONE, expiry, True)  # noqa: FBT003 - a call
    act(sandbox, PARTIES.risk_admin, protocol.market, listing, "list a series on the staked token")
    admin = address_from_word(read_slot(sandbox, registry, ADMIN_SLOT))
    return {
        "market": protocol.market, "house": protocol.house,
        "perpetual": perpetual, "registry": registry, "registry admin": admin,
    }  # fmt: skip


def _adapter(sandbox, code, protocol, name):
    """Deploy an oracle adapter set up as the deployment does it."""
    values = (PARTIES.timelock, PARTIES.oracle_admin, ZERO_ADDRESS, SEQUENCER_GRACE)
    oracle = sandbox.deploy(code.creation(name) + encode(("address", "address", "address", "uint256"), values))
    terms = ("setFeed(bytes32,address,uint32,uint128,uint128)", ETHER, protocol.feed, HEARTBEAT, ONE, 10**6 * ONE)
    act(sandbox, PARTIES.oracle_admin, oracle, encode_call(*terms), "set the feed")
    return oracle


def traffic_of(sandbox, after):
    """Return every transaction of the chain behind a block."""
    found = []
    for number in range(after + 1, sandbox.block().number + 1):
        block = sandbox.request("eth_getBlockByNumber", hex(number), True)  # noqa: FBT003 - with its transactions
        for index, sent in enumerate(block["transactions"]):
            receipt = sandbox.request("eth_getTransactionReceipt", sent["hash"])
            found.append(
                Transaction(
                    hash=hex_bytes(sent["hash"]),
                    index=index,
                    sender=address(sent["from"]),
                    to=address(sent["to"]) if sent["to"] else None,
                    data=hex_bytes(sent["input"]),
                    value=Wei(int(sent["value"], 16)),
                    gas=int(sent["gas"], 16),
                    block=BlockNumber(number),
                    timestamp=Timestamp(int(block["timestamp"], 16)),
                    status=receipt["status"] == "0x1",
                    gas_used=int(receipt["gasUsed"], 16),
                    logs=tuple(log_of(entry) for entry in receipt["logs"]),
                )
            )
    return tuple(found)
