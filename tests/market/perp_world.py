"""Perpetual Protocol v2.1.1, as published on npm, with a past that its own entry points made.

Nine contracts behind OpenZeppelin's transparent proxies, a virtual token pair in a real Uniswap v3 pool, one market.
Makers, takers and liquidators act; every transaction is mined with a price of gas.  Only the aggregator that a price
is read from is a part of the test.
"""

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace

from demo_build import ROOT
from eth_abi.abi import encode

from upgrader.calls import Call, encode_call
from upgrader.edges import packages
from upgrader.edges.anvil import Anvil
from upgrader.edges.endpoint import RpcError
from upgrader.edges.engine_past import PastEngines
from upgrader.edges.history import ChainHistory
from upgrader.flows.path import one
from upgrader.flows.regression import Trial
from upgrader.flows.replay import Past, replay
from upgrader.inquiry import ReadSlot
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, Moment
from upgrader.units import Seconds, Slot, address, address_from_word, keccak

OLD, NEW = "perp-curie-1.1.0", "@perp/curie-contract"
ARTIFACT = "{package}/artifacts/contracts/{name}.sol/{name}.json"
FACTORY = "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"
PRICE_FEED = "@perp/perp-oracle-contract/artifacts/contracts/ChainlinkPriceFeed.sol/ChainlinkPriceFeed.json"
DOLLAR = "oz-3/build/contracts/ERC20PresetMinterPauser.json"

AGGREGATOR = bytes.fromhex(
    "366024146026575f3560e01c63313ce56714602d57"  # one word of calldata sets the price; decimals() is asked for by name
    "5f546020524260405242606052" "60a05ff3"  # whatever else is asked, the latest round is number 0, of now
    "5b6004355f5500"
    "5b60085f5260205ff3"
)  # fmt: skip
"""Answers as Chainlink's aggregators do, with eight decimals."""

OWNER, MAKER, LONG, SHORT, LIQUIDATOR = (address_from_word(keccak(b"perp %d" % number)) for number in range(5))
ADMIN_SLOT = Slot(int.from_bytes(keccak(b"eip1967.proxy.admin"), "big") - 1)
ONE = 10**18
FEE = 10_000
"""One per cent, Uniswap's largest tier, which Perpetual Protocol uses."""

FIRST_PRICE = 100
LOWER, UPPER = 40_000, 52_000
"""Ticks of 55 and 181 dollars."""

TWAP = Seconds(900)
"""Over which the protocol averages prices; a market must be as old."""

NEVER = 2**64
"""A deadline."""

OPEN = "openPosition((address,bool,bool,uint256,uint256,uint256,uint160,bytes32))"
CLOSE = "closePosition((address,uint160,uint256,uint256,bytes32))"
ADD = "addLiquidity((address,uint256,uint256,int24,int24,uint256,uint256,bool,uint256))"
REMOVE = "removeLiquidity((address,int24,int24,uint128,uint256,uint256,uint256))"
LIQUIDATE = "liquidate(address,address)"


def published(package, name):
    """Return a contract's published artifact."""
    return json.loads((ROOT / "node_modules" / ARTIFACT.format(package=package, name=name)).read_text())


@dataclass
class Perp:
    """The chain at rest.

    Attributes:
        proxies: Name -> proxy.
        implementations: (package, name) -> implementation.
        base: A trial without an upgrade.
    """

    sandbox: object
    proxies: dict
    implementations: dict
    base: Trial
    past: Past

    def replay(self, name, package, most):
        """Upgrade one contract to a package's, and replay the last ``most`` transactions."""
        proxy, code = self.proxies[name], self.implementations[package, name]
        (word,) = self.sandbox.ask(one(ReadSlot(proxy, ADMIN_SLOT)))
        data = encode_call("upgradeAndCall(address,address,bytes)", proxy, code, b"")
        upgrade = Act(OWNER, address_from_word(word), data, label=f"upgrade {name}")
        trial = replace(self.base, upgrade=(Moment(Seconds(12), (upgrade,)),))
        managed = tuple(self.proxies.values())
        return replay(trial, managed, self.past, lambda _: None, most=most, implementations=[code])


