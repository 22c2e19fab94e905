fee: public(uint256)
CAP: uint256
LIMIT: uint256


@external
def total() -> uint256:
    return self.CAP + self.LIMIT
