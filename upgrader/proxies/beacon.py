"""Beacon proxies: many proxies ask one contract for their implementation, and change together when it changes.

Sources: https://eips.ethereum.org/EIPS/eip-1967,
https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/proxy/beacon/
"""

from upgrader.calls import encode_call
from upgrader.inquiry import Inquiry, ReadCall, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, stored_address
from upgrader.proxies.slots import BEACON_SLOT
from upgrader.units import Address


class Beacon:
    """EIP-1967 with a beacon."""

    name = "beacon"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the beacon, then the beacon for the implementation."""
        (stored,) = yield (ReadSlot(address, BEACON_SLOT),)
        beacon = stored_address(stored)
        if beacon is None:
            return None
        (answer,) = yield (ReadCall(beacon, encode_call("implementation()")),)
        implementation = stored_address(answer)
        doubts = () if implementation else (f"the beacon {beacon} does not name an implementation",)
        return Proxy(address, self.name, implementation, beacon=beacon, doubts=doubts)


FAMILY.add(__name__, Beacon())
