// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouseCore} from "./ClearingHouseCore.sol";
import {InsuranceFund} from "./InsuranceFund.sol";

/// @title Clearing house, version 1
/// @notice The implementation behind the house's transparent proxy. Plain storage in this order: vault,
/// insurance fund, core, and the reserve below for what later versions add.
contract ClearingHouseV1 is InsuranceFund, ClearingHouseCore {
    /// @dev Reserve for later versions.
    uint256[50] private __gap;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "1";
    }
}
