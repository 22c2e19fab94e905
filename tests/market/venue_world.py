"""Deployed reference protocols of every version, and what it takes to put their upgrades through the markets."""

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import market_world
import protocol_build

from upgrader.calls import encode_call
from upgrader.codec import encode
from upgrader.edges.anvil import Anvil
from upgrader.edges.engine import SimulatingEngine
from upgrader.flows.demo.deployed import ListedSeries, ReferenceProtocol
from upgrader.flows.demo.perpetual import deploy_perpetual, open_perpetual
from upgrader.flows.demo.perpetual_playbook import PerpetualPlaybook
from upgrader.flows.demo.playbook import HOLDER, PEOPLE, ReferencePlaybook
from upgrader.flows.demo.protocol import (
    ADMIN_SLOT,
    HEARTBEAT,
    HOUSE_V2_CALL,
    MARGIN,
    MARKET_V2_CALL,
    SEQUENCER_GRACE,
    VOLATILITY,
    deploy_protocol,
)
from upgrader.flows.demo.steps import act, read_slot, view
from upgrader.flows.demo.trading import FEED_DECIMALS, QUOTED
from upgrader.flows.demo.traffic import trade_spread
from upgrader.flows.demo.venue import Staked
from upgrader.flows.demo.versions import (
    STRIKES,
    TIMES,
    VOLATILITIES,
    activate_surface_call,
    deploy_registry,
    deploy_surface,
    house_v3_call,
    market_v3_call,
    market_v4_call,
)
from upgrader.flows.regression import Trial, regress
from upgrader.market.conditions import conditions
from upgrader.market.fixed import ONE, Price
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, Moment
from upgrader.units import Address, Seconds, address, address_from_word

SPOT = Price(3_000 * ONE)
CASES = {case.name: case for condition in conditions() for case in condition.cases()}
BLOCK = Seconds(12)
STAKED = b"STETH".ljust(32, b"\0")
"""Quoted in ether; listed with the third version."""

RATIO = 112 * ONE // 100
"""Of staked ether to ether, at rest."""

PARTIES = market_world.PARTIES
HOLDERS = (*PARTIES.writers, *PARTIES.traders)
NEW_CODE = (
    *("OptionsMarketV2", "ClearingHouseV2", "OptionsMarketV3", "ClearingHouseV3", "OptionsMarketV4", "SeriesTokenV4"),
    *("SettlementRoundedUp", "ExpiryComparison", "PauseBehindTimelock", "PositionBits"),
    *("AccountRegistryV1", "ZeroEpoch", "EventChanged"),
    *("LiquidationGas", "LiquidationNotPaused", "RedeemPaused", "AccountClass", "PackedBits", "SelectorClash"),
    *("PerpetualMarketV1", "FundingFlipped"),
)
ORACLES = ("CompositeOracleAdapter", "OracleDecimals", "FrozenFeed", "MissingFactor")


LARGE = 8
"""Scenarios from which on a sweep of the new code is kept, too: what is looked at later was run by it."""


class KeepingEngine:
    """Runs on the old code, and those of a whole sweep, are made once: every other defect needs the same ones.

    What shrinking tries one by one is not kept.
    """

    def __init__(self, engine):
        self.engine = engine
        self.kept = {}

    def run(self, prelude, scenarios, watch):
        """Yield what each scenario showed, in the order given."""
        scenarios, where = list(scenarios), repr(prelude)
        known = [self._known(where, each, watch) for each in scenarios]
        fresh = [each for each, answers in zip(scenarios, known, strict=True) if answers is None]
        made = self.engine.run(prelude, fresh, watch) if fresh else iter(())
        old = len(scenarios) > 1 and not any(moment.acts for moment in prelude)
        for scenario, answers in zip(scenarios, known, strict=True):
            found = next(made) if answers is None else answers
            if (old or len(scenarios) > LARGE) and not watch:
                self.kept[where, scenario.name] = scenario, found
            yield found

    def _known(self, where, scenario, watch):
        kept, answers = self.kept.get((where, scenario.name), (None, None))
        return answers if kept == scenario and not watch else None


