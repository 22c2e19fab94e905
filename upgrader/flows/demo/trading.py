"""Trade on the reference protocol through the entry points that anyone would use: deposits, quotes, purchases."""

from dataclasses import replace
from typing import Final

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ListedSeries, ReferenceProtocol
from upgrader.flows.demo.steps import act, view
from upgrader.ports import Sandbox
from upgrader.units import Address, Seconds, Timestamp, address

ETHER: Final = b"ETH".ljust(32, b"\0")
"""The one listed underlying."""

ONE: Final = 10**18
"""One option, one unit of price, 100 % as a rate: everything in the market has 18 decimals."""

DOLLAR: Final = 10**6
"""One unit of the collateral token, which has six decimals as most dollars do."""

FEED_DECIMALS: Final = 8
FEED_UNIT: Final = 10**FEED_DECIMALS
"""Chainlink's dollar feeds have eight decimals."""

DAY: Final = Seconds(86_400)
EXPIRY_TIME: Final = Seconds(8 * 3_600)
"""Options expire at 08:00 UTC."""

NEAR: Final = 7
FAR: Final = 28
"""Days until the two expiries at least: both outlive an upgrade and its rollback through a 48 h timelock."""

TERMS: Final = ((3_000, NEAR, True), (3_000, NEAR, False), (3_500, FAR, True), (2_500, FAR, False))
"""Strike in dollars, days, whether a call: the series listed at the start."""

PURCHASES: Final = (
    (0, 0, 0, 5),
    (1, 1, 1, 4),
    (2, 0, 2, 3),
    (3, 1, 0, 2),
    (0, 1, 1, 1),
)
"""Index of series, writer and trader, and the number of options bought."""

QUOTED: Final = 20 * ONE
WRITER_DEPOSIT: Final = 50_000 * DOLLAR
TRADER_DEPOSIT: Final = 10_000 * DOLLAR
FUND_GRANT: Final = 5_000 * DOLLAR


def open_market(sandbox: Sandbox, protocol: ReferenceProtocol) -> ReferenceProtocol:
    """List the series of :data:`TERMS` and make the purchases of :data:`PURCHASES`; return the protocol with them."""
    parties = protocol.parties
    now = sandbox.block().timestamp
    series = tuple(
        list_series(sandbox, protocol, number, strike * ONE, expiry_after(now, days), is_call=is_call)
        for number, (strike, days, is_call) in enumerate(TERMS, start=1)
    )
    for writer in parties.writers:
        fund_account(sandbox, protocol, writer, WRITER_DEPOSIT)
        for entry in series:
            quote = encode_call(
                "setQuote(uint256,(uint128,uint128,uint128,uint128))", entry.number, (QUOTED, QUOTED, 0, 2**128 - 1)
            )
            act(sandbox, writer, protocol.market, quote, f"quote series {entry.number}")
    for trader in parties.traders:
        fund_account(sandbox, protocol, trader, TRADER_DEPOSIT)
    for index, writer_index, trader_index, options in PURCHASES:
        purchase = encode_call(
            "buy(uint256,address,uint256,uint256)",
            *(series[index].number, parties.writers[writer_index], options * ONE, 2**256 - 1),
        )
        trader = parties.traders[trader_index]
        act(sandbox, trader, protocol.market, purchase, f"buy {options} of series {series[index].number}")
    mint(sandbox, protocol, parties.deployer, FUND_GRANT)
    act(sandbox, parties.deployer, protocol.house, encode_call("grantToFund(uint256)", FUND_GRANT), "fill the fund")
    return replace(protocol, series=series)


def list_series(
    sandbox: Sandbox, protocol: ReferenceProtocol, number: int, strike: int, expiry: Timestamp, *, is_call: bool
) -> ListedSeries:
    """List one call or put as the risk admin; ``number`` is the one it will have, ``strike`` has 18 decimals."""
    listing = encode_call("createSeries(bytes32,uint128,uint64,bool)", ETHER, strike, expiry, is_call)
    act(sandbox, protocol.parties.risk_admin, protocol.market, listing, f"list series {number}")
    (entry,) = view(
        sandbox,
        protocol.market,
        encode_call("seriesOf(uint256)", number),
        "(bytes32,uint128,uint64,bool,bool,address,uint256)",
    )
    return ListedSeries(number, address(entry[5]), ETHER, strike, expiry, is_call)


def fund_account(sandbox: Sandbox, protocol: ReferenceProtocol, account: Address, amount: int) -> None:
    """Give ``account`` that much test collateral and deposit it at the clearing house."""
    mint(sandbox, protocol, account, amount)
    act(sandbox, account, protocol.house, encode_call("deposit(uint256)", amount), "deposit")


def mint(sandbox: Sandbox, protocol: ReferenceProtocol, account: Address, amount: int) -> None:
    """Give ``account`` that much test collateral, with an approval for the clearing house."""
    act(sandbox, account, protocol.collateral, encode_call("mint(address,uint256)", account, amount), "mint")
    approval = encode_call("approve(address,uint256)", protocol.house, 2**256 - 1)
    act(sandbox, account, protocol.collateral, approval, "approve")


def publish_price(sandbox: Sandbox, protocol: ReferenceProtocol, dollars: int | None = None) -> None:
    """Begin a round of the feed now, as after any move of the clock; None repeats the last answer."""
    if dollars is None:
        rounds = view(
            sandbox, protocol.feed, encode_call("latestRoundData()"), "uint80", "int256", "uint256", "uint256", "uint80"
        )
        answer = rounds[1]
    else:
        answer = dollars * FEED_UNIT
    act(sandbox, protocol.parties.deployer, protocol.feed, encode_call("setAnswer(int256)", answer), "publish a price")


def expiry_after(now: Timestamp, days: int) -> Timestamp:
    """Return the first 08:00 UTC at least ``days`` days after ``now``."""
    whole_days = -(-(now + days * DAY - EXPIRY_TIME) // DAY)
    return Timestamp(whole_days * DAY + EXPIRY_TIME)
