"""The reference protocol on anvil, spoken to by function name: what every test of the protocol stands in."""

from dataclasses import dataclass, field, replace

from eth_abi.abi import decode, encode

from upgrader.calls import abi_signature, canonical_type, decode_call, selector
from upgrader.edges.endpoint import RpcError
from upgrader.edges.reads import revert_data
from upgrader.flows.demo.deployed import Parties
from upgrader.flows.demo.protocol import deploy_contracts, deploy_protocol
from upgrader.flows.demo.trading import DOLLAR, ETHER, FEED_UNIT, ONE, expiry_after
from upgrader.units import ZERO_HASH, address_from_word, hexed, keccak

START = 1_767_614_400
"""2026-01-05T12:00:00Z, a Monday."""

MAXIMUM = 2**256 - 1
FREE_GAS = {"gas": hex(2**24), "gasPrice": "0x0"}
ANY_PRICE = 2**128 - 1
WINDOW = 1_800
RUNNING, SETTLE_ONLY, PAUSED = range(3)
CALL, PUT = True, False

IMPLEMENTATION_SLOT = int.from_bytes(keccak(b"eip1967.proxy.implementation"), "big") - 1
ADMIN_ROLE = ZERO_HASH
GUARDIAN_ROLE, RISK_ADMIN_ROLE, ORACLE_ADMIN_ROLE, UPGRADER_ROLE = (
    keccak(name) for name in (b"GUARDIAN_ROLE", b"RISK_ADMIN_ROLE", b"ORACLE_ADMIN_ROLE", b"UPGRADER_ROLE")
)


def account(number):
    """Return an address that nobody has a key of."""
    return address_from_word(keccak(b"account %d" % number))


PARTIES = Parties(
    deployer=account(0),
    timelock=account(1),
    guardian=account(2),
    risk_admin=account(3),
    oracle_admin=account(4),
    writers=(account(10), account(11)),
    traders=(account(20), account(21), account(22)),
)
WRITER, OTHER_WRITER = PARTIES.writers
TRADER, OTHER_TRADER, THIRD_TRADER = PARTIES.traders
STRANGER, LIQUIDATOR = account(90), account(91)


class RevertedError(Exception):
    """A call reverted: ``name`` is the error's name, ``arguments`` what it carried."""

    def __init__(self, name, arguments=()):
        super().__init__(f"{name}{tuple(arguments)}")
        self.name = name
        self.arguments = tuple(arguments)


@dataclass(frozen=True)
class Contract:
    """One address with an ABI; errors are looked up in those of every contract, since reverts travel."""

    sandbox: object
    address: str
    abi: tuple
    errors: tuple = ()
    functions: dict = field(default_factory=dict)

    def __post_init__(self):
        for entry in self.abi:
            if entry["type"] == "function":
                self.functions[entry["name"]] = entry

    def encode(self, name, *arguments):
        """Return calldata."""
        entry = self.functions[name]
        types = [canonical_type(parameter) for parameter in entry["inputs"]]
        return selector(abi_signature(entry)) + encode(types, arguments)

    def read(self, name, *arguments, sender=STRANGER):
        """Return what a call answers now: one value, or a tuple of several."""
        message = {"from": sender, "to": self.address, "data": hexed(self.encode(name, *arguments))}
        try:
            result = self.sandbox.request("eth_call", message, "latest")
        except RpcError as error:
            raise self._reverted(revert_data(error)) from None
        types = [canonical_type(output) for output in self.functions[name]["outputs"]]
        values = decode(types, bytes.fromhex(result[2:]))
        return values[0] if len(values) == 1 else values

    def send(self, sender, name, *arguments):
        """Send a transaction; return its receipt, or raise what it reverted with."""
        message = {"from": sender, "to": self.address, "data": hexed(self.encode(name, *arguments)), **FREE_GAS}
        receipt = self.sandbox.request("eth_sendTransactionSync", message)
        if receipt["status"] != "0x1":
            # The failed transaction changed nothing and its block's time is the call's.
            self.read(name, *arguments, sender=sender)
            raise AssertionError(f"{name} reverted when sent and passed when called")
        return receipt

    def returns(self, sender, name, *arguments):
        """Send a transaction; return what the same call answered just before."""
        result = self.read(name, *arguments, sender=sender)
        self.send(sender, name, *arguments)
        return result

    def at(self, address):
        """Return the same ABI at another address."""
        return replace(self, address=address, functions={})

    def _reverted(self, data):
        found = decode_call(self.errors, data, kind="error")
        if found is None:
            return RevertedError(hexed(data))
        return RevertedError(found.name, [value for _, _, value in found.arguments])


