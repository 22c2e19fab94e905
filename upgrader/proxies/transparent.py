"""Transparent proxies: an implementation and an admin in EIP-1967's slots.

The admin alone may upgrade, and reaches nothing else; since OpenZeppelin 3 it is a ProxyAdmin contract with an owner.
Version 5 makes its own ProxyAdmin in the constructor, so the admin is always read from the slot and never assumed.

Source: https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/proxy/transparent/
"""

from upgrader.inquiry import Inquiry, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, stored_address
from upgrader.proxies.slots import ADMIN_SLOT, IMPLEMENTATION_SLOT
from upgrader.units import Address


class Transparent:
    """EIP-1967 with an admin."""

    name = "transparent"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for both slots."""
        implementation, admin = map(
            stored_address, (yield (ReadSlot(address, IMPLEMENTATION_SLOT), ReadSlot(address, ADMIN_SLOT)))
        )
        if implementation is None or admin is None:
            return None
        return Proxy(address, self.name, implementation, admin=admin)


FAMILY.add(__name__, Transparent())
