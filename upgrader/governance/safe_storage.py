"""Where a Safe keeps what it knows: the same slots in every version from 0.1.0 to 1.5.0.

Reading slots instead of calling getters works before a Safe is trusted to answer truthfully, and is what state
overrides of a simulation write to.

Source: https://github.com/safe-global/safe-smart-account/blob/v1.5.0/contracts/libraries/SafeStorage.sol
"""

from typing import Final

from upgrader.units import Address, Hash32, Slot, keccak, word

SINGLETON_SLOT: Final = Slot(0)
"""The implementation that the Safe's proxy delegates to."""

MODULES_SLOT: Final = Slot(1)
"""Mapping: module -> next module, a ring through :data:`SENTINEL`."""

OWNERS_SLOT: Final = Slot(2)
"""Mapping: owner -> next owner, a ring through :data:`SENTINEL`."""

OWNER_COUNT_SLOT: Final = Slot(3)
THRESHOLD_SLOT: Final = Slot(4)
NONCE_SLOT: Final = Slot(5)

APPROVED_HASHES_SLOT: Final = Slot(8)
"""Mapping: owner -> transaction hash -> 1 when approved on the chain."""

GUARD_SLOT: Final = Slot(int.from_bytes(keccak(b"guard_manager.guard.address"), "big"))
"""Transaction guard, since 1.3.0."""

MODULE_GUARD_SLOT: Final = Slot(int.from_bytes(keccak(b"module_manager.module_guard.address"), "big"))
"""Guard of what modules do, since 1.5.0."""

FALLBACK_HANDLER_SLOT: Final = Slot(int.from_bytes(keccak(b"fallback_manager.handler.address"), "big"))

SENTINEL: Final = Address("0x0000000000000000000000000000000000000001")
"""Begin and end of the rings of owners and modules."""


def owner_slot(owner: Address) -> Slot:
    """Return where the Safe remembers that ``owner`` is one; not zero when so."""
    return _entry(_key(owner), OWNERS_SLOT)


def module_slot(module: Address) -> Slot:
    """Return where the Safe remembers that ``module`` is enabled; not zero when so."""
    return _entry(_key(module), MODULES_SLOT)


def approved_hash_slot(owner: Address, digest: Hash32) -> Slot:
    """Return where the Safe remembers that ``owner`` approved ``digest`` on the chain."""
    return _entry(digest, _entry(_key(owner), APPROVED_HASHES_SLOT))


def _key(account: Address) -> bytes:
    return word(int(account, 16))


def _entry(key: bytes, base: Slot) -> Slot:
    """Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#mappings-and-dynamic-arrays."""
    return Slot(int.from_bytes(keccak(key + word(base)), "big"))
