// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";

/// @title Broken on purpose: OpenZeppelin 4's bases, with state in plain storage, became version 5's, with namespaces
/// @dev Expected finding: storage-moved.
contract BaseSwap is OwnableUpgradeable {
    uint256 private _reserved;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the reserve up behind its proxy; runs once.
    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    /// @notice Takes a proxy of the old bases to the new ones; runs once.
    function initializeV2(address owner_) external reinitializer(2) {
        __Ownable_init(owner_);
    }

    /// @notice Sets what is kept in reserve.
    function reserve(uint256 amount) external onlyOwner {
        _reserved = amount;
    }

    /// @notice What is kept in reserve.
    function reserved() external view returns (uint256) {
        return _reserved;
    }
}
