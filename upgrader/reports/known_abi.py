"""The governance functions whose calldata a signer meets, with the argument names of their sources.

They are built in, so that calldata is decoded without asking anybody what it means: an ABI that came along with the
calldata could name things as it likes.

Sources: ``TimelockController.sol``, ``ProxyAdmin.sol``, ``UUPSUpgradeable.sol`` and ``UpgradeableBeacon.sol`` of
https://github.com/OpenZeppelin/openzeppelin-contracts (4.9 and 5.x)
"""

from collections.abc import Mapping
from typing import Any, Final


def _function(name: str, *parameters: str) -> Mapping[str, Any]:
    inputs = [dict(zip(("type", "name"), parameter.split(" "), strict=True)) for parameter in parameters]
    return {"type": "function", "name": name, "inputs": inputs}


_ONE: Final = ("address target", "uint256 value", "bytes data", "bytes32 predecessor", "bytes32 salt")
_MANY: Final = ("address[] targets", "uint256[] values", "bytes[] payloads", "bytes32 predecessor", "bytes32 salt")

TIMELOCK_ABI: Final = (
    _function("schedule", *_ONE, "uint256 delay"),
    _function("scheduleBatch", *_MANY, "uint256 delay"),
    _function("execute", *_ONE),
    _function("executeBatch", *_MANY),
    _function("cancel", "bytes32 id"),
    _function("updateDelay", "uint256 newDelay"),
)

UPGRADE_ABI: Final = (
    _function("upgradeToAndCall", "address newImplementation", "bytes data"),
    _function("upgradeTo", "address newImplementation"),
    _function("upgradeAndCall", "address proxy", "address implementation", "bytes data"),
    _function("upgrade", "address proxy", "address implementation"),
)

KNOWN_ABI: Final = (*TIMELOCK_ABI, *UPGRADE_ABI, _function("multiSend", "bytes transactions"))
