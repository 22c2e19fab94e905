"""Slots that have a meaning in every proxy, whatever the implementation's source says.

Sources: https://eips.ethereum.org/EIPS/eip-1967, https://eips.ethereum.org/EIPS/eip-1822,
https://github.com/OpenZeppelin/openzeppelin-contracts-upgradeable (the ERC-7201 namespaces of version 5)
"""

from functools import cache
from typing import Final

from upgrader.layout.model import Region, RegionKind, erc7201
from upgrader.layout.types import ELEMENTARY, MappingType, Struct, Type, TypeId, Variable
from upgrader.units import WORD, keccak


def _eip1967(name: str) -> int:
    return int.from_bytes(keccak(f"eip1967.proxy.{name}".encode()), "big") - 1


IMPLEMENTATION: Final = _eip1967("implementation")
ADMIN: Final = _eip1967("admin")
BEACON: Final = _eip1967("beacon")
ROLLBACK: Final = _eip1967("rollback")
PROXIABLE: Final = int.from_bytes(keccak(b"PROXIABLE"), "big")
ZEPPELINOS_IMPLEMENTATION: Final = int.from_bytes(keccak(b"org.zeppelinos.proxy.implementation"), "big")
ZEPPELINOS_ADMIN: Final = int.from_bytes(keccak(b"org.zeppelinos.proxy.admin"), "big")

PROXY_SLOTS: Final = {
    IMPLEMENTATION: "EIP-1967 implementation",
    ADMIN: "EIP-1967 admin",
    BEACON: "EIP-1967 beacon",
    ROLLBACK: "EIP-1967 rollback",
    PROXIABLE: "EIP-1822 implementation",
    ZEPPELINOS_IMPLEMENTATION: "zeppelinos implementation",
    ZEPPELINOS_ADMIN: "zeppelinos admin",
}
"""Slots that belong to the proxy; implementations read and write them on its behalf."""

_MEMBERS: Final = "t_mapping(t_address,t_bool)"
_ROLE: Final = "t_struct(RoleData)_storage"
_ROLES: Final = f"t_mapping(t_bytes32,{_ROLE})"

_NAMESPACES: Final[dict[str, tuple[tuple[str, TypeId, int, int], ...]]] = {
    "AccessControl": (("_roles", _ROLES, 0, 0),),
    "Initializable": (("_initialized", "t_uint64", 0, 0), ("_initializing", "t_bool", 0, 8)),
    "Ownable": (("_owner", "t_address", 0, 0),),
    "Ownable2Step": (("_pendingOwner", "t_address", 0, 0),),
    "Pausable": (("_paused", "t_bool", 0, 0),),
    "ReentrancyGuard": (("_status", "t_uint256", 0, 0),),
}
"""``openzeppelin.storage.<name>``: its members as name, type, slot and offset."""


@cache
def well_known_regions() -> tuple[tuple[Region, ...], dict[TypeId, Type]]:
    """Return the regions that every proxy may have, and the types they use."""
    types: dict[TypeId, Type] = {
        **ELEMENTARY,
        _MEMBERS: MappingType("mapping(address => bool)", "t_address", "t_bool"),
        _ROLE: Struct(
            "struct RoleData",
            2 * WORD,
            (Variable("hasRole", _MEMBERS, 0, 0, WORD), Variable("adminRole", "t_bytes32", 1, 0, WORD)),
        ),
        _ROLES: MappingType("mapping(bytes32 => struct RoleData)", "t_bytes32", _ROLE),
    }
    slots = [
        Region(RegionKind.CONSTANT, name, slot, (Variable(name, "t_address", 0, 0, 20),))
        for slot, name in PROXY_SLOTS.items()
        if slot != ROLLBACK
    ]
    namespaces = []
    for short, members in _NAMESPACES.items():
        name = f"openzeppelin.storage.{short}"
        variables = tuple(Variable(n, t, slot, offset, types[t].size or 0, short) for n, t, slot, offset in members)
        namespaces.append(Region(RegionKind.NAMESPACE, f"erc7201:{name}", erc7201(name), variables))
    return (*slots, *namespaces), types
