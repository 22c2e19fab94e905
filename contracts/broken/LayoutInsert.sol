// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InsuranceFund} from "../v1/InsuranceFund.sol";
import {ClearingHouseSpreads} from "../v2/ClearingHouseSpreads.sol";

/// @notice A new feature's state, in a base of its own.
abstract contract DepositCap {
    /// @notice Most collateral of one account; zero for no limit.
    uint256 public depositCap;
}

/// @title Broken on purpose: a new base is listed first, so that its variable is inserted before all live ones
/// @dev Expected finding: storage-moved.
contract LayoutInsert is DepositCap, InsuranceFund, ClearingHouseSpreads {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2; runs once.
    function initializeV2(uint64 initialRate, uint64 maintenanceRate) external reinitializer(2) {
        _setSpreadMargin(initialRate, maintenanceRate);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }
}
