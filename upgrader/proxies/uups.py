"""UUPS proxies: the implementation itself holds the upgrade function and decides who may call it.

The implementation's address is in EIP-1967's slot and no admin beside it; before that, in the slot of EIP-1822.  The
implementation says in ``proxiableUUID()`` which slot it writes; one that says nothing is no UUPS implementation, and
then the proxy is of the kind ``erc1967``.

Sources: https://eips.ethereum.org/EIPS/eip-1822,
https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/proxy/utils/UUPSUpgradeable.sol
"""

from upgrader.calls import encode_call
from upgrader.inquiry import Inquiry, ReadCall, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, stored_address
from upgrader.proxies.slots import ADMIN_SLOT, IMPLEMENTATION_SLOT, PROXIABLE_SLOT
from upgrader.units import Address, word


class Uups:
    """EIP-1967 or EIP-1822, with an implementation that upgrades itself."""

    name = "uups"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the slots, then the implementation for the one it writes."""
        current, admin, early = map(
            stored_address,
            (yield tuple(ReadSlot(address, slot) for slot in (IMPLEMENTATION_SLOT, ADMIN_SLOT, PROXIABLE_SLOT))),
        )
        if early is not None and current is None:
            return Proxy(address, self.name, early)
        if current is None or admin is not None:
            return None
        (uuid,) = yield (ReadCall(current, encode_call("proxiableUUID()")),)
        return Proxy(address, self.name, current) if uuid == word(IMPLEMENTATION_SLOT) else None


FAMILY.add(__name__, Uups())
