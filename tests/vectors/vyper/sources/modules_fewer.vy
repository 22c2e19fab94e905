from lib import IFeed
from lib import access
from lib import ledger


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
    pass