@dataclass(frozen=True)
class Venue:
    """The chain at rest, at one version.

    Attributes:
        protocol: With live positions.
        perpetual: The perpetual market beside it, with live positions.
        base: A trial without an upgrade.
        engine: Runs scenarios on the block at rest.
        book: The playbook of the options.
        perpetual_book: That of the perpetual.
        deployed: Where each new implementation, oracle and module is.
        sandbox: The chain itself.
        kept: What was played already.
    """

    protocol: ReferenceProtocol
    perpetual: Address
    base: Trial
    engine: KeepingEngine
    book: ReferencePlaybook
    perpetual_book: PerpetualPlaybook
    deployed: dict
    sandbox: Anvil
    kept: dict = field(default_factory=dict)

    def trial(self, market="OptionsMarketV2", house="ClearingHouseV2", **changes):
        """Return an upgrade of both proxies to these contracts, with what version 2 calls."""
        return self.upgrade(*upgrade_acts(self.protocol, self.deployed[market], self.deployed[house]), **changes)

    def third(self, **changes):
        """Return the upgrade from version 2 to version 3."""
        return self.upgrade(
            self.house_act("ClearingHouseV3", house_v3_call(HOLDERS)),
            self.market_act("OptionsMarketV3", market_v3_call(each.number for each in self.protocol.series)),
            **changes,
        )

    def activation(self, surface="surface", **changes):
        """Return the step after version 3 that makes the market price by a surface."""
        activated = activate_surface_call(self.deployed[surface])
        return self.upgrade(self.call(self.protocol.market, activated, "activate the surface"), **changes)

    def fourth(self, registry="registry", **changes):
        """Return the upgrade from version 3 to version 4."""
        beacon = encode_call("upgradeTo(address)", self.deployed["SeriesTokenV4"])
        return self.upgrade(
            self.market_act("OptionsMarketV4", market_v4_call(self.deployed[registry])),
            self.call(self.protocol.token_beacon, beacon, "upgrade the tokens"),
            **changes,
        )

    def new_oracle(self, name, **changes):
        """Return the replacement of the oracle adapter, of the options and of the perpetual."""
        replaced = encode_call("setOracle(address)", self.deployed[name])
        acts = [self.call(where, replaced, "replace the oracle") for where in (self.protocol.market, self.perpetual)]
        return self.upgrade(*acts, **changes)

    def new_registry(self, name, call=b"", **changes):
        """Return an upgrade of the account registry behind its proxy."""
        data = encode_call(
            "upgradeAndCall(address,address,bytes)", self.deployed["registry"], self.deployed[name], call
        )  # fmt: skip
        return self.upgrade(self.call(self.deployed["registry admin"], data, "upgrade the registry"), **changes)

    def new_perpetual(self, name, **changes):
        """Return an upgrade of the perpetual market."""
        return self.upgrade(self.proxy_act(self.perpetual, name, b""), **changes)

    def upgrade(self, *acts, **changes):
        """Return a trial of these acts in one block."""
        return replace(self.base, upgrade=(Moment(BLOCK, acts),), **changes)

    def house_act(self, name, call):
        """The timelock upgrades the clearing house through its ProxyAdmin."""
        data = encode_call("upgradeAndCall(address,address,bytes)", self.protocol.house, self.deployed[name], call)
        return self.call(self.protocol.house_admin, data, "upgrade the house")

    def market_act(self, name, call):
        """The timelock upgrades the options market."""
        return self.proxy_act(self.protocol.market, name, call)

    def proxy_act(self, proxy, name, call):
        """The timelock upgrades a UUPS proxy."""
        return self.call(
            proxy, encode_call("upgradeToAndCall(address,bytes)", self.deployed[name], call), "upgrade the market"
        )  # fmt: skip

    def call(self, to, data, label):
        """The timelock calls."""
        return Act(self.protocol.parties.timelock, to, data, label=label)

    def scripts(self, *cases, book=None):
        """Return a playbook's scripts for the cases of these names, the options' by default."""
        return list((book or self.book)([CASES[name] for name in cases], self.trial_stage))

    @property
    def trial_stage(self):
        """Where a run begins whose upgrade takes one block."""
        return replace(self.base, upgrade=(Moment(BLOCK),)).stage

    def regress(self, trial, *cases, book=None):
        """Run the cases and return what differed."""
        return regress(self.engine, trial, self.scripts(*cases, book=book), lambda _: None)

    def played(self, trial, name, book=None, case=None):
        """Return the script of this name, and what the new code showed in it; run once, however often it is asked."""
        key = (repr(trial.upgrade), name, id(book), case)
        if key not in self.kept:
            scripts = self.scripts(case or name.partition(":")[0], book=book)
            (script,) = [each for each in scripts if each.scenario.name == name]
            self.kept[key] = script, next(self.engine.run(trial.prelude(script), [script.scenario], {}))
        return self.kept[key]


