struct Leg:
    strike: uint256

owner: public(address)
only: public(DynArray[Leg, 1])
