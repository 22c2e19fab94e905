CAP: constant(uint256) = 5
LIMIT: immutable(uint256)
fee: public(uint256)


@deploy
def __init__():
    LIMIT = 3


@external
def total() -> uint256:
    return CAP + LIMIT
