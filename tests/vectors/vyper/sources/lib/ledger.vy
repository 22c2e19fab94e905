from lib import access

uses: access

LEGS: constant(uint8) = max_value(uint8) // 85

flag Side:
    LONG
    SHORT

struct Position:
    size: uint256
    legs: uint256[LEGS + 1]

positions: HashMap[address, Position]
last: Position


@internal
def clear():
    access.check()
    self.last = empty(Position)
