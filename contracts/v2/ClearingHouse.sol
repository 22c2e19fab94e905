// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InsuranceFund} from "../v1/InsuranceFund.sol";
import {ClearingHouseSpreads} from "./ClearingHouseSpreads.sol";

/// @title Clearing house, version 2: margin of put spreads
/// @notice The implementation behind the house's transparent proxy. Upgrade with a call of `initializeV2` in the same
/// transaction: until the spread margin is set no spread can be written, and anyone may set it.
contract ClearingHouseV2 is InsuranceFund, ClearingHouseSpreads {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2; runs once.
    /// @param initialRate Initial margin of a spread as a share of its largest loss, 18 decimals, at least 1e18.
    /// @param maintenanceRate Maintenance margin likewise, at most the initial one.
    function initializeV2(uint64 initialRate, uint64 maintenanceRate) external reinitializer(2) {
        _setSpreadMargin(initialRate, maintenanceRate);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }
}
