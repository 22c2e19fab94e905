"""The storage slots in which proxies keep what they obey; hashes of names, so that no variable collides with them.

Sources: https://eips.ethereum.org/EIPS/eip-1967, https://eips.ethereum.org/EIPS/eip-1822, the zeppelinos proxies of
https://github.com/OpenZeppelin/openzeppelin-labs and ``ProxyStorage.sol`` of https://github.com/Synthetixio/synthetix-v3
"""

from typing import Final

from upgrader.codec import encode
from upgrader.units import Slot, keccak


def _slot(digest: bytes, *, minus: int = 0) -> Slot:
    return Slot(int.from_bytes(digest, "big") - minus)


IMPLEMENTATION_SLOT: Final = _slot(keccak(b"eip1967.proxy.implementation"), minus=1)
ADMIN_SLOT: Final = _slot(keccak(b"eip1967.proxy.admin"), minus=1)
BEACON_SLOT: Final = _slot(keccak(b"eip1967.proxy.beacon"), minus=1)

PROXIABLE_SLOT: Final = _slot(keccak(b"PROXIABLE"))
"""EIP-1822, before UUPS moved to EIP-1967's slot."""

ZEPPELINOS_IMPLEMENTATION_SLOT: Final = _slot(keccak(b"org.zeppelinos.proxy.implementation"))
ZEPPELINOS_ADMIN_SLOT: Final = _slot(keccak(b"org.zeppelinos.proxy.admin"))
ZEPPELINOS_OWNER_SLOT: Final = _slot(keccak(b"org.zeppelinos.proxy.owner"))
"""``OwnedUpgradeabilityProxy``, as Opyn deploys it."""

SYNTHETIX_SLOT: Final = _slot(keccak(encode(["string"], ["io.synthetix.core-contracts.Proxy"])))
"""First member of the struct is the implementation, packed with a flag behind it."""
