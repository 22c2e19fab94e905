"""Proxies with an implementation in EIP-1967's slot and neither an admin there nor a UUPS implementation.

Whoever can change the slot is decided by code that no standard describes: the proxy's own, or the implementation's.

Source: https://eips.ethereum.org/EIPS/eip-1967
"""

from upgrader.calls import encode_call
from upgrader.inquiry import Inquiry, ReadCall, ReadCode, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, code_of, stored_address
from upgrader.proxies.erc7760 import embedded_factory
from upgrader.proxies.slots import ADMIN_SLOT, IMPLEMENTATION_SLOT
from upgrader.units import Address, word


class Erc1967:
    """EIP-1967 and nothing more."""

    name = "erc1967"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the slots, then whether the implementation is UUPS."""
        stored, kept_admin, code = yield (
            ReadSlot(address, IMPLEMENTATION_SLOT),
            ReadSlot(address, ADMIN_SLOT),
            ReadCode(address),
        )
        implementation, admin = stored_address(stored), stored_address(kept_admin)
        if implementation is None or admin is not None or embedded_factory(code_of(code)) is not None:
            return None
        (uuid,) = yield (ReadCall(implementation, encode_call("proxiableUUID()")),)
        return None if uuid == word(IMPLEMENTATION_SLOT) else Proxy(address, self.name, implementation)


FAMILY.add(__name__, Erc1967())
