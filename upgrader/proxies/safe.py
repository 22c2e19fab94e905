"""Safes: a proxy whose first slot holds the singleton; its owners alone can change it.

Published proxy code proves it.  Where the code is unknown, an address that has a singleton in its first slot and
answers as a Safe is taken for one, with the doubt said.

Source: https://github.com/safe-global/safe-smart-account/blob/v1.5.0/contracts/proxies/SafeProxy.sol
"""

from upgrader.calls import encode_call
from upgrader.governance.safe_state import PROXY_CODE
from upgrader.governance.safe_storage import SINGLETON_SLOT
from upgrader.inquiry import Inquiry, ReadCall, ReadCode, ReadFailed, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, code_of, stored_address
from upgrader.units import Address, hexed, keccak


class Safe:
    """A Safe's own proxy."""

    name = "safe"
    by_code = True

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for code, first slot, and how it answers."""
        code, stored = yield (ReadCode(address), ReadSlot(address, SINGLETON_SLOT))
        singleton = stored_address(stored)
        if singleton is None:
            return None
        if hexed(keccak(code_of(code))) in PROXY_CODE:
            return Proxy(address, self.name, singleton)
        version, threshold = yield tuple(
            ReadCall(address, encode_call(f"{name}()")) for name in ("VERSION", "getThreshold")
        )
        if isinstance(version, ReadFailed) or isinstance(threshold, ReadFailed) or not version or not threshold:
            return None
        return Proxy(address, self.name, singleton, doubts=("its proxy's code is not published Safe code",))


FAMILY.add(__name__, Safe())
