// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// The ways in which a UUPS implementation decides who may upgrade it.
contract RoleVault is UUPSUpgradeable, AccessControl {
    bytes32 public constant UPGRADER_ROLE = keccak256("UPGRADER_ROLE");

    function initialize(address admin, address upgrader) external {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(UPGRADER_ROLE, upgrader);
        _grantRole(keccak256("PAUSER_ROLE"), upgrader);
        _grantRole(keccak256("PAUSER_ROLE"), msg.sender);
    }

    function _authorizeUpgrade(address) internal virtual override onlyRole(UPGRADER_ROLE) {}
}

/// The admin role guards the upgrade, as in many contracts without an upgrader.
contract AdminVault is RoleVault {
    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
}

contract OwnedVault is UUPSUpgradeable {
    address public owner;

    function initialize(address owner_) external {
        owner = owner_;
    }

    function _authorizeUpgrade(address) internal virtual override {
        require(msg.sender == owner, "not the owner");
    }
}

contract OpenVault is OwnedVault {
    function _authorizeUpgrade(address) internal override {}
}

/// Nobody whom a getter names may upgrade.
contract SealedVault is OwnedVault {
    function _authorizeUpgrade(address) internal pure override {
        revert("sealed");
    }
}

/// A proxy from before EIP-1967, as zeppelinos made them: the admin is in its own slot, and what it calls is its own.
contract ZeppelinosProxy {
    bytes32 private constant IMPLEMENTATION = keccak256("org.zeppelinos.proxy.implementation");
    bytes32 private constant ADMIN = keccak256("org.zeppelinos.proxy.admin");

    constructor(address implementation, address admin) {
        _set(IMPLEMENTATION, implementation);
        _set(ADMIN, admin);
    }

    function upgradeTo(address implementation) external {
        require(msg.sender == _get(ADMIN) && implementation.code.length > 0);
        _set(IMPLEMENTATION, implementation);
    }

    function _get(bytes32 slot) private view returns (address value) {
        assembly {
            value := sload(slot)
        }
    }

    function _set(bytes32 slot, address value) private {
        assembly {
            sstore(slot, value)
        }
    }
}
