"""The perpetual market beside the options: deployed on its own proxy, with makers, takers and open positions."""

from typing import Final

from upgrader.calls import encode_call
from upgrader.codec import encode
from upgrader.flows.demo.deployed import Code, ReferenceProtocol
from upgrader.flows.demo.protocol import Deploy
from upgrader.flows.demo.steps import act
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.ports import Sandbox
from upgrader.units import Address

PARAMETERS: Final = (ONE // 10, ONE // 20, ONE // 5, ONE // 2_000, ONE // 100)
"""Initial and maintenance rate, penalty rate, fee rate, funding limit of a period: ten times leverage."""

OFFSET: Final = ONE // 500
"""Makers quote this share of the index away from it, on both sides."""

QUOTED: Final = 50 * ONE
DEPOSIT: Final = 20_000 * DOLLAR
FUND_GRANT: Final = 2_000 * DOLLAR
ANY_PRICE: Final = 2**255

TRADES: Final[tuple[tuple[int, int, int], ...]] = ((0, 0, 8), (1, 1, -5), (2, 0, 3))
"""Index of trader and maker, contracts bought (below zero: sold)."""

INITIALIZE: Final = (
    "initialize(address,address,bytes32,(address,address,address,address),(uint64,uint64,uint64,uint64,uint64))"
)


def deploy_perpetual(deploy: Deploy, code: Code, protocol: ReferenceProtocol) -> Address:
    """Deploy the perpetual market on the protocol's collateral and oracle; return its proxy, without any position.

    Args:
        deploy: Creates contracts on a chain.
        code: What to deploy.
        protocol: What stands there already.
    """
    parties = protocol.parties
    set_up = encode_call(
        INITIALIZE,
        *(protocol.collateral, protocol.oracle, ETHER),
        (parties.timelock, parties.timelock, parties.guardian, parties.risk_admin),
        PARAMETERS,
    )
    implementation = deploy(code.creation("PerpetualMarketV1"))
    return deploy(code.erc1967_proxy + encode(("address", "bytes"), (implementation, set_up)))


def open_perpetual(sandbox: Sandbox, protocol: ReferenceProtocol, perpetual: Address) -> None:
    """Fund makers and takers, quote, and make the trades of :data:`TRADES`."""
    parties = protocol.parties
    for account in (*parties.writers, *parties.traders):
        provide(sandbox, protocol, perpetual, account, DEPOSIT)
    for maker in parties.writers:
        quote = encode_call("setQuote((uint128,uint128,int64,int64))", (QUOTED, QUOTED, OFFSET, -OFFSET))
        act(sandbox, maker, perpetual, quote, "quote the perpetual")
    for taker, writer, contracts in TRADES:
        limit = ANY_PRICE if contracts > 0 else 0
        order = encode_call("trade(address,int256,uint256)", parties.writers[writer], contracts * ONE, limit)
        act(sandbox, parties.traders[taker], perpetual, order, f"trade {contracts} perpetual contracts")
    provide(sandbox, protocol, perpetual, parties.deployer, FUND_GRANT, to="grantToFund(uint256)")


def provide(
    sandbox: Sandbox,
    protocol: ReferenceProtocol,
    perpetual: Address,
    account: Address,
    amount: int,
    *,
    to: str = "deposit(uint256)",
) -> None:
    """Give ``account`` that much test collateral and pay it into its account, or into the fund."""
    act(sandbox, account, protocol.collateral, encode_call("mint(address,uint256)", account, amount), "mint")
    approval = encode_call("approve(address,uint256)", perpetual, 2**256 - 1)
    act(sandbox, account, protocol.collateral, approval, "approve")
    act(sandbox, account, perpetual, encode_call(to, amount), "pay in")
