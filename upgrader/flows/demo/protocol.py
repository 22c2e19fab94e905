"""The reference protocol on a sandbox: deployed, handed to its governance, with live positions.

The order of ``contracts/README.md``: collateral and feeds (test parts), oracle adapter, pricing model, the series
token's implementation, beacon and factory, the clearing house behind a transparent proxy, the market behind a UUPS
proxy, and the one call that joins the two.  Afterwards every way to upgrade belongs to the timelock and the deployer
holds no role.
"""

from collections.abc import Callable
from typing import Any, Final

from upgrader.calls import encode_call
from upgrader.codec import encode
from upgrader.errors import InputError
from upgrader.flows.demo.deployed import Code, Parties, ReferenceProtocol
from upgrader.flows.demo.steps import act, read_slot
from upgrader.flows.demo.trading import ETHER, FEED_DECIMALS, FEED_UNIT, ONE, open_market
from upgrader.ports import Sandbox
from upgrader.units import ZERO_HASH, Address, Seconds, Slot, address_from_word, keccak

SPOT: Final = 3_000
"""The first price of the underlying, in dollars."""

HEARTBEAT: Final = Seconds(3_600)
"""Chainlink's heartbeat for ETH / USD on mainnet.  Source: https://data.chain.link/feeds/ethereum/mainnet/eth-usd"""

SEQUENCER_GRACE: Final = Seconds(3_600)
"""Chainlink's advice.  Source: https://docs.chain.link/data-feeds/l2-sequencer-feeds"""

