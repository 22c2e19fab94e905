from lib import IFeed
from lib import access
from lib import ledger

initializes: access
initializes: ledger[access := access]

struct Position:
    trader: address

feed: IFeed
round: IFeed.Round
mine: Position
theirs: Position
side: ledger.Side
grid: uint256[ledger.LEGS]


@external
def clear():
    ledger.clear()
