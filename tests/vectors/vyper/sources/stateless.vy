@external
@view
def version() -> uint256:
    return 1