def upgrade_acts(protocol, market, house):
    """Return what the timelock does to take both proxies to new implementations."""
    timelock = protocol.parties.timelock
    upgrade = encode_call("upgradeAndCall(address,address,bytes)", protocol.house, house, HOUSE_V2_CALL)
    authorised = encode_call("upgradeToAndCall(address,bytes)", market, MARKET_V2_CALL)
    return (
        Act(timelock, protocol.house_admin, upgrade, label="upgrade the house"),
        Act(timelock, protocol.market, authorised, label="upgrade the market"),
    )


def outcomes(script, answers):
    """Count (label, went through) of every act."""
    return Counter(
        (act.label, result.status)
        for moment, results in zip(script.scenario.moments, answers.acts, strict=True)
        for act, result in zip(moment.acts, results, strict=True)
    )


@dataclass
class Chain:
    """One chain, taken from version to version; an engine goes on seeing the block that it was made for."""

    sandbox: Anvil
    lens: Lens
    perpetual: Address
    deployed: dict

    def at_rest(self, protocol, **changes):
        """Return the protocol as it stands now."""
        block = self.sandbox.block()
        base = Trial((Moment(BLOCK),), self.sandbox.chain_id(), block, self.lens)
        engine = KeepingEngine(SimulatingEngine(self.sandbox, block))
        book = ReferencePlaybook(protocol, SPOT, **changes)
        perpetual = PerpetualPlaybook(protocol, self.perpetual, SPOT)
        return Venue(protocol, self.perpetual, base, engine, book, perpetual, self.deployed, self.sandbox)

    def take(self, trial):
        """Do an upgrade for real."""
        for moment in trial.upgrade:
            for step in moment.acts:
                act(self.sandbox, step.sender, step.to, step.data, step.label)


