from lib import IFeed
from lib import access as roles
from lib import ledger

initializes: roles
initializes: ledger[access := roles]

struct Position:
    trader: address

feed: IFeed
round: IFeed.Round
mine: Position
theirs: ledger.Position
side: ledger.Side
grid: uint256[ledger.LEGS]


@external
def clear():
    ledger.clear()