class World:
    """A deployed protocol and the shorthand to act in it."""

    def __init__(self, sandbox, code, *, live=False):
        sandbox.request("anvil_autoImpersonateAccount", True)  # noqa: FBT003 - a JSON-RPC parameter
        self.sandbox = sandbox
        self.pace(1)
        self.code = code
        self.protocol = (deploy_protocol if live else deploy_contracts)(sandbox, sandbox.deploy, code, PARTIES)
        self.errors = self._all_errors()
        self.market = self.contract("OptionsMarketV2", self.protocol.market)
        self.house = self.contract("ClearingHouseV2", self.protocol.house)
        self.oracle = self.contract("OracleAdapter", self.protocol.oracle)
        self.pricing = self.contract("PricingModel", self.protocol.pricing)
        self.feed = self.contract("TestFeed", self.protocol.feed)
        self.dollar = self.contract("TestDollar", self.protocol.collateral)

    def contract(self, name, address):
        """Return ``address`` with the ABI of the contract ``name``."""
        abi = next(a.abi for a in self.code.artifacts.values() if a.name == name)
        return Contract(self.sandbox, address, abi, self.errors)

    def token(self, number):
        """Return the ERC-20 of a series."""
        return self.contract("SeriesToken", self.market.read("seriesOf", number)[5])

    def deploy(self, name, types=(), *values):
        """Create a contract and return its address."""
        return self.sandbox.deploy(self.code.creation(name) + encode(types, values))

    def pace(self, seconds):
        """Let that many seconds pass from block to block."""
        self.sandbox.request("anvil_setBlockTimestampInterval", seconds)

    @property
    def now(self):
        """Time of the latest block."""
        return self.sandbox.block().timestamp

    def go_to(self, time):
        """Make the next transaction's block stand at ``time``."""
        self.sandbox.request("evm_setNextBlockTimestamp", time)

    def go_to_block(self, time):
        """Mine a block at ``time``, so that views answer as of then."""
        self.sandbox.set_time(time)

    def price(self, dollars):
        """Publish a price now; fractions of a dollar are allowed."""
        self.feed.send(PARTIES.deployer, "setAnswer", round(dollars * FEED_UNIT))

    def list(self, strike, days=7, *, is_call=True):
        """List a series and return its number and expiry."""
        expiry = expiry_after(self.now, days)
        number = self.market.returns(PARTIES.risk_admin, "createSeries", ETHER, int(strike * ONE), expiry, is_call)
        return number, expiry

    def deposit(self, who, dollars):
        """Give and deposit collateral."""
        amount = round(dollars * DOLLAR)
        self.dollar.send(who, "mint", who, amount)
        self.dollar.send(who, "approve", self.house.address, MAXIMUM)
        self.house.send(who, "deposit", amount)

    def quote(self, writer, number, offer=1_000, bid=1_000):
        """Quote without price limits."""
        self.market.send(writer, "setQuote", number, (int(offer * ONE), int(bid * ONE), 0, ANY_PRICE))

    def buy(self, trader, writer, number, amount):
        """Buy options at any cost."""
        return self.market.send(trader, "buy", number, writer, int(amount * ONE), MAXIMUM)

    def sell(self, trader, writer, number, amount):
        """Sell options back at any price."""
        return self.market.send(trader, "sell", number, writer, int(amount * ONE), 0)

    def open(self, strike=3_000, days=7, *, is_call=True, amount=1, collateral=20_000):
        """List a series in which WRITER has sold ``amount`` options to TRADER; return its number and expiry."""
        number, expiry = self.list(strike, days, is_call=is_call)
        self.deposit(WRITER, collateral)
        self.deposit(TRADER, 10_000)
        self.quote(WRITER, number)
        self.buy(TRADER, WRITER, number, amount)
        return number, expiry

    def average(self, expiry, *prices):
        """Publish and record prices at equal steps over the window before ``expiry``; stop there."""
        step = WINDOW // len(prices)
        for index, dollars in enumerate(prices):
            self.go_to(expiry - WINDOW + index * step)
            self.price(dollars)
            self.market.send(STRANGER, "observe", ETHER, expiry)
        self.go_to_block(expiry)

    def expire(self, expiry, dollars):
        """Settle an expiry's price at ``dollars``."""
        self.average(expiry, *[dollars] * 10)

    def balance(self, who):
        """Return an account's collateral at the clearing house."""
        return self.house.read("balanceOf", who)

    def solvent(self):
        """Return what the house holds less everything that it owes: zero."""
        held = self.dollar.read("balanceOf", self.house.address)
        return held - sum(self.house.read(name) for name in ("totalBalances", "totalPools", "insuranceFund"))

    def implementation(self, proxy):
        """Return the address in a proxy's EIP-1967 slot."""
        word = self.sandbox.request("eth_getStorageAt", proxy, hex(IMPLEMENTATION_SLOT), "latest")
        return address_from_word(bytes.fromhex(word[2:]))

    def upgrade_market(self, implementation, data=b""):
        """Upgrade the market as the timelock."""
        proxy = self.contract("OptionsMarketV1", self.market.address)
        proxy.send(PARTIES.timelock, "upgradeToAndCall", implementation, data)

    def upgrade_house(self, implementation, data=b"", *, by=PARTIES.timelock):
        """Upgrade the clearing house through its ProxyAdmin."""
        proxy_admin = Contract(self.sandbox, self.protocol.house_admin, OWNED_ABI, self.errors)
        proxy_admin.send(by, "upgradeAndCall", self.house.address, implementation, data)

    def upgrade_tokens(self, implementation, *, by=PARTIES.timelock):
        """Upgrade all series tokens through their beacon."""
        Contract(self.sandbox, self.protocol.token_beacon, OWNED_ABI, self.errors).send(by, "upgradeTo", implementation)

    def owner(self, address):
        """Return the owner of a ProxyAdmin or a beacon."""
        return Contract(self.sandbox, address, OWNED_ABI, self.errors).read("owner")

    def _all_errors(self):
        entries = [e for a in self.code.artifacts.values() for e in a.abi or () if e["type"] == "error"]
        return tuple({abi_signature(e): e for e in [*entries, *PROXY_ERRORS]}.values())


def _entry(name, *types, kind="function", returns=()):
    inputs, outputs = ([{"name": "", "type": each} for each in group] for group in (types, returns))
    return {"type": kind, "name": name, "inputs": inputs, "outputs": outputs}


OWNED_ABI = (
    _entry("owner", returns=("address",)),
    _entry("upgradeAndCall", "address", "address", "bytes"),
    _entry("upgradeTo", "address"),
)
"""OpenZeppelin's ProxyAdmin and UpgradeableBeacon."""

PROXY_ERRORS = (
    _entry("Error", "string", kind="error"),
    _entry("OwnableUnauthorizedAccount", "address", kind="error"),
    _entry("ERC1967InvalidImplementation", "address", kind="error"),
)
