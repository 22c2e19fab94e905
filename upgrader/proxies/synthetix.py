"""Synthetix' proxies: UUPS by another name, with the implementation in a namespaced struct.

The implementation holds ``upgradeTo`` for its owner, and shares the word with the flag ``simulatingUpgrade``.

Source: https://github.com/Synthetixio/synthetix-v3, ``utils/core-contracts/contracts/proxy``
"""

from upgrader.inquiry import Inquiry, ReadFailed, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, stored_address
from upgrader.proxies.slots import SYNTHETIX_SLOT
from upgrader.units import Address

_FLAG_AT = 11
"""Index of the flag's byte in the word, just before the address."""


class Synthetix:
    """Synthetix' slot."""

    name = "synthetix"
    by_code = False

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the slot."""
        (answer,) = yield (ReadSlot(address, SYNTHETIX_SLOT),)
        if isinstance(answer, ReadFailed):
            return None
        implementation = stored_address(answer[:_FLAG_AT] + b"\0" + answer[_FLAG_AT + 1 :])
        if implementation is None:
            return None
        doubts = ("an upgrade is being simulated inside the proxy",) if answer[_FLAG_AT] else ()
        return Proxy(address, self.name, implementation, doubts=doubts)


FAMILY.add(__name__, Synthetix())
