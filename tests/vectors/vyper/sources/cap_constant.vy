from ethereum.ercs import IERC20

DEPTH: constant(uint256) = 2 ** 2 - 1

flag Side:
    LONG
    SHORT

struct Leg:
    strike: uint256
    side: Side

struct Quote:
    bid: int128
    ask: uint256[DEPTH]

struct Window:
    begin: uint256
    memo: Bytes[33]

struct Best:
    leg: Leg
    seen: bool

interface IOracle:
    def price() -> uint256: view

CAP: constant(uint256) = 1
owner: public(address)
oracle: IOracle
collateral: IERC20
side: Side
fee: uint128
skew: int128
rate: decimal
name: String[20]
memo: Bytes[40]
window: Window
quotes: HashMap[address, Quote]
book: HashMap[address, DynArray[Leg, 4]]
nonces: HashMap[address, uint256]
tags: HashMap[String[32], bool]
sides: HashMap[Side, uint256]
legs: DynArray[Leg, 3]
grid: uint256[2][DEPTH]
best: Best


@deploy
def __init__():
    pass


@external
def settle():
    self.owner = msg.sender
    self.grid[0][0] = 1
    self.fee = 0
