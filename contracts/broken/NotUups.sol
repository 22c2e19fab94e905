// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OptionsMarketSpreads} from "../v2/OptionsMarketSpreads.sol";

/// @title Broken on purpose: version 2 without UUPSUpgradeable, after which the market could never be upgraded again
/// @dev Expected finding: uups-lost.
contract NotUups is OptionsMarketSpreads {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2; runs once.
    function initializeV2(uint256 width) external reinitializer(2) {
        _setMaximumSpreadWidth(width);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }
}