@contextmanager
def opened():
    """Start the chain, deploy the protocol, open its market, let everybody act; the chain ends with the context."""
    with Anvil(interval=Seconds(12), timestamp=1_700_000_000) as sandbox:
        system = _System(sandbox)
        system.deploy()
        system.trade()
        implementations = {
            (package, name): sandbox.deploy(packages.creation_code(ARTIFACT.format(package=package, name=name), ROOT))
            for name in system.proxies
            for package in (OLD, NEW)
        }
        abis = tuple(tuple(published(package, name)["abi"]) for name in system.proxies for package in (OLD, NEW))
        lens = Lens(Names({proxy: name for name, proxy in system.proxies.items()}, abis), signatures_of(abis))
        base = Trial((Moment(Seconds(12)),), sandbox.chain_id(), sandbox.block(), lens)
        past = Past(sandbox, ChainHistory(sandbox), PastEngines(sandbox))
        yield Perp(sandbox, system.proxies, implementations, base, past)


class _System:
    """The protocol while it comes to be."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.proxies = {}

    def send(self, sender, to, signature, *arguments, ok=True):
        """Send a transaction that must go through, or must not."""
        receipt = self.sandbox.impersonate(sender).send(Call(to, encode_call(signature, *arguments)), gas=10_000_000)
        assert ok == receipt.status, (signature, arguments, self.reason(sender, to, signature, *arguments))
        return receipt

    def reason(self, sender, to, signature, *arguments):
        """Return why a call reverts now; empty where it does not."""
        message = {"from": sender, "to": to, "data": "0x" + encode_call(signature, *arguments).hex()}
        try:
            self.sandbox.request("eth_call", message, "latest")
        except RpcError as error:
            return error.message
        return ""

    def create(self, path, types=(), *values):
        """Create a published contract as the owner."""
        return self.sandbox.deploy(packages.creation_code(path, ROOT) + encode(types, values), sender=OWNER)

    def proxy(self, name, signature, *arguments):
        """Put a contract behind a proxy of the owner's, initialised."""
        code = self.create(ARTIFACT.format(package=OLD, name=name))
        return self.create(
            packages.TRANSPARENT_PROXY, ("address", "address", "bytes"), code, OWNER, encode_call(signature, *arguments)
        )

    def deploy(self):
        """Deploy everything in the order in which one needs the other, and open the market."""
        made = self.proxies
        send = self.send
        self.dollar = self.create(DOLLAR, ("string", "string"), "Dollar", "USD")
        factory = self.create(FACTORY)
        self.aggregator = address("0x" + "a9" * 20)
        self.sandbox.set_code(self.aggregator, AGGREGATOR)
        self.price(FIRST_PRICE)
        feed = self.create(PRICE_FEED, ("address",), self.aggregator)
        made["BaseToken"] = base = self.proxy("BaseToken", "initialize(string,string,address)", "vETH", "vETH", feed)
        quote = self.proxy("QuoteToken", "initialize(string,string)", "vUSD", "vUSD")
        while int(quote, 16) < int(base, 16):  # the base must be the pool's first token
            quote = self.proxy("QuoteToken", "initialize(string,string)", "vUSD", "vUSD")
        made["ClearingHouseConfig"] = config = self.proxy("ClearingHouseConfig", "initialize()")
        made["InsuranceFund"] = fund = self.proxy("InsuranceFund", "initialize(address)", self.dollar)
        made["MarketRegistry"] = registry = self.proxy("MarketRegistry", "initialize(address,address)", factory, quote)
        made["OrderBook"] = book = self.proxy("OrderBook", "initialize(address)", registry)
        made["Exchange"] = exchange = self.proxy(
            "Exchange", "initialize(address,address,address)", registry, book, config
        )
        made["AccountBalance"] = balance = self.proxy("AccountBalance", "initialize(address,address)", config, book)
        made["Vault"] = vault = self.proxy(
            "Vault", "initialize(address,address,address,address)", fund, config, balance, exchange
        )
        made["ClearingHouse"] = house = self.proxy(
            "ClearingHouse",
            "initialize(address,address,address,address,address,address,address)",
            config, vault, quote, factory, exchange, balance, fund,
        )  # fmt: skip
        send(OWNER, factory, "createPool(address,address,uint24)", base, quote, FEE)
        pool = self.read(factory, "getPool(address,address,uint24)", base, quote, FEE)
        send(OWNER, pool, "initialize(uint160)", 10 * 2**96)
        send(OWNER, pool, "increaseObservationCardinalityNext(uint16)", 200)
        for token in (base, quote):
            send(OWNER, token, "mintMaximumTo(address)", house)
            send(OWNER, token, "addWhitelist(address)", house)
            send(OWNER, token, "addWhitelist(address)", pool)
        send(OWNER, fund, "setBorrower(address)", vault)
        send(OWNER, exchange, "setAccountBalance(address)", balance)
        send(OWNER, book, "setExchange(address)", exchange)
        send(OWNER, vault, "setClearingHouse(address)", house)
        send(OWNER, balance, "setVault(address)", vault)
        for callee in (registry, book, exchange, balance):
            send(OWNER, callee, "setClearingHouse(address)", house)
        send(OWNER, registry, "addPool(address,uint24)", base, FEE)
        send(OWNER, exchange, "setMaxTickCrossedWithinBlock(address,uint24)", base, 1_000)
        send(OWNER, config, "setSettlementTokenBalanceCap(uint256)", 2**200)

    def read(self, to, signature, *arguments):
        """Return the address that a view answers."""
        answer = self.sandbox.request("eth_call", {"to": to, "data": "0x" + encode_call(signature, *arguments).hex()})
        return address_from_word(bytes.fromhex(answer[2:]))

    def price(self, dollars):
        """Publish a price of the underlying."""
        self.send(OWNER, self.aggregator, "setPrice(int256)", round(dollars * 10**8))

    def deposit(self, who, dollars):
        """Give somebody collateral, and deposit it."""
        self.send(OWNER, self.dollar, "mint(address,uint256)", who, dollars * ONE)
        self.send(who, self.dollar, "approve(address,uint256)", self.proxies["Vault"], dollars * ONE)
        self.send(who, self.proxies["Vault"], "deposit(address,uint256)", self.dollar, dollars * ONE)

    def trade(self):
        """Provide liquidity, go long and short, move the price, liquidate, close, withdraw."""
        self.sandbox.advance(TWAP)
        house, base, vault = (self.proxies[name] for name in ("ClearingHouse", "BaseToken", "Vault"))
        send = self.send
        for who, dollars in ((MAKER, 1_000_000), (LONG, 1_000), (SHORT, 1_000), (LIQUIDATOR, 10_000)):
            self.deposit(who, dollars)
        send(MAKER, house, ADD, (base, 2_000 * ONE, 200_000 * ONE, LOWER, UPPER, 0, 0, False, NEVER))
        send(LONG, house, OPEN, (base, False, True, 6_000 * ONE, 0, NEVER, 0, bytes(32)))
        send(SHORT, house, OPEN, (base, True, True, 20 * ONE, 0, NEVER, 0, bytes(32)))
        send(SHORT, house, OPEN, (base, True, True, 900 * ONE, 0, NEVER, 0, bytes(32)), ok=False)
        send(LIQUIDATOR, house, LIQUIDATE, LONG, base, ok=False)
        self.price(88)
        send(LIQUIDATOR, house, LIQUIDATE, LONG, base)
        send(SHORT, house, CLOSE, (base, 0, 0, NEVER, bytes(32)))
        send(SHORT, vault, "withdraw(address,uint256)", self.dollar, 500 * ONE)
        send(SHORT, vault, "withdraw(address,uint256)", self.dollar, 10_000 * ONE, ok=False)
        send(MAKER, house, REMOVE, (base, LOWER, UPPER, 10**20, 0, 0, NEVER))