VOLATILITY: Final = 6 * ONE // 10
FEE_RATE: Final = 3 * ONE // 100
PENALTY_RATE: Final = ONE // 4
MARGIN: Final = (15 * ONE // 100, 10 * ONE // 100, 75 * ONE // 1000, 75 * ONE // 1000)
"""Initial rate and floor, maintenance rate and floor as shares of the spot, as crypto option venues set them.
Source: https://helpcenter.bit.com/hc/en-us/articles/11039356631321"""

ADMIN_SLOT: Final = Slot(int.from_bytes(keccak(b"eip1967.proxy.admin"), "big") - 1)
"""Where a transparent proxy keeps its ProxyAdmin.  Source: https://eips.ethereum.org/EIPS/eip-1967"""

MAXIMUM_SPREAD_WIDTH: Final = ONE // 2
SPREAD_MARGIN: Final = (ONE, ONE)
MARKET_V2_CALL: Final = encode_call("initializeV2(uint256)", MAXIMUM_SPREAD_WIDTH)
HOUSE_V2_CALL: Final = encode_call("initializeV2(uint64,uint64)", *SPREAD_MARGIN)
"""What an upgrade to version 2 calls in the same transaction."""

Deploy = Callable[[bytes], Address]
"""Creates a contract from creation code with its arguments appended."""


def deploy_protocol(sandbox: Sandbox, deploy: Deploy, code: Code, parties: Parties) -> ReferenceProtocol:
    """Deploy version 1 and trade on it: live series, open positions, margin, premiums paid.

    Args:
        sandbox: The chain; its parties need no keys.
        deploy: Creates contracts on it.
        code: What to deploy.
        parties: Who plays which part.

    Returns:
        The addresses and the listed series.

    Raises:
        InputError: A contract is missing from the build, or there are too few writers or traders.
        SimulationError: A step reverted; the message names it.
    """
    if len(parties.writers) < 2 or len(parties.traders) < 3:  # noqa: PLR2004 - what PURCHASES needs
        raise InputError("the market needs two writers and three traders", remedy="name more parties")
    return open_market(sandbox, deploy_contracts(sandbox, deploy, code, parties))


def deploy_contracts(sandbox: Sandbox, deploy: Deploy, code: Code, parties: Parties) -> ReferenceProtocol:
    """Deploy version 1 and hand it to its governance; nothing is listed yet.  Arguments as :func:`deploy_protocol`."""

    def create(name: str, types: tuple[str, ...] = (), *values: Any) -> Address:
        return deploy(code.creation(name) + encode(types, values))

    collateral = create("TestDollar", ("uint8",), 6)
    feed = create("TestFeed", ("uint8", "int256"), FEED_DECIMALS, SPOT * FEED_UNIT)
    sequencer = create("TestSequencerFeed")
    oracle = create(
        "OracleAdapter",
        ("address", "address", "address", "uint256"),
        *(parties.timelock, parties.oracle_admin, sequencer, SEQUENCER_GRACE),
    )
    pricing = create("PricingModel")
    token_implementation = create("SeriesToken")
    beacon = deploy(code.beacon + encode(("address", "address"), (token_implementation, parties.timelock)))
    factory = create("SeriesTokenFactory", ("address",), beacon)

    house_implementation = create("ClearingHouseV1")
    set_up = encode_call(
        "initialize(address,address,address,uint64)", collateral, parties.deployer, parties.risk_admin, PENALTY_RATE
    )
    house = deploy(
        code.transparent_proxy
        + encode(("address", "address", "bytes"), (house_implementation, parties.timelock, set_up))
    )
    market_implementation = create("OptionsMarketV1")
    set_up = encode_call(
        "initialize((address,address,address,address),(address,address,address,address,address),uint64)",
        (house, oracle, pricing, factory),
        (parties.timelock, parties.timelock, parties.guardian, parties.risk_admin, parties.oracle_admin),
        FEE_RATE,
    )
    market = deploy(code.erc1967_proxy + encode(("address", "bytes"), (market_implementation, set_up)))
    _join(sandbox, parties, house, market)
    protocol = ReferenceProtocol(
        parties=parties,
        collateral=collateral,
        feed=feed,
        sequencer=sequencer,
        oracle=oracle,
        pricing=pricing,
        token_implementation=token_implementation,
        token_beacon=beacon,
        token_factory=factory,
        house=house,
        house_implementation=house_implementation,
        house_admin=address_from_word(read_slot(sandbox, house, ADMIN_SLOT)),
        market=market,
        market_implementation=market_implementation,
    )
    _configure(sandbox, protocol)
    return protocol


def _join(sandbox: Sandbox, parties: Parties, house: Address, market: Address) -> None:
    """Name the house its market, then give the house to the timelock."""
    deployer = parties.deployer
    act(sandbox, deployer, house, encode_call("connectMarket(address)", market), "connect the market")
    grant = encode_call("grantRole(bytes32,address)", ZERO_HASH, parties.timelock)
    act(sandbox, deployer, house, grant, "make the timelock the house's admin")
    renounce = encode_call("renounceRole(bytes32,address)", ZERO_HASH, deployer)
    act(sandbox, deployer, house, renounce, "renounce the deployer's admin role")


def _configure(sandbox: Sandbox, protocol: ReferenceProtocol) -> None:
    """Set the feed, the margin and the volatility of the one underlying."""
    parties = protocol.parties
    always = encode_call("setRound(int256,uint256,uint256)", 0, 1, 1)
    act(sandbox, parties.deployer, protocol.sequencer, always, "say that the sequencer has always been up")
    feed = encode_call(
        "setFeed(bytes32,address,uint32,uint128,uint128)", ETHER, protocol.feed, HEARTBEAT, ONE, 10**6 * ONE
    )
    act(sandbox, parties.oracle_admin, protocol.oracle, feed, "set the feed")
    margin = encode_call("setMarginParameters(bytes32,(uint64,uint64,uint64,uint64))", ETHER, MARGIN)
    act(sandbox, parties.risk_admin, protocol.house, margin, "set the margin")
    volatility = encode_call("setVolatility(bytes32,uint256)", ETHER, VOLATILITY)
    act(sandbox, parties.risk_admin, protocol.market, volatility, "list the underlying")
