// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InsuranceFund} from "../v1/InsuranceFund.sol";
import {ClearingHouseSpreads} from "../v2/ClearingHouseSpreads.sol";

/// @title Broken on purpose: `initializeV2` lost its guard, so that anyone may set the spread margin at any time
/// @dev Expected finding: initializer-recallable.
contract InitializerRecallable is InsuranceFund, ClearingHouseSpreads {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2.
    function initializeV2(uint64 initialRate, uint64 maintenanceRate) external {
        _setSpreadMargin(initialRate, maintenanceRate);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }
}
