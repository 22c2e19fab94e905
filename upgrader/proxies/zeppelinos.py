"""Proxies from before EIP-1967: zeppelinos' own slots, still under Opyn's contracts and USDC.

The admin is in ``org.zeppelinos.proxy.admin``, or the owner in ``org.zeppelinos.proxy.owner``.

Source: https://github.com/OpenZeppelin/openzeppelin-labs
"""

from upgrader.inquiry import Inquiry, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, stored_address
from upgrader.proxies.slots import ZEPPELINOS_ADMIN_SLOT, ZEPPELINOS_IMPLEMENTATION_SLOT, ZEPPELINOS_OWNER_SLOT
from upgrader.units import Address


class Zeppelinos:
    """zeppelinos' slots."""

    name = "zeppelinos"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the three slots."""
        slots = (ZEPPELINOS_IMPLEMENTATION_SLOT, ZEPPELINOS_ADMIN_SLOT, ZEPPELINOS_OWNER_SLOT)
        implementation, admin, owner = map(stored_address, (yield tuple(ReadSlot(address, slot) for slot in slots)))
        if implementation is None:
            return None
        return Proxy(address, self.name, implementation, admin=admin or owner)


FAMILY.add(__name__, Zeppelinos())
