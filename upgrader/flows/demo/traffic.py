"""Traffic on version 2: what every trader could do before, and the new product."""

from typing import Final

from upgrader.calls import encode_call
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.steps import act, view
from upgrader.flows.demo.trading import ETHER, ONE, QUOTED, expiry_after
from upgrader.ports import Sandbox

UPPER: Final = 3_000 * ONE
LOWER: Final = 2_700 * ONE
MONTH: Final = 28

QUOTE: Final = "setQuote(uint256,(uint128,uint128,uint128,uint128))"
BUY: Final = "buy(uint256,address,uint256,uint256)"
ANY_COST: Final = 2**256 - 1


def trade_options(sandbox: Sandbox, protocol: ReferenceProtocol) -> None:
    """Buy one more of each listed series, as on version 1."""
    writer, trader = protocol.parties.writers[0], protocol.parties.traders[0]
    for series in protocol.series:
        purchase = encode_call(BUY, series.number, writer, ONE, ANY_COST)
        act(sandbox, trader, protocol.market, purchase, f"buy series {series.number} on the new code")


def trade_spread(sandbox: Sandbox, protocol: ReferenceProtocol) -> int:
    """List a put spread, quote it, buy one; return its series number."""
    parties = protocol.parties
    expiry = expiry_after(sandbox.block().timestamp, MONTH)
    listing = encode_call("createSpread(bytes32,uint128,uint128,uint64)", ETHER, UPPER, LOWER, expiry)
    act(sandbox, parties.risk_admin, protocol.market, listing, "list a put spread")
    (number,) = view(sandbox, protocol.market, encode_call("seriesCount()"), "uint256")
    quote = encode_call(QUOTE, number, (QUOTED, QUOTED, 0, 2**128 - 1))
    act(sandbox, parties.writers[0], protocol.market, quote, "quote the spread")
    purchase = encode_call(BUY, number, parties.writers[0], ONE, ANY_COST)
    act(sandbox, parties.traders[0], protocol.market, purchase, "buy the spread")
    return int(number)