@contextmanager
def opened() -> Callable:
    """Start the chain, deploy everything that any test upgrades to; yield it with version 1 at rest."""
    code = protocol_build.deployable(protocol_build.compile_contracts())
    options = ["--gas-price", "0", "--block-base-fee-per-gas", "0"]
    with Anvil(timestamp=market_world.START, options=options) as sandbox:
        sandbox.request("anvil_autoImpersonateAccount", True)  # noqa: FBT003 - a JSON-RPC parameter
        protocol = deploy_protocol(sandbox, sandbox.deploy, code, PARTIES)
        perpetual = deploy_perpetual(sandbox.deploy, code, protocol)
        open_perpetual(sandbox, protocol, perpetual)
        deployed = {name: sandbox.deploy(code.creation(name)) for name in NEW_CODE}
        ratio = encode(("uint8", "int256"), (FEED_DECIMALS, RATIO // 10**10))
        deployed["staked feed"] = sandbox.deploy(code.creation("TestFeed") + ratio)
        deployed |= {name: _oracle(sandbox, code, protocol, name, deployed["staked feed"]) for name in ORACLES}
        for name in ("surface", "surface of ether alone"):
            deployed[name] = deploy_surface(sandbox, sandbox.deploy, code, PARTIES)
        everybody = (*HOLDERS, *PEOPLE)
        for name, allowed in (("registry", everybody), ("strict", [who for who in everybody if who != HOLDER])):
            deployed[name] = deploy_registry(sandbox, sandbox.deploy, code, protocol, allowed)
        named = {protocol.market: "market", protocol.house: "house", protocol.pricing: "pricing"}
        names = {**protocol.named(), **named, perpetual: "perpetual"}
        abis = tuple(artifact.abi for artifact in code.artifacts.values() if artifact.abi)
        deployed["registry admin"] = address_from_word(read_slot(sandbox, deployed["registry"], ADMIN_SLOT))
        names[deployed["registry"]] = "registry"
        chain = Chain(sandbox, Lens(Names(names, abis), signatures_of(abis)), perpetual, deployed)
        yield chain, chain.at_rest(protocol)


def second(chain, venue):
    """Take version 1 to version 2, with a spread that is traded; return it at rest."""
    chain.take(venue.trial())
    number = trade_spread(chain.sandbox, venue.protocol)
    protocol = venue.protocol
    listed = _listed(chain.sandbox, protocol, number)
    return chain.at_rest(replace(protocol, series=(*protocol.series, listed)), spreads=True)


def third(chain, venue):
    """Take version 2 to version 3 with the composite oracle, and trade options on staked ether; return it at rest."""
    chain.take(venue.third())
    chain.take(venue.new_oracle("CompositeOracleAdapter"))
    protocol, sandbox = venue.protocol, chain.sandbox
    market, risk, writer, trader = protocol.market, PARTIES.risk_admin, PARTIES.writers[0], PARTIES.traders[0]
    margin = encode_call("setMarginParameters(bytes32,(uint64,uint64,uint64,uint64))", STAKED, MARGIN)
    act(sandbox, risk, protocol.house, margin, "set the margin")
    act(sandbox, risk, market, encode_call("setVolatility(bytes32,uint256)", STAKED, VOLATILITY), "list staked ether")
    terms = (STAKED, 3_000 * ONE, protocol.series[-1].expiry, True)
    act(sandbox, risk, market, encode_call("createSeries(bytes32,uint128,uint64,bool)", *terms), "list a series")
    (number,) = view(sandbox, market, encode_call("seriesCount()"), "uint256")
    quote = (number, (QUOTED, QUOTED, 0, 2**128 - 1))
    act(sandbox, writer, market, encode_call("setQuote(uint256,(uint128,uint128,uint128,uint128))", *quote), "quote")
    buy = encode_call("buy(uint256,address,uint256,uint256)", number, writer, ONE, 2**256 - 1)
    act(sandbox, trader, market, buy, "buy")
    grid = encode_call("setGrid(bytes32,(uint256[],uint256[],uint256[][]))", STAKED, (STRIKES, TIMES, VOLATILITIES))
    act(sandbox, risk, venue.deployed["surface"], grid, "set the surface's grid for staked ether")
    listed = _listed(sandbox, protocol, number)
    staked = Staked(STAKED, venue.deployed["staked feed"], RATIO)
    return chain.at_rest(replace(protocol, series=(*protocol.series, listed)), spreads=True, staked=staked)


def fourth(chain, venue):
    """Take version 3 to version 4, with everybody allowed; return it at rest."""
    chain.take(venue.fourth())
    return chain.at_rest(venue.protocol, spreads=True, registry=venue.deployed["registry"], staked=venue.book.staked)


def _oracle(sandbox, code, protocol, name, staked):
    """Deploy an adapter with ether's feed, and where it knows quotes with staked ether's."""
    types = ("address", "address", "address", "uint256")
    arguments = (PARTIES.timelock, PARTIES.oracle_admin, protocol.sequencer, SEQUENCER_GRACE)
    oracle = sandbox.deploy(code.creation(name) + encode(types, arguments))
    feeds = [(market_world.ETHER, protocol.feed, HEARTBEAT, ONE, 10**6 * ONE)]
    if name in ("CompositeOracleAdapter", "MissingFactor"):
        feeds.append((STAKED, staked, 2 * 86_400, ONE // 2, 2 * ONE))
    for terms in feeds:
        data = encode_call("setFeed(bytes32,address,uint32,uint128,uint128)", *terms)
        act(sandbox, PARTIES.oracle_admin, oracle, data, "set a feed")
    if len(feeds) > 1:
        data = encode_call("setQuotedIn(bytes32,bytes32)", STAKED, market_world.ETHER)
        act(sandbox, PARTIES.oracle_admin, oracle, data, "quote staked ether in ether")
    return oracle


def _listed(sandbox, protocol, number):
    """Return a series as the market tells it."""
    types = "(bytes32,uint128,uint64,bool,bool,address,uint256)"
    (terms,) = (view(sandbox, protocol.market, encode_call("seriesOf(uint256)", number), types),)
    terms = terms[0] if len(terms) == 1 else terms
    return ListedSeries(number, address(terms[5]), terms[0], terms[1], terms[2], terms[3])
